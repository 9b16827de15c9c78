"""Staging whole records: what clients, transactions and batches have in common."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, TypeAlias

from namidb._namidb import StagedRows
from namidb._reads import Id


class ArrowStream(Protocol):
    """Anything that hands over rows as Arrow: a table or reader of pyarrow, a frame of pandas or polars."""

    def __arrow_c_stream__(self, requested_schema: object = None, /) -> object:
        """The capsule of the stream."""


Rows: TypeAlias = Iterable[Mapping[str, Any]] | ArrowStream
"""What is merged: mappings, or columns."""
OnExisting: TypeAlias = Literal["replace", "merge", "skip", "error"]
"""What becomes of a node that is there already."""


class Stages:
    """Stages whole records. A client and a batch keep them until `commit`; a transaction applies them at once.

    Properties that a record does not name will be gone, and so will labels. Values are those of parameters.
    """

    __slots__ = ()

    @property
    def _decimals(self) -> bool:
        raise NotImplementedError

    def _stage(self, rows: StagedRows) -> int:
        raise NotImplementedError

    def upsert_node(self, label: str, id: Id, properties: Mapping[str, Any]) -> None:
        """Stages a node's whole record.

        >>> client.upsert_node("Person", alice, {"name": "Alice", "age": 30})
        >>> client.commit()
        1
        """
        self._stage(StagedRows.node([label], id, properties, self._decimals))

    def upsert_node_with_labels(self, labels: Iterable[str], id: Id, properties: Mapping[str, Any]) -> None:
        """Stages a node's whole record with any number of labels.

        >>> client.upsert_node_with_labels(["Person", "Admin"], alice, {"name": "Alice"})
        >>> client.commit()
        1
        """
        self._stage(StagedRows.node(labels, id, properties, self._decimals))

    def upsert_edge(self, edge_type: str, src: Id, dst: Id, properties: Mapping[str, Any]) -> None:
        """Stages the whole record of the one edge of this type between two nodes, which may be staged later.

        >>> client.upsert_edge("KNOWS", alice, bob, {"since": 2020})
        >>> client.merge_nodes("Person", [{"id": alice}, {"id": bob}])
        2
        >>> client.commit()
        1
        """
        self._stage(StagedRows.edge(edge_type, src, dst, properties, self._decimals))

    def tombstone_node(self, label: str, id: Id) -> None:
        """Stages the removal of a node and of its relationships; nothing happens if it does not have the label.

        >>> client.tombstone_node("Person", alice)
        >>> client.commit() is None
        True
        """
        self._stage(StagedRows.no_node(label, id))

    def tombstone_edge(self, edge_type: str, src: Id, dst: Id) -> None:
        """Stages the removal of the one edge of this type between two nodes.

        >>> client.tombstone_edge("KNOWS", alice, bob)
        >>> client.pending
        1
        >>> client.rollback()
        1
        """
        self._stage(StagedRows.no_edge(edge_type, src, dst))

    def merge_nodes(self, label: str, rows: Rows, *, id: str = "id", on_existing: OnExisting = "replace") -> int:
        """Stages many nodes; gives how many. If a row is refused, none is staged.

        `on_existing` says what becomes of a node that is there when the batch is committed, or by an earlier row:
        `"replace"` makes its record the new one, `"merge"` adds the label and the properties of the new one to it,
        `"skip"` leaves it as it is, and with `"error"` the commit raises a `ConstraintError`.

        `rows` is an iterable of mappings, or anything that hands over Arrow: tables, record batches and readers of
        pyarrow, frames of pandas and polars, capsules of streams. Those are read column by column, without an object
        for any value. Each row has the UUID in the column that `id` names, and properties.

        >>> client.merge_nodes("Person", [{"id": alice, "name": "Alice"}, {"id": bob, "name": "Bob"}])
        2
        >>> client.merge_nodes("Person", [{"id": alice, "age": 30}], on_existing="merge")
        1
        >>> client.commit()
        1
        >>> client.lookup_node("Person", alice)["properties"]
        {'name': 'Alice', 'age': 30}
        """
        return self._stage(StagedRows.nodes(label, rows, id, on_existing, self._decimals))

    def merge_edges(self, edge_type: str, rows: Rows, *, src: str = "src", dst: str = "dst") -> int:
        """Stages many edges, as `merge_nodes` does nodes. Each row has two UUIDs, in the columns `src` and `dst`.

        The nodes may be staged later; they must exist when the batch is committed.

        >>> client.merge_nodes("Person", [{"id": alice}, {"id": bob}])
        2
        >>> client.merge_edges("KNOWS", [{"src": alice, "dst": bob, "since": 2020}])
        1
        >>> client.commit()
        1
        """
        return self._stage(StagedRows.edges(edge_type, rows, src, dst, self._decimals))
