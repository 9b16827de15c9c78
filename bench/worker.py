"""One engine in a process of its own: orders come as lines of JSON, and so do the answers."""

import hashlib
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from bench import graph, workloads
from bench.columns import COLUMNS
from bench.engine import Row, UnsupportedError

Answer = dict[str, Any]


def memory(field: str) -> int:
    """A figure of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0


def disk(directory: Path) -> int:
    """What a directory's files take, in bytes."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def digest(rows: list[Row], ordered: bool) -> str:
    """Rows as a short text: numbers rounded, whatever their types, and sorted where their order says nothing."""

    def plain(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return repr(value)
        return repr(round(float(value), 6))

    texts = [[plain(value) for value in row] for row in rows]
    if not ordered:
        texts.sort()
    return hashlib.md5(repr(texts).encode(), usedforsecurity=False).hexdigest()[:12]


class Worker:
    """Carries orders out."""

    def __init__(self, column: str, data: Path, directory: Path) -> None:
        """Makes the engine of a column."""
        self.data, self.directory = data, directory
        self.meta: graph.Meta = json.loads((data / "meta.json").read_text())
        self.engine = COLUMNS[column].make()

    def open(self, *, first: bool = False) -> Answer:
        """Opens the database, and asks a first query if that is wanted."""
        begun = time.perf_counter()
        self.engine.open(self.directory)
        answer: Answer = {"open_s": time.perf_counter() - begun}
        if first:
            self.query("W3_1hop", workloads.params("W3_1hop", self.meta)[0])
            answer["first_query_s"] = time.perf_counter() - begun
        return answer

    def load(self) -> Answer:
        """Loads the graph."""
        graph.table(self.data, "City")
        base = memory("VmHWM")
        wall, cpu = time.perf_counter(), time.process_time()
        self.engine.load(self.data)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {
            "load_s": wall - self.engine.prepared,
            "load_cpu": cpu - self.engine.prepared_cpu,
            "peak_over_base": memory("VmHWM") - base,
            "rss": memory("VmRSS"),
            "entities": self.meta["nodes"] + self.meta["edges"],
        }

    def query(self, workload: str, params: dict[str, Any]) -> list[Row]:
        """One reading statement."""
        return self.engine.query(workload, workloads.READS[workload].cypher, params)

    def read(self, *, workload: str, budget: float, warm: int) -> Answer:
        """A reading workload, set by set, until the time is used up."""
        sets = workloads.params(workload, self.meta)
        begun = time.perf_counter()
        for params in sets[:warm]:
            self.query(workload, params)
        if warm and time.perf_counter() - begun > budget:
            budget = 0
        wall: list[float] = []
        cpu: list[float] = []
        digests: list[str] = []
        begun = time.perf_counter()
        for params in sets:
            cpu_before, before = time.process_time(), time.perf_counter()
            rows = self.query(workload, params)
            wall.append(time.perf_counter() - before)
            cpu.append(time.process_time() - cpu_before)
            digests.append(digest(rows, workloads.READS[workload].ordered))
            if time.perf_counter() - begun > budget:
                break
        return {"wall": wall, "cpu": cpu, "digests": digests}

    def count(self) -> Answer:
        """How many persons there are."""
        return {"n": self.engine.query("count", workloads.COUNT, {})[0][0]}

    def write(self, *, workload: str, repetition: int, count: int, budget: float) -> Answer:
        """A writing workload, until the time is used up."""
        wall: list[float] = []
        begun = time.perf_counter()
        for params in workloads.write_params(workload, self.meta, repetition, count):
            before = time.perf_counter()
            self.engine.execute(workload, workloads.WRITES[workload], params)
            wall.append(time.perf_counter() - before)
            if time.perf_counter() - begun > budget:
                break
        return {"wall": wall}

    def concurrent(self, *, readers: int, writer: bool, seconds: float, repetition: int) -> Answer:
        """Several threads that read, and maybe one that writes."""
        sets = workloads.params("W3_1hop", self.meta)
        read, create = workloads.READS["W3_1hop"].cypher, workloads.WRITES["W8_create"]
        stop = threading.Event()
        reads = [0] * readers
        commits = [0]
        failures: list[str] = []

        def guarded(loop: Any, *arguments: Any) -> None:
            try:
                loop(*arguments)
            except Exception as failure:
                failures.append(repr(failure)[:200])

        def reading(number: int) -> None:
            handle = self.engine.reader()
            at = number * 37
            while not stop.is_set():
                handle.query("W3_1hop", read, sets[at % len(sets)])
                reads[number] += 1
                at += 1

        def writing() -> None:
            handle = self.engine.reader()
            for params in workloads.write_params("W8_create", self.meta, 50 + repetition, 100_000):
                if stop.is_set():
                    return
                handle.execute("W8_create", create, params)
                commits[0] += 1

        threads = [threading.Thread(target=guarded, args=(reading, number)) for number in range(readers)]
        if writer:
            threads.append(threading.Thread(target=guarded, args=(writing,)))
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join()
        elapsed = time.perf_counter() - begun
        if failures:
            raise RuntimeError(failures[0])
        return {"reads_per_s": sum(reads) / elapsed, "commits_per_s": commits[0] / elapsed}

    def egress(self, *, workload: str, form: str) -> Answer:
        """A large result in a form of other libraries."""
        begun = time.perf_counter()
        self.engine.egress(workload, workloads.EGRESS[workload], form)
        return {"s": time.perf_counter() - begun}

    def close(self) -> Answer:
        """Closes the database."""
        begun = time.perf_counter()
        self.engine.close()
        return {"close_s": time.perf_counter() - begun, "disk": disk(self.directory)}


def main() -> None:
    """Carries out orders until the one to close."""
    # Engines that print cannot disturb the protocol.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    for line in sys.stdin:
        order = json.loads(line)
        name = order.pop("order")
        try:
            answer = {"ok": True, **getattr(worker, name)(**order)}
        except UnsupportedError:
            answer = {"ok": False, "error": "unsupported"}
        except Exception as failure:
            traceback.print_exc()
            answer = {"ok": False, "error": f"{type(failure).__name__}: {failure}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if name == "close":
            # Threads of an engine may never end.
            os._exit(0)


if __name__ == "__main__":
    main()
