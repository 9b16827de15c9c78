"""`AsyncClient` offers what `Client` offers, on asyncio and on trio."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from undisturbed import HANGS

import namidb
from namidb import errors

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs an async function on each library in turn."""
    if request.param == "trio":
        return trio.run
    return lambda main: asyncio.run(main())  # type: ignore[arg-type]


TWINS = [
    (
        namidb.Client,
        namidb.AsyncClient,
        {"acypher", "aclose", "acommit", "aflush", "arefresh", "astream", "abackup", "acompact", "averify"}
        | {"amerge_nodes", "amerge_edges", "asnapshot_to"},
    ),
    (namidb.Transaction, namidb.AsyncTransaction, set()),
    (namidb.Batch, namidb.AsyncBatch, set()),
    (namidb.Snapshot, namidb.AsyncSnapshot, set()),
]
WITHOUT_WAITING = {
    "batch",
    "cache_stats",
    "cancel",
    "closed",
    "commit_metrics",
    "in_transaction",
    "info",
    "namespace",
    "namespace_prefix",
    "pending",
    "request_stats",
    "sequence",
    "status",
    "store_repr",
    "transaction",
    "uri",
}


def public(class_: type) -> set[str]:
    return {name for name in dir(class_) if not name.startswith("_")}


@pytest.mark.parametrize(("class_", "twin", "own"), TWINS, ids=lambda x: getattr(x, "__name__", ""))
def test_x16_both_surfaces_have_the_same_parts(class_: type, twin: type, own: set[str]) -> None:
    assert public(twin) - {"open"} == public(class_) - own


@pytest.mark.parametrize(("class_", "twin", "own"), TWINS, ids=lambda x: getattr(x, "__name__", ""))
def test_x16_what_can_wait_is_a_coroutine_with_the_same_parameters(class_: type, twin: type, own: set[str]) -> None:
    for name in public(twin) - WITHOUT_WAITING - {"open"}:
        theirs = getattr(twin, name)
        assert inspect.iscoroutinefunction(theirs), name
        ours = inspect.getattr_static(class_, name)
        if isinstance(ours, property) or not callable(ours):
            continue
        assert list(inspect.signature(theirs).parameters) == list(inspect.signature(ours).parameters), name


def test_everything_works_on_both_libraries(uri: str, run: Run) -> None:
    async def main() -> None:
        async with await namidb.AsyncClient.open(uri, zones="keep") as client:
            a, b = namidb.uuid7(), namidb.uuid7()
            await client.upsert_node("N", a, {"x": 1})
            await client.merge_nodes("N", [{"id": b}])
            await client.upsert_edge("R", a, b, {})
            assert client.pending == 3
            assert await client.commit() == 1
            assert (await client.cypher("MATCH (n:N) RETURN count(*) AS n")).scalar() == 2
            assert [await client.node_count(), await client.relationship_count()] == [2, 1]
            assert (await client.lookup_node("N", a) or {})["properties"] == {"x": 1}
            assert len(await client.out_edges("R", a)) == len(await client.in_edges("R", b)) == 1
            before = await client.snapshot()
            async with client.transaction() as tx:
                await tx.cypher("CREATE (:N)")
                assert client.in_transaction
                assert await tx.node_count() == 3
            assert tx.status == "committed"
            async with client.batch() as batch:
                await batch.upsert_node("M", namidb.uuid7(), {})
            assert await before.node_count() == 2
            assert (await before.cypher("MATCH (n) RETURN count(*) AS n")).scalar() == 2
            assert (await client.cypher_many("CREATE (:P {i: $i})", [{"i": 1}, {"i": 2}])).executions == 2
            await client.flush()
            assert await client.refresh() == client.info()["sequence"]
            rows = [
                row["i"] async for row in await client.stream("MATCH (p:P) RETURN p.i AS i ORDER BY i", batch_rows=1)
            ]
            assert rows == [1, 2]
            assert (await client.explain("MATCH (p:P) RETURN p")).operator == "Project"
            assert (await client.profile("MATCH (p:P) RETURN p")).plan.rows == 2
            assert (await client.describe("MATCH (p:P) RETURN p.i AS i")).columns == ["i"]
            assert await client.clear() == 6
            assert "AsyncClient" in repr(client)
        assert client.closed

    run(main)


def test_a_transaction_whose_block_raises_is_rolled_back(uri: str, run: Run) -> None:
    async def main() -> None:
        async with await namidb.AsyncClient.open(uri) as client:
            begun = []

            async def fail() -> None:
                async with client.transaction() as tx:
                    begun.append(tx)
                    await tx.cypher("CREATE (:N)")
                    raise LookupError

            with pytest.raises(LookupError):
                await fail()
            assert begun[0].status == "rolled_back"
            assert await client.node_count() == 0

    run(main)


def test_run_does_the_work_again_until_it_wins(uri: str, run: Run) -> None:
    async def main() -> None:
        async with await namidb.AsyncClient.open(uri) as client:
            await client.cypher("CREATE (:Counter {n: 0})")
            calls = 0

            async def add(tx: namidb.AsyncTransaction) -> None:
                nonlocal calls
                calls += 1
                await tx.cypher("MATCH (c:Counter) SET c.n = c.n + 1")
                if calls == 1:
                    await client.cypher("MATCH (c:Counter) SET c.n = c.n + 10")

            await client.run(add, retry=namidb.Retry(initial_delay=0.001))
            assert calls == 2
            assert (await client.cypher("MATCH (c:Counter) RETURN c.n AS n")).scalar() == 11
            with pytest.raises(errors.ArithmeticFault):
                await client.run(lambda tx: tx.cypher("RETURN 1 / 0"))

    run(main)


def test_opening_a_uri_that_is_none_raises_in_the_coroutine(run: Run) -> None:
    async def main() -> None:
        with pytest.raises(errors.UriError):
            await namidb.AsyncClient.open("nothing://x")

    run(main)


def test_a_task_that_waits_for_a_thread_is_cancelled_at_once(memory: namidb.Client) -> None:
    long = "UNWIND range(1, 300000) AS a UNWIND range(1, 300000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS n"

    async def main() -> None:
        running = [asyncio.create_task(memory.acypher(long)) for _ in range(64)]
        await asyncio.sleep(0.2)
        waiting = asyncio.create_task(memory.acypher(long))
        await asyncio.sleep(0.05)
        waiting.cancel()
        # It has not waited for a thread if those that have one go on; on a busy machine that may take its time.
        async with asyncio.timeout(HANGS):
            with pytest.raises(asyncio.CancelledError) as raised:
                await waiting
        assert raised.value.outcome == "not_applied"  # type: ignore[attr-defined]
        assert not any(task.done() for task in running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(main())
