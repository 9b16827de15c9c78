"""Exceptions: their tree, their attributes, and that no call leaves the client unusable."""

import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from undisturbed import HANGS

import namidb
from namidb import errors
from namidb.errors import NamiError

BUILTIN: dict[str, list[type[Exception]]] = {
    "UriError": [ValueError],
    "ParameterError": [ValueError],
    "MissingParameterError": [ValueError, RuntimeError],
    "CypherSyntaxError": [ValueError],
    "CypherSemanticError": [ValueError],
    "UnsupportedFeatureError": [ValueError, NotImplementedError],
    "ExecutionError": [RuntimeError],
    "CypherTypeError": [RuntimeError],
    "ArithmeticFault": [RuntimeError],
    "ProcedureError": [RuntimeError],
    "ConstraintError": [RuntimeError, ValueError],
    "QueryTimeout": [RuntimeError, TimeoutError],
    "QueryCancelled": [RuntimeError],
    "ResourceLimit": [RuntimeError],
    "ConflictError": [RuntimeError],
    "FencedError": [RuntimeError],
    "ReadOnlyError": [RuntimeError],
    "TransactionClosed": [RuntimeError],
    "BackendInitError": [RuntimeError],
    "BackendAuthError": [RuntimeError, PermissionError],
    "BackendUnavailable": [RuntimeError],
    "ConditionalPutUnsupported": [RuntimeError],
    "CorruptionError": [RuntimeError],
    "FormatVersionError": [RuntimeError],
    "ClosedError": [RuntimeError],
    "QueueFullError": [RuntimeError],
    "InternalError": [RuntimeError],
    "MissingExtraError": [ImportError],
    "ResultError": [ValueError],
}


@pytest.mark.parametrize("name", errors.__all__)
def test_every_exception_is_a_nami_error_and_what_the_first_version_raised(name: str) -> None:
    found = getattr(errors, name)
    assert issubclass(found, NamiError)
    assert all(issubclass(found, builtin) for builtin in BUILTIN.get(name, []))
    assert found("said").args == ("said",)


@pytest.mark.parametrize(
    ("query", "params", "kind", "type_", "phase", "detail"),
    [
        ("RETURN x", None, errors.CypherSemanticError, "SyntaxError", "compile time", "UndefinedVariable"),
        ("RETRUN 1", None, errors.CypherSyntaxError, "SyntaxError", "compile time", None),
        (
            "RETURN 1 AS a, 2 AS a",
            None,
            errors.CypherSemanticError,
            "SyntaxError",
            "compile time",
            "ColumnNameConflict",
        ),
        ("RETURN $x", None, errors.MissingParameterError, "ParameterMissing", None, "MissingParameter"),
        ("RETURN 1 % 0", None, errors.ArithmeticFault, "ArithmeticError", "runtime", None),
        ("RETURN 9223372036854775807 + 1", None, errors.ArithmeticFault, "ArithmeticError", "runtime", None),
        ("RETURN [1][$x]", {"x": "a"}, errors.CypherTypeError, "TypeError", "runtime", None),
        ("RETURN nothing(1)", None, errors.CypherSemanticError, "SyntaxError", "compile time", "UnknownFunction"),
    ],
)
def test_a_failed_query_says_what_openCypher_calls_it(  # noqa: N802
    memory: namidb.Client,
    query: str,
    params: dict[str, object] | None,
    kind: type[NamiError],
    type_: str,
    phase: str | None,
    detail: str | None,
) -> None:
    with pytest.raises(NamiError) as raised:
        memory.cypher(query, params)
    error = raised.value
    assert isinstance(error, kind)
    assert isinstance(error, errors.QueryError | errors.ParameterError)
    assert error.type == type_
    assert phase in {None, error.phase}
    assert detail in {None, error.detail}
    assert error.query == query
    assert error.outcome == "not_applied"
    assert error.retryable is False
    assert error.code.startswith("NAMI-")
    assert memory.cypher("RETURN 1 AS x").first() == {"x": 1}


def test_an_error_has_its_place_in_the_text(memory: namidb.Client) -> None:
    query = "MATCH (ä)\nRETURN ä, x"
    with pytest.raises(errors.CypherSemanticError) as raised:
        memory.cypher(query)
    place = raised.value.position
    assert place is not None
    assert (place.line, place.column, place.offset) == place == (2, 11, 20)
    assert query[20] == "x"
    assert "x" in str(raised.value)
    assert raised.value.excerpt == "  |\n2 | RETURN ä, x\n  |           ^"
    assert "2 | RETURN ä, x" in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("query", "params", "hint"),
    [
        ("MATCH (person) RETURN persn.name", None, "Did you mean person?"),
        ("RETRUN 1", None, "Did you mean RETURN?"),
        ("RETURN toUper('x')", None, "Did you mean toUpper?"),
        ("CALL db.label()", None, "Did you mean db.labels?"),
        ("RETURN $limti", {"limit": 1}, "Did you mean limit?"),
        ("MATCH (n) RETURN n USING INDEX n:A(x)", None, "statistics choose the plan"),
    ],
)
def test_the_way_out_is_data(memory: namidb.Client, query: str, params: dict[str, object] | None, hint: str) -> None:
    with pytest.raises(NamiError) as raised:
        memory.cypher(query, params)
    assert raised.value.hint is not None
    assert hint in raised.value.hint
    assert hint in str(raised.value)
    assert raised.value.position is not None


def test_f02_no_query_kills_the_process(memory: namidb.Client) -> None:
    for query in ["RETURN 1 % 0", "RETURN 1 / 0", "RETURN -9223372036854775808 / -1", "RETURN 0 % 0"]:
        with pytest.raises(errors.ArithmeticFault):
            memory.cypher(query)
    assert memory.cypher("RETURN 1.0 / 0 AS x").first() == {"x": float("inf")}
    assert memory.cypher("RETURN -9223372036854775808 AS x").first() == {"x": -(2**63)}


def test_a_statement_that_fails_leaves_nothing(client: namidb.Client) -> None:
    with pytest.raises(errors.ArithmeticFault):
        client.cypher("UNWIND [1, 2, 0] AS x CREATE (:N {y: 10 / x})")
    assert client.node_count == 0
    client.cypher("CREATE (:A)-[:R]->(:B)")
    with pytest.raises(errors.ConstraintError) as raised:
        client.cypher("MATCH (a:A) DELETE a")
    assert raised.value.name == "delete_connected"
    assert raised.value.type == "ConstraintVerificationFailed"
    assert (client.node_count, client.relationship_count) == (2, 1)


def test_a_parameter_that_has_no_place_in_the_table_names_its_path(memory: namidb.Client) -> None:
    with pytest.raises(errors.ParameterError) as raised:
        memory.cypher("RETURN $rows", {"rows": [{"when": 1}, {"when": object()}]})
    assert raised.value.path == "rows[1].when"
    with pytest.raises(errors.ParameterError, match="mapping"):
        memory.cypher("RETURN 1", [1])  # type: ignore[arg-type]


def test_a_closed_client_says_so(uri: str) -> None:
    client = namidb.Client(uri)
    client.close()
    client.close()
    assert client.closed
    calls: list[Callable[[], object]] = [
        lambda: client.cypher("RETURN 1"),
        lambda: client.upsert_node("A", namidb.uuid7(), {}),
        client.commit,
        client.flush,
        client.begin,
        client.info,
        lambda: client.node_count,
        lambda: client.scan_label("A"),
    ]
    for call in calls:
        with pytest.raises(errors.ClosedError):
            call()
    with pytest.raises(errors.ClosedError), client:
        client.cypher("RETURN 1")
    assert client.pending == 0
    assert "closed" in repr(client)


def test_a_read_only_client_refuses_writes(file_uri: str) -> None:
    with namidb.Client(file_uri) as writer:
        writer.cypher("CREATE (:A)")
        with namidb.Client(file_uri, read_only=True) as reader:
            assert reader.node_count == 1
            with pytest.raises(errors.ReadOnlyError):
                reader.cypher("CREATE (:A)")
            reader.upsert_node("A", namidb.uuid7(), {})
            with pytest.raises(errors.ReadOnlyError):
                reader.commit()
            assert reader.rollback() == 1
        with pytest.raises(errors.ReadOnlyError):
            writer.cypher("CREATE (:A)", read_only=True)
        assert writer.node_count == 1


def test_modes_say_whether_a_namespace_may_be_made(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/graphs?ns=test"
    with pytest.raises(NamiError):
        namidb.Client(uri, mode="open")
    assert not (tmp_path / "graphs").exists()
    namidb.Client(uri, mode="create").close()
    namidb.Client(uri, mode="open").close()
    with pytest.raises(NamiError):
        namidb.Client(uri, mode="create")
    with pytest.raises(ValueError, match="mode"):
        namidb.Client(uri, mode="append")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [
        {"zones": "local"},
        {"max_staleness": -1},
        {"max_staleness": "soon"},
        {"cache_bytes": "many"},
        {"cache_bytes": -1},
        {"durability": "never"},
        {"commit_delay_ms": -1.0},
        {"query_timeout": float("nan")},
        {"plan_cache": -1},
        {"plan_cache": 2**70},
    ],
)
def test_options_that_make_no_sense_are_value_errors(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        namidb.Client("memory://x", **options)  # type: ignore[arg-type]
    assert isinstance(raised.value, NamiError)


def test_options_are_numbers_texts_and_timedeltas() -> None:
    from datetime import timedelta

    options = {"max_staleness": timedelta(milliseconds=250), "query_timeout": "5s", "memory_limit": "64MB"}
    with namidb.Client("memory://x", "4MiB", **options) as client:  # type: ignore[arg-type]
        assert client.info()["max_staleness"] == 0.25
    with namidb.connect("memory://x?max_staleness=2s", max_staleness=0.5) as client:
        assert client.info()["max_staleness"] == 0.5


def test_u12_the_wheel_has_every_backend() -> None:
    for scheme in ("memory", "file", "s3", "gs", "az"):
        assert namidb.schemes()[scheme] == "built in"
    with pytest.raises(errors.UriError, match="region"):
        namidb.parse_uri("s3://bucket?ns=a&regoin=x")


@pytest.mark.parametrize(
    "uri",
    [
        "memory://x?shared=maybe",
        "memory://x?cache_bytes=-1",
        "file:///data?ns=a&mode=append",
        "file:///data?ns=a&max_staleness=soon",
        "file:///data?ns=a&allow_network_fs=maybe",
    ],
)
def test_parse_uri_refuses_what_opening_would_refuse(uri: str) -> None:
    with pytest.raises(errors.UriError) as of_parsing:
        namidb.parse_uri(uri)
    with pytest.raises(errors.UriError) as of_opening:
        namidb.Client(uri)
    assert str(of_parsing.value) == str(of_opening.value)


@pytest.mark.parametrize("uri", [b"memory://x", None, 5, ["memory://x"]])
def test_a_uri_is_a_text_or_a_path(uri: object) -> None:
    with pytest.raises(TypeError):
        namidb.Client(uri)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        namidb.parse_uri(uri)  # type: ignore[arg-type]


def test_a_number_beyond_every_row_is_an_index_error(memory: namidb.Client) -> None:
    for number in (1, -2, 2**100, -(2**100)):
        with pytest.raises(IndexError):
            memory.cypher("RETURN 1 AS x")[number]


def test_a_closed_client_keeps_nothing_open(tmp_path: Path) -> None:
    def held() -> int:
        return sum(link.resolve().is_relative_to(tmp_path) for link in Path("/proc/self/fd").iterdir())

    client = namidb.Client(f"file://{tmp_path}/graphs?ns=test")
    client.cypher("CREATE (:A)")
    assert held() > 0
    client.close()
    assert held() == 0
    with pytest.raises(errors.ClosedError), client:
        raise AssertionError("a closed client cannot be entered")


def test_parse_uri_tells_the_parts_and_no_option() -> None:
    parts = namidb.parse_uri("S3://bucket/some/where?ns=graph&region=eu-1")
    assert parts.scheme == "s3"
    assert parts.namespace == "graph"
    assert parts.prefix == "some/where/graph"
    assert str(parts) == "s3://bucket/some/where?ns=graph"


def test_a_path_means_the_file_backend(tmp_path: Path) -> None:
    with namidb.Client(tmp_path / "my graphs") as client:
        client.cypher("CREATE (:A)")
        assert client.namespace == "default"
    with namidb.Client(tmp_path / "my graphs", mode="open") as client:
        assert client.node_count == 1


def test_what_is_not_there_yet_raises_and_does_not_pretend(memory: namidb.Client) -> None:
    with pytest.raises(errors.UnsupportedFeatureError):
        namidb.Client("memory://x", durability="relaxed")


def test_exceptions_can_be_pickled_with_their_attributes(memory: namidb.Client) -> None:
    with pytest.raises(NamiError) as raised:
        memory.cypher("RETURN x")
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is type(raised.value)
    assert (again.code, again.detail, again.position) == (raised.value.code, "UndefinedVariable", (1, 8, 7))


def test_a_timeout_stops_the_query(memory: namidb.Client) -> None:
    long = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS n"
    for timeout in (0.05, "50ms"):
        with pytest.raises(errors.QueryTimeout) as raised:
            memory.cypher(long, timeout=timeout)
        assert isinstance(raised.value, TimeoutError)
    assert memory.cypher("RETURN 1 AS x", timeout=HANGS).first() == {"x": 1}


def test_what_users_of_drivers_write_is_refused_with_the_way_out(memory: namidb.Client) -> None:
    with pytest.raises(errors.ParameterError, match=r"cypher\(\)") as raised:
        memory.run("RETURN 1")  # type: ignore[call-overload]
    assert (raised.value.code, raised.value.name) == ("NAMI-6004", "invalid_argument")
    with pytest.raises(errors.MissingParameterError, match="without the dollar sign"):
        memory.cypher("RETURN $x", {"$x": 1})
    with pytest.raises(errors.ParameterError, match=r"str\(x\)"):
        memory.cypher("RETURN $x", {"x": Path("here")})
    with pytest.raises(errors.UriError, match="Write file:///var/graphs"):
        namidb.Client("/var/graphs")


def test_damage_names_the_object(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as client:
        client.cypher("CREATE (:A)")
    manifest = tmp_path / "default" / "manifest"
    whole = bytearray(manifest.read_bytes())
    whole[len(whole) // 2] ^= 1
    manifest.write_bytes(whole)
    with pytest.raises(errors.CorruptionError, match=r"in 'default/manifest'. Verify the database") as raised:
        namidb.Client(tmp_path)
    assert raised.value.object == "default/manifest"
