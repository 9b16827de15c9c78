"""Servers of buckets for tests, on loopback.

    scripts/stores start [names..]    install what is missing, start, wait until each answers, make its bucket
    scripts/stores stop [names..]     stop what this script started
    scripts/stores status             what runs, where
    scripts/stores uris               one URI a server that runs; append &ns=..
    scripts/stores env                the same as variables, with dummy credentials: eval "$(scripts/stores env)"

There are LocalStack, MinIO, Azurite and fake-gcs-server, which start without being named, and s3s-fs, whose conditions
do not hold under races: tests must reject it. They come from package registries through pip, npm, go and cargo, at
pinned versions, and lie with their logs in target/stores (or STORES_DIR); what is installed is kept, what is stored
goes at the next start. LOCALSTACK_PORT, MINIO_PORT, AZURITE_PORT, GCS_PORT and S3S_PORT choose other ports.
`start --docker` runs containers instead. Needs Python 3.11, Node 18, Go 1.25 and cargo, each only for what is started.
For Linux and macOS.
"""

import argparse
import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("STORES_DIR", HERE.parent / "target" / "stores")).absolute()
BUCKET = "namidb-test"
KEY, SECRET = "namidb-test", "namidb-test-secret"
REGION = "us-east-1"
# The account that every Azurite has, and its key, which Microsoft publishes.
AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

LOCALSTACK = "4.13.1"
MINIO = "v0.0.0-20260212201848-7aac2a2c5b7c"
MINIO_IMAGE = "RELEASE.2025-09-07T16-13-09Z"
AZURITE = "3.35.0"
FAKE_GCS = "v1.56.1"
S3S_FS = "0.14.1"

# What no SDK may find while tests run: credentials of a person, and the metadata service of a cloud.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_GCE_CHECK": "true",
}


def fail(message: str) -> NoReturn:
    """Ends the script with a reason."""
    print(f"stores: {message}", file=sys.stderr)
    sys.exit(1)


def say(message: str) -> None:
    """Tells what takes time; the answers of the script are on its other stream."""
    print(f"stores: {message}", file=sys.stderr, flush=True)


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


@dataclass(frozen=True)
class Server:
    """One server: where it comes from, how it runs, and when it is ready."""

    name: str
    default_port: int
    install: Callable[["Server"], None]
    command: Callable[["Server"], list[str]]
    is_ready: Callable[["Server"], bool]
    make_bucket: Callable[["Server"], tuple[int, bytes]]
    uri: Callable[["Server"], str]
    image: list[str] = field(default_factory=list)
    environment: Callable[["Server"], dict[str, str]] = field(default=lambda _: {})
    unasked: bool = True

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


# --- S3


def s3_make_bucket(server: Server) -> tuple[int, bytes]:
    """PUT /bucket, signed as AWS wants it (version 4)."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    day, host = now[:8], f"127.0.0.1:{server.port}"
    nothing = hashlib.sha256(b"").hexdigest()
    signed = "host;x-amz-content-sha256;x-amz-date"
    canonical = (
        f"PUT\n/{BUCKET}\n\nhost:{host}\nx-amz-content-sha256:{nothing}\nx-amz-date:{now}\n\n{signed}\n{nothing}"
    )
    scope = f"{day}/{REGION}/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (day, REGION, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, Signature={signature}"
    headers = {"Authorization": authorization, "x-amz-content-sha256": nothing, "x-amz-date": now}
    return request("PUT", f"{server.base}/{BUCKET}", headers)


def s3_uri(server: Server) -> str:
    """Path style is what a URI with an endpoint means."""
    return f"s3://{BUCKET}?region={REGION}&endpoint={server.base}&allow_http=true"


def localstack_install(server: Server) -> None:
    """A virtual environment of its own, every package pinned."""
    constraints = HERE / f"localstack-{LOCALSTACK}-py311-constraints.txt"
    stamp = server.home / "installed"
    if stamp.exists() and stamp.read_text() == constraints.read_text():
        return
    python = shutil.which("python3.11") or sys.executable
    venv = server.home / "venv"
    step(server, [python, "-m", "venv", "--clear", str(venv)])
    # The constraints are a whole environment: all of it, and nothing else.
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    step(server, [*pip, "--no-deps", "--requirement", str(constraints)])
    stamp.write_text(constraints.read_text())


def localstack_environment(server: Server) -> dict[str, str]:
    """S3 alone, and nothing that would be fetched or reported."""
    return {
        "SERVICES": "s3",
        "EAGER_SERVICE_LOADING": "1",
        "STRICT_SERVICE_LOADING": "1",
        "GATEWAY_LISTEN": f"127.0.0.1:{server.port}",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "FILESYSTEM_ROOT": str(server.data),
        "LOCALSTACK_VOLUME_DIR": str(server.data),
    }


def localstack_is_ready(server: Server) -> bool:
    """Its health names the services that run."""
    status, body = request("GET", f"{server.base}/_localstack/health")
    return status == 200 and json.loads(body).get("services", {}).get("s3") in ("running", "available")


def minio_install(server: Server) -> None:
    """Built from its module; some minutes, once."""
    go_install(server, "github.com/minio/minio", MINIO, "minio")


def minio_command(server: Server) -> list[str]:
    """One directory, no console."""
    return [str(server.home / "minio"), "server", "--quiet", "--address", f"127.0.0.1:{server.port}", str(server.data)]


def s3s_install(server: Server) -> None:
    """Built by cargo, quickly rather than well."""
    if installed(server, S3S_FS):
        return
    cargo = ["nice", "cargo"] if shutil.which("nice") else ["cargo"]
    root = ["--root", str(server.home), "--target-dir", str(server.home / "build"), "--debug"]
    step(server, [*cargo, "install", "--quiet", "--locked", f"s3s-fs@{S3S_FS}", "--features", "binary", *root])
    shutil.rmtree(server.home / "build", ignore_errors=True)
    (server.home / "installed").write_text(S3S_FS)


def s3s_command(server: Server) -> list[str]:
    """One directory. What it does not keep apart is what it is here for."""
    where = ["--host", "127.0.0.1", "--port", str(server.port), "--access-key", KEY, "--secret-key", SECRET]
    return [str(server.home / "bin" / "s3s-fs"), *where, str(server.data)]


# --- Azure


def azurite_install(server: Server) -> None:
    """A folder of its own for npm."""
    if installed(server, AZURITE):
        return
    server.home.mkdir(parents=True, exist_ok=True)
    (server.home / "package.json").write_text("{}")
    step(server, ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", f"azurite@{AZURITE}"])
    (server.home / "installed").write_text(AZURITE)


def azurite_command(server: Server) -> list[str]:
    """In memory. The SDK speaks a newer version of the protocol than Azurite knows, which does no harm."""
    return [
        str(server.home / "node_modules" / ".bin" / "azurite-blob"),
        "--blobHost",
        "127.0.0.1",
        "--blobPort",
        str(server.port),
        "--inMemoryPersistence",
        "--disableTelemetry",
        "--silent",
        "--skipApiVersionCheck",
    ]


def azurite_is_ready(server: Server) -> bool:
    """Any answer will do, and without a signature there is only one."""
    return request("GET", f"{server.base}/{AZURE_ACCOUNT}?comp=list")[0] in (400, 403)


def azurite_make_bucket(server: Server) -> tuple[int, bytes]:
    """Create Container, signed with the account's key."""
    now = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": now, "x-ms-version": "2024-11-04"}
    lines = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    # On an emulator the account stands twice: once as the account, once in the path.
    resource = f"/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{BUCKET}\nrestype:container"
    to_sign = "PUT" + "\n" * 12 + lines + resource
    signature = base64.b64encode(hmac.digest(base64.b64decode(AZURE_KEY), to_sign.encode(), "sha256")).decode()
    headers["Authorization"] = f"SharedKey {AZURE_ACCOUNT}:{signature}"
    return request("PUT", f"{server.base}/{AZURE_ACCOUNT}/{BUCKET}?restype=container", headers)


def azurite_uri(server: Server) -> str:
    """`use_emulator` alone means the usual port."""
    elsewhere = "" if server.port == server.default_port else f"&endpoint={server.base}/{AZURE_ACCOUNT}&allow_http=true"
    return f"az://{AZURE_ACCOUNT}/{BUCKET}?use_emulator=true{elsewhere}"


# --- GCS


def gcs_install(server: Server) -> None:
    """Built from its module."""
    go_install(server, "github.com/fsouza/fake-gcs-server", FAKE_GCS, "fake-gcs-server")


def gcs_command(server: Server) -> list[str]:
    """In memory. Its own address, for the sessions of resumable uploads: clients do not always send the port."""
    return [
        str(server.home / "fake-gcs-server"),
        *("-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", str(server.port)),
        *("-external-url", server.base, "-public-host", f"127.0.0.1:{server.port}"),
    ]


def gcs_make_bucket(server: Server) -> tuple[int, bytes]:
    """Nothing is signed."""
    body = json.dumps({"name": BUCKET}).encode()
    return request("POST", f"{server.base}/storage/v1/b?project=test", {"Content-Type": "application/json"}, body)


def gcs_uri(server: Server) -> str:
    """Without credentials."""
    return f"gs://{BUCKET}?endpoint={server.base}&allow_http=true&anonymous=true"


SERVERS = [
    Server(
        name="localstack",
        default_port=4566,
        install=localstack_install,
        command=lambda server: [str(server.home / "venv" / "bin" / "python"), "-m", "localstack.runtime.main"],
        environment=localstack_environment,
        is_ready=localstack_is_ready,
        make_bucket=s3_make_bucket,
        uri=s3_uri,
        image=[
            "-e",
            "SERVICES=s3",
            "-e",
            "DISABLE_EVENTS=1",
            "-p",
            "127.0.0.1:{port}:4566",
            f"localstack/localstack:{LOCALSTACK}",
        ],
    ),
    Server(
        name="minio",
        default_port=9000,
        install=minio_install,
        command=minio_command,
        environment=lambda _: {
            "MINIO_ROOT_USER": KEY,
            "MINIO_ROOT_PASSWORD": SECRET,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        },
        is_ready=lambda server: request("GET", f"{server.base}/minio/health/ready")[0] == 200,
        make_bucket=s3_make_bucket,
        uri=s3_uri,
        image=[
            *("-e", f"MINIO_ROOT_USER={KEY}", "-e", f"MINIO_ROOT_PASSWORD={SECRET}", "-p", "127.0.0.1:{port}:9000"),
            *(f"minio/minio:{MINIO_IMAGE}", "server", "/data"),
        ],
    ),
    Server(
        name="azurite",
        default_port=10000,
        install=azurite_install,
        command=azurite_command,
        is_ready=azurite_is_ready,
        make_bucket=azurite_make_bucket,
        uri=azurite_uri,
        image=[
            *(
                "-p",
                "127.0.0.1:{port}:10000",
                "node:22-alpine",
                "npx",
                "--yes",
                "--package",
                f"azurite@{AZURITE}",
                "azurite-blob",
            ),
            *(
                "--blobHost",
                "0.0.0.0",
                "--inMemoryPersistence",
                "--disableTelemetry",
                "--silent",
                "--skipApiVersionCheck",
            ),
        ],
    ),
    Server(
        name="gcs",
        default_port=4443,
        install=gcs_install,
        command=gcs_command,
        is_ready=lambda server: request("GET", f"{server.base}/storage/v1/b?project=test")[0] == 200,
        make_bucket=gcs_make_bucket,
        uri=gcs_uri,
        image=[
            *(
                "-p",
                "127.0.0.1:{port}:4443",
                f"fsouza/fake-gcs-server:{FAKE_GCS.removeprefix('v')}",
                "-backend",
                "memory",
            ),
            *("-scheme", "http", "-port", "4443", "-external-url", "http://127.0.0.1:{port}"),
        ],
    ),
    Server(
        name="s3s",
        default_port=8014,
        install=s3s_install,
        command=s3s_command,
        # Without a signature it answers, and refuses.
        is_ready=lambda server: request("GET", server.base)[0] in (200, 403),
        make_bucket=s3_make_bucket,
        uri=s3_uri,
        unasked=False,
    ),
]


# --- installing


def step(server: Server, command: list[str], **variables: str) -> None:
    """Runs one step of an installation; if it fails, so does the script, with what it said."""
    if shutil.which(command[0]) is None:
        fail(f"{command[0]} is missing, and {server.name} comes through it (or: start --docker)")
    server.home.mkdir(parents=True, exist_ok=True)
    say(f"{server.name}: {' '.join(command[:4])} ...")
    done = subprocess.run(
        command,
        cwd=server.home,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        fail(f"{server.name} could not be installed:\n{tail(done.stdout)}")


def installed(server: Server, version: str) -> bool:
    """Whether this version is there."""
    stamp = server.home / "installed"
    return stamp.exists() and stamp.read_text() == version


def go_install(server: Server, module: str, version: str, binary: str) -> None:
    """Builds a Go module, at low priority: it is many minutes of compiling."""
    if installed(server, version) and (server.home / binary).exists():
        return
    nice = ["nice"] if shutil.which("nice") else []
    step(
        server,
        [*nice, "go", "install", f"{module}@{version}"],
        GOBIN=str(server.home),
        GOFLAGS="-trimpath",
        CGO_ENABLED="0",
    )
    (server.home / "installed").write_text(version)


# --- running


def tail(text: str) -> str:
    """The end of a log."""
    return "\n".join(text.splitlines()[-30:])


def born(pid: int) -> str:
    """When a process began: with its id, which of them it is. Empty if there is none, or only its remains."""
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
            server.command(server),
            cwd=server.home,
            env={**os.environ, **server.environment(server)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server.state.write_text(json.dumps({"pid": process.pid, "born": born(process.pid), "port": server.port}))


def launch_container(server: Server) -> None:
    """Starts it as a container."""
    if not server.image:
        fail(f"{server.name} has no container")
    arguments = [word.replace("{port}", str(server.port)) for word in server.image]
    step(server, ["docker", "run", "--detach", "--rm", "--name", server.container, *arguments])
    server.state.write_text(json.dumps({"container": server.container, "port": server.port}))


def wait_until_ready(server: Server, seconds: float = 60.0) -> None:
    """Waits for its first answer; a server that ends or stays silent fails the script."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not running(server):
            fail(f"{server.name} ended at once:\n{log_of(server)}")
        # Not listening yet, or not everything behind it.
        with contextlib.suppress(OSError, ValueError):
            if server.is_ready(server):
                return
        time.sleep(0.1)
    said = log_of(server)
    stop(server)
    fail(f"{server.name} did not answer within {seconds:.0f} s:\n{said}")


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
        server.install(server)
    shutil.rmtree(server.data, ignore_errors=True)
    server.data.mkdir(parents=True)
    begun = time.monotonic()
    if docker:
        launch_container(server)
    else:
        launch(server)
    wait_until_ready(server)
    status, body = server.make_bucket(server)
    if status not in (200, 201):
        stop(server)
        fail(f"{server.name} made no bucket: {status} {body.decode(errors='replace')[:500]}")
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
    for number, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if born(pid) != birth:
                return
            time.sleep(0.1)
    fail(f"process {pid} does not end")


def main() -> int:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["start", "stop", "status", "uris", "env"])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(server.name for server in SERVERS))
    parser.add_argument("--docker", action="store_true", help="start containers, not processes")
    arguments = parser.parse_args()
    known = {server.name: server for server in SERVERS}
    for name in arguments.names:
        if name not in known:
            parser.error(f"there is no server '{name}'; there are {', '.join(known)}")
    chosen = [known[name] for name in arguments.names]
    if not chosen:
        chosen = [server for server in SERVERS if server.unasked] if arguments.command == "start" else SERVERS

    if arguments.command == "start":
        for server in chosen:
            start(server, docker=arguments.docker)
    elif arguments.command == "stop":
        for server in chosen:
            stop(server)
    elif arguments.command == "status":
        for server in chosen:
            print(f"{server.name:12} {'runs' if running(server) else 'does not run'}  port {server.port}")
    up = [server for server in chosen if running(server)]
    if arguments.command in ("start", "uris"):
        for server in up:
            print(f"{server.name:12} {server.uri(server)}")
    if arguments.command == "start":
        say('the environment for tests: eval "$(scripts/stores env)"')
    if arguments.command == "env":
        for name, value in ENVIRONMENT.items():
            print(f"export {name}='{value}'")
        for server in up:
            print(f"export NAMIDB_LIVE_{server.name.upper()}='{server.uri(server)}'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
