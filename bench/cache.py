"""What our own process takes of memory, seen from outside, over a graph that is a few times as large as its cache.

    python -m bench.cache --scale tiny

Loads the graph into files. Then, for each workload and for all that read together, a fresh process opens it with a
cache of a quarter of what all of it takes, and runs the workload; every answer is compared with the bare arrays', and
the most that the process ever had resident with what it had before it opened anything. Fails if an answer is wrong, or
if the process grew by more than its cache and a constant.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import graph, workloads
from bench.columns import COLUMNS, ORACLE
from bench.engine import Engine
from bench.run import ROOT
from bench.worker import digest, memory

# Everything is read by this, so that it is in memory if it has room.
EVERYTHING = [
    "MATCH (n) RETURN sum(size(keys(properties(n)))) AS n",
    "MATCH ()-[r]->() RETURN sum(size(keys(properties(r)))) AS n",
]
COUNTS = {
    "W8_create": "MATCH (p:Person) WHERE p.id >= 10000000 RETURN count(*) AS n",
    "W8_edge": "MATCH (:Person)-[k:KNOWS]->(:Person) WHERE k.since = 2024 RETURN count(*) AS n",
    "W8_set": "MATCH (p:Person) RETURN count(p.age) AS n",
    "W8_merge": "MATCH (p:Person) WHERE p.id >= 10000000 RETURN count(*) AS n",
    "W8_batch": "MATCH (p:Person) WHERE p.id >= 10000000 RETURN count(*) AS n",
}

Answer = dict[str, Any]


def writes(workload: str) -> int:
    """How many statements of a workload that writes are run."""
    return 10 if workload == "W8_batch" else 200


def uri(directory: str) -> str:
    """The database in a directory."""
    return f"file://{directory}?ns=bench"


def load(*, data: str, directory: str) -> Answer:
    """Loads the graph."""
    engine = COLUMNS["ours-file"].make()
    engine.open(Path(directory))
    engine.load(Path(data))
    engine.close()
    return {}


def size(*, directory: str) -> Answer:
    """What all of the graph takes in memory."""
    import namidb

    with namidb.Client(uri(directory), cache_bytes="64GiB") as client:
        for statement in EVERYTHING:
            client.cypher(statement)
        return {"bytes": client.cache_stats()["usage_bytes"]}


def measure(*, data: str, directory: str, cache: int, workload: str, seconds: float) -> Answer:
    """Runs a workload, or several of those that read, with a cache of so many bytes."""
    import namidb

    meta: graph.Meta = json.loads((Path(data) / "meta.json").read_text())
    # What a process has that has used the package on next to nothing.
    with namidb.Client("memory://base") as client:
        client.cypher("UNWIND range(0, 100000) AS i WITH i % 10 AS k, count(*) AS n RETURN sum(n) AS n").rows()
    base = memory("VmRSS")
    answers: dict[str, list[str]] = {}
    with namidb.Client(uri(directory), cache_bytes=cache) as client:
        opened = memory("VmHWM")
        for name in workload.split(","):
            if name in workloads.READS:
                read, end = workloads.READS[name], time.monotonic() + seconds
                answers[name] = []
                for params in workloads.params(name, meta):
                    rows = [tuple(row.values()) for row in client.cypher(read.cypher, params).rows()]
                    answers[name].append(digest(rows, read.ordered))
                    if time.monotonic() > end:
                        break
            elif name in workloads.WRITES:
                for params in workloads.write_params(name, meta, 0, writes(name)):
                    client.cypher(workloads.WRITES[name], params)
                answers[name] = [str(client.cypher(COUNTS[name]).scalar())]
            else:
                with client.stream(workloads.EGRESS[name]) as streamed:
                    answers[name] = [str(sum(1 for _ in streamed))]
        stats = client.cache_stats()
        answer = {"answers": answers, "base": base, "opened": opened, "rss": memory("VmRSS")}
        return answer | {"peak": memory("VmHWM"), "held": stats["usage_bytes"], "evicted": stats["evict"]}


def child(order: str, **arguments: Any) -> Answer:
    """One of the above in a process of its own."""
    command = [sys.executable, "-m", "bench.cache", "--child", json.dumps({"order": order} | arguments)]
    # No order takes so long: what does hangs.
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=True, text=True, timeout=3600)
    answer: Answer = json.loads(done.stdout.splitlines()[-1])
    return answer


def expected(oracle: Engine, workload: str, meta: graph.Meta, count: int) -> list[str]:
    """What a workload answers."""
    if workload in workloads.READS:
        read = workloads.READS[workload]
        sets = workloads.params(workload, meta)[:count]
        return [digest(oracle.query(workload, read.cypher, params), read.ordered) for params in sets]
    persons, posts, likes = (meta["counts"][name] for name in ("Person", "Post", "LIKES"))
    counts = {"W8_create": 200, "W8_edge": 200, "W8_set": persons, "W8_merge": 100, "W8_batch": 10_000}
    counts |= {"W10_range": 1_000_000, "W10_scan": posts, "W10_edges": likes}
    return [str(counts[workload])]


def mib(count: int) -> str:
    """Bytes in MiB."""
    return f"{count / 2**20:.1f}"


def run(options: argparse.Namespace) -> bool:
    """Measures every workload; whether all of it is as promised."""
    data, meta = graph.ensure(options.scale, Path(options.work) / "data")
    oracle = COLUMNS[ORACLE].make()
    oracle.load(data)
    loaded = Path(options.work) / options.scale / "cache"
    shutil.rmtree(loaded, ignore_errors=True)
    loaded.mkdir(parents=True)
    child("load", data=str(data), directory=str(loaded))
    whole = child("size", directory=str(loaded))["bytes"]
    cache = whole // options.share
    limit = cache + options.constant * 2**20
    print(f"{options.scale}: all of it takes {mib(whole)} MiB, the cache is {mib(cache)}")
    print(f"{'':10} {'base':>7} {'opened':>7} {'peak':>7} {'after':>7} {'over the cache':>15} {'evicted':>8}")
    good = True
    every = [*workloads.READS, *workloads.EGRESS, *workloads.WRITES, "reads"]
    for name in options.only.split(",") if options.only else every:
        workload = ",".join(workloads.READS) if name == "reads" else name
        directory = loaded
        if workload in workloads.WRITES:
            directory = loaded.with_name("cache-write")
            shutil.rmtree(directory, ignore_errors=True)
            shutil.copytree(loaded, directory)
        arguments = {"data": str(data), "directory": str(directory), "cache": cache}
        got = child("measure", workload=workload, seconds=options.seconds, **arguments)
        wrong = [
            name for name, digests in got["answers"].items() if digests != expected(oracle, name, meta, len(digests))
        ]
        grown = got["peak"] - got["base"]
        figures = " ".join(f"{mib(got[name]):>7}" for name in ("base", "opened", "peak", "rss"))
        said = (f"  WRONG: {wrong}" if wrong else "") + ("" if grown <= limit else "  TOO MUCH")
        good &= not said
        print(f"{name:10} {figures} {mib(grown - cache):>15} {got['evicted']:>8}{said}", flush=True)
    return good


def main() -> int:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--scale", default="tiny", choices=list(graph.SCALES))
    parser.add_argument("--share", type=int, default=4, help="how many times as large as the cache the graph is")
    parser.add_argument("--constant", type=int, default=96, help="MiB that a process may take beside its cache")
    parser.add_argument("--seconds", type=float, default=3, help="seconds for a reading workload")
    parser.add_argument("--only", default="", help="workloads; `reads` is all that read, in one process")
    parser.add_argument("--work", default=str(ROOT / "target/bench"), help="where data and databases go")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        arguments = json.loads(options.child)
        orders: dict[str, Callable[..., Answer]] = {"load": load, "size": size, "measure": measure}
        print(json.dumps(orders[arguments.pop("order")](**arguments)))
        return 0
    return 0 if run(options) else 1


if __name__ == "__main__":
    sys.exit(main())
