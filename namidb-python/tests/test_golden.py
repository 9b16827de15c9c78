"""The golden database: what it holds is known, and every later version has to find it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from golden_database import DIRECTORY, GROUPS, QUESTIONS

import namidb
from namidb import errors


def answers(client: namidb.Client) -> list[list[dict[str, Any]]]:
    return [client.cypher(question).rows() for question in QUESTIONS]


def test_the_golden_database_holds_what_was_written_and_goes_on(tmp_path: Path, memory: namidb.Client) -> None:
    shutil.copytree(DIRECTORY, tmp_path / "copy")
    uri = f"file://{tmp_path}/copy?ns=database&mode=open"
    report = namidb.verify(uri)
    assert report.ok, report
    assert report.strays == ()
    assert (report.records, report.nodes, report.relationships) == (3, 909, 1_600)
    for group in GROUPS:
        for statement in group:
            memory.cypher(statement)
    with namidb.Client(uri) as client:
        assert answers(client) == answers(memory)
        assert [len(rows) for rows in answers(client)] == list(QUESTIONS.values())
        for group in GROUPS:
            assert all(client.cypher(statement, token=statement).summary.repeated for statement in group)
        with pytest.raises(errors.ConstraintError):
            client.cypher("CREATE (:Country {code: 'DE'})")
        for one in [client, memory]:
            one.cypher("MATCH (p:Person) WHERE p.i % 2 = 0 DETACH DELETE p")
            one.cypher("CREATE (:Person {i: 5000, name: 'p5000'})")
        client.compact()
        assert client.verify().ok
    with namidb.Client(uri) as client:
        assert answers(client) == answers(memory)
