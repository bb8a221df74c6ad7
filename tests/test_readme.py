"""The README's transcript is what the product prints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSCRIPT = README.partition("```console\n")[2].partition("```")[0]
EXCHANGES = [tuple(part.split("\n", 1)) for part in re.split(r"^\$ ", TRANSCRIPT, flags=re.MULTILINE)[1:]]


def test_the_readme_opens_with_a_transcript() -> None:
    assert len(EXCHANGES) >= 3
    assert README.index("```console") < 1_000


@pytest.mark.parametrize("command, printed", EXCHANGES)
def test_the_transcript_is_what_is_printed(command: str, printed: str, demo_home: Path) -> None:
    asked = re.fullmatch(r'rapport ask --as (\S+) "(.+)"', command)
    assert asked
    arguments = ["ask", "--as", asked[1], asked[2], "--as-of", "2026-11-20", "--home", str(demo_home)]
    ran = subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == printed.strip()
