"""Whole conversations with the Berka bank (PKDD'99), whose data nobody here made."""

from pathlib import Path

import pytest

from assistant.evaluation.case import SHIPPED, read_cases
from assistant.evaluation.report import Report
from tests.evals.case import judged, problems_of

FILE = read_cases(SHIPPED / "berka.yaml")
CASES = [pytest.param(number, id=f"{number:03d}-{case}") for number, case in enumerate(FILE.cases)]


@pytest.fixture(scope="module")
def report(berka_home: Path) -> Report:
    return judged(berka_home, FILE)


@pytest.mark.parametrize("number", CASES)
def test_a_conversation_rests_on_the_right_facts(number: int, report: Report) -> None:
    assert problems_of(report, FILE, number) == {}
