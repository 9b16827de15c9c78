"""The stub says what the package has, and the examples in the documentation run."""

import doctest
import subprocess
import sys
from pathlib import Path

import namidb

ROOT = Path(__file__).parents[2]


def test_the_stub_agrees_with_the_native_module(tmp_path: Path) -> None:
    # What the bindings add to the module by themselves.
    allowed = tmp_path / "allowed"
    allowed.write_text("namidb._namidb.__all__\n")
    options = ["--mypy-config-file", str(ROOT / "mypy.ini"), "--allowlist", str(allowed), "--ignore-disjoint-bases"]
    command = [sys.executable, "-m", "mypy.stubtest", "namidb._namidb", *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stdout


def test_the_examples_of_the_documentation_run() -> None:
    result = doctest.testmod(namidb)
    assert result.attempted > 0
    assert result.failed == 0


def test_everything_public_is_documented() -> None:
    for class_ in (namidb.Client, namidb.QueryResult, namidb.Transaction, namidb.Batch):
        assert class_.__doc__
        for name in dir(class_):
            if not name.startswith("_"):
                assert getattr(class_, name).__doc__, f"{class_.__name__}.{name}"
    for name in ("connect", "parse_uri", "schemes", "uuid7"):
        assert getattr(namidb, name).__doc__
