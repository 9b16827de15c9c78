"""The columns by name. Each is in a module that only its own worker imports."""

import importlib
import json
import subprocess
from dataclasses import dataclass

from bench.engine import Engine

VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Column:
    """Where a column's class is, and the package that it needs."""

    module: str
    engine: str
    package: str
    # The public namidb and ours share a name: they are told apart by version, and live in two environments.
    public: bool | None = None

    def suits(self, version: str) -> bool:
        """Whether a version of the package is the one that is meant."""
        return self.public is None or self.public == version.startswith("2.")

    def make(self) -> Engine:
        """The engine."""
        engine: Engine = getattr(importlib.import_module(self.module), self.engine)()
        return engine


COLUMNS = {
    "csr": Column("bench.oracle", "Csr", "pyarrow"),
    "kuzu": Column("bench.peers", "Kuzu", "kuzu"),
    "ladybug": Column("bench.peers", "Ladybug", "ladybug"),
    "lora": Column("bench.peers", "Lora", "lora-python"),
    "namidb-mem": Column("bench.peers", "Public", "namidb", public=True),
    "namidb-file": Column("bench.peers", "PublicFile", "namidb", public=True),
    "ours-mem": Column("bench.ours", "Ours", "namidb", public=False),
    "ours-file": Column("bench.ours", "OursFile", "namidb", public=False),
}
# The answers that the others are checked against; a limit to compare with rather than a choice.
ORACLE = "csr"


def installed(pythons: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The interpreter for each column that one of the interpreters has the package of, and the versions."""
    interpreters: dict[str, str] = {}
    versions: dict[str, str] = {}
    packages = sorted({column.package for column in COLUMNS.values()})
    for python in pythons:
        answer = subprocess.run([python, "-c", VERSIONS, *packages], check=True, capture_output=True, text=True)
        found: dict[str, str] = json.loads(answer.stdout)
        for name, column in COLUMNS.items():
            version = found.get(column.package)
            if name not in interpreters and version is not None and column.suits(version):
                interpreters[name] = python
                versions[name] = version
    return {name: interpreters[name] for name in COLUMNS if name in interpreters}, versions
