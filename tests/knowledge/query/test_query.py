"""A query that does not hold together is refused with what would."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from pydantic import ValidationError

import prompts
from knowledge.crm.tables import Employee, Product, Unit
from knowledge.errors import QueryError
from knowledge.query import FIELDS, Condition, Kind, Query, Subject, names_of, with_ids
from knowledge.query.query import OPERATORS
from prompts import LANGUAGES, codes_of
from tests.knowledge.query.queries import queries


def asked(*where: object, **rest: object) -> dict[str, Any]:
    return {"about": "customers", "where": list(where), **rest}


def on(field: str, operator: str, *values: object, **rest: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "values": list(values), **rest}


@pytest.mark.parametrize(
    "wrong, told",
    [
        (asked(about="people"), "customers"),
        (asked(show="sum"), "need a figure"),
        (asked(show="sum", figure="city"), "these are: "),
        (asked(on("shoe_size", "is", 44)), "there is no field shoe_size; there are: account_state"),
        (asked(on("sex", "is", "female")), "it has: F, M"),
        (asked(on("sex", "more_than", "F")), "is, known"),
        (asked(on("product_kind", "is", "fund")), "put it into a holding"),
        (asked({"has": "accounts", "where": [on("sex", "is", "F")]}), "these do"),
        (asked(on("age", "between", 40, 30)), "smaller"),
        (asked(on("age", "more_than", "old")), "plain numbers"),
        (asked(on("birth_date", "since", "1980")), "2026-08-31"),
        (asked(on("deposits", "more_than", "1.005")), "decimals"),
        (asked(on("deposits", "more_than", "NaN")), "number"),
        (asked(on("age", "at_least", 1, currency="EUR")), "no currency"),
        (asked(group=[{"field": "income"}]), "by these it is"),
        (asked(group=[{"field": "customer_since"}]), "step month or year"),
        (asked(show="list", group=[{"field": "sex"}]), "no groups"),
        (asked(order={"field": "age"}), "only a list"),
        (asked(show="list", order={"field": "city"}), "figure or a day"),
        (asked(limit=1000), "100"),
        (asked(about="feedback", show="average", figure="balance"), "has no single balance"),
        (asked(sql="SELECT 1"), "sql"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Query.model_validate(wrong)


def test_numbers_and_days_of_json_are_taken_as_they_come() -> None:
    written = {"about": "customers", "where": [{"field": "deposits", "operator": "more_than", "values": [500000]}]}
    assert Query.model_validate(written).conditions[0].values == ("500000",)
    assert Query.model_validate_json(json.dumps(written)) == Query.model_validate(written)


@given(query=queries())
@settings(max_examples=100, deadline=None)
def test_a_query_is_kept_as_json_and_comes_back_the_same(query: Query) -> None:
    assert Query.model_validate_json(query.model_dump_json()) == query
    assert hash(Query.model_validate(query.model_dump(mode="json"))) == hash(query)


def test_the_schema_says_which_fields_there_are() -> None:
    schema = Query.model_json_schema()
    assert set(schema["$defs"]["Condition"]["properties"]["field"]["enum"]) == set(FIELDS)
    for name, field in FIELDS.items():
        assert f"{name} (" in schema["description"]
        assert all(code in schema["description"] for code in field.codes)
    assert len(json.dumps(schema)) < 12_000


def test_every_field_has_a_label_and_its_codes_have_words() -> None:
    words = yaml.load((Path(prompts.__file__).parent / "words.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert set(words["criterion"]) == set(FIELDS)
    for field in FIELDS.values():
        if field.codes and field.vocabulary:
            assert set(field.codes) <= set(codes_of(field.vocabulary)), field.name
            assert all(words[field.vocabulary][code][language] for code in field.codes for language in LANGUAGES)


def test_every_kind_of_field_has_operators() -> None:
    assert set(OPERATORS) == set(Kind)
    assert all(Condition(field="sex", values=(code,)).known_field.about is Subject.CUSTOMERS for code in ("F", "M"))


def test_branches_employees_and_products_go_by_name_too() -> None:
    unit = Unit(id="u1", kind="branch", name="安阳分行", names={"en": "Anyang Branch"})
    lan, other = (Employee(id=id, unit_id="u1", role="manager", name="Jiang Lan") for id in ("e1", "e2"))
    fund = Product(id="p1", kind="fund", name="Fondo Cádiz", names={}, currency="EUR")
    names = names_of([unit], [lan, other], [fund])
    written = asked(
        on("branch", "is", "anyang branch"),
        on("manager", "is", "Jiang Lan"),
        {"has": "accounts", "where": [on("product", "is", "p1", "fondo cadiz")]},
    )
    found = with_ids(Query.model_validate(written), names)
    assert [condition.values for condition in found.conditions] == [("u1",), ("e1", "e2")]
    assert found.holdings[0].where[0].values == ("p1",)
    with pytest.raises(QueryError, match="unknown_name"):
        with_ids(Query.model_validate(asked(on("branch", "is", "Atlantis"))), names)
