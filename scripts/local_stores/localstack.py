"""LocalStack, through pip."""

import json
import shutil
import sys

from .installing import is_installed, note_installed, step
from .s3 import S3Server
from .server import SCRIPTS, request

VERSION = "4.13.1"


class LocalStack(S3Server):
    """Its S3, and no other service."""

    name = "localstack"
    default_port = 4566
    image = (
        *("-e", "SERVICES=s3", "-e", "DISABLE_EVENTS=1", "-p", "127.0.0.1:{port}:4566"),
        f"localstack/localstack:{VERSION}",
    )

    def install(self) -> None:
        """A virtual environment of its own, every package pinned."""
        constraints = SCRIPTS / f"localstack-{VERSION}-py311-constraints.txt"
        version = constraints.read_text()
        if is_installed(self, version):
            return
        python = shutil.which("python3.11") or sys.executable
        venv = self.home / "venv"
        step(self, [python, "-m", "venv", "--clear", str(venv)])
        # The constraints are a whole environment: all of it, and nothing else.
        pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        step(self, [*pip, "--no-deps", "--requirement", str(constraints)])
        note_installed(self, version)

    def command(self) -> list[str]:
        """As its own launcher does."""
        return [str(self.home / "venv" / "bin" / "python"), "-m", "localstack.runtime.main"]

    def environment(self) -> dict[str, str]:
        """S3 alone, nothing that would be fetched or reported, and no line for each request."""
        return {
            "SERVICES": "s3",
            "EAGER_SERVICE_LOADING": "1",
            "STRICT_SERVICE_LOADING": "1",
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DNS_ADDRESS": "0",
            "LS_LOG": "warning",
            "FILESYSTEM_ROOT": str(self.data),
            "LOCALSTACK_VOLUME_DIR": str(self.data),
        }

    def is_ready(self) -> bool:
        """Its health names the services that run."""
        status, body = request("GET", f"{self.base}/_localstack/health")
        return status == 200 and json.loads(body).get("services", {}).get("s3") in ("running", "available")
