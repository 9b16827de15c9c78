"""The engines that people would use instead, each through its own quickest documented way."""

import importlib
import uuid
from pathlib import Path
from typing import Any, ClassVar, Self

from bench import graph
from bench.engine import Engine, Row, arrow_of


class Kuzu(Engine):
    """Kuzu: tables, COPY from parquet, prepared statements."""

    module: ClassVar[str] = "kuzu"
    dialect: ClassVar[dict[str, str | None]] = {
        "W5_labels": "MATCH (n) RETURN label(n) AS l, count(*) AS n2",
        "W7_sp": "MATCH path = (a:Person {id: $a})-[:KNOWS* SHORTEST 1..6]-(b:Person {id: $b}) "
        "RETURN length(path) AS n",
    }

    def open(self, directory: Path) -> None:
        """Opens the database."""
        self.kuzu = importlib.import_module(self.module)
        directory.mkdir(parents=True, exist_ok=True)
        self.database = self.kuzu.Database(str(directory / "graph"))
        self.connect()

    def connect(self) -> None:
        """A connection of its own."""
        self.connection = self.kuzu.Connection(self.database)
        self.prepared_statements: dict[str, Any] = {}

    def load(self, data: Path) -> None:
        """COPY of every file."""
        execute = self.connection.execute
        for label, columns in graph.NODES.items():
            schema = graph.table(data, label).schema
            kinds = {c: "INT64" if "int" in str(schema.field(c).type) else "STRING" for c in columns}
            fields = ", ".join(f"{column} {kind}" for column, kind in kinds.items())
            execute(f"CREATE NODE TABLE {label}({fields}, PRIMARY KEY(id))")
        for rel_type, (source, target, properties) in graph.RELATIONSHIPS.items():
            fields = "".join(f", {name} INT64" for name in properties)
            execute(f"CREATE REL TABLE {rel_type}(FROM {source} TO {target}{fields})")
        for name in [*graph.NODES, *graph.RELATIONSHIPS]:
            execute(f"COPY {name} FROM '{data}/{name}.parquet'")
        execute("CHECKPOINT")

    def run(self, workload: str, cypher: str, params: dict[str, Any]) -> Any:
        """A result of the engine's own."""
        text = self.statement(workload, cypher)
        if not params:
            return self.connection.execute(text)
        if text not in self.prepared_statements:
            self.prepared_statements[text] = self.connection.prepare(text)
        return self.connection.execute(self.prepared_statements[text], params)

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The rows of a statement."""
        return [tuple(row) for row in self.run(workload, cypher, params).get_all()]

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The result in a form of other libraries."""
        result = self.run(workload, cypher, {})
        if form == "dicts":
            return list(result.rows_as_dict())
        return result.get_as_arrow() if form == "arrow" else result.get_as_df()

    def reader(self) -> Self:
        """Another connection."""
        other = type(self)()
        other.kuzu, other.database = self.kuzu, self.database
        other.connect()
        return other

    def close(self) -> None:
        """Closes the database."""
        self.prepared_statements.clear()
        self.connection.close()
        self.database.close()


class Ladybug(Kuzu):
    """The successor of Kuzu."""

    module = "ladybug"


class Lora(Engine):
    """LoraDB: a database in memory with a log, which it syncs in the background."""

    dialect: ClassVar[dict[str, str | None]] = {
        "W7_sp": "MATCH path = shortestPath((a:Person {id: $a})-[:KNOWS*..6]-(b:Person {id: $b})) "
        "RETURN path.length(path) AS n",
    }

    def open(self, directory: Path) -> None:
        """Opens the database."""
        lora = importlib.import_module("lora_python")
        directory.mkdir(parents=True, exist_ok=True)
        settings = {"snapshot_dir": str(directory / "snapshots"), "snapshot_every_commits": 10_000_000}
        self.database = lora.Database.open_wal(str(directory / "log"), settings)

    def load(self, data: Path) -> None:
        """UNWIND of rows: it takes nothing better."""
        execute = self.database.execute
        for label in graph.NODES:
            execute(f"CREATE INDEX {label.lower()}_id IF NOT EXISTS FOR (n:{label}) ON (n.id)")
        for label, columns in graph.NODES.items():
            properties = ", ".join(f"{name}: r.{name}" for name in columns)
            for rows in self.rows(data, label, 10_000):
                execute(f"UNWIND $rows AS r CREATE (:{label} {{{properties}}})", {"rows": rows})
        for rel_type, (source, target, names) in graph.RELATIONSHIPS.items():
            properties = " {" + ", ".join(f"{name}: r.{name}" for name in names) + "}" if names else ""
            text = (
                f"UNWIND $rows AS r MATCH (a:{source} {{id: r.src}}) MATCH (b:{target} {{id: r.dst}}) "
                f"CREATE (a)-[:{rel_type}{properties}]->(b)"
            )
            for rows in self.rows(data, rel_type, 10_000):
                execute(text, {"rows": rows})

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The rows of a statement."""
        result = self.database.execute(self.statement(workload, cypher), params)
        names = result["columns"]
        return [tuple(row[name] for name in names) for row in result["rows"]]

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The rows, converted as a user has to."""
        return arrow_of(self.database.execute(self.statement(workload, cypher))["rows"], form)

    def close(self) -> None:
        """Closes the database."""
        self.database.close()


LABELS = {name: number + 1 for number, name in enumerate(graph.NODES)}


def public_id(label: str, number: int) -> str:
    """The UUID of a node."""
    return str(uuid.UUID(int=(LABELS[label] << 96) | (number + 1)))


class Public(Engine):
    """The public namidb, in memory.

    Its loaders take the key `id` as the node's UUID, so the number is kept twice: as the UUID, by which it seeks, and
    as the indexed property `xid`.
    """

    persistent: ClassVar[bool] = False
    dialect: ClassVar[dict[str, str | None]] = {
        "W2_point": "MATCH (p:Person {xid: $id}) RETURN p.firstName AS fn, p.lastName AS ln, p.age AS age",
        "W7_sp": "MATCH (a:Person {_id: $u_a}), (b:Person {_id: $u_b}) "
        "MATCH path = shortestPath((a)-[:KNOWS*..6]-(b)) RETURN length(path) AS n",
        "W8_edge": "MATCH (a:Person {_id: $u_a}), (b:Person {_id: $u_b}) CREATE (a)-[:KNOWS {since: 2024}]->(b)",
        "W8_create": "CREATE (p:Person {xid: $id, firstName: $fn, lastName: 'w', age: $age})",
        "W8_batch": "UNWIND $rows AS r CREATE (p:Person {xid: r.id, firstName: r.fn, age: r.age})",
        "W8_merge": "MERGE (p:Person {xid: $id}) ON CREATE SET p.age = $age ON MATCH SET p.age = $age",
        "W8_set": "MATCH (p:Person {xid: $id}) SET p.age = $age",
    }

    def uri(self, directory: Path) -> str:
        """Where the database is."""
        return "memory://bench"

    def open(self, directory: Path) -> None:
        """Opens the database."""
        self.client = importlib.import_module("namidb").Client(self.uri(directory))

    def statement(self, workload: str, cypher: str) -> str:
        """With its own names of what the number is kept as."""
        found = super().statement(workload, cypher)
        if workload in self.dialect:
            return found
        return found.replace("{id: $id}", "{_id: $u_id}").replace(".id", ".xid")

    def load(self, data: Path) -> None:
        """Rows by label and type, committed in pieces."""
        for label in graph.NODES:
            self.client.cypher(f"CREATE INDEX IF NOT EXISTS FOR (n:{label}) ON (n.xid)")
        for label in graph.NODES:
            for rows in self.rows(data, label, 50_000):
                with self.preparing():
                    for row in rows:
                        row["xid"] = row["id"]
                        row["id"] = public_id(label, row["xid"])
                self.client.merge_nodes(label, rows)
                self.client.commit()
        for rel_type, (source, target, _) in graph.RELATIONSHIPS.items():
            for rows in self.rows(data, rel_type, 50_000):
                with self.preparing():
                    for row in rows:
                        row["src"], row["dst"] = public_id(source, row["src"]), public_id(target, row["dst"])
                self.client.merge_edges(rel_type, rows)
                self.client.commit()
        self.client.flush()

    def run(self, workload: str, cypher: str, params: dict[str, Any]) -> Any:
        """A result of the engine's own."""
        known = {f"u_{key}": public_id("Person", params[key]) for key in ("id", "a", "b") if key in params}
        return self.client.cypher(self.statement(workload, cypher), params | known)

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The rows of a statement."""
        result = self.run(workload, cypher, params)
        names = result.columns
        return [tuple(row[name] for name in names) for row in result.rows()]

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The result in a form of other libraries."""
        result = self.run(workload, cypher, {})
        return {"arrow": result.to_arrow, "pandas": result.to_pandas, "dicts": result.rows}[form]()


class PublicFile(Public):
    """The public namidb, in a directory."""

    persistent = True

    def uri(self, directory: Path) -> str:
        """Where the database is."""
        directory.mkdir(parents=True, exist_ok=True)
        return f"file://{directory}?ns=bench"
