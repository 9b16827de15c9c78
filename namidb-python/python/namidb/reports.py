"""What the engine tells about itself and about a statement."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from namidb._namidb import Plan, QueryResult

__all__ = [
    "BackupReport",
    "CacheStats",
    "ColumnType",
    "CompactionReport",
    "Counters",
    "Definition",
    "Graph",
    "Names",
    "Notification",
    "Problem",
    "Profile",
    "QueryContract",
    "RequestStats",
    "Schema",
    "SnapshotMeta",
    "Stray",
    "Summary",
    "UriParts",
    "VerifyReport",
    "WriteSummary",
]


class _Numbers:
    """Numbers by name: attributes that can also be asked for as items, so that `dict(numbers)` works."""

    __slots__ = ()

    def keys(self) -> Iterator[str]:
        """The names."""
        return (field.name for field in fields(self))  # type: ignore[arg-type]

    def items(self) -> Iterator[tuple[str, int]]:
        """Names and numbers."""
        return ((name, self[name]) for name in self.keys())

    def __getitem__(self, name: str) -> int:
        if name not in self.keys():
            raise KeyError(name)
        found: int = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True)
class Counters(_Numbers):
    """What a statement changed. `counters["nodes_created"]` and `dict(counters)` work as well.

    >>> counters = client.cypher("CREATE (:Person {name: 'Ada'})").summary.counters
    >>> counters.nodes_created, counters["labels_added"], counters.contains_updates
    (1, 1, True)
    """

    nodes_created: int = 0
    nodes_deleted: int = 0
    relationships_created: int = 0
    relationships_deleted: int = 0
    properties_set: int = 0
    labels_added: int = 0
    labels_removed: int = 0
    indexes_added: int = 0
    indexes_removed: int = 0
    constraints_added: int = 0
    constraints_removed: int = 0

    @property
    def contains_updates(self) -> bool:
        """Whether anything was changed."""
        return any(number for _, number in self.items())


@dataclass(frozen=True, slots=True)
class RequestStats(_Numbers):
    """What a store was asked, by kind: how often, how often the answer was an error, and the bytes of objects.

    `stats["put"]` and `dict(stats)` work as well.

    >>> stats = client.cypher("CREATE (:Person)").stats
    >>> stats.put == stats["put"] >= 1, stats.retries
    (True, 0)
    """

    put: int = 0
    put_errors: int = 0
    put_bytes: int = 0
    get: int = 0
    get_errors: int = 0
    get_bytes: int = 0
    head: int = 0
    head_errors: int = 0
    head_bytes: int = 0
    delete: int = 0
    delete_errors: int = 0
    delete_bytes: int = 0
    list: int = 0
    list_errors: int = 0
    list_bytes: int = 0
    name_lookups: int = 0
    """On files: names that were looked up and were not there, or nothing new. They are no requests."""
    requests: int = 0
    """All of them."""
    retries: int = 0
    """How many were sent again; a request counts once, however often it was sent."""


class Summary(NamedTuple):
    """What is known of a statement beside its rows."""

    kind: Literal["r", "w", "rw", "s"]
    """Whether it reads, writes, does both, or changes the schema."""
    counters: Counters
    """What it changed."""
    bookmark: int
    """The sequence number of the commit that it made; if it made none, of the newest one that it saw."""
    elapsed_ms: float
    """How long it took, waiting for the store included."""
    query: str
    """Its text."""
    repeated: bool
    """Whether it was done before, under the token that it was given: then the rest is what that told."""
    rows_kept: bool
    """Whether the rows are there. Of what was done before they are not, if they took more than 1,024 bytes."""
    notifications: list["Notification"]
    """What is worth knowing of it, though it is no error."""


class WriteSummary(NamedTuple):
    """What is known of a statement that was executed many times."""

    counters: Counters
    """What all of it changed."""
    bookmark: int
    """The sequence number of the commit."""
    elapsed_ms: float
    """How long it took, waiting for the store included."""
    query: str
    """Its text."""
    executions: int
    """How often it was executed."""
    repeated: bool
    """Whether that was done before, under the token that it was given."""


class Position(NamedTuple):
    """A place in the text of a query."""

    line: int
    """The line, from 1."""
    column: int
    """The character in the line, from 1."""
    offset: int
    """The character in the text, from 0."""


class Notification(NamedTuple):
    """Something worth knowing about a statement that ran, though it is no error."""

    code: str
    """What kind it is, for programs: `"UnknownLabel"`, `"UnknownRelationshipType"`, `"UnknownPropertyKey"`,
    `"CartesianProduct"` or `"RowsNotKept"`."""
    title: str
    """In a few words."""
    description: str
    """In a sentence."""


class Names(NamedTuple):
    """Names that a statement reads or writes by, in alphabetical order; those that it computes are not among them."""

    labels: list[str]
    edge_types: list[str]
    property_keys: list[str]


class QueryContract(NamedTuple):
    """What is known of a statement before it runs."""

    kind: Literal["r", "w", "rw", "s"]
    """Whether it reads, writes, does both, or changes the schema."""
    columns: list[str]
    """The columns of its result, in order."""
    parameters: list[str]
    """The parameters that it needs."""
    reads: Names
    """What nodes and relationships are looked for by, and the properties that are read."""
    writes: Names
    """Labels that are added or removed, types of relationships that are created, properties that are set or removed."""
    schema: list["ColumnType"]
    """The columns with their types: `"ANY"` where that is only known when it runs, and each may be null."""

    @property
    def read_only(self) -> bool:
        """Whether it changes nothing."""
        return self.kind == "r"


class Profile(NamedTuple):
    """A statement that ran, and what each operator of its plan did."""

    plan: "Plan"
    """The plan, with rows, batches and times."""
    result: "QueryResult"
    """What the statement gave."""

    def __str__(self) -> str:
        return str(self.plan)


class CompactionReport(NamedTuple):
    """What a compaction came to."""

    checkpoint: int
    """The checkpoint whose runs were merged."""
    runs_before: int
    runs_after: int
    bytes_read: int
    """Bytes that the merged runs had."""
    bytes_written: int
    """Bytes of the run that they became."""


class BackupReport(NamedTuple):
    """What a backup came to."""

    sequence: int
    """The newest commit in the copy."""
    objects: int
    """Objects written."""
    bytes: int
    """Their bytes."""


class SnapshotMeta(NamedTuple):
    """What is in a snapshot file."""

    format: int
    """The format of the file."""
    sequence: int
    """The newest commit in it."""
    node_count: int
    """How many nodes it holds."""
    relationship_count: int
    """How many relationships it holds."""
    bytes: int
    """Its size."""


class Definition(NamedTuple):
    """An index or a constraint."""

    name: str
    kind: str
    """`"RANGE"` or `"UNIQUENESS"` for example."""
    entity: Literal["NODE", "RELATIONSHIP"]
    of: str
    """The label or type that it is for."""
    properties: list[str]
    constraint: str | None
    """Of an index, the constraint that it belongs to."""
    ddl: str
    """The statement that makes it."""


class Schema(NamedTuple):
    """What is in a namespace, and what is defined for it."""

    labels: dict[str, int]
    """The labels in use, with how many nodes have each."""
    edge_types: dict[str, int]
    """The types in use, with how many relationships have each."""
    property_keys: list[str]
    """The keys of properties in use."""
    indexes: list[Definition]
    constraints: list[Definition]
    fingerprint: str
    """The same for namespaces whose names, indexes and constraints are the same, whatever their counts."""

    def ddl(self) -> str:
        """The statements that make the indexes and constraints anew, one a line.

        >>> _ = client.cypher("CREATE INDEX of_name FOR (p:Person) ON (p.name)")
        >>> print(client.schema().ddl())
        CREATE RANGE INDEX of_name FOR (n:Person) ON (n.name);
        """
        own = [index for index in self.indexes if index.constraint is None]
        return "\n".join(f"{definition.ddl};" for definition in self.constraints + own)


class ColumnType(NamedTuple):
    """A column of a result."""

    name: str
    type: str
    """The Cypher type of what is in it: `"INTEGER"` for example, or `"ANY"` where it is mixed or nothing is there."""
    nullable: bool
    """Whether a null is in it; of a statement that has not run, whether one may be."""


class Graph(NamedTuple):
    """Nodes and relationships, each once, in the order in which they were met.

    >>> _ = client.cypher("CREATE (:Person)-[:KNOWS]->(:Person)")
    >>> graph = client.cypher("MATCH p = (:Person)-->(:Person) RETURN p").graph()
    >>> [node["label"] for node in graph.nodes], graph.relationships[0]["edge_type"]
    (['Person', 'Person'], 'KNOWS')
    """

    nodes: list[dict[str, Any]]
    relationships: list[dict[str, Any]]

    @classmethod
    def of(cls, rows: list[dict[str, Any]]) -> "Graph":
        """Those in rows of a result, also in lists, maps and paths."""
        found: dict[str, dict[str, dict[str, Any]]] = {"node": {}, "rel": {}}
        waiting: list[Any] = list(reversed(rows))
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                kind = value.get("_kind")
                if kind in found and "id" in value:
                    found[kind].setdefault(value["id"], value)
                else:
                    waiting.extend(reversed(value.values()))
            elif isinstance(value, list):
                waiting.extend(reversed(value))
        return cls(list(found["node"].values()), list(found["rel"].values()))

    def _to_networkx(self, networkx: Any) -> Any:
        graph = networkx.MultiDiGraph()
        for node in self.nodes:
            own = {"label": node["label"], "labels": node["labels"]}
            graph.add_node(node["id"])
            graph.nodes[node["id"]].update(_beside(own, node["properties"]))
        for edge in self.relationships:
            own = {"edge_type": edge["edge_type"]}
            graph.add_edge(edge["src"], edge["dst"], key=edge["id"])
            graph.edges[edge["src"], edge["dst"], edge["id"]].update(_beside(own, edge["properties"]))
        return graph


def _beside(own: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    named = {f"properties.{name}" if name in own else name: value for name, value in properties.items()}
    return own | named


class Problem(NamedTuple):
    """Something that is wrong in a namespace, and what to do about it."""

    object: str
    """The object, by its path."""
    block: str | None
    """The block of it, if it is about one."""
    code: str
    """What kind of problem it is: `"corruption"`, `"format_version"` or `"manifest_missing"`."""
    message: str
    """What is wrong."""
    advice: str
    """What to do."""


class Stray(NamedTuple):
    """An object of a namespace that nothing refers to. It does no harm."""

    object: str
    """Its path."""
    what: str
    """What it is."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a verification read, and what is wrong with it. Its text can be shown to a person."""

    database: str
    """The database; nil if its manifest cannot be read."""
    manifest_version: int
    """The version of the manifest."""
    checkpoint: int
    """The checkpoint that it names."""
    sequence: int
    """The last record of the log."""
    objects: int
    """Objects read."""
    bytes: int
    """Their bytes."""
    blocks: int
    """Blocks of SSTs that were compared with their checksums."""
    records: int
    """Records of the log that were."""
    nodes: int | None
    """Nodes of the newest state; none if that could not be built."""
    relationships: int | None
    """Relationships of the newest state."""
    problems: tuple[Problem, ...]
    """What is wrong."""
    strays: tuple[Stray, ...]
    """Objects that nothing refers to."""
    text: str
    """All of it in words."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def __str__(self) -> str:
        return self.text


class UriParts(NamedTuple):
    """What a URI names. Its text holds no option but the namespace, and no secret."""

    scheme: str
    namespace: str
    prefix: str
    """Where the namespace lies in its store."""
    uri: str
    """The URI, written the one way."""

    def __str__(self) -> str:
        return self.uri


class CacheStats(tuple[int, int, int, int]):
    """Numbers of the cache: a tuple of hits, misses, inserts and bytes in use, which can also be asked by name.

    `stats.hit`, `stats["hit"]`, `stats.keys()` and `dict(stats)` work, and know `evict` as well.
    """

    _names: dict[str, int]

    def __new__(cls, numbers: dict[str, int]) -> "CacheStats":
        """Makes it of numbers by name."""
        stats = super().__new__(cls, (numbers["hit"], numbers["miss"], numbers["insert"], numbers["usage_bytes"]))
        stats._names = dict(numbers)
        return stats

    def __getitem__(self, key: Any) -> Any:
        return self._names[key] if isinstance(key, str) else super().__getitem__(key)

    def keys(self) -> Iterator[str]:
        """The names."""
        return iter(self._names)

    def __getattr__(self, name: str) -> int:
        names: dict[str, int] = self.__dict__.get("_names", {})
        if name in names:
            return names[name]
        raise AttributeError(f"the cache has no number {name!r}, but {', '.join(names)}")

    def __repr__(self) -> str:
        return f"CacheStats({', '.join(f'{name}={number}' for name, number in self._names.items())})"
