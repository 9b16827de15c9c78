"""Our own columns, in memory and in a directory: rows come in as Arrow tables and go out as whatever is asked for."""

from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

import namidb
from bench import graph
from bench.engine import Engine, Row

# The public id of a node is a UUID: here its label's number, then the number that is its property `id`.
LABELS = {name: number + 1 for number, name in enumerate(graph.NODES)}


def uuids(label: str, ids: Any) -> Any:
    """The public ids of nodes, as text."""
    first = f"{LABELS[label]:08x}-0000-0000-0000-"
    return pa.array([f"{first}{number + 1:012x}" for number in ids.to_pylist()])


class Ours(Engine):
    """In memory."""

    persistent: ClassVar[bool] = False

    def uri(self, directory: Path) -> str:
        """Where the database is."""
        return "memory://bench"

    def open(self, directory: Path) -> None:
        """Opens the database."""
        self.client = namidb.Client(self.uri(directory))

    def load(self, data: Path) -> None:
        """One commit for each label and type, then a checkpoint."""
        client = self.client
        for label in graph.NODES:
            client.cypher(f"CREATE INDEX IF NOT EXISTS FOR (n:{label}) ON (n.id)")
        for label in graph.NODES:
            with self.preparing():
                table = graph.table(data, label)
                table = table.append_column("uuid", uuids(label, table["id"]))
            client.merge_nodes(label, table, id="uuid")
            client.commit()
        for rel_type, (source, target, _) in graph.RELATIONSHIPS.items():
            with self.preparing():
                table = graph.table(data, rel_type)
                for end, label in (("src", source), ("dst", target)):
                    table = table.set_column(table.schema.get_field_index(end), end, uuids(label, table[end]))
            client.merge_edges(rel_type, table)
            client.commit()
        client.flush()

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The rows of a statement."""
        return self.client.cypher(cypher, params).values()

    def execute(self, workload: str, cypher: str, params: dict[str, Any]) -> None:
        """Runs a statement that writes."""
        self.client.cypher(cypher, params)

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The result in a form of other libraries."""
        result = self.client.cypher(cypher)
        return {"arrow": result.to_arrow, "pandas": result.to_pandas, "dicts": result.rows}[form]()

    def close(self) -> None:
        """Closes the database."""
        self.client.close()


class OursFile(Ours):
    """In a directory."""

    persistent = True

    def uri(self, directory: Path) -> str:
        """Where the database is."""
        return f"file://{directory}?ns=bench"
