"""The quality of files, against the rows themselves."""

import json

import pytest

from assistant.proposals.correct_field import CorrectField
from assistant.proposals.settle_conflict import SettleConflict
from assistant.tools.customers_lacking import customers_lacking
from assistant.tools.data_quality import data_quality
from assistant.tools.desk import CustomerField, CustomerId, NewValue, Topic
from assistant.tools.field_history import field_history
from assistant.tools.file_quality import file_quality
from assistant.tools.repair import repair
from knowledge.crm.codes import CustomerKind, Tier
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import RawBank

PHONE, STAYING = CustomerField("phone"), "(closed_on IS NULL OR closed_on > '2026-11-20')"
TIERS = [tier.value for tier in Tier]


async def test_a_file_shows_its_gaps_contradictions_and_what_has_run_out(office: Office, raw: RawBank) -> None:
    for customer in raw.sample(8, seed=3):
        row = raw.customers[customer]
        result = await file_quality(office.desk(), CustomerId(customer))
        assert {str(figure.value) for figure in result.missing} <= {field for field in row if row[field] is None}
        conflicts = raw.rows("SELECT * FROM conflict WHERE customer_id = ? AND state = 'open'", customer)
        said = {(str(c.value.value), c.system.value) for one in result.conflicts for c in one.claims}
        assert said == {(c["value"], c["system"]) for one in conflicts for c in json.loads(one["claims"])}
        expired = row["tolerance"] is not None and row["tolerance_assessed_on"] < "2025-11-20"
        assert any(one.value.fact.measure == "tolerance" for one in result.unsound) is expired
        mistyped = row["email"] is not None and "@" not in row["email"]
        assert any(one.value.fact.measure == "email" for one in result.unsound) is mistyped


async def test_who_lacks_a_phone_is_told_within_the_view_the_highest_tiers_first(
    office_of: OfficeOf, raw: RawBank
) -> None:
    result = await customers_lacking((await office_of("jiang.lan")).desk(), PHONE)
    lacking = {
        row["id"]
        for row in raw.rows(f"SELECT id FROM customer WHERE manager_id = 'jiang.lan' AND phone IS NULL AND {STAYING}")
    }
    assert result.count.value == len(lacking)
    assert {one.name.fact.subject for one in result.customers} == lacking
    tiers = [TIERS.index(str(one.tier.value)) for one in result.customers if one.tier]
    assert tiers == sorted(tiers, reverse=True)


@pytest.mark.parametrize("tier, kind", [(Tier.GOLD, None), (None, CustomerKind.COMPANY)])
async def test_who_lacks_a_field_can_be_narrowed_down(
    office: Office, raw: RawBank, tier: Tier | None, kind: CustomerKind | None
) -> None:
    result = await customers_lacking(office.desk(), PHONE, tier, kind)
    narrowed = f"tier = '{tier.value}'" if tier else f"kind = '{kind}'"
    assert result.count.value == raw.one(
        f"SELECT count(*) FROM customer WHERE phone IS NULL AND {narrowed} AND {STAYING}"
    )
    assert result.of.value == raw.one(f"SELECT count(*) FROM customer WHERE {narrowed} AND {STAYING}")


async def test_a_field_that_only_companies_have_is_missed_in_companies_alone(office: Office, raw: RawBank) -> None:
    result = await customers_lacking(office.desk(), CustomerField("credit_rating"))
    assert result.count.value == raw.one(
        f"SELECT count(*) FROM customer WHERE credit_rating IS NULL AND kind = 'company' AND {STAYING}"
    )


async def test_the_history_of_a_field_tells_every_word_of_it_newest_first(office: Office, raw: RawBank) -> None:
    (changed,) = raw.rows("SELECT * FROM source_value WHERE previous IS NOT NULL AND field = 'phone' LIMIT 1")
    result = await field_history(office.desk(), CustomerId(changed["customer_id"]), PHONE)
    rows = raw.rows(
        "SELECT * FROM source_value WHERE customer_id = ? AND field = 'phone' ORDER BY recorded_at DESC, id DESC",
        changed["customer_id"],
    )
    said = [(c.previous and c.previous.value, c.value and c.value.value, c.system.value) for c in result.changes]
    assert said == [(row["previous"], row["value"], row["system"]) for row in rows]
    assert result.count.value == len(rows)
    assert changed["previous"] in {previous for previous, _, _ in said}


async def test_the_data_of_the_bank_are_counted_per_branch(office: Office, raw: RawBank) -> None:
    result = await data_quality(office.desk())
    assert result.count.value == raw.one(f"SELECT count(*) FROM customer WHERE {STAYING}")
    assert {str(b.branch.fact.subject): b.customers.value for b in result.branches if b.branch} == {
        row["branch_id"]: row["n"]
        for row in raw.rows(f"SELECT branch_id, count(*) n FROM customer WHERE {STAYING} GROUP BY branch_id")
    }
    assert {one.system.value for one in result.sources} >= {"core", "call_centre", "credit"}
    assert any("email" in one.count.fact.measure for one in result.broken), "some addresses are mistyped"


@pytest.mark.parametrize(
    "question, system", [("the call centre's phone is right", "call_centre"), ("以核心系统为准", "core")]
)
async def test_the_right_system_is_proposed_and_nothing_is_written(office: Office, question: str, system: str) -> None:
    desk = office.desk()
    result = await repair(desk, CustomerId("C000002"), PHONE, None, Topic(question))
    (draft,) = desk.drafts
    assert isinstance(draft.write, SettleConflict)
    assert (draft.write.system, draft.write.field, draft.customer) == (system, "phone", "C000002")
    assert result.proposed
    assert (await desk.customer("C000002")).phone == "19900000002"


async def test_an_unclear_choice_is_asked_back(office: Office) -> None:
    desk = office.desk()
    result = await repair(desk, CustomerId("C000002"), PHONE, None, Topic("correct her phone"))
    assert (desk.drafts, result.proposed, len(result.conflicts)) == ([], False, 1)


@pytest.mark.parametrize(
    "field, typed, stored",
    [
        ("phone", "138 0000 1111", "138 0000 1111"),
        ("birth_date", "2 May 1980", "1980-05-02"),
        ("income", "20万", "200000"),
        ("income", "250,000", "250000"),
        ("occupation", "教师", "teacher"),
        ("sex", "male", "M"),
    ],
)
async def test_a_typed_value_is_proposed_in_its_stored_form(
    office: Office, field: str, typed: str, stored: str
) -> None:
    desk = office.desk()
    await repair(desk, CustomerId("C000002"), CustomerField(field), NewValue(typed))
    (draft,) = desk.drafts
    assert isinstance(draft.write, CorrectField)
    assert (draft.write.field, draft.write.value) == (field, stored)


@pytest.mark.parametrize("field, typed", [("phone", "none"), ("email", "x"), ("tier", "private"), ("birth_date", "?")])
async def test_a_value_that_cannot_stand_is_refused_with_the_reason(office: Office, field: str, typed: str) -> None:
    desk = office.desk()
    result = await repair(desk, CustomerId("C000002"), CustomerField(field), NewValue(typed))
    assert (desk.drafts, result.proposed) == ([], False)
    assert result.refusal
