"""Asks a dependency graph what a person would ask: why is this crate in my tree, which crates come in two
versions, what would go if I dropped this one.

The graph is a `Cargo.lock`, this workspace's own unless another is named. It is loaded into a directory by a
process that is then killed; afterwards two processes open the same directory at once and answer the same.

    python why_this_crate.py [--lock Cargo.lock] [--store DIR] [--crate NAME]
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import namidb

WORKSPACE = Path(__file__).resolve().parents[2]

LOAD = """
UNWIND $packages AS p
CREATE (:Crate {key: p.key, name: p.name, version: p.version, ours: p.ours})
"""

LINK = """
UNWIND $links AS l
MATCH (a:Crate {key: l.user}), (b:Crate {key: l.used})
CREATE (a)-[:DEPENDS_ON]->(b)
"""

SIZE = """
MATCH (c:Crate) OPTIONAL MATCH (c)-[d:DEPENDS_ON]->()
RETURN count(DISTINCT c) AS crates, count(d) AS dependencies
"""

MOST_USED = """
MATCH (c:Crate)<-[:DEPENDS_ON]-(user)
RETURN c.name AS crate, c.version AS version, count(user) AS used_by
ORDER BY used_by DESC, crate, version LIMIT 5
"""

TWO_VERSIONS = """
MATCH (c:Crate) WITH c.name AS crate, c ORDER BY c.version
WITH crate, collect(c.version) AS versions WHERE size(versions) > 1
RETURN crate, versions ORDER BY crate
"""

WHY = """
MATCH path = (ours:Crate {ours: true})-[:DEPENDS_ON*1..6]->(c:Crate {name: $crate})
WITH [n IN nodes(path) | n.name] AS way, length(path) AS steps
RETURN steps, way ORDER BY steps, way LIMIT 5
"""

DROP = "MATCH (c:Crate {name: $crate}) DETACH DELETE c"

# One layer of what nothing needs any more; asked again until there is none.
UNUSED = """
MATCH (c:Crate {ours: false}) WHERE NOT (c)<-[:DEPENDS_ON]-()
WITH c, c.name AS crate, c.version AS version
DETACH DELETE c
RETURN crate, version
"""


def read_lock(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The crates of a lock file, and which uses which, by name and version."""
    packages = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
    versions: dict[str, list[str]] = {}
    for package in packages:
        versions.setdefault(package["name"], []).append(package["version"])

    def key(dependency: str) -> str:
        # A lock file writes the version only where a name alone would be ambiguous.
        name, *version = dependency.split(" ")
        return f"{name} {version[0] if version else versions[name][0]}"

    crates = [
        {
            "key": f"{p['name']} {p['version']}",
            "name": p["name"],
            "version": p["version"],
            "ours": "source" not in p,
        }
        for p in packages
    ]
    links = [
        {"user": f"{p['name']} {p['version']}", "used": key(d)} for p in packages for d in p.get("dependencies", [])
    ]
    return crates, links


def load(uri: str, lock: Path) -> None:
    """Writes the graph: an index, the crates in one commit, their dependencies in another."""
    crates, links = read_lock(lock)
    with namidb.Client(uri) as client:
        client.cypher("CREATE INDEX crate_key FOR (c:Crate) ON (c.key)")
        client.cypher(LOAD, {"packages": crates})
        client.cypher(LINK, {"links": links})


def what_would_go(client: namidb.Client, crate: str) -> list[Mapping[str, Any]]:
    """Drops a crate and then, layer by layer, what nothing needs any more, in a transaction that is rolled back."""
    gone: list[Mapping[str, Any]] = []
    tx = client.begin()
    try:
        tx.cypher(DROP, {"crate": crate})
        while layer := tx.cypher(UNUSED).rows():
            gone += layer
    finally:
        tx.rollback()
    return sorted(gone, key=lambda row: (row["crate"], row["version"]))


def table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints rows as a table."""
    print(f"\n{title}")
    if not rows:
        print("  (none)")
        return

    def text(value: Any) -> str:
        return " > ".join(map(str, value)) if isinstance(value, list) else str(value)

    columns = list(rows[0])
    cells = [columns, *[[text(row[c]) for c in columns] for row in rows]]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for number, line in enumerate(cells):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def ask(uri: str, crate: str) -> None:
    """Asks everything, and prints the answers."""
    with namidb.Client(uri, mode="open") as client:
        table("How large is the tree?", client.cypher(SIZE).rows())
        table("What does most of it stand on?", client.cypher(MOST_USED).rows())
        table("Which crates come in two versions?", client.cypher(TWO_VERSIONS).rows())
        table(f"Why is {crate} in my tree?", client.cypher(WHY, {"crate": crate}).rows())
        table(f"What would go if I dropped {crate}?", what_would_go(client, crate))


def this_script(*arguments: str) -> list[str]:
    """The command that runs this script once more."""
    return [sys.executable, str(Path(__file__).resolve()), *arguments]


def load_and_be_killed(uri: str, lock: Path) -> None:
    """Loads in a process of its own, and kills it as soon as its commits were acknowledged."""
    command = this_script("--role", "loader", "--uri", uri, "--lock", str(lock))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loader:
        said = loader.stdout.readline().strip() if loader.stdout else ""
        loader.send_signal(signal.SIGKILL)
    if said != "loaded":
        sys.exit("the loader failed")


def main(arguments: Iterable[str] | None = None) -> None:
    """Loads, kills, and asks from two processes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--lock", type=Path, default=WORKSPACE / "Cargo.lock", help="the lock file to load")
    parser.add_argument("--store", type=Path, help="a directory to keep the database in; a fresh one if absent")
    parser.add_argument("--crate", default="zstd-sys", help="the crate to ask about")
    parser.add_argument("--role", choices=["loader", "asker"], help=argparse.SUPPRESS)
    parser.add_argument("--uri", default="", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)

    if given.role == "loader":
        load(given.uri, given.lock)
        print("loaded", flush=True)
        signal.pause()
    elif given.role == "asker":
        ask(given.uri, given.crate)
    else:
        store = given.store or Path(tempfile.mkdtemp(prefix="namidb-demo-"))
        uri = f"file://{store.resolve()}?ns=crates"
        load_and_be_killed(uri, given.lock)
        print(f"loaded {given.lock.name} into {uri} and killed the loader")
        command = this_script("--role", "asker", "--uri", uri, "--crate", given.crate)
        first, second = (subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2))
        answers = [process.communicate()[0] for process in (first, second)]
        if first.returncode or second.returncode or answers[0] != answers[1]:
            sys.exit("the two processes disagree")
        print(answers[0])
        print("A second process, at the same time, gave the same answers.")


if __name__ == "__main__":
    main()
