"""The rows U of FEATURES.md 1.3 that need no cloud: one grammar of URIs, for every surface and every store."""

import subprocess
import sys
from pathlib import Path

import pytest

import namidb
from namidb import errors


def refused(uri: str) -> str:
    """What parsing says, which is what opening says."""
    with pytest.raises(errors.UriError) as of_parsing:
        namidb.parse_uri(uri)
    with pytest.raises(errors.UriError) as of_opening:
        namidb.Client(uri)
    assert str(of_parsing.value) == str(of_opening.value)
    assert isinstance(of_parsing.value, ValueError)
    return str(of_parsing.value)


def test_u01_memory_is_named_and_takes_options() -> None:
    with namidb.Client("memory://graph?cache_bytes=1MB&max_staleness=3s") as client:
        assert client.namespace == client.namespace_prefix() == "graph"
        assert client.info()["max_staleness"] == 3.0
    assert "namespace is empty" in refused("memory://")


def test_u02_a_directory_is_made_on_first_open_unless_it_must_be_there(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a/b?ns=g"
    with pytest.raises(errors.NamiError):
        namidb.Client(f"{uri}&mode=open")
    assert list(tmp_path.iterdir()) == []
    namidb.Client(uri).close()
    assert (tmp_path / "a" / "b").is_dir()


def test_u03_f15_paths_are_relative_only_if_they_say_so(tmp_path: Path) -> None:
    script = """
import namidb
for uri in ("file://./one?ns=g", "file://../two?ns=g", "file://localhost{root}/three?ns=g", "file://{root}/fo%20ur?ns=g"):
    with namidb.Client(uri) as client:
        client.cypher("CREATE (:A)")
""".replace("{root}", str(tmp_path))
    inside = tmp_path / "inside"
    inside.mkdir()
    subprocess.run([sys.executable, "-c", script], cwd=inside, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fo ur", "inside", "three", "two"]
    assert [path.name for path in inside.iterdir()] == ["one"]
    for uri in ("file://~/x?ns=g", "file://host/x?ns=g", "file://x?ns=g"):
        assert refused(uri)


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("s3://bucket?ns=g", "tenants/g"),
        ("s3://bucket/?ns=g", "tenants/g"),
        ("s3://bucket/deep/er?ns=g", "deep/er/g"),
        ("gs://bucket?ns=g", "tenants/g"),
        ("az://account/container?ns=g", "tenants/g"),
        ("az://account/container/deep?ns=g", "deep/g"),
    ],
)
def test_e10_e12_e13_u04_a_bucket_has_a_prefix(uri: str, prefix: str) -> None:
    assert namidb.parse_uri(uri).prefix == prefix


@pytest.mark.parametrize(
    "uri",
    [
        "s3://bucket?ns=g&region=auto",
        "s3://bucket?ns=g&endpoint=http://127.0.0.1:9000&allow_http=true",
        "s3://bucket?ns=g&endpoint=http://localhost:9000&allow_http=1",
        "s3://bucket?ns=g&allow_http=yes",
        "gs://bucket?ns=g&service_account=/etc/key.json&endpoint=http://127.0.0.1:4443&allow_http=true",
        "az://account/container?ns=g&use_emulator=true",
    ],
)
def test_e11_u05_u06_u07_u08_u09_options_of_buckets_are_read_and_not_shown(uri: str) -> None:
    parts = namidb.parse_uri(uri)
    assert parts.namespace == "g"
    assert "127.0.0.1" not in str(parts)
    assert "key.json" not in repr(parts)


def test_u10_a_namespace_is_needed_once() -> None:
    assert "ns" in refused("s3://bucket")
    assert "ns" in refused("file:///data?NS=g")
    assert "twice" in refused("file:///data?ns=a&ns=b") or "more than once" in refused("file:///data?ns=a&ns=b")
    assert refused("file:///data?ns=a&namespace=b")
    assert namidb.parse_uri("file:///data?namespace=g").namespace == "g"


@pytest.mark.parametrize("name", ["a_b", "A", "ä", "a.b", "a%20b", "-a", "", "a" * 64])
def test_u11_a_namespace_has_letters_digits_and_dashes(name: str) -> None:
    assert "namespace" in refused(f"file:///data?ns={name}")
    assert namidb.parse_uri(f"file:///data?ns={'a' * 62}-").namespace == "a" * 62 + "-"


def test_u12_u26_unknown_schemes_are_told_what_there_is() -> None:
    message = refused("ftp://x?ns=g")
    with pytest.raises(errors.UriError) as raised:
        namidb.parse_uri("ftp://x?ns=g")
    said = f"{message} {raised.value.hint}"
    for scheme in namidb.schemes():
        assert f"{scheme}://" in said
    assert namidb.parse_uri("MEMORY://g").scheme == "memory"
    for text in ("s3:/b?ns=g", "file:/x?ns=g", "name", "://x"):
        assert refused(text)


def test_u07_an_endpoint_without_tls_is_told_what_to_add() -> None:
    for place in ("s3://bucket", "gs://bucket", "az://account/container"):
        with pytest.raises(errors.UriError) as raised:
            namidb.parse_uri(f"{place}?ns=g&endpoint=http://127.0.0.1:9")
        assert "allow_http=true" in f"{raised.value} {raised.value.hint}"


def test_u13_f15_an_unknown_key_is_told_the_nearest() -> None:
    assert "region" in refused("s3://bucket?ns=g&regoin=x")
    assert "max_staleness" in refused("memory://g?max_stalenes=1s")


@pytest.mark.parametrize("uri", ["s3://", "s3://?ns=g", "gs://?ns=g", "az://?ns=g", "az://account?ns=g"])
def test_u14_a_bucket_must_be_named(uri: str) -> None:
    assert any(word in refused(uri) for word in ("bucket", "account", "container"))


def test_p03_u15_what_a_store_answers_is_no_error_of_the_uri(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(errors.BackendError) as raised:
        namidb.Client(f"file://{tmp_path}/file/graphs?ns=g")
    assert isinstance(raised.value, RuntimeError)
    assert not isinstance(raised.value, ValueError)


def test_u22_what_is_printed_parses_again_to_the_same() -> None:
    for uri in ("S3://bucket/a/b/?ns=g", "file:///a%20b?ns=g", "memory://g", "az://a/c/d?namespace=g"):
        parts = namidb.parse_uri(uri)
        assert namidb.parse_uri(str(parts)) == parts


def test_u24_a_copied_directory_is_the_same_database(tmp_path: Path) -> None:
    import shutil

    with namidb.Client(f"file://{tmp_path}/one?ns=g") as client:
        client.cypher("CREATE (:A {x: 1})")
        client.flush()
        client.cypher("CREATE (:A {x: 2})")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with namidb.Client(f"file://{tmp_path}/two?ns=g") as client:
        assert client.cypher("MATCH (a:A) RETURN a.x AS x ORDER BY x").rows() == [{"x": 1}, {"x": 2}]
        client.cypher("CREATE (:A)")
