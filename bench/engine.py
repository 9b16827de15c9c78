"""What a column of the tables is: an engine that loads the graph and answers the workloads."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import pyarrow as pa

from bench import graph

Row = tuple[Any, ...]


class UnsupportedError(Exception):
    """The engine has no way to answer."""


class Engine:
    """A column. Subclass it and name it in `columns.COLUMNS`."""

    # Whether a process that opens it again finds everything.
    persistent: ClassVar[bool] = True
    # What it is asked in place of a workload's statement; None if it cannot answer.
    dialect: ClassVar[dict[str, str | None]] = {}

    def __init__(self) -> None:
        """Opens nothing yet."""
        self.prepared = 0.0
        self.prepared_cpu = 0.0

    def open(self, directory: Path) -> None:
        """Opens the database in a directory."""
        raise NotImplementedError

    def load(self, data: Path) -> None:
        """Loads the graph from its files, in the quickest documented way."""
        raise NotImplementedError

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The rows of a statement."""
        raise NotImplementedError

    def execute(self, workload: str, cypher: str, params: dict[str, Any]) -> None:
        """Runs a statement that writes."""
        self.query(workload, cypher, params)

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The result as an Arrow table (`arrow`), a data frame (`pandas`) or a list of dicts (`dicts`)."""
        raise UnsupportedError("egress")

    def reader(self) -> Self:
        """What another thread may query with."""
        return self

    def close(self) -> None:
        """Closes the database."""

    def statement(self, workload: str, cypher: str) -> str:
        """A workload's statement as the engine wants it."""
        found = self.dialect.get(workload, cypher)
        if found is None:
            raise UnsupportedError(workload)
        return found

    @contextlib.contextmanager
    def preparing(self) -> Iterator[None]:
        """Time in here is that of the harness, not of the engine."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.prepared += time.perf_counter() - wall
        self.prepared_cpu += time.process_time() - cpu

    def rows(self, data: Path, name: str, size: int) -> Iterator[list[dict[str, Any]]]:
        """The rows of a table as dicts, so many at a time, for an engine that takes nothing better."""
        with self.preparing():
            batches = graph.table(data, name).to_batches(max_chunksize=size)
        for batch in batches:
            with self.preparing():
                rows = batch.to_pylist()
            yield rows


def arrow_of(rows: list[dict[str, Any]], form: str) -> Any:
    """Dicts in another form, as a user has to make it of an engine that gives nothing else."""
    if form == "dicts":
        return rows
    table = pa.Table.from_pylist(rows)
    return table if form == "arrow" else table.to_pandas()
