"""P-14, A8: rows from columns of Arrow, without an object for any value, and with the types that Arrow has."""

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import namidb
from namidb import errors, values

IDS = [namidb.uuid7() for _ in range(3)]


def properties(client: namidb.Client, table: Any) -> list[dict[str, Any]]:
    """What the nodes of the table have, in its order."""
    assert client.merge_nodes("T", table) == len(IDS)
    client.commit()
    return [node["properties"] for node in client.lookup_nodes("T", IDS) if node is not None]


def column(client: namidb.Client, array: Any) -> list[Any]:
    return [found.get("x") for found in properties(client, pa.table({"id": IDS, "x": array}))]


UTC = dt.UTC
BERLIN = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([True, None, False]), [True, None, False]),
        (pa.array([1, None, -128], pa.int8()), [1, None, -128]),
        (pa.array([1, None, 65_535], pa.uint16()), [1, None, 65_535]),
        (pa.array([0, None, 2**63 - 1], pa.uint64()), [0, None, 2**63 - 1]),
        (pa.array([0.5, None, float("inf")], pa.float32()), [0.5, None, float("inf")]),
        (pa.array(np.array([0.5, 1, 2], np.float16)), [0.5, 1.0, 2.0]),
        (pa.array(["a", None, "ü"], pa.large_string()), ["a", None, "ü"]),
        (pa.array(["a", None, "a string of more than twelve bytes"], pa.string_view()), None),
        (pa.array([b"a", None, b""], pa.binary()), [b"a", None, b""]),
        (pa.array([b"ab", None, b"cd"], pa.binary(2)), [b"ab", None, b"cd"]),
        (pa.array([dt.date(2024, 2, 29), None, dt.date(1, 1, 1)], pa.date32()), None),
        (pa.array([dt.date(2024, 2, 29), None, dt.date(1960, 1, 1)], pa.date64()), None),
        (pa.array([dt.time(1, 2, 3), None, dt.time(23, 59)], pa.time32("s")), None),
        (pa.array([dt.time(1, 2, 3, 4), None, dt.time(23, 59)], pa.time64("us")), None),
        (pa.array([dt.datetime(2024, 7, 1, 12), None, dt.datetime(1, 1, 1)], pa.timestamp("us")), None),
        (pa.array([dt.datetime(1969, 7, 1), None, dt.datetime(2024, 1, 1)], pa.timestamp("s")), None),
        (
            pa.array([1, None, 1_000], pa.timestamp("ns")),
            [values.LocalDateTime(1970, nanosecond=1), None, dt.datetime(1970, 1, 1, 0, 0, 0, 1)],
        ),
        (pa.array([dt.datetime(2024, 7, 1, 12, tzinfo=UTC), None, None], pa.timestamp("ms", "UTC")), None),
        (pa.array([dt.datetime(2024, 7, 1, 12, tzinfo=UTC), None, None], pa.timestamp("us", "+05:30")), None),
        (pa.array([dt.datetime(2024, 7, 1, 12, tzinfo=UTC), None, None], pa.timestamp("us", "Europe/Berlin")), None),
        (
            pa.array([dt.timedelta(days=-1, microseconds=1), None, dt.timedelta(hours=1)], pa.duration("us")),
            [
                values.Duration(seconds=-86_400, nanoseconds=1_000),
                None,
                values.Duration(seconds=3_600),
            ],
        ),
        (
            pa.array([(14, -3, 5), None, (0, 0, -1)], pa.month_day_nano_interval()),
            [values.Duration(14, -3, 0, 5), None, values.Duration(nanoseconds=-1)],
        ),
        (pa.array([[1, None], None, []], pa.list_(pa.int64())), [[1, None], None, []]),
        (pa.array([[1], None, [2, 3]], pa.large_list(pa.int32())), [[1], None, [2, 3]]),
        (pa.array([["a", "b"], None, ["c", None]], pa.list_(pa.string(), 2)), [["a", "b"], None, ["c", None]]),
        (pa.array([[0.5], None, []], pa.list_(pa.float32())), [[0.5], None, []]),
        (pa.array([{"a": 1, "b": [{"c": "x"}]}, None, {"a": None, "b": None}]), None),
        (
            pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
            [{"k": 1}, None, {}],
        ),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
        (pa.RunEndEncodedArray.from_arrays([2, 3], ["x", None]), ["x", "x", None]),
        (
            pa.UnionArray.from_dense(
                pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])]
            ),
            [1, "x", 2],
        ),
        (pa.array([None, None, None], pa.null()), [None, None, None]),
    ],
    ids=lambda x: str(x.type) if isinstance(x, pa.Array) else "",
)
def test_p14_each_type_of_arrow_has_its_value(memory: namidb.Client, array: Any, expected: list[Any] | None) -> None:
    found = column(memory, array)
    assert found == (array.to_pylist() if expected is None else expected)
    wanted = array.to_pylist() if expected is None else expected
    assert [type(x) for x in found] == [type(x) for x in wanted]


def test_p28_lists_of_32_bit_floats_are_vectors(memory: namidb.Client) -> None:
    for kind in (pa.list_(pa.float32()), pa.list_(pa.float32(), 2), pa.large_list(pa.float32())):
        with namidb.Client("memory://x") as client:
            client.merge_nodes("T", pa.table({"id": IDS[:1], "x": pa.array([[0.5, 0.1]], kind)}))
            client.commit()
            table = client.cypher("MATCH (n:T) RETURN n.x AS x").to_arrow()
            assert table.schema.field("x").type.value_type == pa.float32()


@pytest.mark.parametrize(
    ("array", "path", "message"),
    [
        (pa.array([1, 2**64 - 1, 2], pa.uint64()), "rows[1].x", "64 bits"),
        (pa.array([decimal.Decimal("0.1")] * 3), "rows.x", "float64"),
        (pa.array([None, [1, 2**64 - 1], [3]], pa.list_(pa.uint64())), "rows[1].x", "64 bits"),
        (pa.array([[(1, 2)]] * 3, pa.map_(pa.int64(), pa.int64())), "rows[0].x", "strings as its keys"),
        (pa.array([0] * 3, pa.timestamp("us", "Mars/Base")), "rows.x", "not a zone"),
    ],
    ids=lambda x: "" if isinstance(x, pa.Array) else str(x),
)
def test_p14_what_has_no_value_is_refused_with_its_place(
    memory: namidb.Client, array: Any, path: str, message: str
) -> None:
    with pytest.raises(errors.ParameterError, match=message) as raised:
        memory.merge_nodes("T", pa.table({"id": IDS, "x": array}))
    assert raised.value.path == path
    assert memory.pending == 0


def test_p14_rows_far_down_are_counted_over_all_batches(memory: namidb.Client) -> None:
    table = pa.table({"id": pa.array([namidb.uuid7() for _ in range(20_000)]), "x": range(20_000)})
    broken = pa.concat_tables([table, pa.table({"id": ["nope"], "x": [1]})])
    with pytest.raises(errors.ParameterError, match="invalid UUID") as raised:
        memory.merge_nodes("T", broken)
    assert raised.value.path == "rows[20000].id"
    with pytest.raises(ValueError, match=r"row #20000 is missing the required 'id' key \(UUID string\)"):
        memory.merge_nodes("T", pa.concat_tables([table, pa.table({"id": pa.array([None], pa.string()), "x": [1]})]))
    with pytest.raises(ValueError, match=r"row #0 is missing the required 'dst' key"):
        memory.merge_edges("R", pa.table({"src": IDS}))
    assert memory.pending == 0


def frame() -> dict[str, list[Any]]:
    return {"id": IDS, "n": [1, 2, 3], "name": ["a", None, "c"]}


def reader() -> pa.RecordBatchReader:
    table = pa.table(frame())
    return pa.RecordBatchReader.from_batches(table.schema, iter(table.to_batches(2)))


class Stream:
    """What knows the protocol and is of no library."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table(frame()).__arrow_c_stream__(requested_schema)


class Array:
    """What knows only the protocol for one batch."""

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return pa.record_batch(frame()).__arrow_c_array__(requested_schema)


@pytest.mark.parametrize(
    "rows",
    [
        lambda: pa.table(frame()),
        lambda: pa.record_batch(frame()),
        reader,
        lambda: pd.DataFrame(frame()),
        lambda: pd.DataFrame(frame(), index=["x", "y", "z"]),
        lambda: pl.DataFrame(frame()),
        lambda: pa.table(frame()).__arrow_c_stream__(),
        Stream,
        Array,
        lambda: pa.table(frame()).to_pylist(),
        lambda: iter(pa.table(frame()).to_pylist()),
    ],
    ids=["table", "batch", "reader", "pandas", "index", "polars", "capsule", "stream", "array", "list", "iterator"],
)
def test_p14_columns_come_from_anything_that_hands_them_over(memory: namidb.Client, rows: Callable[[], Any]) -> None:
    expected = [{"n": 1, "name": "a"}, {"n": 2}, {"n": 3, "name": "c"}]
    assert properties(memory, rows()) == expected


def test_p15_edges_come_as_columns(memory: namidb.Client) -> None:
    a, b, c = IDS
    memory.merge_nodes("N", pa.table({"key": IDS}), id="key")
    assert memory.merge_edges("R", pl.DataFrame({"src": [a, b], "dst": [b, c], "w": [0.5, None]})) == 2
    memory.commit()
    assert [edge["properties"] for edge in memory.out_edges("R", a) + memory.out_edges("R", b)] == [{"w": 0.5}, {}]


def test_p11_ids_are_texts_or_uuids_of_arrow(memory: namidb.Client) -> None:
    raw = [uuid.UUID(text).bytes for text in IDS]
    for ids in (pa.array(IDS), pa.array(raw, pa.binary(16)), pa.array([uuid.UUID(i) for i in IDS], pa.uuid())):
        memory.merge_nodes("N", pa.table({"id": ids}))
    memory.commit()
    assert [node["id"] for node in memory.scan_label("N")] == IDS


def test_a_stream_that_fails_in_the_middle_stages_nothing(memory: namidb.Client) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"id": IDS})
        raise OSError("the disk is gone")

    rows = pa.RecordBatchReader.from_batches(pa.schema([("id", pa.string())]), batches())
    with pytest.raises(errors.ParameterError, match="the disk is gone"):
        memory.merge_nodes("N", rows)
    with pytest.raises(errors.ParameterError, match="two columns"):
        memory.merge_nodes("N", pa.Table.from_arrays([IDS, [1, 2, 3], [4, 5, 6]], names=["id", "x", "x"]))
    assert memory.pending == 0
