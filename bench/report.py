"""The tables of a run, from its samples.

    python -m bench.report target/bench/small.json

A figure in ( ) is how many times the best engine's it is; in [ ] the same for the bare arrays, which are no engine.
"""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import workloads
from bench.columns import ORACLE

Results = dict[str, Any]
Answer = dict[str, Any]


def seconds(value: float) -> str:
    """A length of time."""
    if value < 1e-3:
        return f"{value * 1e6:.1f} us" if value < 1e-5 else f"{value * 1e6:.0f} us"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def number(value: float) -> str:
    """A number."""
    if value >= 1e6:
        return f"{value / 1e6:.2f}M"
    return f"{value / 1e3:.1f}k" if value >= 1e4 else f"{value:.3g}"


class Tables:
    """The tables of a run."""

    def __init__(self, results: Results) -> None:
        """Looks for wrong answers."""
        self.cells: dict[str, dict[str, list[Answer]]] = results["cells"]
        self.names: list[str] = results["columns"]
        self.wrong = self.find_wrong()

    def good(self, cell: str, name: str) -> list[Answer]:
        """The answers of a cell."""
        return [answer for answer in self.cells.get(cell, {}).get(name, []) if answer["ok"]]

    def find_wrong(self) -> dict[tuple[str, str], int]:
        """How many parameter sets of a cell were answered otherwise than the arrays, or most engines, say."""
        wrong: dict[tuple[str, str], int] = {}
        for workload in workloads.READS:
            answers: dict[int, dict[str, str]] = {}
            for name in self.names:
                for answer in self.good(workload, name):
                    for at, digest in enumerate(answer["digests"]):
                        known = answers.setdefault(at, {}).setdefault(name, digest)
                        if known != digest:
                            wrong[workload, name] = wrong.get((workload, name), 0) + 1
            for found in answers.values():
                right = found.get(ORACLE) or statistics.mode(found.values())
                for name, digest in found.items():
                    if digest != right:
                        wrong[workload, name] = wrong.get((workload, name), 0) + 1
        return wrong

    def row(
        self,
        cell: str,
        label: str,
        figures: Callable[[list[Answer]], float],
        shown: Callable[[float], str] = seconds,
        more_is_better: bool = False,
    ) -> list[str]:
        """One row: a figure a column."""
        found = {name: figures(self.good(cell, name)) for name in self.names if self.good(cell, name)}
        ranked = [value for name, value in found.items() if name != ORACLE]
        best = (max(ranked) if more_is_better else min(ranked)) if ranked else 0.0
        row = [label]
        for name in self.names:
            if name not in found:
                tried = self.cells.get(cell, {}).get(name)
                row.append(tried[-1]["error"][:38].replace("|", "/") if tried else "-")
                continue
            text = shown(found[name])
            if best and found[name]:
                times = best / found[name] if more_is_better else found[name] / best
                text += f" [{times:.2g}x]" if name == ORACLE else f" ({times:.2g}x)"
            row.append(text + (" WRONG" if (cell, name) in self.wrong else ""))
        return row

    def print(self, title: str, rows: list[list[str]]) -> None:
        """Prints a table."""
        print(f"\n### {title}\n\n| | {' | '.join(self.names)} |\n|{'---|' * (len(self.names) + 1)}")
        for row in rows:
            print(f"| {' | '.join(row)} |")


def median_of(key: str) -> Callable[[list[Answer]], float]:
    """The median of a figure over repetitions."""
    return lambda answers: statistics.median([float(answer[key]) for answer in answers])


def least(key: str) -> Callable[[list[Answer]], float]:
    """Of each parameter set its quickest repetition, and of those the median: little of it is other people's noise."""

    def figure(answers: list[Answer]) -> float:
        sets = zip(*(answer[key] for answer in answers), strict=False)
        return float(statistics.median(min(repetitions) for repetitions in sets))

    return figure


def per_second(answers: list[Answer]) -> float:
    """Operations a second."""
    return float(statistics.median(len(answer["wall"]) / sum(answer["wall"]) for answer in answers))


def slowest(answers: list[Answer]) -> float:
    """The 99th percentile."""
    return float(statistics.median(sorted(a["wall"])[int((len(a["wall"]) - 1) * 0.99)] for a in answers))


def loading(tables: Tables) -> list[list[str]]:
    """The rows of W1."""

    def megabytes(key: str) -> Callable[[list[Answer]], float]:
        return lambda answers: statistics.median([float(answer[key]) for answer in answers]) / 1e6

    rate = tables.row("W1_load", "entities/s", lambda a: a[0]["entities"] / a[0]["load_s"], number, True)
    return [
        tables.row("W1_load", "load", median_of("load_s")),
        tables.row("W1_load", "load, CPU", median_of("load_cpu")),
        rate,
        tables.row("W1_load", "peak MB over base", megabytes("peak_over_base"), number),
        tables.row("W1_load", "MB after load", megabytes("rss"), number),
        tables.row("W1_close", "MB on disk", megabytes("disk"), number),
        tables.row("W1_open", "cold open", median_of("open_s")),
        tables.row("W1_open", "cold open, first 1-hop", median_of("first_query_s")),
    ]


def show(results: Results, must: list[str]) -> list[str]:
    """Prints the tables. Gives what is wrong, and what is missing of columns that must answer everything."""
    tables = Tables(results)
    meta = results["meta"]
    print(f"## {meta['scale']}: {meta['nodes']:,} nodes, {meta['edges']:,} relationships\n\n{results['versions']}")
    tables.print("W1: load, open", loading(tables))
    reads = [workload for workload in workloads.READS if workload in tables.cells]
    tables.print(
        "Reads: quickest repetition of each parameter set, median over the sets",
        [tables.row(w, w, least("wall")) for w in reads],
    )
    tables.print("Reads: the same in CPU time of the whole process", [tables.row(w, w, least("cpu")) for w in reads])
    egress = [cell for cell in tables.cells if cell.startswith("W10")]
    if egress:
        tables.print("W10: results for other libraries", [tables.row(cell, cell, median_of("s")) for cell in egress])
    together = [cell for cell in tables.cells if cell.startswith("W9")]
    if together:
        rows = [tables.row(c, f"{c} reads/s", median_of("reads_per_s"), number, True) for c in together]
        rows.append(tables.row("W9_r1w1", "W9_r1w1 commits/s", median_of("commits_per_s"), number, True))
        tables.print("W9: threads", rows)
    writes = [workload for workload in workloads.WRITES if workload in tables.cells]
    if writes:
        rows = [tables.row(w, f"{w} ops/s", per_second, number, True) for w in writes]
        rows += [tables.row(w, f"{w} 99 %", slowest) for w in writes]
        tables.print("W8: writes", rows)
    print("\n### Answers\n")
    findings = [f"WRONG {cell} {name}: {count} parameter sets" for (cell, name), count in tables.wrong.items()]
    findings += [f"MISSING {w} {name}" for name in must for w in reads if not tables.good(w, name)]
    findings += [f"MISSING {name}" for name in must if name not in tables.names]
    print("\n".join(f"- {line}" for line in findings or ["every answer is right"]))
    for cell, columns in tables.cells.items():
        for name, answers in columns.items():
            for answer in answers:
                if not answer["ok"]:
                    print(f"- none: {cell} {name}: {answer['error']}")
    return findings


if __name__ == "__main__":
    show(json.loads(Path(sys.argv[1]).read_text()), [])
