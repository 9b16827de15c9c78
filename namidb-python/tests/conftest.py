"""What the tests share: clients on both local backends, each in a namespace of its own.

`NAMIDB_TEST_STORE` swaps the store under all of them: a URI without a namespace, as `scripts/stores uris` prints it.
What is about memory, about files, or about a log that is collected at once stays where it is.
"""

import gc
import inspect
import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import namidb

STORE = os.environ.get("NAMIDB_TEST_STORE")

# What of the fixtures below gives the store that is swapped.
SWAPPED = {"client", "file_uri", "memory", "new_uri", "uri"}

_numbers = itertools.count()


def looks_at_files(test: Callable[..., object]) -> bool:
    """Whether a test wants its database where it can look at the files."""
    return "tmp_path" in inspect.signature(test).parameters


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With the store swapped only what comes to it runs: the rest would do the same as without, also what measures how
    soon a computation stops."""
    if STORE is None:
        return
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        assert isinstance(item, pytest.Function)
        swapped = SWAPPED & set(item.fixturenames)
        if "nothing_of_others_is_collected" in item.fixturenames:
            swapped.clear()
        if looks_at_files(item.function):
            swapped.discard("file_uri")
        (kept if swapped else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def on_store(store: str) -> str:
    """A URI of an empty namespace. As on files, nobody sees less than what was acknowledged before."""
    return f"{store}{'&' if '?' in store else '?'}ns=test-{uuid.uuid4()}&max_staleness=0s"


def in_memory() -> str:
    """A URI of an empty namespace that one process opens."""
    return on_store(STORE) if STORE else f"memory://test-{next(_numbers)}"


@pytest.fixture(params=["store"] if STORE else ["memory", "file"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URI of an empty namespace, on each backend in turn."""
    if request.param == "file":
        return f"file://{tmp_path}/graphs?ns=test"
    return in_memory()


@pytest.fixture(params=["memory", "file"])
def local_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URI of an empty namespace of this machine, where what is dead is collected at once."""
    return f"memory://test-{next(_numbers)}" if request.param == "memory" else f"file://{tmp_path}/graphs?ns=test"


@pytest.fixture
def disk_uri(tmp_path: Path) -> str:
    """A URI of an empty namespace in a directory, whatever the store of the other tests."""
    return f"file://{tmp_path}/graphs?ns=test"


@pytest.fixture
def file_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URI of an empty namespace that several processes may open. A test that asks for `tmp_path` as well looks at the
    files."""
    return on_store(STORE) if STORE and not looks_at_files(request.function) else f"file://{tmp_path}/graphs?ns=test"


@pytest.fixture
def new_uri(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Gives a URI of an empty namespace that several processes may open, another one with each call."""
    return lambda: on_store(STORE) if STORE else f"file://{tmp_path_factory.mktemp('graphs')}?ns=test"


@pytest.fixture
def client(uri: str) -> Iterator[namidb.Client]:
    """A client of an empty namespace, on each backend in turn."""
    with namidb.Client(uri) as opened:
        yield opened


@pytest.fixture
def memory() -> Iterator[namidb.Client]:
    """A client of an empty namespace in memory."""
    with namidb.Client(in_memory()) as opened:
        yield opened


@pytest.fixture
def private() -> Iterator[namidb.Client]:
    """A client of an empty namespace in the memory of this process, whatever the store of the other tests."""
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
