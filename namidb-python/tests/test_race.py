"""Processes that race for one namespace and are killed: small enough for every push. `make race-full` is the rest."""

from pathlib import Path

import race


def test_a3_killed_writers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    outcome = race.race(tmp_path, writers=3, creates=120, kill_after=(0.05, 0.3), seed=1, kills_max=12)
    assert outcome.kills >= 1
    assert outcome.looks >= 1
