"""Processes that write one namespace at the same time, are killed at random and started again.

Each writer creates one node after the other, and keeps a journal: a line before each attempt, a line after each
answer. What the journals say is then held against what the store holds:

- what was acknowledged is stored, once;
- what was answered with `not_applied` is absent;
- no client had to be opened again but for the kills;
- a reader beside the writers saw at every moment a prefix of the log, and never a shorter one than before.

Run it at full size with `make race-full`; the tests run a small one.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import namidb

CREATE = "CREATE (:Row {key: $key})"
SEEN = "MATCH (r:Row) RETURN count(r) AS rows, min(id(r)) AS first, max(id(r)) AS last"
STORED = "MATCH (r:Row) RETURN r.key AS key"
SECONDS_MAX = 900
"""No race takes so long."""


@dataclass
class Journal:
    """What one writer tried, and what it was told."""

    tried: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    not_applied: set[str] = field(default_factory=set)

    def has_answer(self, process: int) -> bool:
        """Whether one life of the writer was answered."""
        return any(int(key.split("/")[1]) == process for key in self.acknowledged)

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """Reads a journal; a line cut short by a kill was never answered."""
        journal = cls()
        text = path.read_text() if path.exists() else ""
        for line in text.split("\n")[:-1]:
            word, key = line.split(" ", 1)
            if word == "try":
                journal.tried.append(key)
            elif word == "ok":
                journal.acknowledged.add(key)
            elif word == "not_applied":
                journal.not_applied.add(key)
        return journal


def write(uri: str, path: Path, writer: int, creates: int, enough: Path) -> None:
    """Creates nodes until `creates` of them are acknowledged, over all lives of this writer, and `enough` is there."""
    journal = Journal.read(path)
    # A kill may have cut a line: the next one begins on a line of its own.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, b"\n" if path.stat().st_size and not path.read_bytes().endswith(b"\n") else b"")
    done, attempt = len(journal.acknowledged), len(journal.tried)
    with namidb.Client(uri) as client:
        while done < creates or not enough.exists():
            # A kill may also have cut the line of an attempt, so numbers are not reused: lives have their own.
            key = f"{writer}/{os.getpid()}/{attempt}"
            attempt += 1
            os.write(descriptor, f"try {key}\n".encode())
            try:
                client.cypher(CREATE, {"key": key})
            except namidb.NamiError as error:
                os.write(descriptor, f"{error.outcome} {key}\n".encode())
            else:
                os.write(descriptor, f"ok {key}\n".encode())
                done += 1


def read(uri: str, stop: Path, looked: Path) -> None:
    """Looks until told to stop; every look must see ids without a gap, and no fewer than the one before. Tells of the
    first."""
    looks, before = 0, 0
    with namidb.Client(uri) as client:
        while not stop.exists():
            row = client.cypher(SEEN).rows()[0]
            rows = row["rows"]
            if rows < before:
                sys.exit(f"the reader saw {before} rows and then {rows}")
            if rows and (row["first"], row["last"]) != (0, rows - 1):
                sys.exit(f"the reader saw {rows} rows with ids {row['first']} to {row['last']}: no prefix")
            looks, before = looks + 1, rows
            looked.touch()
    print(looks)


@dataclass
class Outcome:
    """What a race came to."""

    attempts: int
    acknowledged: int
    stored: int
    not_applied: int
    unanswered_stored: int
    kills: int
    looks: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.attempts} attempts, {self.acknowledged} acknowledged, {self.stored} stored, "
            f"{self.not_applied} not applied, {self.unanswered_stored} stored without an answer, "
            f"{self.kills} kills, {self.looks} looks, {self.seconds:.1f} s"
        )


def start(*arguments: str, stdout: int | None = None) -> "subprocess.Popen[str]":
    """Starts this script once more."""
    return subprocess.Popen([sys.executable, __file__, *arguments], stdout=stdout, text=True)


def race(
    store: Path,
    writers: int,
    creates: int,
    kill_after: tuple[float, float],
    seed: int,
    *,
    uri: str | None = None,
    kills_max: int = 10_000,
) -> Outcome:
    """Lets `writers` processes create `creates` nodes each, killing one after every pause drawn from `kill_after`.

    They write the namespace that `uri` names, which is empty, or one beside their journals in `store`. Only a process
    that has written is killed: on a busy machine none would else come to it. And none has written enough before one was
    killed, and the reader has looked: who takes long to come to that does not find that all is over. Raises
    `AssertionError` where a promise is broken, or if it takes longer than `SECONDS_MAX`.
    """
    uri = uri or f"file://{store.resolve()}?ns=race"
    draw, begun = random.Random(seed), time.monotonic()
    journals = [store / f"journal-{w}" for w in range(writers)]
    stop, looked, enough = store / "stop", store / "looked", store / "enough"

    def started(writer: int) -> "subprocess.Popen[str]":
        place = ("--uri", uri, "--journal", str(journals[writer]), "--enough", str(enough))
        return start("--writer", str(writer), "--creates", str(creates), *place)

    reader = start("--reader", str(stop), "--looked", str(looked), "--uri", uri, stdout=subprocess.PIPE)
    running = {w: started(w) for w in range(writers)}
    kills = 0
    try:
        while running:
            assert time.monotonic() - begun < SECONDS_MAX, f"the race hangs: {sorted(running)} go on"
            time.sleep(draw.uniform(*kill_after))
            for writer in [w for w, process in running.items() if process.poll() is not None]:
                assert running.pop(writer).returncode == 0, f"writer {writer} failed"
            assert reader.poll() is None, "the reader has ended"
            victims = [w for w in sorted(running) if Journal.read(journals[w]).has_answer(running[w].pid)]
            if victims and kills < kills_max:
                victim = draw.choice(victims)
                running[victim].send_signal(signal.SIGKILL)
                if running[victim].wait() == -signal.SIGKILL:
                    kills += 1
                running[victim] = started(victim)
            if kills and looked.exists():
                enough.touch()
        stop.touch()
        looks = int(reader.communicate(timeout=SECONDS_MAX)[0] or 0)
        assert reader.returncode == 0, "the reader saw something that is no prefix"
    finally:
        for process in (reader, *running.values()):
            process.kill()
            process.wait()

    with namidb.Client(uri, mode="open") as client:
        stored = Counter(row["key"] for row in client.cypher(STORED))
    told = [Journal.read(path) for path in journals]
    acknowledged = set().union(*(j.acknowledged for j in told))
    refused = set().union(*(j.not_applied for j in told))
    tried = set().union(*(j.tried for j in told))
    assert all(count == 1 for count in stored.values()), "a commit was applied twice"
    assert acknowledged <= stored.keys(), f"lost: {sorted(acknowledged - stored.keys())[:5]}"
    assert not refused & stored.keys(), f"not applied, and stored: {sorted(refused & stored.keys())[:5]}"
    assert stored.keys() <= tried, "something is stored that nobody tried"
    assert len(acknowledged) >= writers * creates
    return Outcome(
        attempts=len(tried),
        acknowledged=len(acknowledged),
        stored=len(stored),
        not_applied=len(refused),
        unanswered_stored=len(stored.keys() - acknowledged),
        kills=kills,
        looks=looks,
        seconds=time.monotonic() - begun,
    )


def main() -> None:
    """The processes of a race, and the race at full size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--creates", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--store", help="a URI without a namespace, as scripts/stores prints it; else a directory")
    for hidden in ("--writer", "--reader", "--uri", "--journal", "--enough", "--looked"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writer is not None:
        write(given.uri, Path(given.journal), int(given.writer), given.creates, Path(given.enough))
    elif given.reader is not None:
        read(given.uri, Path(given.reader), Path(given.looked))
    else:
        for seed in range(given.seed, given.seed + given.rounds):
            uri = f"{given.store}&ns=race-{uuid.uuid4()}&max_staleness=0s" if given.store else None
            with tempfile.TemporaryDirectory(prefix="namidb-race-") as store:
                outcome = race(Path(store), given.writers, given.creates, (0.05, 1.0), seed, uri=uri)
            print(f"seed {seed}: {outcome}", flush=True)


if __name__ == "__main__":
    main()
