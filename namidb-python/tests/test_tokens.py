"""Tokens: a write is done once, whoever asks for it how often, and a repetition is told what the first was told."""

import asyncio
import threading
import uuid
from pathlib import Path

import pytest
from test_processes import end, start

import namidb
from namidb import errors

PAY = "CREATE (p:Payment {order: $order}) RETURN p.order AS paid"


def count(client: namidb.Client) -> int:
    found: int = client.cypher("MATCH (n) RETURN count(*) AS n").scalar()
    return found


def test_a_repeated_call_gives_the_result_of_the_first(client: namidb.Client) -> None:
    first = client.cypher(PAY, {"order": 17}, token="a")
    client.cypher("MATCH (p:Payment) SET p.order = 18")
    # As it is a repetition, it does not matter what is given now.
    again = client.cypher(PAY, {"order": 99}, token="a")
    assert again.rows() == first.rows() == [{"paid": 17}]
    assert again.summary.counters == first.summary.counters
    assert again.summary.bookmark == first.summary.bookmark
    assert (first.summary.repeated, again.summary.repeated) == (False, True)
    assert again.columns == ["paid"]
    assert client.cypher(PAY, {"order": 99}, token="b").rows() == [{"paid": 99}]
    assert count(client) == 2


def test_threads_with_one_token_do_it_once(client: namidb.Client) -> None:
    results: list[namidb.QueryResult] = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(client.cypher(PAY, {"order": n}, token="a")))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(result.scalar(), result.summary.bookmark) for result in results}) == 1
    assert count(client) == 1


def test_processes_with_one_token_do_it_once(file_uri: str) -> None:
    script = f"""
sys.stdin.readline()
print([(r := client.cypher({PAY!r}, {{"order": int(sys.argv[2])}}, token=f"t{{i}}")).scalar() for i in range(20)])
"""
    namidb.Client(file_uri).close()
    processes = [start(script, file_uri, str(number)) for number in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [end(process) for process in processes]
    assert len(set(answers)) == 1, answers
    with namidb.Client(file_uri) as client:
        assert count(client) == 20


def test_a_token_outlives_a_killed_process(file_uri: str) -> None:
    script = f"""
print(client.cypher({PAY!r}, {{"order": 1}}, token="a").scalar(), flush=True)
sys.stdin.readline()
"""
    process = start(script, file_uri)
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    process.kill()
    process.communicate()
    with namidb.Client(file_uri) as client:
        again = client.cypher(PAY, {"order": 2}, token="a")
        assert (again.scalar(), again.summary.repeated) == (1, True)
        assert count(client) == 1


def test_a_token_outlives_checkpoint_compaction_and_collection(file_uri: str, tmp_path: Path) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher(PAY, {"order": 1}, token="a")
        client.flush()
        client.cypher("CREATE (:Other)")
        client.flush()
        client.compact()
        records = list((tmp_path / "graphs" / "test" / "wal").glob("*"))
        assert not [path for path in records if path.name.endswith("1")], records
    with namidb.Client(file_uri) as client:
        puts = client.request_stats()["put"]
        again = client.cypher(PAY, {"order": 2}, token="a")
        assert (again.scalar(), again.summary.repeated, again.summary.bookmark) == (1, True, 1)
        assert client.request_stats()["put"] == puts
        assert client.verify().ok
        assert count(client) == 2


def test_rows_that_are_too_long_are_not_kept_and_the_summary_says_so(memory: namidb.Client) -> None:
    write = "UNWIND range(1, 2000) AS x CREATE (n:N {x: x}) RETURN n"
    assert len(memory.cypher(write, token="a")) == 2000
    again = memory.cypher(write, token="a")
    assert (len(again), again.summary.rows_kept, again.summary.counters.nodes_created) == (0, False, 2000)


def test_staged_rows_are_committed_once(client: namidb.Client) -> None:
    one = str(uuid.uuid4())
    for _ in range(2):
        client.upsert_node("N", one, {"x": 1})
        assert client.commit(token="rows") == 1
        assert client.pending == 0
    with client.batch() as batch:
        batch.upsert_node("N", one, {"x": 2})
        assert batch.commit(token="rows") == 1
    assert client.commit(token="other") is None
    found = client.lookup_node("N", one)
    assert found is not None
    assert found["properties"] == {"x": 1}


def test_a_transaction_is_committed_once(client: namidb.Client) -> None:
    first, second = client.begin(), client.begin()
    for transaction in [first, second]:
        transaction.cypher("CREATE (:N)")
    assert (first.commit(token="tx"), second.commit(token="tx")) == (1, 1)
    assert (first.status, second.status) == ("committed", "committed")
    assert count(client) == 1


def test_work_is_run_once_under_its_token(client: namidb.Client) -> None:
    calls = []

    def work(tx: namidb.Transaction) -> int:
        calls.append(tx)
        tx.cypher("CREATE (:N)")
        found: int = tx.cypher("MATCH (n) RETURN count(*) AS n").scalar()
        return found

    assert (client.run(work, token="w"), client.run(work, token="w")) == (1, None)
    assert (len(calls), count(client)) == (1, 1)
    assert client.run(work) == 2


def test_many_parameters_are_done_once(client: namidb.Client) -> None:
    summaries = [
        client.cypher_many("CREATE (:N {i: $i})", [{"i": i} for i in range(5)], token="many") for _ in range(2)
    ]
    assert [summary.counters.nodes_created for summary in summaries] == [5, 5]
    assert [summary.repeated for summary in summaries] == [False, True]
    assert count(client) == 5


def test_a_token_that_was_taken_by_something_else_is_refused(client: namidb.Client) -> None:
    client.cypher("CREATE (:N)", token="a")
    with pytest.raises(errors.ParameterError, match="another write was committed under this token"):
        client.cypher("CREATE (:M)", token="a")
    client.upsert_node("N", str(uuid.uuid4()), {})
    with pytest.raises(errors.ParameterError):
        client.commit(token="a")
    assert client.pending == 1
    for token in ["", "x" * 2000]:
        with pytest.raises(errors.ParameterError):
            client.cypher("CREATE (:M)", token=token)
    assert count(client) == 1


def test_coroutines_take_tokens(uri: str) -> None:
    async def main() -> None:
        async with await namidb.AsyncClient.open(uri) as client:
            all_ = await asyncio.gather(*[client.cypher(PAY, {"order": n}, token="a") for n in range(10)])
            assert len({result.scalar() for result in all_}) == 1
            for _ in range(2):
                await client.upsert_node("N", namidb.uuid7(), {})
                assert await client.commit(token="rows") == 2

            async def work(tx: namidb.AsyncTransaction) -> str:
                await tx.cypher("CREATE (:M)")
                return "done"

            assert [await client.run(work, token="w") for _ in range(2)] == ["done", None]
            assert (await client.cypher("MATCH (n) RETURN count(*) AS n")).scalar() == 3

    asyncio.run(main())
