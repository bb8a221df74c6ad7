"""No ability says anything about a customer whom the asker may not see."""

import re

import pytest

from assistant.errors import UnknownCustomer
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import AccountId, CustomerId
from assistant.tools.holdings import holdings
from assistant.tools.transactions import transactions
from assistant.typesetting import text_of
from tests.assistant.abilities import OF_ONE, Asked, asked_of, asked_of_all, tool, tool_names
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import BRANCH, MANAGERS, SERVICE_DESK, STAFF, RawBank

OWNED = {"account", "balance", "transaction", "contact", "task", "feedback", "customer"}
QUESTIONS = [str(n) for n in range(len(asked_of_all([])))]


def owner(raw: RawBank, source: str) -> str | None:
    """The customer to whom the rows of a source belong, None where they are no customer's."""
    table, _, key = source.partition("/")
    if table not in OWNED:
        named = re.search(r"[?&=,](C\d{6})\b", source)
        return named[1] if named else None
    row = key.split("/")[0]
    match table:
        case "customer":
            return row
        case "account" | "balance":
            return str(raw.account[row]["customer_id"])
        case "transaction":
            account = raw.one('SELECT account_id FROM "transaction" WHERE id = ?', row)
            return str(raw.account[account]["customer_id"])
        case _:
            found: str | None = raw.one(f"SELECT customer_id FROM {table} WHERE id = ?", row)
            return found


def answerable(raw: RawBank, employee: str) -> set[str]:
    """Feedback that is the employee's to answer, whoever gave it."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    return {
        f"feedback/{row['id']}"
        for row in raw.rows("SELECT * FROM feedback")
        if who["role"] == "service_desk"
        or (who["role"] == "branch" and row["unit_id"] == who["unit_id"])
        or (who["role"] == "manager" and row["owner_id"] == employee)
    }


def check(raw: RawBank, employee: str, ledger: Ledger, text: str) -> None:
    seen, own_cases = raw.seen_by(employee), answerable(raw, employee)
    assert set(ledger.customers) <= seen
    for fact in ledger.facts:
        behind = owner(raw, fact.source)
        assert behind is None or behind in seen or fact.source in own_cases, fact
        assert fact.subject not in raw.customers or fact.subject in seen, fact
    assert set(re.findall(r"\bC\d{6}\b", text)) <= seen
    outside = [row for id, row in raw.customers.items() if id not in seen]
    own_phones = {row["phone"] for id, row in raw.customers.items() if id in seen}
    assert [
        row["id"] for row in outside if row["phone"] and row["phone"] in text and row["phone"] not in own_phones
    ] == []


def test_every_ability_is_tried() -> None:
    assert {asked.tool.name for asked in asked_of("C000001") + asked_of_all([])} == tool_names()


@pytest.mark.parametrize("employee", STAFF[1:])
@pytest.mark.parametrize("question", QUESTIONS)
async def test_an_answer_about_all_is_about_those_in_view(
    office_of: OfficeOf, raw: RawBank, employee: str, question: str
) -> None:
    asked = asked_of_all(raw.sample(40, seed=8))[int(question)]
    desk = (await office_of(employee)).desk()
    text = text_of(await asked.blocks(desk))
    check(raw, employee, desk.ledger, text)


@pytest.mark.parametrize("employee", [BRANCH, *MANAGERS])
async def test_an_answer_about_ones_own_customer_is_about_no_other(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    office = await office_of(employee)
    seen = raw.seen_by(employee)
    used = {row["customer_id"] for row in raw.rows("SELECT * FROM account_party")} & seen
    for customer in sorted(seen)[:2] + sorted(used)[:2]:
        for asked in asked_of(customer):
            desk = office.desk()
            text = text_of(await asked.blocks(desk))
            assert set(desk.ledger.customers) <= {customer}
            check(raw, employee, desk.ledger, text)


async def test_the_account_of_a_stranger_is_hidden_from_whoever_sees_only_its_user(
    office_of: OfficeOf, raw: RawBank
) -> None:
    parties = raw.rows("SELECT * FROM account_party ORDER BY account_id")
    managers = {id: row["manager_id"] for id, row in raw.customers.items()}
    across = [
        (row["customer_id"], raw.account[row["account_id"]])
        for row in parties
        if managers[row["customer_id"]] != managers[raw.account[row["account_id"]]["customer_id"]]
    ]
    assert across
    for user, account in across[:6]:
        office = await office_of(managers[user])
        result = await holdings(office.desk(), CustomerId(user))
        assert account["number"] not in {line.number.value for line in result.accounts}


async def refusal(asked: Asked, office_of: OfficeOf, employee: str) -> tuple[str, dict[str, str | int], int]:
    """What is said to a question that must be refused, and how many facts it left behind."""
    desk = (await office_of(employee)).desk()
    with pytest.raises(UnknownCustomer) as refused:
        await asked.tool.run(desk, **asked.arguments)
    return str(refused.value), refused.value.values, len(desk.ledger.facts) + len(desk.ledger.customers)


@pytest.mark.parametrize("employee", [BRANCH, SERVICE_DESK, MANAGERS[0]])
@pytest.mark.parametrize("name", OF_ONE)
async def test_a_customer_out_of_view_is_refused_as_one_who_does_not_exist(
    office_of: OfficeOf, raw: RawBank, employee: str, name: str
) -> None:
    outside = sorted(set(raw.customers) - raw.seen_by(employee))
    for id in (outside[0], outside[-1], "C999999", "", "' OR 1=1 --"):
        said, values, left = await refusal(Asked(tool(name), {"customer": CustomerId(id)}), office_of, employee)
        assert values == {"customer": id}
        assert said == f"unknown_customer: customer={id}"
        assert left == 0


@pytest.mark.parametrize("employee", [BRANCH, *MANAGERS])
async def test_an_account_out_of_view_shows_nothing_under_ones_own_customer(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    office, seen = await office_of(employee), raw.seen_by(employee)
    own = CustomerId(min(seen))
    foreign = next(row for row in raw.accounts if row["customer_id"] not in seen)
    assert (await holdings(office.desk(), own, AccountId(foreign["id"]))).accounts == []
    assert (await transactions(office.desk(), own, AccountId(foreign["id"]))).bookings == []
