"""s3s-fs, through cargo. What it does not keep apart is what it is here for."""

import shutil

from .installing import gently, is_installed, note_installed, step
from .s3 import S3Server
from .server import KEY, SECRET, request

VERSION = "0.14.1"


class S3s(S3Server):
    """Looks first and writes then: of racing writers several win."""

    name = "s3s"
    default_port = 8014
    unasked = False

    def install(self) -> None:
        """Built quickly rather than well."""
        if is_installed(self, VERSION):
            return
        root = ["--root", str(self.home), "--target-dir", str(self.home / "build"), "--debug"]
        cargo = ["cargo", "install", "--quiet", "--locked", f"s3s-fs@{VERSION}", "--features", "binary", *root]
        step(self, gently(cargo))
        shutil.rmtree(self.home / "build", ignore_errors=True)
        note_installed(self, VERSION)

    def command(self) -> list[str]:
        """One directory."""
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--access-key", KEY, "--secret-key", SECRET]
        return [str(self.home / "bin" / "s3s-fs"), *where, str(self.data)]

    def is_ready(self) -> bool:
        """Without a signature it answers, and refuses."""
        return request("GET", self.base)[0] in (200, 403)
