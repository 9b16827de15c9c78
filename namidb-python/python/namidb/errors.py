"""What can go wrong, as exceptions.

Every exception of the package is a `NamiError`. Errors of a query's text are also `ValueError`, errors of a run
and of the store are also `RuntimeError`. `outcome` says what became of the write that failed: `"not_applied"`, or
`"unknown"` where the answer of the store was lost and could not be found out.
"""

from typing import Literal

from namidb.reports import Position

__all__ = [
    "ArithmeticFault",
    "BackendAuthError",
    "BackendError",
    "BackendInitError",
    "BackendUnavailable",
    "ClosedError",
    "ConditionalPutUnsupported",
    "ConflictError",
    "ConstraintError",
    "CorruptionError",
    "CypherSemanticError",
    "CypherSyntaxError",
    "CypherTypeError",
    "ExecutionError",
    "FencedError",
    "FormatVersionError",
    "InternalError",
    "MissingExtraError",
    "MissingParameterError",
    "NamiError",
    "ParameterError",
    "ProcedureError",
    "QueryCancelled",
    "QueryError",
    "QueryTimeout",
    "QueueFullError",
    "ReadOnlyError",
    "ResourceLimit",
    "ResultError",
    "StorageFullError",
    "TransactionClosed",
    "TransactionError",
    "UnsupportedFeatureError",
    "UriError",
]


class NamiError(Exception):
    """Any error of NamiDB."""

    type: str = "DatabaseError"
    """openCypher's word for the kind of error, `"SyntaxError"` for example."""
    phase: str = "runtime"
    """`"compile time"` or `"runtime"`."""
    detail: str = "internal"
    """openCypher's word for what exactly, `"UndefinedVariable"` for example."""
    code: str = "NAMI-9999"
    """The stable number of the error."""
    name: str | None = "internal"
    """The stable name of the error, `"unique_violation"` for example."""
    gql_status: str = "50000"
    """The GQLSTATUS of ISO/IEC 39075."""
    neo4j_code: str = "Neo.DatabaseError.General.UnknownError"
    """The code that drivers of Neo4j know."""
    retryable: bool = False
    """Whether trying the same again can help."""
    outcome: Literal["not_applied", "unknown"] = "not_applied"
    """What became of the write."""
    hint: str | None = None
    """The way out, where there is one to name."""
    query: str | None = None
    """The text of the query, where there is one."""
    position: Position | None = None
    """`line` and `column`, both from 1, and `offset` in characters, where the error has a place in the query."""
    excerpt: str | None = None
    """The line of the query at that place, with carets under it. A traceback shows it behind the message."""

    @property
    def details(self) -> dict[str, str]:
        """Named facts, for programs."""
        found: dict[str, str] = self.__dict__.setdefault("_details", {})
        return found


class UriError(NamiError, ValueError):
    """The URI, its namespace or one of the options is malformed, or the scheme is unknown."""


class ParameterError(NamiError, ValueError):
    """A value given from Python cannot be a Cypher value, or an argument is wrong."""

    code: str = "NAMI-6004"
    name: str | None = "invalid_argument"
    gql_status: str = "22N03"
    neo4j_code: str = "Neo.ClientError.Statement.ArgumentError"
    path: str | None = None
    """Which value, `"rows[3].when"` for example."""


class MissingParameterError(ParameterError, RuntimeError):
    """A parameter of the query was not given."""


class QueryError(NamiError):
    """A query failed."""


class CypherSyntaxError(QueryError, ValueError):
    """The text is not Cypher."""


class CypherSemanticError(QueryError, ValueError):
    """The text is Cypher, and breaks a rule that is checked before anything runs."""


class UnsupportedFeatureError(QueryError, ValueError, NotImplementedError):
    """Something that this version does not do."""


class ExecutionError(QueryError, RuntimeError):
    """The query failed while it ran; nothing of it was applied."""


class CypherTypeError(ExecutionError):
    """A value has a type that the operation does not take, or is out of its range."""


class ArithmeticFault(ExecutionError):
    """An integer overflowed, or was divided by zero."""


class ProcedureError(ExecutionError):
    """A procedure is unknown, or was called wrongly."""


class ConstraintError(ExecutionError, ValueError):
    """A constraint of the graph would be broken."""


class QueryTimeout(ExecutionError, TimeoutError):
    """The deadline passed."""


class QueryCancelled(ExecutionError):
    """The query was cancelled."""


class ResourceLimit(ExecutionError):
    """The query needs more than it may have."""


class TransactionError(NamiError, RuntimeError):
    """A transaction could not go on."""


class ConflictError(TransactionError):
    """Another commit changed what this transaction wrote or relied on. Run it again."""

    @property
    def key(self) -> str | None:
        """What both wrote, `"node 5 (0190…).name"` for example; none if it is the schema."""
        part = self.details.get("property") or self.details.get("label")
        entity = self.details.get("entity")
        return entity if entity is None or part is None else f"{entity}.{part}"

    @property
    def with_sequence(self) -> int | None:
        """The sequence number of the other commit."""
        found = self.details.get("with_sequence")
        return None if found is None else int(found)


class FencedError(ConflictError):
    """The process slept longer than the log is kept. Its transactions ended; the client goes on."""


class ResultError(NamiError, ValueError):
    """A result has not the one row, or not the column, that was asked for."""


class ReadOnlyError(TransactionError):
    """A write was asked of something read-only."""


class TransactionClosed(TransactionError):
    """The transaction has ended."""


class BackendError(NamiError, RuntimeError):
    """The store said no, or did not answer."""

    @property
    def provider_status(self) -> str | None:
        """The status that the provider answered with."""
        return self.details.get("status")

    @property
    def request_id(self) -> str | None:
        """The provider's name for the request."""
        return self.details.get("request_id")

    @property
    def object(self) -> str | None:
        """The object that it is about."""
        return self.details.get("object")


class BackendInitError(BackendError):
    """The backend could not be started."""


class BackendAuthError(BackendError, PermissionError):
    """The store refused the credentials or the permission."""


class BackendUnavailable(BackendError):
    """The store did not answer, or answered that it cannot now."""


class StorageFullError(BackendError):
    """The store has no room left: reads go on, and writes do as soon as there is some."""


class ConditionalPutUnsupported(BackendError):
    """The store ignored a condition: it cannot hold a database."""


class CorruptionError(BackendError):
    """Durable bytes are not what was written."""

    @property
    def offset(self) -> int | None:
        """Where in the object."""
        found = self.details.get("offset")
        return int(found) if found is not None and found.isdecimal() else None


class FormatVersionError(BackendError):
    """The objects were written by a newer version."""


class ClosedError(NamiError, RuntimeError):
    """The client is closed."""


class QueueFullError(NamiError, RuntimeError):
    """Too many commits are waiting. Try again."""


class InternalError(NamiError, RuntimeError):
    """A defect of NamiDB. Please report it."""


class MissingExtraError(NamiError, ImportError):
    """An optional library is needed and not installed."""
