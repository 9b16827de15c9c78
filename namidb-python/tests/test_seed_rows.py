"""Every row of the feature table that is a MUST has a test whose name carries its id."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS = [line.split() for line in (HERE / "seed_rows.txt").read_text().splitlines() if line and line[0] != "#"]
IDS = re.compile(r"(?<=_)([a-z])(\d\d)(?=_|$)")


def proved() -> set[str]:
    """The ids in the names of tests: those that stand before the sentence."""
    found: set[str] = set()
    for path in HERE.glob("test_*.py"):
        for name in re.findall(r"^(?:async )?def test((?:_[a-z]\d\d)+)(?=_)", path.read_text(), re.MULTILINE):
            found.update(f"{letter.upper()}-{number}" for letter, number in IDS.findall(f"{name}_"))
    return found


PROVED = proved()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_of_the_feature_table_has_a_test(row: list[str]) -> None:
    match row:
        case [id_]:
            assert id_ in PROVED
        case [_, path, name]:
            assert f"fn {name}(" in (ROOT / path).read_text()
        case _:
            raise AssertionError(row)


def test_every_row_that_is_owed_is_listed_once() -> None:
    last = {"E": 28, "P": 33, "U": 26, "F": 16}
    elsewhere = {"E-05", "P-20", "U-16", "U-17", "U-18", "U-19", "U-20", "U-21"}
    owed = {f"{letter}-{number:02}" for letter, end in last.items() for number in range(1, end + 1)} - elsewhere
    assert sorted(row[0] for row in ROWS) == sorted(owed | {"L-18"})
