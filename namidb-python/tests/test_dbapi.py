"""D-01: PEP 249 over Cypher."""

import datetime as dt
import threading
import warnings
from pathlib import Path

import pandas as pd
import pytest

import namidb
from namidb import dbapi, errors


@pytest.fixture
def connection() -> dbapi.Connection:
    return dbapi.connect("memory://demo")


def test_d01_the_module_says_what_it_is() -> None:
    assert (dbapi.apilevel, dbapi.threadsafety, dbapi.paramstyle) == ("2.0", 2, "named")
    for name in ("Warning", "Error", "InterfaceError", "DatabaseError", "DataError", "OperationalError"):
        assert getattr(dbapi.Connection, name) is getattr(dbapi, name)
    for name in ("IntegrityError", "InternalError", "ProgrammingError", "NotSupportedError"):
        assert issubclass(getattr(dbapi, name), dbapi.DatabaseError)
    assert dbapi.Binary(b"x") == b"x"
    assert dbapi.DateFromTicks(0).year in (1969, 1970)
    assert dbapi.TimestampFromTicks(0).date() == dbapi.DateFromTicks(0)
    assert isinstance(dbapi.TimeFromTicks(0), dt.time)


def test_d01_rows_are_fetched_one_by_one_or_many_at_a_time(connection: dbapi.Connection) -> None:
    cursor = connection.cursor()
    assert cursor.description is None
    assert cursor.execute("UNWIND range(1, 6) AS x RETURN x, 'a' AS a") is cursor
    assert cursor.rowcount == 6
    assert cursor.fetchone() == (1, "a")
    assert cursor.fetchmany() == [(2, "a")]
    assert cursor.fetchmany(2) == [(3, "a"), (4, "a")]
    assert next(iter(cursor)) == (5, "a")
    assert cursor.fetchall() == [(6, "a")]
    assert cursor.fetchone() is None
    assert cursor.fetchall() == cursor.fetchmany(3) == []


def test_d01_a_description_has_names_and_types(connection: dbapi.Connection) -> None:
    cursor = connection.cursor().execute(
        "RETURN 1 AS i, 1.5 AS f, 'x' AS s, date('2024-02-29') AS d, $b AS b", {"b": b"x"}
    )
    described = cursor.description
    assert described is not None
    assert [column[0] for column in described] == ["i", "f", "s", "d", "b"]
    assert [len(column) for column in described] == [7] * 5
    codes = [column[1] for column in described]
    groups = [dbapi.NUMBER, dbapi.NUMBER, dbapi.STRING, dbapi.DATETIME, dbapi.BINARY]
    assert all(code == group for code, group in zip(codes, groups, strict=True))
    assert codes[0] != dbapi.STRING
    assert dbapi.STRING != dbapi.NUMBER
    assert dbapi.ROWID != "STRING"


@pytest.mark.parametrize(
    ("text", "cypher"),
    [
        ("RETURN :x", "RETURN $x"),
        ("RETURN $x + :x", "RETURN $x + $x"),
        ("MATCH (n:x {x: :x}) RETURN n", "MATCH (n:x {x: $x}) RETURN n"),
        ("MATCH (:x)-[:x]->(n:A:x) WHERE n.x IN [:x, 1]", "MATCH (:x)-[:x]->(n:A:x) WHERE n.x IN [$x, 1]"),
        ("MATCH (n)<-[:x]-() RETURN toUpper(:x), (:x)", "MATCH (n)<-[:x]-() RETURN toUpper($x), (:x)"),
        ('RETURN \':x\', "\\":x", `:x` // :x\n, /* :x */ :x', 'RETURN \':x\', "\\":x", `:x` // :x\n, /* :x */ $x'),
        ("RETURN 1 IS :: x, a[1..:x], {a:1}", "RETURN 1 IS :: x, a[1..$x], {a:1}"),
        ("RETURN :y, :xy", "RETURN :y, :xy"),
    ],
)
def test_d01_a_named_parameter_is_told_from_labels_and_texts(text: str, cypher: str) -> None:
    assert dbapi._as_cypher(text, {"x"}) == cypher


def test_d01_nothing_is_there_for_others_before_the_commit(tmp_path: Path) -> None:
    with dbapi.connect(tmp_path) as connection, namidb.Client(tmp_path) as other:
        cursor = connection.cursor()
        cursor.execute("CREATE (:N {x: :x})", {"x": 1})
        assert cursor.rowcount == -1
        assert cursor.execute("MATCH (n:N) RETURN n.x").fetchall() == [(1,)]
        assert other.node_count == 0
        connection.rollback()
        assert cursor.execute("MATCH (n:N) RETURN n.x").fetchall() == []
        cursor.executemany("CREATE (:N {x: :x})", [{"x": x} for x in range(3)])
        connection.commit()
        assert other.node_count == 3
        cursor.execute("CREATE (:N)")
    with namidb.Client(tmp_path) as other:
        assert other.node_count == 3


def test_d01_the_first_of_two_that_touch_the_same_commits(tmp_path: Path) -> None:
    with dbapi.connect(tmp_path) as one, dbapi.connect(tmp_path) as two:
        one.cursor().execute("CREATE (:N {x: 0})")
        one.commit()
        for connection in (one, two):
            connection.cursor().execute("MATCH (n:N) SET n.x = n.x + 1")
        one.commit()
        with pytest.raises(dbapi.OperationalError) as raised:
            two.commit()
        assert isinstance(raised.value.__cause__, errors.ConflictError)
        two.cursor().execute("MATCH (n:N) SET n.x = n.x + 1")
        two.commit()
        assert one.cursor().execute("MATCH (n:N) RETURN n.x").fetchone() == (2,)


@pytest.mark.parametrize(
    ("query", "parameters", "kind"),
    [
        ("RETURN", None, dbapi.ProgrammingError),
        ("RETURN x", None, dbapi.ProgrammingError),
        ("RETURN :x AS x", None, dbapi.ProgrammingError),
        ("RETURN $x AS x", None, dbapi.ProgrammingError),
        ("RETURN :x AS x", ["positional"], dbapi.ProgrammingError),
        ("RETURN :x AS x", {"x": object()}, dbapi.DataError),
        ("RETURN 1 / 0", None, dbapi.DataError),
        ("CREATE (:U {x: 1}), (:U {x: 1})", None, dbapi.IntegrityError),
    ],
)
def test_d01_errors_have_their_class(query: str, parameters: object, kind: type[Exception]) -> None:
    connection = dbapi.connect("memory://demo")
    connection.cursor().execute("CREATE CONSTRAINT FOR (u:U) REQUIRE u.x IS UNIQUE")
    connection.commit()

    def execute() -> None:
        connection.cursor().execute(query, parameters)  # type: ignore[arg-type]
        connection.commit()

    with pytest.raises(kind):
        execute()
    connection.rollback()
    assert connection.cursor().execute("RETURN 1").fetchone() == (1,)


def test_d01_what_is_closed_says_so(connection: dbapi.Connection) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(dbapi.ProgrammingError):
            cursor.fetchone()
        cursor.execute("CREATE (:A)")
        with pytest.raises(dbapi.ProgrammingError):
            cursor.fetchall()
    with pytest.raises(dbapi.InterfaceError):
        cursor.execute("RETURN 1")
    connection.close()
    connection.close()
    for call in (connection.cursor, connection.commit, connection.rollback):
        with pytest.raises(dbapi.InterfaceError):
            call()
    with pytest.raises(dbapi.InterfaceError):
        dbapi.connect("nonsense")


def test_d01_threads_may_share_a_connection(connection: dbapi.Connection) -> None:
    def create() -> None:
        for _ in range(20):
            connection.cursor().execute("CREATE (:N)")

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.commit()
    assert connection.cursor().execute("MATCH (n) RETURN count(*)").fetchone() == (80,)


def test_d01_pandas_reads_a_query(connection: dbapi.Connection) -> None:
    connection.cursor().execute("UNWIND range(1, 3) AS x CREATE (:N {x: x})")
    with warnings.catch_warnings():
        # It would rather have SQLAlchemy.
        warnings.simplefilter("ignore", UserWarning)
        frame = pd.read_sql("MATCH (n:N) WHERE n.x >= :x RETURN n.x AS x ORDER BY x", connection, params={"x": 2})
    assert frame.to_dict("list") == {"x": [2, 3]}
