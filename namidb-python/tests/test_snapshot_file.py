"""A namespace as one file: `snapshot_to` and `from_snapshot`."""

import asyncio
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from undisturbed import HANGS

import namidb
from namidb import errors


def fill(client: namidb.Client, n: int = 3) -> None:
    client.cypher(
        "UNWIND range(1, $n) AS n CREATE (:Person {n: n})-[:KNOWS {since: n}]->(:City {name: 'Turin'})", {"n": n}
    )


def shown(client: namidb.Client) -> list[dict[str, Any]]:
    return client.cypher("MATCH (p)-[k]->(c) RETURN p, k, c ORDER BY p.n").rows()


def file_of(client: namidb.Client) -> bytes:
    file = io.BytesIO()
    client.snapshot_to(file)
    return file.getvalue()


def test_l18_a_snapshot_is_the_same_graph_by_path_and_by_file_object(
    client: namidb.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fill(client)
    directory = tmp_path_factory.mktemp("files")
    client.cypher("CREATE INDEX person_n FOR (p:Person) ON (p.n)")
    path = directory / "graph.snapshot"
    meta = client.snapshot_to(path)
    assert (meta.format, meta.node_count, meta.relationship_count) == (1, 6, 3)
    assert meta.bytes == path.stat().st_size
    assert meta.sequence == client.refresh()
    assert [file.name for file in directory.iterdir()] == ["graph.snapshot"]
    with path.open("rb") as opened, path.open("rb", buffering=0) as unbuffered:
        for source in (path, str(path), opened, unbuffered, io.BytesIO(file_of(client))):
            with namidb.Client.from_snapshot(source) as copy:
                assert shown(copy) == shown(client)
                assert [index.name for index in copy.schema().indexes] == ["person_n"]
                assert copy.verify().ok
                copy.cypher("CREATE (:Person)")
    assert client.node_count == 6


def test_l18_a_restored_namespace_is_there_for_all_and_is_not_overwritten(
    memory: namidb.Client, tmp_path: Path
) -> None:
    fill(memory)
    file = file_of(memory)
    uri = f"file://{tmp_path}/there?ns=graph"
    with namidb.Client.from_snapshot(io.BytesIO(file), uri, query_timeout=HANGS) as copy, namidb.Client(uri) as other:
        assert shown(copy) == shown(other) == shown(memory)
        copy.cypher("CREATE (:Person)")
        other.refresh()
        assert other.node_count == 7
    with pytest.raises(errors.ParameterError, match="Choose another namespace"):
        namidb.Client.from_snapshot(io.BytesIO(file), uri)
    with namidb.Client(uri) as other:
        assert other.node_count == 7


def test_l18_every_damage_is_a_typed_error_and_leaves_nothing(memory: namidb.Client, tmp_path: Path) -> None:
    fill(memory, 1)
    file = file_of(memory)
    uri = f"file://{tmp_path}/damaged?ns=graph"
    for at in range(0, len(file), 7):
        for damaged in (file[:at], file[:at] + bytes([file[at] ^ 0x10]) + file[at + 1 :]):
            with pytest.raises(errors.NamiError) as raised:
                namidb.Client.from_snapshot(io.BytesIO(damaged), uri)
            assert isinstance(
                raised.value, errors.CorruptionError | errors.FormatVersionError | errors.ParameterError
            ), raised.value
            assert "snapshot file" in str(raised.value)
    with pytest.raises(errors.CorruptionError, match="what comes after its end"):
        namidb.Client.from_snapshot(io.BytesIO(file + b"x"), uri)
    with namidb.Client.from_snapshot(io.BytesIO(file), uri) as copy:
        assert shown(copy) == shown(memory)


def test_l18_files_that_fail_raise_what_they_raise(memory: namidb.Client, tmp_path: Path) -> None:
    class Broken(io.RawIOBase):
        def write(self, _: object) -> int:
            raise RuntimeError("no more")

        def read(self, _: int = -1) -> bytes:
            raise RuntimeError("no more")

    for call in (memory.snapshot_to, namidb.Client.from_snapshot):
        with pytest.raises(RuntimeError, match="no more"):
            call(Broken())  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="path or a binary file"):
            call(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        memory.snapshot_to(io.StringIO())  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError, match=r"none\.snapshot"):
        namidb.Client.from_snapshot(tmp_path / "none.snapshot")
    with pytest.raises(errors.NamiError, match="no/such"):
        memory.snapshot_to(tmp_path / "no/such/graph.snapshot")
    assert not list(tmp_path.iterdir())


def test_l18_others_write_and_other_threads_run_while_a_snapshot_is_written(file_uri: str) -> None:
    with namidb.Client(file_uri) as client, namidb.Client(file_uri) as writer:
        fill(client, 2_000)
        done = threading.Event()

        def write() -> None:
            while not done.is_set():
                writer.cypher("CREATE (:Left), (:Right)")

        thread = threading.Thread(target=write)
        thread.start()
        try:
            for _ in range(5):
                with namidb.Client.from_snapshot(io.BytesIO(file_of(client))) as copy:
                    assert len(copy.scan_label("Left")) == len(copy.scan_label("Right"))
                    assert len(copy.scan_label("Person")) == 2_000
        finally:
            done.set()
            thread.join()


def test_l18_coroutines_do_the_same(tmp_path: Path) -> None:
    async def main() -> int:
        async with await namidb.AsyncClient.open("memory://demo") as client:
            await client.cypher("CREATE (:Person)")
            meta = await client.snapshot_to(tmp_path / "graph.snapshot")
            assert meta.node_count == 1
        async with await namidb.AsyncClient.from_snapshot(tmp_path / "graph.snapshot") as copy:
            return await copy.node_count()

    assert asyncio.run(main()) == 1
