"""NamiDB: a property-graph database whose only durable part is a bucket, in your process."""

import atexit
import os

from namidb import _namidb, errors, values
from namidb._namidb import __version__, uuid7

__all__ = ["__version__", "errors", "uuid7", "values"]

# The child of a fork has none of the threads; when the interpreter leaves, none of ours may call into it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_namidb._after_fork)
atexit.register(_namidb._shut_down)
