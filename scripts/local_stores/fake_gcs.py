"""fake-gcs-server, through go."""

import json

from .installing import go_install
from .server import BUCKET, Server, request

VERSION = "v1.56.1"


class FakeGcs(Server):
    """In memory; nothing is signed."""

    name = "gcs"
    default_port = 4443
    image = (
        *("-p", "127.0.0.1:{port}:4443", f"fsouza/fake-gcs-server:{VERSION.removeprefix('v')}"),
        *("-backend", "memory", "-scheme", "http", "-port", "4443", "-external-url", "http://127.0.0.1:{port}"),
    )

    def install(self) -> None:
        """Built from its module."""
        go_install(self, "github.com/fsouza/fake-gcs-server", VERSION, "fake-gcs-server")

    def command(self) -> list[str]:
        """With its own address, for the sessions of resumable uploads: clients do not always send the port."""
        return [
            str(self.home / "fake-gcs-server"),
            *("-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", str(self.port)),
            *("-external-url", self.base, "-public-host", f"127.0.0.1:{self.port}", "-log-level", "warn"),
        ]

    def is_ready(self) -> bool:
        """It lists its buckets."""
        return request("GET", f"{self.base}/storage/v1/b?project=test")[0] == 200

    def make_bucket(self) -> tuple[int, bytes]:
        """As the JSON API has it."""
        body = json.dumps({"name": BUCKET}).encode()
        return request("POST", f"{self.base}/storage/v1/b?project=test", {"Content-Type": "application/json"}, body)

    def uri(self) -> str:
        """Without credentials."""
        return f"gs://{BUCKET}?endpoint={self.base}&allow_http=true&anonymous=true"
