"""Runs the benchmark.

    .venv/bin/python -m bench.run --scale tiny

For each repetition, for each workload, each column has its turn, so that whatever else the machine does hits all of
them alike. A call over its limits ends its worker, and leaves the cell without a figure. The program fails if a column
gives a wrong answer, or if a column named by `--must` gives none.
"""

import argparse
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import graph, report, workloads
from bench.columns import ORACLE, installed

ROOT = Path(__file__).resolve().parent.parent
PARTS = ["read", "egress", "concurrent", "write"]
READERS = [1, 2, 4]

Answer = dict[str, Any]


def resident(process: int) -> int:
    """What a process holds, in bytes."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def forget_pages(directory: Path) -> None:
    """Has the system forget what it holds of a directory's files, so that they are read from the disk."""
    for path in directory.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


class Column:
    """A column's worker."""

    def __init__(self, name: str, python: str, data: Path, directory: Path, options: argparse.Namespace) -> None:
        """Starts nothing yet."""
        self.name, self.python, self.data, self.directory = name, python, data, directory
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.skipped: set[str] = set()
        self.persistent = name.endswith("-file") or name in ("kuzu", "ladybug", "lora")

    def start(self) -> None:
        """Starts the process."""
        command = [self.python, "-m", "bench.worker", self.name, str(self.data), str(self.directory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def end(self, error: str) -> Answer:
        """Ends the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        return {"ok": False, "error": error}

    def call(self, limit: float, order: str, **arguments: Any) -> Answer:
        """Gives an order and waits for the answer."""
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            return {"ok": False, "error": "no worker"}
        try:
            process.stdin.write((json.dumps({"order": order, **arguments}) + "\n").encode())
            process.stdin.flush()
        except BrokenPipeError:
            return self.end("the worker died")
        end = time.monotonic() + limit
        while not select.select([process.stdout], [], [], 0.2)[0]:
            if time.monotonic() > end:
                return self.end(f"over {limit:.0f} s")
            if resident(process.pid) > self.options.memory * 1e9:
                return self.end(f"over {self.options.memory} GB")
        line = process.stdout.readline()
        if not line:
            return self.end("the worker died")
        answer: Answer = json.loads(line)
        if order == "close":
            process.wait()
            self.process = None
        return answer

    def revive(self) -> None:
        """Starts a worker that ended again, and loads if nothing was kept."""
        self.start()
        if not self.persistent:
            shutil.rmtree(self.directory, ignore_errors=True)
        self.call(120, "open")
        if not self.persistent:
            self.call(self.options.load_limit, "load")


class Run:
    """A run and its results."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Finds out which columns can run."""
        self.options = options
        self.begun = time.monotonic()
        pythons = [python for python in (options.ours, options.peers) if Path(python).exists()]
        interpreters, versions = installed(pythons)
        wanted = options.columns.split(",") if options.columns else list(interpreters)
        data, meta = graph.ensure(options.scale, Path(options.work) / "data")
        self.columns = {
            name: Column(name, interpreters[name], data, Path(options.work) / options.scale / name, options)
            for name in wanted
            if name in interpreters
        }
        self.results: dict[str, Any] = {
            "meta": meta,
            "versions": {name: versions[name] for name in self.columns},
            "columns": list(self.columns),
            "cells": {},
        }
        for cell in filter(None, options.skip.split(",")):
            workload, name = cell.split(":")
            if name in self.columns:
                self.columns[name].skipped.add(workload)

    def say(self, text: str) -> None:
        """Tells how far it is."""
        print(f"[{time.monotonic() - self.begun:6.1f}] {text}", file=sys.stderr, flush=True)

    def put(self, cell: str, column: str, answer: Answer) -> None:
        """Keeps an answer."""
        self.results["cells"].setdefault(cell, {}).setdefault(column, []).append(answer)

    def step(self, cell: str, column: Column, order: str, **arguments: Any) -> None:
        """One call, whose answer belongs to a cell. A cell that failed or is slow is not tried again."""
        if cell in column.skipped:
            return
        if column.process is None:
            column.revive()
        limit = self.options.limit
        begun = time.monotonic()
        answer = column.call(limit, order, **arguments)
        self.put(cell, column.name, answer)
        if not answer["ok"]:
            column.skipped.add(cell)
            self.say(f"{cell} {column.name}: {answer['error'][:140]}")
        elif time.monotonic() - begun > limit / 3:
            column.skipped.add(cell)

    def load(self) -> None:
        """Loads the graph into every column, and opens those again that keep it."""
        for column in list(self.columns.values()):
            shutil.rmtree(column.directory, ignore_errors=True)
            column.directory.mkdir(parents=True)
            column.start()
            answer = column.call(60, "open")
            if answer["ok"]:
                answer = column.call(self.options.load_limit, "load")
            self.put("W1_load", column.name, answer)
            self.say(f"load {column.name}: {answer.get('load_s', answer)}")
            if not answer["ok"]:
                del self.columns[column.name]
                continue
            if column.persistent:
                self.put("W1_close", column.name, column.call(120, "close"))
                for last in [False] * (self.options.reps - 1) + [True]:
                    forget_pages(column.directory)
                    column.start()
                    self.put("W1_open", column.name, column.call(120, "open", first=True))
                    if not last:
                        column.call(120, "close")

    def read(self) -> None:
        """W2 to W7."""
        names = list(self.columns)
        for repetition in range(self.options.reps):
            turned = names[repetition % len(names) :] + names[: repetition % len(names)]
            for workload in workloads.READS:
                for name in turned:
                    warm = 1 if repetition else 3
                    arguments = {"workload": workload, "budget": self.options.budget, "warm": warm}
                    self.step(workload, self.columns[name], "read", **arguments)
            self.say(f"reads, repetition {repetition}")

    def egress(self) -> None:
        """W10."""
        for _ in range(self.options.reps):
            for workload in workloads.EGRESS:
                for form in ("arrow", "pandas", "dicts"):
                    for column in self.columns.values():
                        self.step(f"{workload}.{form}", column, "egress", workload=workload, form=form)
        self.say("egress")

    def concurrent(self) -> None:
        """W9."""
        for repetition in range(min(self.options.reps, 2)):
            for readers, writer in [(readers, False) for readers in READERS] + [(1, True)]:
                cell = f"W9_r{readers}w1" if writer else f"W9_r{readers}"
                for column in self.columns.values():
                    if column.name != ORACLE:
                        arguments = {"readers": readers, "writer": writer, "repetition": repetition}
                        self.step(cell, column, "concurrent", seconds=self.options.budget * 2, **arguments)
        self.say("concurrency")

    def write(self) -> None:
        """W8."""
        columns = [column for column in self.columns.values() if column.name != ORACLE]
        for repetition in range(self.options.reps):
            for workload in workloads.WRITES:
                count = 10 if workload == "W8_batch" else 200
                for column in columns:
                    arguments = {"workload": workload, "repetition": repetition, "count": count}
                    self.step(workload, column, "write", budget=self.options.budget * 1.5, **arguments)
        for column in columns:
            self.step("count_after", column, "count")
        self.say("writes")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Ours beside other graph engines.")
    parser.add_argument("--scale", default="tiny", choices=list(graph.SCALES))
    parser.add_argument("--columns", default="", help="of which what is installed runs; all if not given")
    parser.add_argument("--must", default="", help="columns that must give a right answer in every reading cell")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--budget", type=float, default=1.5, help="seconds for a workload, column and repetition")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a call is given up")
    parser.add_argument("--load-limit", type=float, default=300)
    parser.add_argument("--memory", type=float, default=6, help="GB after which a worker is given up")
    parser.add_argument("--skip", default="", help="cells not to run, as workload:column,...")
    parser.add_argument("--ours", default=str(ROOT / ".venv/bin/python"), help="an interpreter with our wheel")
    parser.add_argument("--peers", default=str(ROOT / "target/bench-peers/bin/python"), help="one with the others")
    parser.add_argument("--work", default=str(ROOT / "target/bench"), help="where data and databases go")
    parser.add_argument("--out", default="", help="where the samples go; below --work if not given")
    return parser.parse_args()


def main() -> int:
    """Runs what the command line asks for, and prints the tables."""
    options = parse()
    run = Run(options)
    run.load()
    for part in options.parts.split(","):
        getattr(run, part)()
    for column in run.columns.values():
        run.put("close", column.name, column.call(120, "close"))
    out = Path(options.out or f"{options.work}/{options.scale}.json")
    out.write_text(json.dumps(run.results))
    wrong = report.show(run.results, [name for name in options.must.split(",") if name])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
