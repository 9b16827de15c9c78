"""MinIO, through go."""

from .installing import go_install
from .s3 import S3Server
from .server import KEY, SECRET, request

VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
IMAGE = "RELEASE.2025-09-07T16-13-09Z"


class MinIO(S3Server):
    """One directory, no console."""

    name = "minio"
    default_port = 9000
    image = (
        *("-e", f"MINIO_ROOT_USER={KEY}", "-e", f"MINIO_ROOT_PASSWORD={SECRET}", "-p", "127.0.0.1:{port}:9000"),
        *(f"minio/minio:{IMAGE}", "server", "/data"),
    )

    def install(self) -> None:
        """Built from its module; some minutes, once."""
        go_install(self, "github.com/minio/minio", VERSION, "minio")

    def command(self) -> list[str]:
        """Nothing beside the store."""
        return [str(self.home / "minio"), "server", "--quiet", "--address", f"127.0.0.1:{self.port}", str(self.data)]

    def environment(self) -> dict[str, str]:
        """The account of its owner."""
        return {
            "MINIO_ROOT_USER": KEY,
            "MINIO_ROOT_PASSWORD": SECRET,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        }

    def is_ready(self) -> bool:
        """It says so."""
        return request("GET", f"{self.base}/minio/health/ready")[0] == 200
