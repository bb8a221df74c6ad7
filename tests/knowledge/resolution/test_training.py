"""Whether weights learnt from a bank's own records follow what is found there."""

import pytest

from knowledge.resolution.link_rules import FieldRule, KindRules, shipped_rules
from knowledge.resolution.training import train
from tests.knowledge.resolution.linkable_records import Record, record, staging


def bank() -> list[Record]:
    """Everyone twice, the second time always with one digit of the phone changed."""
    names = [f"{surname}{given}" for surname in "王李张刘陈杨" for given in "伟强磊军勇杰涛明超刚"]
    return [
        record(f"p{number}{copy}", name, phone=f"13{place}{number:08}", sex="MF"[number % 2], city="上海市")
        for number, name in enumerate(names)
        for place, copy in enumerate("ab")
    ]


def field(rules: KindRules, name: str) -> FieldRule:
    return next(rule for rule in rules.fields if rule.field == name)


@pytest.fixture(scope="module")
def trained() -> KindRules:
    database = staging(bank())
    database.execute("create table truth as select record_id, record_id[:-2] as entity_id from linkable")
    return train(database, shipped_rules(), truth="main.truth").person


def test_what_true_pairs_show_counts_for_m(trained: KindRules) -> None:
    shares = {level.level: level.m for level in field(trained, "name").levels}
    assert (shares["same_characters"] or 0) > 0.9
    assert [level.m for level in field(trained, "phone").levels if level.level == "one_digit_differs"] == [0.999]


def test_what_random_pairs_show_counts_for_u(trained: KindRules) -> None:
    (same,) = (level.u for level in field(trained, "sex").levels if level.level == "same")
    assert same == pytest.approx(0.5, abs=0.05)


def test_what_was_never_met_keeps_its_weight(trained: KindRules) -> None:
    assert field(trained, "identity") == field(shipped_rules().person, "identity")
