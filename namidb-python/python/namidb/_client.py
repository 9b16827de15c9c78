"""The client: everything that waits in the native class, its coroutines here."""

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self

from namidb import _namidb
from namidb._namidb import QueryResult, Transaction
from namidb._waiting import in_thread, result_of
from namidb.reports import UriParts


class Client(_namidb.Client):
    """An open namespace.

    `Client(uri)` opens it, and creates it if it is not there; a path means the namespace `default` in that
    directory. A client may be shared between threads and tasks, and any number of clients and processes may have the
    same namespace open: opening disturbs nobody. After a fork the child's client opens again by itself, except for
    `memory://`.
    """

    async def acypher(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | timedelta | None = None,
        read_only: bool = False,
    ) -> QueryResult:
        """Runs one statement, as `cypher` does, on asyncio or trio. Cancelling the coroutine stops the statement."""
        found: QueryResult = await result_of(
            lambda callback: self._submit_cypher(query, params, timeout, read_only, callback)
        )
        return found

    async def acommit(self) -> int | None:
        """Commits the staged batch, as `commit` does."""
        found: int | None = await result_of(self._submit_commit)
        return found

    async def aflush(self) -> None:
        """Writes a checkpoint, as `flush` does."""
        await result_of(self._submit_flush)

    async def arefresh(self) -> int:
        """Looks at the log, as `refresh` does."""
        found: int = await result_of(self._submit_refresh)
        return found

    async def aclose(self) -> None:
        """Closes the client, as `close` does."""
        await result_of(self._submit_close)

    async def amerge_nodes(self, label: str, rows: Iterable[Mapping[str, Any]], *, id: str = "id") -> int:
        """Stages many nodes, as `merge_nodes` does."""
        return await in_thread(lambda: self.merge_nodes(label, rows, id=id))

    async def amerge_edges(
        self, edge_type: str, rows: Iterable[Mapping[str, Any]], *, src: str = "src", dst: str = "dst"
    ) -> int:
        """Stages many edges, as `merge_edges` does."""
        return await in_thread(lambda: self.merge_edges(edge_type, rows, src=src, dst=dst))

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, and rolls back if the block raises."""
        transaction = self.begin(read_only=read_only)
        try:
            yield transaction
        except BaseException:
            transaction.rollback()
            raise
        if transaction.status == "open":
            transaction.commit()

    def __del__(self) -> None:
        """Warns if work is lost."""
        if not self.closed and self.pending:
            message = f"{self.pending} staged rows of {self!r} were neither committed nor discarded"
            warnings.warn(message, ResourceWarning, stacklevel=2, source=self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()


def connect(uri: Any, **options: Any) -> Client:
    """Opens a namespace: the same as `Client(uri, **options)`."""
    return Client(uri, **options)


def parse_uri(uri: str | os.PathLike[str]) -> UriParts:
    """Checks a URI and tells what it names; opens nothing."""
    return UriParts(*_namidb._parse_uri(uri))
