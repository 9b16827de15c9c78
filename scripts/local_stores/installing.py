"""Installing servers from package registries, each in a folder of its own."""

import os
import shutil
import subprocess
import time

from .server import Server, fail, say, tail

# Nothing compiles so long, on a slow machine either.
STEP_SECONDS = 3600.0


def step(server: Server, command: list[str], **variables: str) -> None:
    """Runs one step of an installation, three times at most; if it fails, so does the script, with what it said."""
    if shutil.which(command[0]) is None:
        fail(f"{command[0]} is missing, and {server.name} comes through it (or: start --docker)")
    server.home.mkdir(parents=True, exist_ok=True)
    say(f"{server.name}: {' '.join(command[:4])} ...")
    for pause in (5, 20, None):
        try:
            done = subprocess.run(
                command,
                cwd=server.home,
                env={**os.environ, **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=STEP_SECONDS,
            )
        except subprocess.TimeoutExpired:
            fail(f"{server.name} could not be installed: {' '.join(command[:4])} hangs")
        if done.returncode == 0:
            return
        if pause is None:
            fail(f"{server.name} could not be installed:\n{tail(done.stdout)}")
        # A registry that answers now and then is worth another question.
        *_, last = done.stdout.splitlines() or ["nothing was said"]
        say(f"{server.name}: again in {pause} s; {last}")
        time.sleep(pause)


def is_installed(server: Server, version: str) -> bool:
    """Whether this version is there."""
    stamp = server.home / "installed"
    return stamp.exists() and stamp.read_text() == version


def note_installed(server: Server, version: str) -> None:
    """Remembers that this version is there."""
    (server.home / "installed").write_text(version)


def gently(command: list[str]) -> list[str]:
    """A command that takes many minutes of compiling, at low priority."""
    return ["nice", *command] if shutil.which("nice") else command


def go_install(server: Server, module: str, version: str, binary: str) -> None:
    """Builds a Go module."""
    if is_installed(server, version) and (server.home / binary).exists():
        return
    command = gently(["go", "install", f"{module}@{version}"])
    step(server, command, GOBIN=str(server.home), GOFLAGS="-trimpath", CGO_ENABLED="0")
    note_installed(server, version)
