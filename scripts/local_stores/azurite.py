"""Azurite, through npm."""

import base64
import datetime
import hmac
from pathlib import Path

from .installing import is_installed, note_installed, step
from .server import BUCKET, Server, request

VERSION = "3.35.0"
# The account that every Azurite has, and its key, which Microsoft publishes.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
# The SDK speaks a newer version of the protocol than Azurite knows, which does no harm.
OPTIONS = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck"]
# Every ten minutes Azurite collects what is dead, and answers nobody until it is done: minutes, after some ten thousand
# objects. There is no option against it; the time is the default of an argument.
NO_COLLECTION = """\
require("./node_modules/azurite/dist/src/blob/utils/constants").DEFAULT_GC_INTERVAL_MS = 2 ** 31 - 1;
"""


class Azurite(Server):
    """Its blobs, in memory."""

    name = "azurite"
    default_port = 10000
    image = (
        *("-p", "127.0.0.1:{port}:10000", "node:22-alpine"),
        *("npx", "--yes", "--package", f"azurite@{VERSION}", "azurite-blob", "--blobHost", "0.0.0.0", *OPTIONS),
    )

    def install(self) -> None:
        """A folder of its own for npm."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.preloaded.write_text(NO_COLLECTION)
        if is_installed(self, VERSION):
            return
        (self.home / "package.json").write_text("{}")
        step(self, ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", f"azurite@{VERSION}"])
        note_installed(self, VERSION)

    def command(self) -> list[str]:
        """No queues and no tables."""
        where = ["--blobHost", "127.0.0.1", "--blobPort", str(self.port)]
        program = self.home / "node_modules" / ".bin" / "azurite-blob"
        return ["node", "--require", str(self.preloaded), str(program), *where, *OPTIONS]

    @property
    def preloaded(self) -> Path:
        """What node runs first."""
        return self.home / "no-collection.js"

    def is_ready(self) -> bool:
        """Any answer will do, and without a signature there is only one."""
        return request("GET", f"{self.base}/{ACCOUNT}?comp=list")[0] in (400, 403)

    def make_bucket(self) -> tuple[int, bytes]:
        """Create Container, signed with the account's key."""
        now = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"x-ms-date": now, "x-ms-version": "2024-11-04"}
        lines = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
        # On an emulator the account stands twice: once as the account, once in the path.
        resource = f"/{ACCOUNT}/{ACCOUNT}/{BUCKET}\nrestype:container"
        to_sign = "PUT" + "\n" * 12 + lines + resource
        signature = base64.b64encode(hmac.digest(base64.b64decode(ACCOUNT_KEY), to_sign.encode(), "sha256")).decode()
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{signature}"
        return request("PUT", f"{self.base}/{ACCOUNT}/{BUCKET}?restype=container", headers)

    def uri(self) -> str:
        """`use_emulator` alone means the usual port."""
        elsewhere = "" if self.port == self.default_port else f"&endpoint={self.base}/{ACCOUNT}&allow_http=true"
        return f"az://{ACCOUNT}/{BUCKET}?use_emulator=true{elsewhere}"
