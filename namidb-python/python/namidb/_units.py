"""What a client hands out: transactions, batches, snapshots."""

from namidb import _namidb
from namidb._reads import DirectReads
from namidb._stages import Stages


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
