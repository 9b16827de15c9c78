"""E-24 to E-28: several processes with one namespace in a directory, some of them killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from undisturbed import HANGS

import namidb


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-u",
        "-c",
        f"import sys, namidb\nclient = namidb.Client(sys.argv[1])\n{script}",
        *arguments,
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> str:
    try:
        stdout, stderr = process.communicate(timeout=HANGS)
    finally:
        process.kill()
    assert (process.returncode, stderr) == (0, "")
    return stdout


def test_e28_f01_f03_many_processes_write_and_nothing_is_lost_or_doubled(file_uri: str) -> None:
    script = """
for i in range(40):
    client.cypher("CREATE (:N {p: $p, i: $i})", {"p": sys.argv[2], "i": i})
"""
    processes = [start(script, file_uri, str(number)) for number in range(3)]
    for process in processes:
        end(process)
    with namidb.Client(file_uri) as client:
        rows = client.cypher("MATCH (n:N) RETURN n.p AS p, count(*) AS n, count(DISTINCT n.i) AS d ORDER BY p").rows()
    assert rows == [{"p": str(number), "n": 40, "d": 40} for number in range(3)]


def test_e27_increments_of_many_processes_are_all_counted(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:Counter {v: 0})")
        script = 'for _ in range(30): client.cypher("MATCH (c:Counter) SET c.v = c.v + 1")'
        for process in [start(script, file_uri) for _ in range(3)]:
            end(process)
        assert client.cypher("MATCH (c:Counter) RETURN c.v AS v").first() == {"v": 90}


def test_e25_f04_processes_see_each_other_and_opening_disturbs_nobody(file_uri: str) -> None:
    script = """
for line in sys.stdin:
    client.cypher(line)
    print(client.node_count, flush=True)
"""
    with namidb.Client(file_uri) as here:
        other = start(script, file_uri)
        assert other.stdin is not None
        assert other.stdout is not None
        for number in range(1, 6):
            here.cypher("CREATE (:Here)")
            other.stdin.write("CREATE (:There)\n")
            other.stdin.flush()
            assert int(other.stdout.readline()) == 2 * number
            assert here.node_count == 2 * number
            with namidb.Client(file_uri, read_only=True) as third:
                assert third.node_count == 2 * number
        assert end(other) == ""


@pytest.mark.parametrize("delay", [0.02, 0.05, 0.1, 0.2, 0.4])
def test_e24_a_killed_writer_loses_nothing_that_it_was_told(file_uri: str, delay: float) -> None:
    script = """
print("ready")
i = 0
while True:
    client.cypher("CREATE (:N {i: $i})", {"i": i})
    print(i)
    i += 1
"""
    process = start(script, file_uri)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    # Not communicate(): it would pass by what was read ahead together with the first line.
    told = process.stdout.read()
    process.communicate()
    # print() writes the end of a line by itself, so the kill may have cut the last line: it is not one of those told.
    acknowledged = [int(line) for line in told.split("\n")[:-1]]
    assert acknowledged == list(range(len(acknowledged)))
    with namidb.Client(file_uri) as client:
        found = [row["i"] for row in client.cypher("MATCH (n:N) RETURN n.i AS i ORDER BY i").rows()]
        assert found == list(range(len(found)))
        # The one that was on its way when the process died may be there, or not.
        assert len(acknowledged) <= len(found) <= len(acknowledged) + 1
        client.cypher("CREATE (:N {i: -1})")
        assert client.node_count == len(found) + 1


def test_a_checkpoint_changes_nothing_that_is_seen(file_uri: str, tmp_path: Path) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("UNWIND range(1, 1000) AS i CREATE (:N {i: i, s: toString(i)})")
        client.cypher("MATCH (a:N), (b:N) WHERE a.i + 1 = b.i CREATE (a)-[:NEXT {w: a.i}]->(b)")
        before = client.cypher("MATCH (a)-[r]->(b) RETURN a, r, b ORDER BY a.i").rows()
        client.flush()
        client.cypher("CREATE (:After)")
        assert client.cypher("MATCH (a)-[r]->(b) RETURN a, r, b ORDER BY a.i").rows() == before
    with namidb.Client(file_uri) as again:
        assert again.cypher("MATCH (a)-[r]->(b) RETURN a, r, b ORDER BY a.i").rows() == before
        assert again.node_count == 1_001
    assert any((tmp_path / "graphs" / "test" / "sst").iterdir())
