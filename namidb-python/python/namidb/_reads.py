"""Reading without Cypher: what clients, transactions and snapshots have in common."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from namidb import _namidb

if TYPE_CHECKING:
    import pyarrow

Row: TypeAlias = dict[str, Any]
"""A row by the names of its columns, or a node or relationship as a dict."""
Id: TypeAlias = str | UUID
"""A public id: a UUID, as text in any of its forms or as an object."""


class DirectReads:
    """Reads of one state of the graph, without Cypher."""

    __slots__ = ()

    def _state(self) -> _namidb.State:
        raise NotImplementedError

    @property
    def node_count(self) -> int:
        """How many nodes there are.

        >>> client.node_count
        0
        """
        return self._state().node_count

    @property
    def relationship_count(self) -> int:
        """How many relationships there are.

        >>> client.relationship_count
        0
        """
        return self._state().relationship_count

    def lookup_node(self, label: str, id: Id) -> Row | None:
        """The node with this id, or None if there is none with this label.

        >>> client.upsert_node("Person", alice, {"name": "Alice"})
        >>> client.commit()
        1
        >>> client.lookup_node("Person", alice)["properties"]
        {'name': 'Alice'}
        >>> client.lookup_node("Company", alice) is None
        True
        """
        return self._state().lookup_node(label, id)

    def lookup_nodes(self, label: str, ids: Iterable[Id]) -> list[Row | None]:
        """The nodes with these ids, in their order, all at one moment; None for each that there is not.

        >>> client.upsert_node("Person", alice, {"name": "Alice"})
        >>> client.commit()
        1
        >>> [node and node["properties"] for node in client.lookup_nodes("Person", [bob, alice])]
        [None, {'name': 'Alice'}]
        """
        return self._state().lookup_nodes(label, ids)

    def scan_label(self, label: str) -> list[Row]:
        """The nodes with a label, in the order of their creation.

        >>> client.cypher("CREATE (:City {name: 'Oslo'}), (:City {name: 'Rome'})").summary.counters.nodes_created
        2
        >>> [node["properties"]["name"] for node in client.scan_label("City")]
        ['Oslo', 'Rome']
        """
        return self._state().scan_label(label)

    def scan_edge_type(self, edge_type: str) -> list[Row]:
        """The relationships of a type, in the order of their creation.

        >>> _ = client.cypher("CREATE (:Person)-[:KNOWS {since: 2020}]->(:Person)")
        >>> [edge["properties"] for edge in client.scan_edge_type("KNOWS")]
        [{'since': 2020}]
        """
        return self._state().scan_edge_type(edge_type)

    def out_edges(self, edge_type: str, src: Id) -> list[Row]:
        """The relationships of a type that start at a node.

        >>> client.merge_nodes("Person", [{"id": alice}, {"id": bob}])
        2
        >>> client.upsert_edge("KNOWS", alice, bob, {"since": 2020})
        >>> client.commit()
        1
        >>> [edge["dst"] == bob for edge in client.out_edges("KNOWS", alice)]
        [True]
        """
        return self._state().out_edges(edge_type, src)

    def in_edges(self, edge_type: str, dst: Id) -> list[Row]:
        """The relationships of a type that end at a node.

        >>> client.in_edges("KNOWS", bob)
        []
        """
        return self._state().in_edges(edge_type, dst)

    def scan_label_arrow(self, label: str, *, include_labels: bool = False) -> "pyarrow.Table":
        """The nodes with a label as a table: `id`, `label`, `lsn`, `schema_version`, then the properties.

        A property that is named like one of the first columns has its name after `properties.`.

        >>> _ = client.cypher("CREATE (:City {name: 'Oslo'})")
        >>> client.scan_label_arrow("City").column_names
        ['id', 'label', 'lsn', 'schema_version', 'name']
        """
        return self._state().scan_label_arrow(label, include_labels=include_labels)
