"""What the tests share: clients on both local backends, each in a namespace of its own."""

import gc
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import namidb

_numbers = itertools.count()


@pytest.fixture(params=["memory", "file"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URI of an empty namespace, on each backend in turn."""
    if request.param == "memory":
        return f"memory://test-{next(_numbers)}"
    return f"file://{tmp_path}/graphs?ns=test"


@pytest.fixture
def file_uri(tmp_path: Path) -> str:
    return f"file://{tmp_path}/graphs?ns=test"


@pytest.fixture
def client(uri: str) -> Iterator[namidb.Client]:
    """A client of an empty namespace, on each backend in turn."""
    with namidb.Client(uri) as opened:
        yield opened


@pytest.fixture
def memory() -> Iterator[namidb.Client]:
    """A client of an empty namespace in memory."""
    with namidb.Client(f"memory://test-{next(_numbers)}") as opened:
        yield opened


@pytest.fixture
def people(memory: namidb.Client) -> namidb.Client:
    """Alice, Bob and Carol, who know each other in a row."""
    memory.cypher(
        "CREATE (a:Person {name: 'Alice', age: 30})-[:KNOWS {since: 2020}]->(b:Person {name: 'Bob', age: 25})"
        "-[:KNOWS {since: 2021}]->(:Person {name: 'Carol', age: 42})"
    )
    return memory


@pytest.fixture
def nothing_of_others_is_collected() -> Iterator[None]:
    """A collection looks at every object of the process: in a test that measures time, what other tests have left
    would count as ours."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
