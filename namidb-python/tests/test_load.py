"""LOAD CSV and LOAD PARQUET: from the directories that the client was opened with."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import namidb
from namidb import errors

LOAD = "LOAD CSV WITH HEADERS FROM 'people.csv' AS line RETURN collect(line.name) AS names"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "people.csv").write_text("name\nAda\nCharles\n")
    return tmp_path / "files"


@pytest.mark.parametrize(
    "given",
    [lambda d: d, str, lambda d: [d.parent, d], lambda d: (str(p) for p in (d, d.parent))],
    ids=["path", "text", "list", "generator"],
)
def test_the_keyword_names_a_directory_or_several(
    directory: Path, given: Callable[[Path], namidb._client.Directories]
) -> None:
    with namidb.Client("memory://load", load_from=given(directory)) as client:
        assert client.cypher(LOAD).scalar() == ["Ada", "Charles"]
    with namidb.connect("memory://load", load_from=given(directory)) as client:
        assert client.cypher(LOAD).scalar() == ["Ada", "Charles"]


def test_the_keyword_wins_over_the_uri_and_without_both_nothing_is_read(directory: Path) -> None:
    with namidb.Client(f"memory://load?load_from={directory}") as client:
        assert client.cypher(LOAD).scalar() == ["Ada", "Charles"]
    for uri, load_from in (("memory://load", None), (f"memory://load?load_from={directory}", [])):
        with namidb.Client(uri, load_from=load_from) as client, pytest.raises(errors.NamiError):
            client.cypher(LOAD)


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip", "lz4"])
def test_a_table_that_pyarrow_wrote_as_parquet_is_loaded(directory: Path, compression: str) -> None:
    rows = [{"id": i, "name": f"person {i % 7}" if i % 5 else None, "tags": ["a"] * (i % 3)} for i in range(2_500)]
    pq.write_table(pa.Table.from_pylist(rows), directory / "people.parquet", compression=compression)
    load = "LOAD PARQUET FROM 'people.parquet' AS row RETURN row.id AS id, row.name AS name, row.tags AS tags"
    with namidb.Client("memory://load", load_from=directory) as client:
        assert client.cypher(load).rows() == rows


def test_what_is_no_directory_is_a_type_error() -> None:
    for given in (7, [7]):
        with pytest.raises(TypeError, match="load_from"):
            namidb.Client("memory://load", load_from=given)  # type: ignore[arg-type]
