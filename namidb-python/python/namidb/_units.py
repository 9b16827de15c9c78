"""What a client hands out: transactions, batches, snapshots, streams."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Literal, Self

from namidb import _namidb
from namidb._reads import DirectReads
from namidb._stages import Stages
from namidb._waiting import in_job

if TYPE_CHECKING:
    import pyarrow


class Transaction(_namidb.Transaction, DirectReads, Stages):
    """Several statements that see one snapshot and each other's writes, and are committed together or not at all.

    The first of two transactions that touch the same commits; the other raises a `ConflictError`, and `Client.run`
    runs it again. As a context manager it commits at the end of the block, and rolls back if the block raises.

    >>> with client.transaction() as tx:
    ...     _ = tx.cypher("CREATE (:Account {name: 'a', amount: 10})")
    ...     tx.cypher("MATCH (x:Account) RETURN x.amount AS amount").scalar()
    10
    >>> tx.status
    'committed'
    """


class Batch(_namidb.Batch, Stages):
    """Rows that are staged apart from those of the client.

    As a context manager it commits at the end of the block, and discards the rows if the block raises.

    >>> with client.batch() as batch:
    ...     batch.upsert_node("Person", alice, {"name": "Alice"})
    >>> client.node_count
    1
    """


class Snapshot(_namidb.Snapshot, DirectReads):
    """The graph as it was at one commit, for any number of reads that agree with each other.

    >>> before = client.snapshot()
    >>> _ = client.cypher("CREATE (:Person)")
    >>> (before.node_count, client.node_count)
    (0, 1)
    """


class ResultStream(_namidb.ResultStream):
    """The rows of a query that reads, while they are made: never more than a few pieces of them are in memory.

    The query sees the graph of the moment when it began. It runs a piece ahead of whoever takes the rows, and stops
    when the stream is closed or forgotten.

    >>> with client.stream("UNWIND range(1, 1000000000) AS x RETURN x") as rows:
    ...     next(iter(rows))
    {'x': 1}
    """

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows as dicts."""
        while (piece := self.next_piece()) is not None:
            yield from piece

    def batches(self, *, mixed: Literal["string", "union", "error"] = "string") -> "Iterator[pyarrow.RecordBatch]":
        """The rows as record batches of Arrow; each has the types of its own rows.

        >>> stream = client.stream("UNWIND range(1, 3) AS x RETURN x", batch_rows=2)
        >>> [batch.num_rows for batch in stream.batches()]
        [2, 1]
        """
        while (piece := self.next_piece()) is not None:
            yield from piece.to_arrow(mixed=mixed).to_batches()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class AsyncResultStream:
    """The rows of a query that reads, for coroutines: `async for row in stream`, or `async for piece in pieces()`."""

    def __init__(self, stream: ResultStream) -> None:
        """Wraps a stream."""
        self._stream = stream

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order of the query."""
        return self._stream.columns

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        """The rows as dicts."""
        while (piece := await in_job(self._stream.next_piece)) is not None:
            for row in piece:
                yield row

    async def batches(
        self, *, mixed: Literal["string", "union", "error"] = "string"
    ) -> "AsyncIterator[pyarrow.RecordBatch]":
        """The rows as record batches of Arrow; each has the types of its own rows."""
        while (piece := await in_job(self._stream.next_piece)) is not None:
            for batch in piece.to_arrow(mixed=mixed).to_batches():
                yield batch

    def close(self) -> None:
        """Stops the query; twice is fine."""
        self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.close()
