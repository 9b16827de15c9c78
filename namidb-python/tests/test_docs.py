"""What the documentation promises: everything public has a docstring, and its examples run."""

import doctest
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

import namidb

OWN_EXAMPLE = [
    namidb.Batch,
    namidb.Client,
    namidb.Plan,
    namidb.QueryResult,
    namidb.ResultStream,
    namidb.Snapshot,
    namidb.Transaction,
]
"""Classes of whose public parts each has an example. The coroutines of `AsyncClient` are those of `Client`."""
DOCUMENTED = [
    *OWN_EXAMPLE,
    namidb.AsyncResultStream,
    namidb.AsyncBatch,
    namidb.AsyncClient,
    namidb.AsyncSnapshot,
    namidb.AsyncTransaction,
]
MODULES = [namidb, namidb.dbapi, namidb.errors, namidb.objects, namidb.reports, namidb.retry, namidb.values]


def documented() -> Iterator[tuple[str, Any]]:
    """Everything public by its name, each object once."""
    seen = set()
    for module in MODULES:
        yield module.__name__, module
        for name in module.__all__:
            found = getattr(module, name)
            if inspect.ismodule(found) or isinstance(found, str) or id(found) in seen:
                continue
            seen.add(id(found))
            yield f"{module.__name__}.{name}", found
            if inspect.isclass(found):
                for part in vars_of(found):
                    yield f"{module.__name__}.{name}.{part}", inspect.getattr_static(found, part)


def vars_of(class_: type) -> list[str]:
    """The public parts that the package gave a class, inherited ones included."""
    own = [base for base in class_.__mro__ if base.__module__.startswith("namidb")]
    names = itertools.chain.from_iterable(vars(base) for base in own)
    return sorted({name for name in names if not name.startswith("_")})


EXAMPLES = {name: doc for name, found in documented() if ">>>" in (doc := inspect.getdoc(found) or "")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_documentation_runs(name: str) -> None:
    ids = [namidb.uuid7(), namidb.uuid7()]
    with namidb.Client("memory://examples") as client:
        given = {"namidb": namidb, "client": client, "dbapi": namidb.dbapi, "alice": ids[0], "bob": ids[1]}
        test = doctest.DocTestParser().get_doctest(EXAMPLES[name], given, name, None, None)
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("class_", DOCUMENTED)
def test_everything_public_is_documented(class_: type) -> None:
    assert class_.__doc__
    undocumented = [name for name in vars_of(class_) if not inspect.getdoc(inspect.getattr_static(class_, name))]
    assert undocumented == []
    for name in ("connect", "parse_uri", "schemes", "uuid7"):
        assert getattr(namidb, name).__doc__


@pytest.mark.parametrize("class_", OWN_EXAMPLE)
def test_everything_public_has_an_example(class_: type) -> None:
    def example(name: str) -> bool:
        doc = inspect.getdoc(inspect.getattr_static(class_, name)) or ""
        return ">>>" in doc or (class_ is not namidb.Client and hasattr(namidb.Client, name))

    assert [name for name in vars_of(class_) if not example(name)] == []
