"""What is promised of damage, of sleepers and of followers, with real files and real processes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from undisturbed import HANGS

import namidb
from namidb import errors


def objects(directory: Path, kind: str) -> list[Path]:
    """The files of one kind in a namespace, by name."""
    return sorted(path for path in directory.glob(f"**/{kind}/*") if path.is_file())


def two_checkpoints(uri: str) -> None:
    with namidb.Client(uri) as client:
        for n in range(3):
            client.cypher("CREATE (:A {n: $n})-[:R]->(:B)", {"n": n})
        client.flush()
        client.cypher("CREATE (:A {n: 3})")


def test_verify_of_a_whole_namespace_finds_nothing_wrong(local_uri: str) -> None:
    with namidb.Client(local_uri) as client:
        client.cypher("CREATE (:A)-[:R]->(:B)")
        client.flush()
        client.cypher("CREATE (:A)")
        report = client.verify()
        assert report.ok
        assert report.problems == ()
        assert report.strays == ()
        assert (report.nodes, report.relationships, report.records, report.sequence) == (3, 1, 1, 2)
        assert report.checkpoint == 1
        assert report.objects == 3
        assert report.blocks > 0
        assert str(report).endswith("nothing is wrong")


def damaged_object(uri: str) -> str | None:
    """The object that a query says is damaged; none if it has its answer without it."""
    try:
        with namidb.Client(uri) as client:
            assert len(client.cypher("MATCH (n)-[r]->(m) RETURN n, r, m").rows()) == 3
    except errors.CorruptionError as error:
        return str(error.details["object"])
    return None


def test_verify_names_what_is_damaged_and_opening_does_too(file_uri: str, tmp_path: Path) -> None:
    two_checkpoints(file_uri)
    for kind in ["sst", "wal"]:
        path = objects(tmp_path, kind)[-1]
        whole = path.read_bytes()
        path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
        report = namidb.verify(file_uri)
        assert not report.ok
        [problem] = report.problems
        assert problem.object.endswith(f"{kind}/{path.name}")
        assert problem.code == "corruption"
        assert "backup" in problem.advice
        assert path.name in str(report)
        told = damaged_object(file_uri)
        assert told is None or path.name in told
        path.unlink()
        if kind == "sst":
            [problem] = namidb.verify(file_uri).problems
            assert problem.object.endswith(path.name)
            assert "missing" in problem.message
            with pytest.raises(errors.CorruptionError) as raised, namidb.Client(file_uri) as client:
                client.cypher("MATCH (n)-[r]->(m) RETURN n, r, m").rows()
            assert path.name in raised.value.details["object"]
        path.write_bytes(whole)
    assert namidb.verify(file_uri).ok


def test_verify_of_nothing_raises(tmp_path: Path) -> None:
    with pytest.raises(errors.NamiError):
        namidb.verify(f"file://{tmp_path}/not-there?ns=test")
    assert not (tmp_path / "not-there").exists()


def test_info_says_that_all_is_well(client: namidb.Client) -> None:
    client.cypher("CREATE (:A)")
    assert client.info()["degraded"] == []


SLEEPER = """
import sys, namidb
client = namidb.Client(sys.argv[1])
for n in range(1_000_000):
    client.cypher('CREATE (:Mark {n: $n})', {'n': n})
    print(n, client.commit_metrics()['reloads'], flush=True)
"""


class Sleeper:
    """A process that commits mark after mark and says which were acknowledged, and can be stopped anywhere."""

    def __init__(self, uri: str) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", SLEEPER, uri], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.pipe = self.process.stdout.fileno()
        os.set_blocking(self.pipe, False)
        self.text = b""

    def acknowledged(self) -> int:
        """How many marks were acknowledged so far."""
        try:
            while chunk := os.read(self.pipe, 1 << 16):
                self.text += chunk
        except BlockingIOError:
            pass
        return self.text.count(b"\n")

    def wait_for(self, count: int) -> None:
        """Waits until so many were."""
        deadline = time.monotonic() + HANGS
        while self.acknowledged() < count:
            assert time.monotonic() < deadline, "the sleeper makes no progress"
            assert self.process.poll() is None, "the sleeper has ended"
            time.sleep(0.0005)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(self.process.pid, os.WUNTRACED)[1])

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def reloads(self) -> int:
        return int(self.text.splitlines()[-1].split()[1])


def test_a_sleeper_is_acknowledged_for_a_put_before_its_sleep_and_never_for_one_after_it(disk_uri: str) -> None:
    """Stopped anywhere in its commits, others commit, checkpoint and collect: every mark is there exactly once."""
    moments = random.Random(7)
    with namidb.Client(disk_uri) as client:
        client.cypher("CREATE (:Other)")
        sleeper = Sleeper(disk_uri)
        stopped = {"before its put": 0, "after its put": 0}
        deadline = time.monotonic() + HANGS
        try:
            while min(stopped.values()) < 5:
                assert time.monotonic() < deadline, stopped
                begun = time.monotonic()
                sleeper.wait_for(sleeper.acknowledged() + 1)
                # Anywhere in its next commit, however long they take here.
                time.sleep(moments.random() * min(max(time.monotonic() - begun, 0.004), 0.2))
                sleeper.stop()
                acknowledged = sleeper.acknowledged()
                found = client.cypher("MATCH (m:Mark) RETURN count(*) AS n").first()
                assert found is not None
                assert found["n"] - acknowledged in (0, 1)
                stopped["before its put" if found["n"] == acknowledged else "after its put"] += 1
                for _ in range(2):
                    client.cypher("CREATE (:Other)")
                client.flush()
                sleeper.go_on()
            sleeper.wait_for(sleeper.acknowledged() + 1)
            sleeper.stop()
            acknowledged = sleeper.acknowledged()
            assert sleeper.reloads > 0, "it never slept past a collection"
        finally:
            sleeper.end()
        marks = sorted(row["n"] for row in client.cypher("MATCH (m:Mark) RETURN m.n AS n"))
        assert marks == list(range(len(marks)))
        assert len(marks) - acknowledged in (0, 1)
        assert client.verify().ok


def test_a_follower_sees_what_others_commit_and_writes_nothing(disk_uri: str) -> None:
    with namidb.Client(disk_uri) as writer:
        writer.cypher("CREATE (:A)")
        with namidb.Client(disk_uri, read_only=True) as follower:
            before = follower.request_stats()["put"]
            for n in range(2, 5):
                writer.cypher("CREATE (:A)")
                assert follower.refresh() == writer.info()["sequence"]
                assert follower.node_count == n
            # It is left far behind, and the log that it has not read is collected.
            for _ in range(300):
                writer.cypher("CREATE (:A)")
            writer.flush()
            assert follower.refresh() == writer.info()["sequence"]
            assert follower.node_count == 304
            with pytest.raises(errors.ReadOnlyError):
                follower.cypher("CREATE (:A)")
            with pytest.raises(errors.ReadOnlyError):
                follower.flush()
            assert follower.request_stats()["put"] == before == 0
            assert follower.info()["read_only"]
            assert follower.commit_metrics()["reloads"] >= 1


def test_a_read_does_not_see_that_another_client_has_collected_what_it_was_to_read(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as other:
        ids = [namidb.uuid7() for _ in range(500)]
        other.merge_nodes("L", [{"id": id_, "x": x} for x, id_ in enumerate(ids)])
        other.merge_edges("R", [{"src": ids[0], "dst": id_} for id_ in ids[1:]])
        other.commit()
        other.flush()
        for read in (
            lambda state: [node["properties"]["x"] for node in state.scan_label("L")] == list(range(500)),
            lambda state: len(state.out_edges("R", ids[0])) == len(state.scan_edge_type("R")) == 499,
            lambda state: [node["id"] for node in state.lookup_nodes("L", ids)] == ids,
            lambda state: state.scan_label_arrow("L").num_rows == 500,
        ):
            with namidb.Client(tmp_path) as reader:
                newest, fixed = reader._state(), reader.snapshot()._state()
                # What both were to read from is merged with something else, and deleted.
                other.cypher("MATCH (n:L {x: 7}) SET n.touched = coalesce(n.touched, 0) + 1")
                other.flush()
                assert other.compact().runs_after == 1
                assert read(newest)
                with pytest.raises(errors.ConflictError) as raised:
                    fixed.scan_label("L")
                assert raised.value.retryable
                assert raised.value.name == "snapshot_expired"
