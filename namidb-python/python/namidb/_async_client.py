"""The client for coroutines: every method of `Client`, on asyncio or trio."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self, TypeVar, Unpack, overload

from namidb import reports
from namidb._client import Client, Options, Params, Seconds
from namidb._namidb import Plan, QueryResult
from namidb._reads import Id, Row
from namidb._stages import OnExisting, Rows
from namidb._units import AsyncResultStream, Batch, Snapshot, Transaction
from namidb._waiting import in_job, pause
from namidb.errors import ParameterError
from namidb.reports import BackupReport, RequestStats, VerifyReport
from namidb.retry import Attempts, Retry

if TYPE_CHECKING:
    import pyarrow

_T = TypeVar("_T")


class _Reads:
    """The reads of `DirectReads`, as coroutines."""

    __slots__ = ()

    def _of(self) -> Client | Transaction | Snapshot:
        raise NotImplementedError

    async def node_count(self) -> int:
        """How many nodes there are."""
        return await in_job(lambda: self._of().node_count)

    async def relationship_count(self) -> int:
        """How many relationships there are."""
        return await in_job(lambda: self._of().relationship_count)

    async def lookup_node(self, label: str, id: Id) -> Row | None:
        """The node with this id, or None if there is none with this label."""
        return await in_job(lambda: self._of().lookup_node(label, id))

    async def lookup_nodes(self, label: str, ids: Iterable[Id]) -> list[Row | None]:
        """The nodes with these ids, in their order; None for each that there is not."""
        return await in_job(lambda: self._of().lookup_nodes(label, ids))

    async def scan_label(self, label: str) -> list[Row]:
        """The nodes with a label, in the order of their creation."""
        return await in_job(lambda: self._of().scan_label(label))

    async def scan_edge_type(self, edge_type: str) -> list[Row]:
        """The relationships of a type, in the order of their creation."""
        return await in_job(lambda: self._of().scan_edge_type(edge_type))

    async def out_edges(self, edge_type: str, src: Id) -> list[Row]:
        """The relationships of a type that start at a node."""
        return await in_job(lambda: self._of().out_edges(edge_type, src))

    async def in_edges(self, edge_type: str, dst: Id) -> list[Row]:
        """The relationships of a type that end at a node."""
        return await in_job(lambda: self._of().in_edges(edge_type, dst))

    async def scan_label_arrow(self, label: str, *, include_labels: bool = False) -> "pyarrow.Table":
        """The nodes with a label as a table."""
        return await in_job(lambda: self._of().scan_label_arrow(label, include_labels=include_labels))


class _Stages:
    """What `Stages` stages, as coroutines."""

    __slots__ = ()

    def _into(self) -> Client | Transaction | Batch:
        raise NotImplementedError

    async def upsert_node(self, label: str, id: Id, properties: Mapping[str, Any]) -> None:
        """Stages a node's whole record."""
        await in_job(lambda: self._into().upsert_node(label, id, properties))

    async def upsert_node_with_labels(self, labels: Iterable[str], id: Id, properties: Mapping[str, Any]) -> None:
        """Stages a node's whole record with any number of labels."""
        await in_job(lambda: self._into().upsert_node_with_labels(labels, id, properties))

    async def upsert_edge(self, edge_type: str, src: Id, dst: Id, properties: Mapping[str, Any]) -> None:
        """Stages the whole record of the one edge of this type between two nodes."""
        await in_job(lambda: self._into().upsert_edge(edge_type, src, dst, properties))

    async def tombstone_node(self, label: str, id: Id) -> None:
        """Stages the removal of a node and of its relationships."""
        await in_job(lambda: self._into().tombstone_node(label, id))

    async def tombstone_edge(self, edge_type: str, src: Id, dst: Id) -> None:
        """Stages the removal of the one edge of this type between two nodes."""
        await in_job(lambda: self._into().tombstone_edge(edge_type, src, dst))

    async def merge_nodes(self, label: str, rows: Rows, *, id: str = "id", on_existing: OnExisting = "replace") -> int:
        """Stages many nodes; gives how many."""
        return await in_job(lambda: self._into().merge_nodes(label, rows, id=id, on_existing=on_existing))

    async def merge_edges(self, edge_type: str, rows: Rows, *, src: str = "src", dst: str = "dst") -> int:
        """Stages many edges; gives how many."""
        return await in_job(lambda: self._into().merge_edges(edge_type, rows, src=src, dst=dst))


class AsyncTransaction(_Reads, _Stages):
    """A transaction for coroutines. `async with` commits at the end of the block, or rolls back if the block raises."""

    def __init__(self, transaction: Transaction) -> None:
        """Wraps a transaction."""
        self._transaction = transaction

    def _of(self) -> Transaction:
        return self._transaction

    _into = _of

    async def cypher(
        self, query: str, params: Params | None = None, *, timeout: Seconds | None = None, read_only: bool = False
    ) -> QueryResult:
        """Runs a statement in the transaction."""
        run = self._transaction.cypher
        return await in_job(lambda: run(query, params, timeout=timeout, read_only=read_only))

    async def commit(self, *, token: str | None = None) -> int | None:
        """Commits; gives the sequence number of the commit, or None if nothing was changed."""
        return await in_job(lambda: self._transaction.commit(token=token))

    async def _commit_once(self, token: str) -> bool:
        _, before = await in_job(lambda: self._transaction._commit_once(token))
        return before

    async def _is_done(self, token: str) -> bool:
        return await in_job(lambda: self._transaction._is_done(token))

    async def rollback(self) -> None:
        """Ends it without any effect."""
        self._transaction.rollback()

    @property
    def status(self) -> Literal["open", "committed", "rolled_back", "failed"]:
        """How far it has come."""
        return self._transaction.status

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        if kind is not None:
            self._transaction.rollback()
        elif self.status == "open":
            await self.commit()


class AsyncBatch(_Stages):
    """A batch for coroutines. `async with` commits at the end of the block, and discards if the block raises."""

    def __init__(self, batch: Batch) -> None:
        """Wraps a batch."""
        self._batch = batch

    def _into(self) -> Batch:
        return self._batch

    async def commit(self, *, token: str | None = None) -> int | None:
        """Commits what is staged."""
        return await in_job(lambda: self._batch.commit(token=token))

    async def rollback(self) -> int:
        """Discards what is staged; gives how many rows that was."""
        return self._batch.rollback()

    @property
    def pending(self) -> int:
        """How many rows are staged."""
        return self._batch.pending

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        if kind is None:
            await self.commit()
        else:
            self._batch.rollback()


class AsyncSnapshot(_Reads):
    """A snapshot for coroutines."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Wraps a snapshot."""
        self._snapshot = snapshot

    def _of(self) -> Snapshot:
        return self._snapshot

    async def cypher(self, query: str, params: Params | None = None, *, timeout: Seconds | None = None) -> QueryResult:
        """Runs a statement that reads, on the graph as it was."""
        return await in_job(lambda: self._snapshot.cypher(query, params, timeout=timeout))

    @property
    def sequence(self) -> int:
        """The sequence number of the newest commit in it."""
        return self._snapshot.sequence


class AsyncClient(_Reads, _Stages):
    """An open namespace, for coroutines: every method of `Client` that can wait is one; what only tells is as there.

    >>> import asyncio
    >>> async def main() -> list[dict[str, object]]:
    ...     async with await namidb.AsyncClient.open("memory://demo") as client:
    ...         await client.cypher("CREATE (:Person {name: 'Ada'})")
    ...         return (await client.cypher("MATCH (p:Person) RETURN p.name AS name")).rows()
    >>> asyncio.run(main())
    [{'name': 'Ada'}]
    """

    def __init__(self, client: Client) -> None:
        """Wraps a client that is open."""
        self._client = client

    @classmethod
    async def open(cls, uri: str | os.PathLike[str], **options: Unpack[Options]) -> Self:
        """Opens a namespace, with the options of `Client`."""
        return cls(await in_job(lambda: Client(uri, **options)))

    @classmethod
    async def from_snapshot(
        cls,
        source: str | os.PathLike[str] | BinaryIO,
        uri: str | os.PathLike[str] = "memory://restored",
        **options: Unpack[Options],
    ) -> Self:
        """Opens a namespace with what is in a snapshot file, as `Client.from_snapshot` does."""
        return cls(await in_job(lambda: Client.from_snapshot(source, uri, **options)))

    def _of(self) -> Client:
        return self._client

    _into = _of

    async def cypher(
        self,
        query: str,
        params: Params | None = None,
        *,
        timeout: Seconds | None = None,
        read_only: bool = False,
        token: str | None = None,
    ) -> QueryResult:
        """Runs one statement; what it writes is durable when it returns. Cancelling the coroutine stops it."""
        return await self._client.acypher(query, params, timeout=timeout, read_only=read_only, token=token)

    async def cypher_many(
        self, query: str, params: Iterable[Params], *, timeout: Seconds | None = None, token: str | None = None
    ) -> reports.WriteSummary:
        """Runs a statement that writes once for each of many parameters: one plan, one commit, all or nothing."""
        return await in_job(lambda: self._client.cypher_many(query, params, timeout=timeout, token=token))

    async def stream(
        self, query: str, params: Params | None = None, *, batch_rows: int = 65_536, timeout: Seconds | None = None
    ) -> AsyncResultStream:
        """Runs a statement that reads, and gives its rows while they are made."""
        return await self._client.astream(query, params, batch_rows=batch_rows, timeout=timeout)

    async def explain(self, query: str, params: Params | None = None) -> Plan:
        """The plan of a statement, with estimates. Nothing runs."""
        return await in_job(lambda: self._client.explain(query, params))

    async def profile(
        self, query: str, params: Params | None = None, *, timeout: Seconds | None = None, read_only: bool = False
    ) -> reports.Profile:
        """Runs a statement, writes included, and tells what each operator of its plan did."""
        return await in_job(lambda: self._client.profile(query, params, timeout=timeout, read_only=read_only))

    async def describe(self, query: str) -> reports.QueryContract:
        """What a statement is: its kind, its columns, and the parameters that it needs. Nothing runs."""
        return await in_job(lambda: self._client.describe(query))

    def cancel(self) -> int:
        """Stops every statement that runs on this client now; tells how many those were."""
        return self._client.cancel()

    async def commit(self, *, token: str | None = None) -> int | None:
        """Commits what is staged, durably."""
        return await self._client.acommit(token=token)

    async def rollback(self) -> int:
        """Discards what is staged; gives how many rows that was."""
        return self._client.rollback()

    @property
    def pending(self) -> int:
        """How many rows are staged."""
        return self._client.pending

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction that was begun on this client has not ended."""
        return self._client.in_transaction

    def batch(self) -> AsyncBatch:
        """A batch of its own: `async with client.batch() as batch:` commits at the end of the block."""
        return AsyncBatch(self._client.batch())

    async def begin(self, *, read_only: bool = False, timeout: Seconds | None = None) -> AsyncTransaction:
        """Begins a transaction."""
        return AsyncTransaction(await in_job(lambda: self._client.begin(read_only=read_only, timeout=timeout)))

    @asynccontextmanager
    async def transaction(
        self, *, read_only: bool = False, timeout: Seconds | None = None
    ) -> AsyncIterator[AsyncTransaction]:
        """A transaction that commits at the end of the block, and rolls back if the block raises."""
        async with await self.begin(read_only=read_only, timeout=timeout) as transaction:
            yield transaction

    @overload
    async def run(
        self, work: Callable[[AsyncTransaction], Awaitable[_T]], *, retry: Retry | None = None, token: None = None
    ) -> _T: ...
    @overload
    async def run(
        self, work: Callable[[AsyncTransaction], Awaitable[_T]], *, retry: Retry | None = None, token: str
    ) -> _T | None: ...
    async def run(
        self, work: Callable[[AsyncTransaction], Awaitable[_T]], *, retry: Retry | None = None, token: str | None = None
    ) -> _T | None:
        """Awaits `work` in a transaction and commits it; again from the beginning, if that loses against another."""
        if not callable(work):
            raise ParameterError("run() takes a function that is given a transaction. A statement is run with cypher()")
        attempts = Attempts(retry or Retry())
        while True:
            try:
                async with await self.begin() as transaction:
                    if token is None:
                        return await work(transaction)
                    if await transaction._is_done(token):
                        return None
                    done = await work(transaction)
                    return None if await transaction._commit_once(token) else done
            except Exception as failed:
                delay = attempts.pause(failed)
                if delay is None:
                    raise
            await pause(delay)

    async def clear(self) -> int:
        """Deletes everything in this namespace, in one commit; gives how many nodes those were."""
        return await in_job(self._client.clear)

    async def schema(self) -> reports.Schema:
        """What is in this namespace, and the indexes and constraints that are defined."""
        return await in_job(self._client.schema)

    async def schema_ddl(self) -> str:
        """The statements that make the indexes and constraints of this namespace anew, one a line."""
        return await in_job(self._client.schema_ddl)

    async def snapshot(self) -> AsyncSnapshot:
        """A view that stays as it is."""
        return AsyncSnapshot(await in_job(self._client.snapshot))

    async def verify(self, *, deep: bool = True) -> VerifyReport:
        """Reads and compares everything that is durable, as `Client.verify` does."""
        return await in_job(lambda: self._client.verify(deep=deep))

    async def backup(
        self, to: str | os.PathLike[str], *, storage_options: Mapping[str, str] | None = None
    ) -> BackupReport:
        """Copies what is committed to another namespace, as `Client.backup` does."""
        return await in_job(lambda: self._client.backup(to, storage_options=storage_options))

    async def snapshot_to(self, target: str | os.PathLike[str] | BinaryIO) -> reports.SnapshotMeta:
        """Writes what is committed to one file, as `Client.snapshot_to` does."""
        return await in_job(lambda: self._client.snapshot_to(target))

    async def refresh(self) -> int:
        """Looks at the log now; gives the newest sequence number."""
        return await in_job(self._client.refresh)

    async def flush(self) -> None:
        """Writes a checkpoint of what is committed."""
        await in_job(self._client.flush)

    async def compact(self) -> reports.CompactionReport:
        """Merges the runs that checkpoints have written."""
        return await in_job(self._client.compact)

    async def close(self) -> None:
        """Discards what is staged, waits for commits in flight, and releases everything. Twice is fine."""
        await in_job(self._client.close)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._client.closed

    @property
    def uri(self) -> str:
        """The URI, without the values of its options."""
        return self._client.uri

    @property
    def namespace(self) -> str:
        """The namespace."""
        return self._client.namespace

    async def register_function(
        self,
        name: str,
        function: Callable[..., object],
        *,
        arguments: Sequence[tuple[str, str]] | None = None,
        returns: str = "ANY",
        deterministic: bool = False,
    ) -> None:
        """Adds a function that statements may call, as `Client.register_function`."""
        await in_job(
            lambda: self._client.register_function(
                name, function, arguments=arguments, returns=returns, deterministic=deterministic
            )
        )

    async def register_procedure(
        self,
        name: str,
        procedure: Callable[..., Iterable[Mapping[str, Any] | Sequence[Any]] | None],
        *,
        results: Sequence[tuple[str, str]],
        arguments: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """Adds a procedure that statements may call, as `Client.register_procedure`."""
        await in_job(lambda: self._client.register_procedure(name, procedure, results=results, arguments=arguments))

    def cache_stats(self) -> reports.CacheStats:
        """Numbers of the cache."""
        return self._client.cache_stats()

    def request_stats(self) -> RequestStats:
        """Requests to the store by kind, and bytes, of this client."""
        return self._client.request_stats()

    def commit_metrics(self) -> dict[str, int]:
        """What became of the commits of this client."""
        return self._client.commit_metrics()

    def info(self) -> dict[str, Any]:
        """What the database is, and where it stands."""
        return self._client.info()

    def namespace_prefix(self) -> str:
        """The path of the namespace in its store."""
        return self._client.namespace_prefix()

    def store_repr(self) -> str:
        """The store in one line, without secrets and data."""
        return self._client.store_repr()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return repr(self._client).replace("Client", "AsyncClient", 1)
