"""PEP 249 over Cypher: for tools that know databases by it, such as `pandas.read_sql`.

>>> from namidb import dbapi
>>> with dbapi.connect("memory://demo") as connection:
...     cursor = connection.cursor()
...     _ = cursor.execute("CREATE (:Person {name: :name})", {"name": "Ada"})
...     connection.commit()
...     cursor.execute("MATCH (p:Person) RETURN p.name AS name").fetchall()
[('Ada',)]

A transaction begins with the first statement after the last commit. It sees the graph as it was then, and its own
writes; the first of two that touch the same commits, and the other's commit raises an `OperationalError`.
"""

import datetime
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self, TypeAlias, TypeVar

from namidb import errors
from namidb._client import Client, Params
from namidb._namidb import QueryResult
from namidb._units import Transaction

__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "connect",
    "paramstyle",
    "threadsafety",
]

apilevel = "2.0"
"""The version of the interface."""
threadsafety = 2
"""Threads may share the module and connections, but not cursors."""
paramstyle = "named"
"""Parameters are written `:name`; `$name`, as in Cypher, works as well."""

_Row: TypeAlias = tuple[Any, ...]
_T = TypeVar("_T")


class Warning(Exception):
    """Something that is worth knowing. Nothing raises it."""


class Error(Exception):
    """What everything that is raised here belongs to. Its cause is the error of `namidb.errors`."""


class InterfaceError(Error):
    """A connection or cursor was used wrongly."""


class DatabaseError(Error):
    """The database refused or failed."""


class DataError(DatabaseError):
    """A value is wrong: a parameter that has no counterpart, a division by zero."""


class OperationalError(DatabaseError):
    """The store does not answer, another transaction was first, or a limit was reached."""


class IntegrityError(DatabaseError):
    """A constraint would be violated."""


class InternalError(DatabaseError):
    """Something went wrong that never should."""


class ProgrammingError(DatabaseError):
    """The statement is wrong, or nothing is there to be fetched."""


class NotSupportedError(DatabaseError):
    """What was asked for does not exist here."""


_COUNTERPARTS: tuple[tuple[type[BaseException], type[Error]], ...] = (
    (errors.ClosedError, InterfaceError),
    (errors.ConstraintError, IntegrityError),
    (errors.UnsupportedFeatureError, NotSupportedError),
    (errors.MissingParameterError, ProgrammingError),
    (errors.ParameterError, DataError),
    (errors.ArithmeticFault, DataError),
    (errors.CypherTypeError, DataError),
    (errors.CypherSyntaxError, ProgrammingError),
    (errors.CypherSemanticError, ProgrammingError),
    (errors.UriError, InterfaceError),
    (errors.NamiError, OperationalError),
)


def _translated(call: Callable[[], _T]) -> _T:
    try:
        return call()
    except errors.NamiError as error:
        counterpart = next(own for of, own in _COUNTERPARTS if isinstance(error, of))
        raise counterpart(str(error)) from error


class _TypeGroup(frozenset[str]):
    """Types of columns: equal to each of their names, as a description gives them."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other in self if isinstance(other, str) else frozenset.__eq__(self, other)

    __hash__ = frozenset.__hash__


STRING = _TypeGroup({"STRING"})
"""Text."""
BINARY = _TypeGroup({"BYTES"})
"""Bytes."""
NUMBER = _TypeGroup({"INTEGER", "FLOAT"})
"""Numbers."""
DATETIME = _TypeGroup({"DATE", "LOCAL TIME", "TIME", "LOCAL DATETIME", "DATETIME"})
"""Dates, times and instants."""
ROWID = _TypeGroup(())
"""Nothing: ids are texts."""

Date = datetime.date
"""A date."""
Time = datetime.time
"""A time of day."""
Timestamp = datetime.datetime
"""A date with a time of day."""
Binary = bytes
"""Bytes."""


def DateFromTicks(ticks: float) -> datetime.date:
    """The date of so many seconds after 1970 began, where this process is."""
    return Date(*time.localtime(ticks)[:3])


def TimeFromTicks(ticks: float) -> datetime.time:
    """The time of day of so many seconds after 1970 began, where this process is."""
    return Time(*time.localtime(ticks)[3:6])


def TimestampFromTicks(ticks: float) -> datetime.datetime:
    """The instant of so many seconds after 1970 began, as clocks show it where this process is."""
    return Timestamp(*time.localtime(ticks)[:6])


# What may hold a colon that begins no parameter, as a whole; or a colon with a name.
_TOKENS = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `(?:``|[^`])*` | //[^\n]* | /\*.*?\*/ | ::
        | (?<![\w)\]`|&!]) : (?P<name>[^\W\d]\w*)""",
    re.VERBOSE | re.DOTALL,
)
_LOOK_BACK = 80
_PATTERN_BEGINS = re.compile(r"(?:(?<![\w`])\(|[-<]\s*\[)\s*$")


def _as_cypher(operation: str, names: Iterable[str]) -> str:
    """The statement with `$name` for every `:name` of a parameter.

    A label or type of the same name is told from it by what stands before: `(n:name)`, `(:name)`, `-[:name]-`.
    """
    given = frozenset(names)
    if not given:
        return operation

    def parameter(token: re.Match[str]) -> str:
        name = token["name"]
        start = token.start()
        if name not in given or _PATTERN_BEGINS.search(operation, max(0, start - _LOOK_BACK), start):
            return token[0]
        return f"${name}"

    return _TOKENS.sub(parameter, operation)


class Cursor:
    """Runs statements in the transaction of its connection, and gives their rows."""

    arraysize = 1
    """How many rows `fetchmany` gives, unless it is told."""

    def __init__(self, connection: "Connection") -> None:
        """Made by `Connection.cursor`."""
        self.connection = connection
        self._closed = False
        self._result: QueryResult | None = None
        self._rows: Iterator[_Row] = iter(())
        self._row_count = -1

    @property
    def description(self) -> Sequence[tuple[str, str, None, None, None, None, bool]] | None:
        """For each column its name, its type, four times nothing, and whether it holds nulls; None without columns."""
        if self._result is None or not self._result.columns:
            return None
        return [(c.name, c.type, None, None, None, None, c.nullable) for c in self._result.schema]

    @property
    def rowcount(self) -> int:
        """How many rows the last statement gave; -1 if it gave none because it returns nothing."""
        return self._row_count

    def execute(self, operation: str, parameters: Params | None = None) -> Self:
        """Runs a statement.

        >>> cursor = dbapi.connect("memory://demo").cursor()
        >>> cursor.execute("RETURN :x + $y AS sum", {"x": 1, "y": 2}).fetchone()
        (3,)
        """
        self._check_open()
        if parameters is not None and not isinstance(parameters, Mapping):
            raise ProgrammingError("parameters are a mapping of names to values: paramstyle is 'named'")
        result = self.connection._run(_as_cypher(operation, parameters or ()), parameters)
        self._result = result
        self._row_count = len(result) if result.columns else -1
        self._rows = iter(result.values())
        return self

    def executemany(self, operation: str, seq_of_parameters: Iterable[Params]) -> Self:
        """Runs a statement once for each of many parameters; what it returns is not kept."""
        self._check_open()
        for parameters in seq_of_parameters:
            self.execute(operation, parameters)
        self._result, self._rows, self._row_count = None, iter(()), -1
        return self

    def fetchone(self) -> _Row | None:
        """The next row; None after the last."""
        return next(self._fetchable(), None)

    def fetchmany(self, size: int | None = None) -> list[_Row]:
        """The next rows, at most `size` of them."""
        rows = self._fetchable()
        wanted = range(self.arraysize if size is None else size)
        return [row for _, row in zip(wanted, rows, strict=False)]

    def fetchall(self) -> list[_Row]:
        """The rest of the rows."""
        return list(self._fetchable())

    def _fetchable(self) -> Iterator[_Row]:
        self._check_open()
        if self._result is None or not self._result.columns:
            raise ProgrammingError("no statement that returns rows was executed")
        return self._rows

    def _check_open(self) -> None:
        if self._closed:
            raise InterfaceError("the cursor is closed")
        self.connection._check_open()

    def setinputsizes(self, sizes: Sequence[object]) -> None:
        """Does nothing: values know their size."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Does nothing: values come whole."""

    def close(self) -> None:
        """Forgets its rows; twice is fine."""
        self._closed, self._result, self._rows = True, None, iter(())

    def __iter__(self) -> Iterator[_Row]:
        return self._fetchable()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Connection:
    """An open namespace, with at most one transaction at a time. Made by `connect`."""

    Warning = Warning
    Error = Error
    InterfaceError = InterfaceError
    DatabaseError = DatabaseError
    DataError = DataError
    OperationalError = OperationalError
    IntegrityError = IntegrityError
    InternalError = InternalError
    ProgrammingError = ProgrammingError
    NotSupportedError = NotSupportedError

    def __init__(self, client: Client) -> None:
        """A connection that owns a client."""
        self._client = client
        self._transaction: Transaction | None = None
        self._lock = threading.RLock()

    def _check_open(self) -> None:
        if self._client.closed:
            raise InterfaceError("the connection is closed")

    def _run(self, query: str, parameters: Params | None) -> QueryResult:
        with self._lock:
            self._check_open()
            if self._transaction is None:
                self._transaction = _translated(self._client.begin)
            transaction = self._transaction
            return _translated(lambda: transaction.cypher(query, parameters))

    def cursor(self) -> Cursor:
        """A new cursor."""
        self._check_open()
        return Cursor(self)

    def commit(self) -> None:
        """Commits what was done since the last commit; nothing, if that is nothing. Whether or not it fails, the next
        statement begins another transaction."""
        with self._lock:
            self._check_open()
            transaction, self._transaction = self._transaction, None
            if transaction is not None:
                _translated(transaction.commit)

    def rollback(self) -> None:
        """Undoes what was done since the last commit."""
        with self._lock:
            self._check_open()
            transaction, self._transaction = self._transaction, None
            if transaction is not None:
                _translated(transaction.rollback)

    def close(self) -> None:
        """Undoes what was not committed, and closes the namespace; twice is fine."""
        with self._lock:
            if not self._client.closed:
                self.rollback()
                _translated(self._client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes it. What was not committed is undone."""
        self.close()


def connect(uri: str | os.PathLike[str], **options: Any) -> Connection:
    """Opens a namespace; the options are those of `namidb.Client`.

    >>> connection = dbapi.connect("memory://demo")
    >>> connection.close()
    """
    return Connection(_translated(lambda: Client(uri, **options)))
