"""Functions and procedures of a program, called by statements."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import namidb
from namidb import errors


def test_a_function_is_called_with_values_and_gives_one() -> None:
    with namidb.Client("memory://callables") as client:

        def slug(text: str | None) -> str | None:
            """A text in lower case, with dashes."""
            return None if text is None else text.lower().replace(" ", "-")

        client.register_function("my.slug", slug, deterministic=True)
        client.cypher("UNWIND ['A b', 'C d'] AS t CREATE (:Doc {title: t})")
        rows = client.cypher("MATCH (d:Doc) RETURN my.slug(d.title) AS slug, my.slug(null) AS none ORDER BY slug")
        assert list(rows) == [{"slug": "a-b", "none": None}, {"slug": "c-d", "none": None}]
        shown = client.cypher("SHOW FUNCTIONS YIELD name, description, category, signature WHERE name = 'my.slug'")
        assert list(shown) == [
            {
                "name": "my.slug",
                "description": "A text in lower case, with dashes.",
                "category": "User",
                "signature": "my.slug(text :: ANY?) :: ANY",
            }
        ]
        found = client.cypher("MATCH (d:Doc) WHERE my.slug(d.title) = 'a-b' RETURN d.title AS t")
        assert list(found) == [{"t": "A b"}]


def test_a_function_says_what_it_takes_and_gives_and_its_errors_are_told() -> None:
    with namidb.Client("memory://callables-typed") as client:

        def half(n: float) -> Any:
            if n < 0:
                raise ValueError("no negative numbers")
            return "two" if n == 2 else n / 2

        client.register_function("my.half", half, arguments=[("n", "FLOAT")], returns="FLOAT")
        assert client.cypher("RETURN my.half(3) AS h").scalar() == 1.5
        for text, told in [
            ("RETURN my.half(-1)", "no negative numbers"),
            ("RETURN my.half(2)", "gives FLOAT"),
            ("RETURN my.half('a')", "takes n"),
            ("RETURN my.half()", "takes 1 argument, and 0 are given"),
            ("RETURN my.halv(1)", "my.half"),
        ]:
            with pytest.raises(errors.NamiError, match=told):
                client.cypher(text)
        with pytest.raises(errors.NamiError):
            client.register_function("size", half)
        with pytest.raises(errors.NamiError):
            client.register_function("my.number", 1)  # type: ignore[arg-type]
        with pytest.raises(errors.NamiError):
            client.register_function("my.half", half, returns="NUMBERS")


def test_a_procedure_gives_rows_as_mappings_or_tuples() -> None:
    with namidb.Client("memory://callables-rows") as client:

        def words(text: str) -> Iterator[Any]:
            """The words of a text."""
            for at, word in enumerate(text.split()):
                yield {"word": word, "at": at} if at else (word, at)

        client.register_procedure(
            "my.words", words, arguments=[("text", "STRING")], results=[("word", "STRING"), ("at", "INTEGER")]
        )
        rows = client.cypher("UNWIND ['a b', '', 'c'] AS t CALL my.words(t) YIELD at, word AS w RETURN t, w, at")
        assert [tuple(row.values()) for row in rows] == [("a b", "a", 0), ("a b", "b", 1), ("c", "c", 0)]
        client.register_procedure("my.nothing", lambda: None, results=[])
        assert client.cypher("CALL my.nothing() RETURN 1 AS one").scalar() == 1
        client.register_procedure("my.short", lambda: [(1,)], results=[("a", "ANY"), ("b", "ANY")])
        with pytest.raises(errors.NamiError, match="tuple of 2"):
            client.cypher("CALL my.short() YIELD a RETURN a")


def test_functions_work_from_many_threads_and_from_coroutines() -> None:
    with namidb.Client("memory://callables-threads") as client:
        client.register_function("my.twice", lambda n: 2 * n)
        client.cypher("UNWIND range(1, 2000) AS n CREATE (:N {n: n})")
        sums: list[int] = []

        def run() -> None:
            sums.append(client.cypher("MATCH (n:N) RETURN sum(my.twice(n.n)) AS s").scalar())

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sums == [4_002_000] * 4

    async def coroutine() -> Any:
        async with await namidb.AsyncClient.open("memory://callables-async") as client:
            await client.register_function("my.twice", lambda n: 2 * n)
            result = await client.cypher("RETURN my.twice(21) AS n")
            return result.scalar()

    assert asyncio.run(coroutine()) == 42
