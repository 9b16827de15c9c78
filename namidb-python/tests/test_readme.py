"""The samples of the README run as they stand, in a directory of their own."""

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
SAMPLES = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_a01_the_readme_has_a_sample() -> None:
    assert SAMPLES


@pytest.mark.parametrize("sample", SAMPLES)
def test_a01_the_readme_does_what_it_says(sample: str, file_uri: str, capsys: pytest.CaptureFixture[str]) -> None:
    expected = re.findall(r"print\(.*\) +# (.*)$", sample, re.MULTILINE)
    exec(compile(sample.replace("file:///tmp/namidb?ns=demo", file_uri), str(README), "exec"), {})
    assert capsys.readouterr().out.splitlines() == expected
