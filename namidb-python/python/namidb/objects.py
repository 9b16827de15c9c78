"""Nodes, relationships and paths as objects: what `QueryResult.objects()` puts in place of dicts and lists.

>>> _ = client.cypher("CREATE (:Person {name: 'Ada'})-[:KNOWS {since: 1833}]->(:Person {name: 'Mary'})")
>>> row = client.cypher("MATCH p = (a)-[k]->(b) RETURN a, k, p").objects()[0]
>>> row["a"].properties["name"], row["a"]["labels"], row["k"].edge_type
('Ada', ['Person'], 'KNOWS')
>>> row["p"].start == row["a"], len(row["p"].relationships), row["p"].end.label
(True, 1, 'Person')
"""

from typing import Any

__all__ = ["Node", "Path", "Relationship"]


class _Entity(dict[str, Any]):
    """The dict of a node or relationship, whose entries are attributes too. Its public id tells it from others."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Its public id."""
        found: str = self["id"]
        return found

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties."""
        found: dict[str, Any] = self["properties"]
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and (self["_kind"], self["id"]) == (other.get("_kind"), other.get("id"))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        return hash((self["_kind"], self["id"]))


class Node(_Entity):
    """A node.

    >>> node = client.cypher("CREATE (n:Person {name: 'Ada'}) RETURN n").objects()[0]["n"]
    >>> node.label, node.properties
    ('Person', {'name': 'Ada'})
    """

    __slots__ = ()

    @property
    def label(self) -> str | None:
        """Its first label, if it has any."""
        found: str | None = self["label"]
        return found

    @property
    def labels(self) -> list[str]:
        """All its labels."""
        found: list[str] = self["labels"]
        return found

    def __repr__(self) -> str:
        return f"<Node {self.id} {''.join(f':{label}' for label in self.labels)} {self.properties}>"


class Relationship(_Entity):
    """A relationship.

    >>> made = "CREATE (a)-[k:KNOWS {since: 1833}]->(b) RETURN a, k, b"
    >>> row = client.cypher(made).objects()[0]
    >>> row["k"].src == row["a"].id, row["k"].dst == row["b"].id
    (True, True)
    """

    __slots__ = ()

    @property
    def edge_type(self) -> str:
        """Its type."""
        found: str = self["edge_type"]
        return found

    @property
    def src(self) -> str:
        """The public id of the node where it starts."""
        found: str = self["src"]
        return found

    @property
    def dst(self) -> str:
        """The public id of the node where it ends."""
        found: str = self["dst"]
        return found

    def __repr__(self) -> str:
        return f"<Relationship {self.id} :{self.edge_type} {self.src} -> {self.dst} {self.properties}>"


class Path(list[Any]):
    """A path: nodes and relationships in turn, as in the list that it is."""

    __slots__ = ()

    @property
    def nodes(self) -> list[Node]:
        """Its nodes, in order."""
        return self[::2]

    @property
    def relationships(self) -> list[Relationship]:
        """Its relationships, in order."""
        return self[1::2]

    @property
    def start(self) -> Node:
        """Where it starts."""
        found: Node = self[0]
        return found

    @property
    def end(self) -> Node:
        """Where it ends."""
        found: Node = self[-1]
        return found
