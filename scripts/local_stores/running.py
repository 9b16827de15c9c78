"""Starting servers, watching them, and ending them by their id."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from .installing import step
from .server import Server, fail, say, tail

# A server that takes a bucket later may refuse it first, for so long.
REFUSING_SECONDS = 20.0

# What this very process has started, and has to ask for its end.
_children: dict[int, subprocess.Popen[bytes]] = {}


def born(pid: int) -> str:
    """When a process began: with its id, which of them it is. Empty if there is none, or only its remains."""
    if pid in _children:
        _children[pid].poll()
    proc = Path("/proc")
    if (proc / "self" / "stat").exists():
        # In ticks since the system started, which stay the same when somebody sets the clock.
        try:
            state, *fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        boot = proc / "sys" / "kernel" / "random" / "boot_id"
        return "" if state in "ZX" else f"{fields[18]} {boot.read_text().strip() if boot.exists() else ''}"
    shown = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, when = shown.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else when.strip()


def running(server: Server) -> bool:
    """Whether what this script started still runs."""
    if not server.state.exists():
        return False
    state = json.loads(server.state.read_text())
    if "container" in state:
        shown = subprocess.run(["docker", "inspect", state["container"]], capture_output=True, check=False)
        return shown.returncode == 0
    return bool(state["born"]) and born(state["pid"]) == str(state["born"])


def log_of(server: Server) -> str:
    """The end of what it said."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        container = json.loads(server.state.read_text())["container"]
        said = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=False)
        return tail(said.stdout + said.stderr)
    return tail(server.log.read_text(errors="replace")) if server.log.exists() else ""


def launch(server: Server) -> None:
    """Starts it as a process of its own session, so that it outlives this script and ends as one."""
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            server.command(),
            cwd=server.home,
            env={**os.environ, **server.environment()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    server.state.write_text(json.dumps({"pid": process.pid, "born": born(process.pid), "port": server.port}))


def launch_container(server: Server) -> None:
    """Starts it as a container."""
    if not server.image:
        fail(f"{server.name} has no container")
    arguments = [word.replace("{port}", str(server.port)) for word in server.image]
    step(server, ["docker", "run", "--detach", "--rm", "--name", server.container, *arguments])
    server.state.write_text(json.dumps({"container": server.container, "port": server.port}))


def wait_until_ready(server: Server, seconds: float = 600.0) -> None:
    """Waits until it answers and has its bucket; a server that ends or stays silent fails the script."""
    until = time.monotonic() + seconds
    said = f"no answer within {seconds:.0f} s"
    refused_since: float | None = None
    while time.monotonic() < until:
        if not running(server):
            fail(f"{server.name} ended at once:\n{log_of(server)}")
        # Not listening yet, or not everything behind it: some say that they are ready before they take a bucket.
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            if server.is_ready():
                status, body = server.make_bucket()
                # What it stores was emptied before it started: a bucket that is there is the one of an earlier turn.
                if status in (200, 201, 409):
                    return
                said = f"it made no bucket: {status} {body.decode(errors='replace')[:500]}"
                if status < 500:
                    refused_since = refused_since or time.monotonic()
                    if time.monotonic() - refused_since > REFUSING_SECONDS:
                        break
        time.sleep(0.1)
    log = log_of(server)
    stop(server)
    fail(f"{server.name} is of no use: {said}\n{log}")


def start(server: Server, *, docker: bool) -> None:
    """Has it running, with an empty bucket, unless it runs already."""
    if running(server):
        port = json.loads(server.state.read_text())["port"]
        if port != server.port:
            fail(f"{server.name} runs on port {port} already; stop it first")
        say(f"{server.name} runs already on port {server.port}")
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", server.port))
        except OSError:
            fail(f"port {server.port} is taken; choose another one: {server.name.upper()}_PORT=.. scripts/stores start")
    if not docker:
        server.install()
    shutil.rmtree(server.data, ignore_errors=True)
    server.data.mkdir(parents=True)
    begun = time.monotonic()
    if docker:
        launch_container(server)
    else:
        launch(server)
    wait_until_ready(server)
    say(f"{server.name} is ready on port {server.port} after {time.monotonic() - begun:.1f} s")


def stop(server: Server) -> None:
    """Ends what this script started, and nothing else."""
    if running(server):
        state = json.loads(server.state.read_text())
        if "container" in state:
            subprocess.run(["docker", "stop", state["container"]], capture_output=True, check=False)
        else:
            end(state["pid"], state["born"])
        say(f"{server.name} is stopped")
    server.state.unlink(missing_ok=True)


def end(pid: int, birth: str) -> None:
    """Asks a process and its children to end, and after ten seconds no longer asks."""
    for number, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 60.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if born(pid) != birth:
                return
            time.sleep(0.1)
    fail(f"process {pid} does not end")
