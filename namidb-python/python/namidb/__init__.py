"""NamiDB: a property-graph database whose only durable part is a bucket, in your process.

>>> import namidb
>>> client = namidb.Client("memory://demo")
>>> result = client.cypher("CREATE (p:Person {name: $name}) RETURN p.name AS name", params={"name": "Ada"})
>>> result.rows()
[{'name': 'Ada'}]
>>> client.close()
"""

import atexit
import os
from collections.abc import Sequence

from namidb import _namidb, dbapi, errors, objects, reports, retry, values
from namidb._async_client import AsyncBatch, AsyncClient, AsyncSnapshot, AsyncTransaction
from namidb._client import Client, connect, parse_uri, verify
from namidb._namidb import Plan, QueryResult, __version__, schemes, uuid7
from namidb._units import AsyncResultStream, Batch, ResultStream, Snapshot, Transaction
from namidb.errors import NamiError
from namidb.retry import Retry

__all__ = [
    "AsyncBatch",
    "AsyncClient",
    "AsyncResultStream",
    "AsyncSnapshot",
    "AsyncTransaction",
    "Batch",
    "Client",
    "NamiError",
    "Plan",
    "QueryResult",
    "ResultStream",
    "Retry",
    "Snapshot",
    "Transaction",
    "__version__",
    "connect",
    "dbapi",
    "errors",
    "objects",
    "parse_uri",
    "reports",
    "retry",
    "schemes",
    "uuid7",
    "values",
    "verify",
]

Sequence.register(QueryResult)

_namidb._after_import()

# The child of a fork has none of the threads; when the interpreter leaves, none of ours may call into it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_namidb._after_fork)
atexit.register(_namidb._shut_down)
