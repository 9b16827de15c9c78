"""The client: what waits is in the native class, its coroutines are here."""

import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self, TypeAlias, TypedDict, TypeVar, Unpack, overload

from namidb import _namidb
from namidb._namidb import QueryResult
from namidb._reads import DirectReads
from namidb._stages import OnExisting, Rows, Stages
from namidb._units import AsyncResultStream, Batch, ResultStream, Snapshot, Transaction
from namidb._waiting import in_job
from namidb.errors import ClosedError, ParameterError
from namidb.reports import (
    BackupReport,
    CompactionReport,
    Definition,
    Profile,
    Schema,
    SnapshotMeta,
    UriParts,
    VerifyReport,
    WriteSummary,
)
from namidb.retry import Attempts, Retry

Seconds: TypeAlias = float | timedelta | str
"""A length of time: seconds, or a text such as `"250ms"`."""
Size: TypeAlias = int | str
"""A number of bytes, or a text such as `"64MB"`."""
Directories: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A directory, or several."""
Params: TypeAlias = Mapping[str, Any]
"""Parameters of a query by name."""

_T = TypeVar("_T")


class Options(TypedDict, total=False):
    """The keywords of `Client`."""

    cache_bytes: Size | None
    mode: Literal["open_or_create", "open", "create"] | None
    read_only: bool | None
    max_staleness: Seconds | None
    query_timeout: Seconds | None
    memory_limit: Size | None
    durability: Literal["durable", "relaxed"] | None
    zones: Literal["utc", "keep"]
    decimal: Literal["error", "float"]
    commit_delay_ms: float
    storage_options: Mapping[str, str] | None
    plan_cache: int | None
    load_from: Directories | None


class Client(_namidb.Client, DirectReads, Stages):
    """An open namespace.

    `Client(uri)` opens it, and creates it if it is not there; a path means the namespace `default` in that
    directory. A client may be shared between threads and tasks, and any number of clients and processes may have the
    same namespace open: opening disturbs nobody. After a fork the child's client opens again by itself, except for
    `memory://`; pickling gives a client of the same namespace in another process.

    What the keywords leave open, the URI says under the same names, and then the defaults.

    - `cache_bytes`: how much of the graph to keep in memory, `"4GB"` for example.
    - `mode`: whether the namespace may be created, must exist, or must not.
    - `read_only`: refuses writes.
    - `max_staleness`: how old what a query sees may be; nothing at all in memory and on files, a second on buckets.
    - `query_timeout`: how long a statement may run, unless it says otherwise.
    - `memory_limit`: how many bytes the rows that a statement holds may take.
    - `durability`: when a commit is acknowledged: when it is durable. `"relaxed"` raises an `UnsupportedFeatureError`.
    - `zones`: whether instants come in UTC, or in the zone that they were stored with.
    - `decimal`: whether a `Decimal` or `Fraction` is refused, or becomes the nearest float.
    - `commit_delay_ms`: how long a commit waits for others to share its put with.
    - `storage_options`: what the backend needs and a URI must not hold, credentials above all. Never shown.
    - `plan_cache`: how many plans to keep; 0 plans every statement anew.
    - `load_from`: a directory, or several, whose files LOAD CSV and LOAD PARQUET may read; none without it.

    >>> with namidb.Client("memory://demo") as demo:
    ...     demo.cypher("CREATE (p:Person {name: $name}) RETURN p.name AS name", {"name": "Ada"}).rows()
    [{'name': 'Ada'}]
    """

    _opening: tuple[str | Path, dict[str, Any]]

    def __new__(
        cls,
        uri: str | os.PathLike[str],
        cache_bytes: Size | None = None,
        *,
        mode: Literal["open_or_create", "open", "create"] | None = None,
        read_only: bool | None = None,
        max_staleness: Seconds | None = None,
        query_timeout: Seconds | None = None,
        memory_limit: Size | None = None,
        durability: Literal["durable", "relaxed"] | None = None,
        zones: Literal["utc", "keep"] = "utc",
        decimal: Literal["error", "float"] = "error",
        commit_delay_ms: float = 0.0,
        storage_options: Mapping[str, str] | None = None,
        plan_cache: int | None = None,
        load_from: Directories | None = None,
    ) -> Self:
        """Opens the namespace."""
        options = {
            "cache_bytes": cache_bytes,
            "mode": mode,
            "read_only": read_only,
            "max_staleness": max_staleness,
            "query_timeout": query_timeout,
            "memory_limit": memory_limit,
            "durability": durability,
            "zones": zones,
            "decimal": decimal,
            "commit_delay_ms": commit_delay_ms,
            "storage_options": storage_options,
            "plan_cache": plan_cache,
            "load_from": load_from,
        }
        return cls._open(uri, options)

    @classmethod
    def _open(
        cls,
        uri: str | os.PathLike[str],
        options: dict[str, Any],
        snapshot: str | os.PathLike[str] | BinaryIO | None = None,
    ) -> Self:
        if isinstance(options.get("load_from"), Iterator):
            options["load_from"] = list(options["load_from"])
        client = super().__new__(cls, uri, **options, _snapshot=snapshot)
        client._opening = (uri if isinstance(uri, str) else Path(uri).absolute(), options)
        return client

    @classmethod
    def from_snapshot(
        cls,
        source: str | os.PathLike[str] | BinaryIO,
        uri: str | os.PathLike[str] = "memory://restored",
        **options: Unpack[Options],
    ) -> Self:
        """Opens a namespace with what is in a snapshot file, which `snapshot_to` wrote. It must hold nothing yet.

        The file is a path, or a binary file object that is read from where it stands. `options` are those of `Client`.
        A damaged file raises a `CorruptionError` that names the part, and leaves nothing behind.

        >>> import io
        >>> file = io.BytesIO()
        >>> _ = client.snapshot_to(file)
        >>> with namidb.Client.from_snapshot(io.BytesIO(file.getvalue()), "memory://copy") as copy:
        ...     copy.node_count
        0
        """
        # It is there when it is opened, and opened again.
        return cls._open(uri, {**options, "mode": None}, source)

    def __reduce__(self) -> tuple[Callable[..., "Client"], tuple[type["Client"], str | Path, dict[str, Any]]]:
        """What another process opens. Credentials are not written, and memory is nobody else's."""
        if self.closed:
            raise ClosedError("the client is closed. Open another one")
        uri, options = self._opening
        if options.get("storage_options"):
            raise ParameterError("storage_options hold credentials, which are not pickled. Open a client there")
        if isinstance(uri, str) and uri.partition(":")[0].lower() == "memory":
            raise ParameterError("a graph in memory belongs to its process. Use file://, or send the rows")
        return _reopen, (type(self), uri, options)

    # --- Cypher

    async def acypher(
        self,
        query: str,
        params: Params | None = None,
        *,
        timeout: Seconds | None = None,
        read_only: bool = False,
        token: str | None = None,
    ) -> QueryResult:
        """Runs one statement, as `cypher` does, on asyncio or trio. Cancelling the coroutine stops the statement.

        >>> import asyncio
        >>> asyncio.run(client.acypher("RETURN 1 AS x")).rows()
        [{'x': 1}]
        """
        return await in_job(lambda: self.cypher(query, params, timeout=timeout, read_only=read_only, token=token))

    def cypher_many(
        self, query: str, params: Iterable[Params], *, timeout: Seconds | None = None, token: str | None = None
    ) -> WriteSummary:
        """Runs a statement that writes once for each of many parameters: one plan, one commit, all or nothing.

        Under a `token` all of it is done once, as `cypher` is.

        >>> client.cypher_many("CREATE (:N {i: $i})", ({"i": i} for i in range(1_000))).counters.nodes_created
        1000
        """
        return self._cypher_many(query, params, timeout, token)

    def stream(
        self, query: str, params: Params | None = None, *, batch_rows: int = 65_536, timeout: Seconds | None = None
    ) -> ResultStream:
        """Runs a statement that reads, and gives its rows while they are made, at most `batch_rows` at a time.

        >>> with client.stream("UNWIND range(1, 3) AS x RETURN x") as rows:
        ...     [row["x"] for row in rows]
        [1, 2, 3]
        """
        return ResultStream(self, query, params, batch_rows=batch_rows, timeout=timeout)

    async def astream(
        self, query: str, params: Params | None = None, *, batch_rows: int = 65_536, timeout: Seconds | None = None
    ) -> AsyncResultStream:
        """Runs a statement that reads, as `stream` does: `async for row in await client.astream(query)`.

        >>> import asyncio
        >>> async def main() -> list[int]:
        ...     return [row["x"] async for row in await client.astream("UNWIND range(1, 3) AS x RETURN x")]
        >>> asyncio.run(main())
        [1, 2, 3]
        """
        begin = partial(self.stream, query, params, batch_rows=batch_rows, timeout=timeout)
        return AsyncResultStream(await in_job(begin))

    def profile(
        self, query: str, params: Params | None = None, *, timeout: Seconds | None = None, read_only: bool = False
    ) -> Profile:
        """Runs a statement, writes included, and tells what each operator of its plan did.

        >>> profile = client.profile("UNWIND range(1, 3) AS x RETURN x")
        >>> profile.plan.rows, profile.result.values()
        (3, [(1,), (2,), (3,)])
        """
        result = self._profile(query, params, timeout, read_only)
        assert result.plan is not None, "a profiled statement has a plan"
        return Profile(result.plan, result)

    # --- staging and transactions

    async def amerge_nodes(self, label: str, rows: Rows, *, id: str = "id", on_existing: OnExisting = "replace") -> int:
        """Stages many nodes, as `merge_nodes` does.

        >>> import asyncio
        >>> asyncio.run(client.amerge_nodes("Person", [{"id": alice}, {"id": bob}]))
        2
        >>> client.rollback()
        2
        """
        return await in_job(lambda: self.merge_nodes(label, rows, id=id, on_existing=on_existing))

    async def amerge_edges(self, edge_type: str, rows: Rows, *, src: str = "src", dst: str = "dst") -> int:
        """Stages many edges, as `merge_edges` does.

        >>> import asyncio
        >>> asyncio.run(client.amerge_edges("KNOWS", [{"src": alice, "dst": bob}]))
        1
        >>> client.rollback()
        1
        """
        return await in_job(lambda: self.merge_edges(edge_type, rows, src=src, dst=dst))

    async def acommit(self, *, token: str | None = None) -> int | None:
        """Commits the staged batch, as `commit` does.

        >>> import asyncio
        >>> asyncio.run(client.acommit()) is None
        True
        """
        return await in_job(lambda: self.commit(token=token))

    def batch(self) -> Batch:
        """A batch of its own: `with client.batch() as batch:` commits at the end of the block.

        >>> with client.batch() as batch:
        ...     batch.merge_nodes("Person", [{"id": alice}, {"id": bob}])
        2
        """
        return Batch(self)

    def begin(self, *, read_only: bool = False, timeout: Seconds | None = None) -> Transaction:
        """Begins a transaction; after `timeout` it does nothing any more, and does not commit.

        It sees one snapshot and its own writes, and the first of two that touch the same commits.

        >>> tx = client.begin()
        >>> _ = tx.cypher("CREATE (:Person)")
        >>> tx.commit()
        1
        """
        return Transaction(self, read_only=read_only, timeout=timeout)

    @contextmanager
    def transaction(self, *, read_only: bool = False, timeout: Seconds | None = None) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, and rolls back if the block raises.

        >>> with client.transaction() as tx:
        ...     _ = tx.cypher("CREATE (:Person)")
        >>> client.node_count
        1
        """
        with self.begin(read_only=read_only, timeout=timeout) as transaction:
            yield transaction

    @overload
    def run(self, work: Callable[[Transaction], _T], *, retry: Retry | None = None, token: None = None) -> _T: ...
    @overload
    def run(self, work: Callable[[Transaction], _T], *, retry: Retry | None = None, token: str) -> _T | None: ...
    def run(
        self, work: Callable[[Transaction], _T], *, retry: Retry | None = None, token: str | None = None
    ) -> _T | None:
        """Calls `work` in a transaction and commits it; again from the beginning, if that loses against another.

        Under a `token` it is done once: None if a transaction was committed under it before, by whomever. `work` is not
        called then, unless that happens meanwhile, and what it does has no effect in any case.

        >>> def deposit(tx: namidb.Transaction) -> int:
        ...     tx.cypher("MERGE (a:Account {name: 'a'}) SET a.amount = coalesce(a.amount, 0) + 5")
        ...     return tx.cypher("MATCH (a:Account) RETURN a.amount AS amount").scalar()
        >>> client.run(deposit), client.run(deposit)
        (5, 10)
        >>> client.run(deposit, token="payday"), client.run(deposit, token="payday")
        (15, None)
        """
        if not callable(work):
            raise ParameterError("run() takes a function that is given a transaction. A statement is run with cypher()")
        attempts = Attempts(retry or Retry())
        while True:
            try:
                with self.begin() as transaction:
                    if token is None:
                        return work(transaction)
                    if transaction._is_done(token):
                        return None
                    done = work(transaction)
                    _, before = transaction._commit_once(token)
                    return None if before else done
            except Exception as failed:
                pause = attempts.pause(failed)
                if pause is None:
                    raise
            time.sleep(pause)

    def clear(self) -> int:
        """Deletes everything in this namespace, in one commit; gives how many nodes those were. What is staged stays.

        >>> _ = client.cypher("CREATE (:Person)-[:KNOWS]->(:Person)")
        >>> client.clear()
        2
        """
        found: int = self._clear()
        return found

    def schema(self) -> Schema:
        """What is in this namespace, and the indexes and constraints that are defined.

        >>> _ = client.cypher("CREATE (:Person {name: 'Ada'})-[:KNOWS]->(:Person)")
        >>> schema = client.schema()
        >>> schema.labels, schema.edge_types, schema.property_keys
        ({'Person': 2}, {'KNOWS': 1}, ['name'])
        """
        snapshot = self.snapshot()
        indexes = snapshot.cypher("SHOW INDEXES YIELD *")
        constraints = snapshot.cypher("SHOW CONSTRAINTS YIELD *")
        labels, edge_types, property_keys, fingerprint = snapshot._state().names()
        return Schema(
            labels,
            edge_types,
            property_keys,
            [_definition(row) for row in indexes],
            [_definition(row) for row in constraints],
            fingerprint,
        )

    def schema_ddl(self) -> str:
        """The statements that make the indexes and constraints of this namespace anew, one a line.

        >>> _ = client.cypher("CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE")
        >>> client.schema_ddl()
        'CREATE CONSTRAINT one FOR (n:Person) REQUIRE (n.name) IS UNIQUE;'
        """
        return self.schema().ddl()

    # --- snapshots and storage

    def snapshot(self) -> Snapshot:
        """A view that stays as it is, with the reads of a client.

        >>> snapshot = client.snapshot()
        >>> snapshot.cypher("MATCH (n) RETURN count(*) AS n").scalar()
        0
        """
        return Snapshot(self)

    async def abackup(
        self, to: str | os.PathLike[str], *, storage_options: Mapping[str, str] | None = None
    ) -> BackupReport:
        """Copies what is committed to another namespace, as `backup` does.

        >>> import asyncio
        >>> asyncio.run(client.abackup("memory://another?shared=true")).objects
        1
        """
        return await in_job(lambda: self.backup(to, storage_options=storage_options))

    async def asnapshot_to(self, target: str | os.PathLike[str] | BinaryIO) -> SnapshotMeta:
        """Writes what is committed to one file, as `snapshot_to` does.

        >>> import asyncio, io
        >>> asyncio.run(client.asnapshot_to(io.BytesIO())).format
        1
        """
        return await in_job(lambda: self.snapshot_to(target))

    async def averify(self, *, deep: bool = True) -> VerifyReport:
        """Reads and compares everything that is durable, as `verify` does.

        >>> import asyncio
        >>> asyncio.run(client.averify()).ok
        True
        """
        return await in_job(lambda: self.verify(deep=deep))

    async def arefresh(self) -> int:
        """Looks at the log, as `refresh` does.

        >>> import asyncio
        >>> asyncio.run(client.arefresh())
        0
        """
        return await in_job(self.refresh)

    async def aflush(self) -> None:
        """Writes a checkpoint, as `flush` does.

        >>> import asyncio
        >>> asyncio.run(client.aflush())
        """
        await in_job(self.flush)

    async def acompact(self) -> CompactionReport:
        """Merges runs of checkpoints, as `compact` does.

        >>> import asyncio
        >>> asyncio.run(client.acompact()).runs_after
        0
        """
        return await in_job(self.compact)

    async def aclose(self) -> None:
        """Closes the client, as `close` does.

        >>> import asyncio
        >>> asyncio.run(client.aclose())
        >>> client.closed
        True
        """
        await in_job(self.close)

    def __del__(self) -> None:
        """Warns if work is lost."""
        if not self.closed and self.pending:
            message = f"{self.pending} staged rows of {self!r} were neither committed nor discarded"
            warnings.warn(message, ResourceWarning, stacklevel=2, source=self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()


def _reopen(of: type[Client], uri: str | Path, options: dict[str, Any]) -> Client:
    return of(uri, **options)


def _definition(row: Mapping[str, Any]) -> Definition:
    return Definition(
        name=row["name"],
        kind=row["type"],
        entity=row["entityType"],
        of=row["labelsOrTypes"][0],
        properties=row["properties"],
        constraint=row.get("owningConstraint"),
        ddl=row["createStatement"],
    )


def connect(uri: str | os.PathLike[str], **options: Unpack[Options]) -> Client:
    """Opens a namespace: the same as `Client(uri, **options)`.

    >>> with namidb.connect("memory://demo") as demo:
    ...     demo.namespace
    'demo'
    """
    return Client(uri, **options)


def verify(uri: str | os.PathLike[str]) -> VerifyReport:
    """Reads everything that is durable in a namespace and compares it with all that it must agree with.

    The namespace need not open: what is damaged is no exception, but in the report. Nothing is written.
    """
    return _namidb._verify(uri)


def parse_uri(uri: str | os.PathLike[str]) -> UriParts:
    """Checks a URI and tells what it names; opens nothing.

    >>> namidb.parse_uri("S3://bucket/graphs?ns=prod&region=eu-1").prefix
    'graphs/prod'
    """
    return UriParts(*_namidb._parse_uri(uri))
