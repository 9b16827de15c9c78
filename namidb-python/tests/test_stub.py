"""The stub says what the package has."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_stub_agrees_with_the_native_module(tmp_path: Path) -> None:
    # What the bindings add to the module by themselves.
    allowed = tmp_path / "allowed"
    allowed.write_text("namidb._namidb.__all__\n")
    options = ["--mypy-config-file", str(ROOT / "mypy.ini"), "--allowlist", str(allowed), "--ignore-disjoint-bases"]
    command = [sys.executable, "-m", "mypy.stubtest", "namidb._namidb", *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stdout
