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
import os
from concurrent.futures import ThreadPoolExecutor

from .azurite import Azurite
from .fake_gcs import FakeGcs
from .localstack import LocalStack
from .minio import MinIO
from .running import running, start, stop
from .s3s import S3s
from .server import KEY, REGION, SECRET, Server, say

SERVERS: list[Server] = [LocalStack(), MinIO(), Azurite(), FakeGcs(), S3s()]

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
        if not arguments.docker:
            # Beside each other: some wait for a registry while others compile.
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda server: server.install(), [server for server in chosen if not running(server)]))
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
            print(f"{server.name:12} {server.uri()}")
    if arguments.command == "start":
        say('the environment for tests: eval "$(scripts/stores env)"')
    if arguments.command == "env":
        for name, value in ENVIRONMENT.items():
            print(f"export {name}='{value}'")
        for server in up:
            print(f"export NAMIDB_LIVE_{server.name.upper()}='{server.uri()}'")
    return 0
