"""Decisions about possible duplicates: what is proposed, what is asked back, and that nothing moves before a yes."""

import pytest

from assistant.errors import UnknownCustomer
from assistant.proposals.join_customers import JoinCustomers
from assistant.proposals.keep_apart import KeepApart
from assistant.proposals.undo_merge import UndoMerge
from assistant.tools.decide_duplicate import decide_duplicate
from assistant.tools.desk import Candidates, Pairs, Topic
from prompts import LANGUAGES
from tests.assistant.abilities import Asked, tool
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank, Row

WAITING = "SELECT * FROM likeness WHERE state = 'open' ORDER BY probability DESC, id"


def two(pair: Row) -> tuple[str, str]:
    return pair["customer_id"], pair["other_customer_id"]


@pytest.mark.parametrize("question", ["join them", "这两个是同一个人", "son la misma persona"])
async def test_a_join_is_proposed_with_who_stays_the_evidence_and_what_moves(
    office: Office, raw: RawBank, question: str
) -> None:
    pair = raw.rows(WAITING)[0]
    stays, goes = sorted(two(pair))
    desk = office.desk()
    result = await decide_duplicate(desk, Topic(question), Candidates((goes, stays)))
    (draft,) = desk.drafts
    assert draft.write == JoinCustomers(likeness=pair["id"], survivor=stays, absorbed=goes)
    assert result.proposed
    assert result.stays
    assert result.goes
    assert (result.stays.value, result.goes.value) == (stays, goes)
    (shown,) = result.pairs
    assert shown.evidence
    assert all(total.together.value == total.one.value + total.other.value for total in shown.totals)  # type: ignore[operator]
    assert result.moves
    for figure, table in (
        (result.moves.accounts, "account"),
        (result.moves.contacts, "contact"),
        (result.moves.tasks, "task"),
    ):
        assert figure.value == raw.one(f"SELECT count(*) FROM {table} WHERE customer_id = ?", goes)


@pytest.mark.parametrize("question", ["join {} into {}", "把{}并到{}", "fusiona {} en {}"])
async def test_the_number_that_the_asker_names_stays(office: Office, raw: RawBank, question: str) -> None:
    stays, goes = sorted(two(raw.rows(WAITING)[0]), reverse=True)
    desk = office.desk()
    await decide_duplicate(desk, Topic(question.format(goes, stays)), Candidates((goes, stays)))
    assert isinstance(desk.drafts[0].write, JoinCustomers)
    assert (desk.drafts[0].write.survivor, desk.drafts[0].write.absorbed) == (stays, goes)


@pytest.mark.parametrize(
    "question", ["they are not the same person", "这两个不是同一个人", "no son la misma persona", "keep them apart"]
)
async def test_keeping_apart_is_proposed(office: Office, raw: RawBank, question: str) -> None:
    pair = raw.rows(WAITING)[1]
    desk = office.desk()
    result = await decide_duplicate(desk, Topic(question), None, Pairs((pair["id"],)))
    assert desk.drafts[0].write == KeepApart(likeness=pair["id"], one=two(pair)[0], other=two(pair)[1])
    assert (result.proposed, result.moves) == (True, None)


@pytest.mark.parametrize("question", ["undo the merge", "撤销合并", "deshaz la fusión"])
async def test_undoing_a_merge_is_proposed(office: Office, raw: RawBank, question: str) -> None:
    merge = raw.rows("SELECT * FROM merge ORDER BY id LIMIT 1")[0]
    desk = office.desk()
    result = await decide_duplicate(desk, Topic(question), Candidates((merge["customer_id"],)))
    assert desk.drafts[0].write == UndoMerge(merge=merge["id"], customer=merge["customer_id"])
    assert [joined.number.value for joined in result.joins] == [merge["absorbed_id"]]
    assert result.moves
    assert result.moves.accounts.value == raw.one(
        "SELECT count(*) FROM merged_row WHERE merge_id = ? AND \"table\" = 'account'", merge["id"]
    )


@pytest.mark.parametrize("question", ["join them", "keep them apart", "undo the merge", "the pair of Friday"])
async def test_where_several_may_be_meant_nothing_is_proposed_and_they_are_shown(
    office: Office, raw: RawBank, question: str
) -> None:
    desk = office.desk()
    result = await decide_duplicate(desk, Topic(question))
    assert (desk.drafts, result.proposed) == ([], False)
    assert len(result.pairs) + len(result.joins) > 1


async def test_a_merge_is_told_apart_by_the_number_that_was_joined(office: Office, raw: RawBank) -> None:
    merge = raw.rows("SELECT * FROM merge ORDER BY id DESC LIMIT 1")[0]
    desk = office.desk()
    await decide_duplicate(desk, Topic(f"undo the merge of {merge['absorbed_id']}"))
    assert desk.drafts[0].write == UndoMerge(merge=merge["id"], customer=merge["customer_id"])


async def test_a_person_may_join_whom_no_import_found_alike(office: Office, raw: RawBank) -> None:
    persons = [id for id, row in sorted(raw.customers.items()) if row["kind"] == "person"][:2]
    desk = office.desk()
    result = await decide_duplicate(desk, Topic("join them"), Candidates((persons[0], persons[1])))
    assert desk.drafts[0].write == JoinCustomers(likeness=None, survivor=persons[0], absorbed=persons[1])
    assert (result.pairs[0].evidence, result.pairs[0].found_on) == ([], None)


async def test_a_person_and_a_company_are_never_joined(office: Office, raw: RawBank) -> None:
    person = next(id for id, row in raw.customers.items() if row["kind"] == "person")
    company = next(id for id, row in raw.customers.items() if row["kind"] == "company")
    desk = office.desk()
    result = await decide_duplicate(desk, Topic("join them"), Candidates((person, company)))
    assert (desk.drafts, result.proposed, result.kinds_differ) == ([], False, True)


async def test_customers_out_of_view_can_neither_be_joined_nor_parted(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    seen = set(raw.seen_by(MANAGERS[0]))
    pair = next(row for row in raw.rows(WAITING) if not set(two(row)) & seen)
    merge = next(row for row in raw.rows("SELECT * FROM merge") if row["customer_id"] not in seen)
    desk = office.desk()
    with pytest.raises(UnknownCustomer):
        await decide_duplicate(desk, Topic("join them"), Candidates(two(pair)))
    for question in ("join them", "keep them apart"):
        assert (await decide_duplicate(desk, Topic(question), None, Pairs((pair["id"],)))).pairs == []
    assert (await decide_duplicate(desk, Topic("undo"), Candidates((merge["customer_id"],)))).joins == []
    assert desk.drafts == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_every_language(office: Office, raw: RawBank, language: str) -> None:
    pair, merge = raw.rows(WAITING)[0], raw.rows("SELECT * FROM merge LIMIT 1")[0]
    persons = [id for id, row in sorted(raw.customers.items()) if row["kind"] == "person"][:2]
    company = next(id for id, row in raw.customers.items() if row["kind"] == "company")
    for arguments in (
        {"topic": "join them", "customers": two(pair)},
        {"topic": "keep them apart", "pairs": (pair["id"],)},
        {"topic": "undo", "customers": (merge["customer_id"],)},
        {"topic": "undo"},
        {"topic": "join"},
        {"topic": "join them", "customers": persons},
        {"topic": "join them", "customers": (persons[0], company)},
        {"topic": "the pair", "pairs": (pair["id"],)},
        {"topic": "keep apart", "customers": persons},
    ):
        assert len(await Asked(tool("decide_duplicate"), arguments).blocks(office.desk(language=language))) > 1
