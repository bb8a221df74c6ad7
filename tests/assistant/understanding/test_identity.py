"""What is said of two customers who may be one: a no is never read as a yes."""

import pytest

from assistant.understanding.identity import Decision, decision_on_identity, survivor_of


@pytest.mark.parametrize(
    "said, decision",
    [
        ("join C000123 and C000456", Decision.JOIN),
        ("these two are the same person", Decision.JOIN),
        ("The first pair is the same", Decision.JOIN),
        ("merge them", Decision.JOIN),
        ("they aren't the same person", Decision.APART),
        ("Those are not one customer", Decision.APART),
        ("keep them apart", Decision.APART),
        ("don't merge the second pair", Decision.APART),
        ("two different companies", Decision.APART),
        ("undo the merge of Zhang Li", Decision.UNDO),
        ("take them apart again", Decision.UNDO),
        ("把第一对合并", Decision.JOIN),
        ("这两个是同一个人", Decision.JOIN),
        ("他们其实是一家公司", Decision.JOIN),
        ("这两个不是同一个人", Decision.APART),
        ("不要合并", Decision.APART),
        ("別合併這兩個", Decision.APART),
        ("他们是两个不同的客户", Decision.APART),
        ("撤销张丽的合并", Decision.UNDO),
        ("把他们重新拆开", Decision.UNDO),
        ("取消这次合并", Decision.UNDO),
        ("une los dos", Decision.JOIN),
        ("fusiona a Ana con Anna", Decision.JOIN),
        ("son la misma persona", Decision.JOIN),
        ("no son la misma persona", Decision.APART),
        ("no los unas", Decision.APART),
        ("mantenlos separados", Decision.APART),
        ("son dos personas distintas", Decision.APART),
        ("deshaz la fusión", Decision.UNDO),
        ("sepáralos otra vez", Decision.UNDO),
        ("anula la unión de María", Decision.UNDO),
        ("who may be a customer twice?", None),
        ("第一对", None),
        ("la primera pareja", None),
    ],
)
def test_the_decision_is_the_one_that_was_told(said: str, decision: Decision | None) -> None:
    assert decision_on_identity(said) is decision


@pytest.mark.parametrize(
    "said, survivor",
    [
        ("join C000123 into C000456", "C000456"),
        ("merge them and keep C000123", "C000123"),
        ("merge them under customer number C000456", "C000456"),
        ("把C000123并入C000456", "C000456"),
        ("合并，保留客户号C000123", "C000123"),
        ("fusiona C000123 en C000456", "C000456"),
        ("une los dos y conserva el C000123", "C000123"),
        ("join C000123 and C000456", None),
        ("join C000123 into C0004567", None),
        ("keep C000123 or keep C000456", None),
    ],
)
def test_the_number_that_stays_is_the_one_that_is_named(said: str, survivor: str | None) -> None:
    assert survivor_of(said, ("C000123", "C000456")) == survivor
