"""A reply is personal: it takes up the case and the customer's history, and no customer gets the same letter twice."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from rapidfuzz import fuzz

from assistant.feedback.replies import Ground, reply
from assistant.recommend.conduct import breaches
from knowledge.crm.codes import FeedbackCause, FeedbackKind
from knowledge.crm.tables import Feedback
from prompts import LANGUAGES


def case(**fields: object) -> Feedback:
    given: dict[str, object] = {"kind": "complaint", "cause": "e_banking", "text": "The app lost my transfer", **fields}
    return Feedback(id="F-ABCD2345", received_at=datetime(2026, 11, 19, 9), state="in_progress", **given)


GROUND = Ground(
    case=case(), today=date(2026, 11, 20), due=date(2026, 12, 5),
    salutation="Dear Ms Li", manager="Ana", before=date(2026, 3, 2), since=2011,
    standard="Complaint handling",
)  # fmt: skip


def test_it_takes_up_the_case_the_history_and_the_clause() -> None:
    made = reply(GROUND, "en", None)
    for said in ("Dear Ms Li", "F-ABCD2345", "Nov 19, 2026", "The app lost my transfer", "Mar 2, 2026", "Dec 5, 2026",
                 "Complaint handling, clause 3.2", "clause 5.3", "sorry", "Ana"):  # fmt: skip
        assert said in made.text
    assert made.text.count("sorry") == 1
    first = reply(replace(GROUND, before=None), "en", None)
    assert "2011" in first.text


def test_what_was_done_and_paid_takes_the_place_of_a_promise() -> None:
    settled = case(resolution="We sent the transfer again.", redress=Decimal(30), redress_currency="EUR")
    text = reply(replace(GROUND, case=settled), "en", None).text
    assert "We sent the transfer again." in text
    assert "30" in text
    assert "Dec 5, 2026" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FeedbackKind)
def test_it_differs_from_the_last_one_that_the_customer_got(language: str, kind: FeedbackKind) -> None:
    ground = replace(GROUND, case=case(kind=kind))
    last = None
    for _ in range(4):
        text = reply(ground, language, last).text
        assert text != last
        assert last is None or fuzz.ratio(text, last) < 95
        last = text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", [None, *FeedbackCause])
def test_our_own_sentences_keep_to_the_rules_of_conduct(language: str, cause: str | None) -> None:
    for kind in FeedbackKind:
        for fields in ({}, {"resolution": "Done.", "redress": Decimal(5), "redress_currency": "CNY"}):
            made = reply(replace(GROUND, case=case(kind=kind, cause=cause, **fields)), language, None)
            assert breaches(f"{made.subject} {made.text}") == []
            assert "{" not in made.text


def test_long_words_of_the_customer_are_cut_and_may_be_left_out() -> None:
    ground = replace(GROUND, case=case(text="x" * 5_000))
    assert len(reply(ground, "en", None).text) < 1_500
    assert "xxx" not in reply(ground, "en", None, quoting=False).text


def test_a_day_that_has_passed_is_no_promise() -> None:
    late = reply(replace(GROUND, today=date(2026, 12, 6)), "en", None).text
    assert "should have had an answer by Dec 5, 2026 (Complaint handling, clause 3.2)" in late
    assert "at the latest" not in late
    undated = reply(replace(GROUND, due=None), "en", None).text
    assert "as soon as we know more" in undated
    assert "clause 3.2" not in undated


def test_only_a_complaint_takes_up_that_they_complained_before() -> None:
    for kind in FeedbackKind:
        assert ("Mar 2, 2026" in reply(replace(GROUND, case=case(kind=kind)), "en", None).text) == (kind == "complaint")
