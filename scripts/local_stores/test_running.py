"""How a server is waited for, with one whose answers are written here."""

import socket
import sys
from pathlib import Path

import pytest

from . import running, server
from .running import start, stop
from .server import Server, request

# Answers a PUT with each status of its arguments in turn, and then with the last; anything else with 200.
PROGRAM = """
import http.server, sys
statuses = [int(word) for word in sys.argv[2:]]

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"the reason")
    def do_GET(self):
        self.answer(200)
    def do_PUT(self):
        self.answer(statuses.pop(0) if len(statuses) > 1 else statuses[0])

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class Written(Server):
    """A server that is ready at once, and has a bucket when its list of answers says so."""

    name = "written"
    default_port = 0

    def __init__(self, *answers: int, program: str = PROGRAM) -> None:
        self.arguments = [program, str(self.port), *map(str, answers)]

    def install(self) -> None:
        """Python is here."""

    def command(self) -> list[str]:
        """One process."""
        return [sys.executable, "-c", *self.arguments]

    def is_ready(self) -> bool:
        """Whatever becomes of its bucket."""
        return request("GET", self.base)[0] == 200

    def make_bucket(self) -> tuple[int, bytes]:
        """The next answer."""
        return request("PUT", f"{self.base}/bucket")

    def uri(self) -> str:
        """Nobody opens it."""
        return self.base


@pytest.fixture(autouse=True)
def a_place_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server, "HOME", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("WRITTEN_PORT", str(free.getsockname()[1]))


# MinIO calls itself ready before it takes buckets, on a busy machine.
@pytest.mark.parametrize("answers", [[200], [201], [503, 503, 200], [500, 409], [403, 503, 200]])
def test_a_server_that_is_not_initialized_yet_is_asked_again(answers: list[int]) -> None:
    written = Written(*answers)
    start(written, docker=False)
    assert written.state.exists()
    stop(written)


def test_a_server_that_refuses_the_bucket_fails_the_script_and_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "REFUSING_SECONDS", 0.3)
    written = Written(403)
    with pytest.raises(SystemExit):
        start(written, docker=False)
    assert "it made no bucket: 403 the reason" in capsys.readouterr().err
    assert not written.state.exists()


def test_a_server_that_ends_at_once_fails_the_script_with_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        start(Written(program="raise SystemExit('no licence')"), docker=False)
    said = capsys.readouterr().err
    assert "ended at once" in said
    assert "no licence" in said
