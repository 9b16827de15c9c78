"""What a server is: where it comes from, how it runs, and when it is ready."""

import os
import sys
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, NoReturn

SCRIPTS = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("STORES_DIR", SCRIPTS.parent / "target" / "stores")).absolute()
BUCKET = "namidb-test"
KEY, SECRET = "namidb-test", "namidb-test-secret"
REGION = "us-east-1"


def fail(message: str) -> NoReturn:
    """Ends the script with a reason."""
    print(f"stores: {message}", file=sys.stderr)
    sys.exit(1)


def say(message: str) -> None:
    """Tells what takes time; the answers of the script are on its other stream."""
    print(f"stores: {message}", file=sys.stderr, flush=True)


def tail(text: str) -> str:
    """The end of a log."""
    return "\n".join(text.splitlines()[-30:])


def request(method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> tuple[int, bytes]:
    """One request; whatever status is an answer."""
    asked = urllib.request.Request(url, data=body or None, headers=headers or {}, method=method)
    # No proxy of the environment stands before loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Server(ABC):
    """One server."""

    name: ClassVar[str]
    default_port: ClassVar[int]
    # What `docker run` is told, with {port} for the port on this machine; nothing, if there is no container of it.
    image: ClassVar[tuple[str, ...]] = ()
    # Whether it starts without being named.
    unasked: ClassVar[bool] = True

    @abstractmethod
    def install(self) -> None:
        """Fetches and builds what is missing of it."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    def environment(self) -> dict[str, str]:
        """The variables that it is started with, beside those that are there."""
        return {}

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers."""

    @abstractmethod
    def make_bucket(self) -> tuple[int, bytes]:
        """Makes the bucket of the tests; gives the answer."""

    @abstractmethod
    def uri(self) -> str:
        """A URI of its bucket, to which a namespace can be appended."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(os.environ.get(f"{self.name.upper()}_PORT", self.default_port))

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """What of it is kept."""
        return HOME / self.name

    @property
    def data(self) -> Path:
        """What it stores; gone at the next start."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What it says."""
        return self.home / "log"

    @property
    def state(self) -> Path:
        """Which process or container it is."""
        return self.home / "running.json"

    @property
    def container(self) -> str:
        """Its container, if it is one."""
        return f"namidb-{self.name}-{self.port}"
