"""Insight in chat: the right customers and figures at each level, with reasons and averages; nothing before a run."""

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistant.grounding.ledger import Figure
from assistant.grounding.yardsticks import Average
from assistant.tools.comparison import comparison
from assistant.tools.credit_by_industry import credit_by_industry
from assistant.tools.deposit_movers import deposit_movers
from assistant.tools.desk import CustomerId, Period
from assistant.tools.happenings import happenings
from assistant.tools.leaving import leaving
from assistant.tools.most_valuable import most_valuable
from assistant.tools.product_results import product_results
from assistant.tools.tier_review import tier_review
from assistant.tools.tool import values_of
from assistant.tools.unit_results import unit_results
from assistant.tools.value_groups import value_groups
from knowledge.crm.codes import Tier
from prompts import LANGUAGES, render
from tests.assistant.abilities import MEASURED, tool
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, RawBank

JIANG = MANAGERS[0]
ZHANG_LI = CustomerId("C000002")
LEAST = 5


def present(raw: RawBank, metric: str, employee: str) -> dict[str, Decimal]:
    """The values of a measure that hold now, of the customers whom the employee may see."""
    seen = raw.seen_by(employee)
    rows = raw.rows("SELECT customer_id, value FROM insight WHERE metric = ? AND until IS NULL", metric)
    return {row["customer_id"]: Decimal(row["value"]) / 10_000 for row in rows if row["customer_id"] in seen}


def together(raw: RawBank) -> dict[str, frozenset[str]]:
    """Every customer's household or company group, themselves included."""
    groups: dict[str, set[str]] = {}
    for row in raw.rows("SELECT customer_id, label FROM insight WHERE metric = 'related_customers' AND until IS NULL"):
        groups.setdefault(row["label"], set()).add(row["customer_id"])
    return {id: frozenset(members) for members in groups.values() for id in members}


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, JIANG, MANAGERS[1]])
async def test_those_who_contribute_most_come_first(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    """Each household or group once and together where all of it is in view, else each customer alone."""
    office, groups, seen = await office_of(employee), together(raw), raw.seen_by(employee)
    result = await most_valuable(office.desk(), 25)
    own, loyalty = present(raw, "profit_contribution", employee), present(raw, "loyalty", employee)
    whole = {id for id in own if groups.get(id, frozenset()) <= seen}
    worth = {id: sum(own[member] for member in groups.get(id, [id])) if id in whole else own[id] for id in own}
    leading = {id for id in own if id not in whole or id not in groups
               or id == min(groups[id], key=lambda member: (-own[member], member))}  # fmt: skip
    largest = sorted(leading, key=lambda id: (-worth[id], id))[:25]
    assert [line.name.fact.subject for line in result.lines] == largest
    for line, id in zip(result.lines, largest, strict=True):
        assert line.contribution.value == worth[id]
        assert line.loyalty is not None
        assert line.loyalty.value == loyalty[id]
        assert line.elsewhere == (id not in whole)
        assert (line.others.value if line.others else 0) == (len(groups[id]) - 1 if id in groups and id in whole else 0)
    assert result.as_of is not None
    assert result.as_of.value == AS_OF
    assert all(line.bank.figure for line in result.averages)


async def test_leaving_is_by_risk_and_then_by_worth(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(JIANG)
    result = await leaving(office.desk(), 10)
    risk, worth = present(raw, "churn_risk", JIANG), present(raw, "profit_contribution", JIANG)
    expected = sorted((id for id in risk if risk[id] > 0), key=lambda id: (-risk[id], -worth[id], id))[:10]
    assert [line.name.fact.subject for line in result.lines] == expected
    for line in result.lines:
        said = raw.one(
            "SELECT reasons FROM insight WHERE customer_id = ? AND metric = 'churn_risk' AND until IS NULL",
            line.name.fact.subject,
        )
        assert all(f'"{reason.value}"' in said for reason in line.reasons)
        assert line.reasons
        assert line.direction in ("up", "down", "same", "unknown")
    assert {line.direction for line in result.lines} != {"unknown"}


async def test_a_customer_beside_customers_alike(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(JIANG)
    result = await comparison(office.desk(), ZHANG_LI)
    contribution = result.measures[0]
    assert contribution.value.value == present(raw, "profit_contribution", JIANG)[ZHANG_LI]
    assert contribution.before is not None
    change = Decimal(str(contribution.value.value)) - Decimal(str(contribution.before.value))
    assert contribution.direction == ("up" if change > 0 else "down" if change < 0 else "same")
    signs = {"cost_to_serve": -1, "risk_cost": -1}
    parts = [signs.get(part.value.fact.measure, 1) * Decimal(str(part.value.value)) for part in result.parts]
    assert sum(parts) == contribution.value.value
    label = raw.one(
        "SELECT label FROM insight WHERE customer_id = ? AND metric = 'peer_group' AND until IS NULL", ZHANG_LI
    )
    own = raw.rows(
        "SELECT v.value FROM insight v JOIN insight p ON p.customer_id = v.customer_id AND p.metric = 'peer_group' "
        "AND p.until IS NULL AND p.label = ? WHERE v.metric = 'profit_contribution' AND v.until IS NULL", label,
    )  # fmt: skip
    mean = Decimal(sum(row["value"] for row in own)) / len(own) / 10_000
    assert contribution.peers.figure is not None
    step = Decimal(contribution.peers.figure.fact.source.partition("?rounded_to=")[2])
    assert abs(Decimal(str(contribution.peers.figure.value)) - mean) <= step / 2
    largest = max(abs(row["value"]) for row in own)
    assert Decimal(largest) / len(own) / 50_000 <= step <= Decimal(largest) / len(own) / 20_000
    assert result.privacy.rounded
    assert result.standing == ("above" if Decimal(str(contribution.value.value)) >= mean else "below")
    assert len(result.months) >= 12


def averages_in(result: object) -> list[Average]:
    """Every average that a result holds."""
    if isinstance(result, Average):
        return [result]
    if isinstance(result, list):
        return [average for one in result for average in averages_in(one)]
    if is_dataclass(result) and not isinstance(result, Figure):
        return [average for field in fields(result) for average in averages_in(getattr(result, field.name))]
    return []


@pytest.mark.parametrize("employee", [BRANCH, *MANAGERS])
async def test_no_average_stands_on_a_few_who_are_out_of_view(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office, seen = await office_of(employee), raw.seen_by(employee)
    peers = {
        row["customer_id"]: row["label"]
        for row in raw.rows("SELECT customer_id, label FROM insight WHERE metric = 'peer_group' AND until IS NULL")
    }
    withheld = 0
    for customer in sorted(seen & set(peers))[::9]:
        for average in averages_in(await comparison(office.desk(), CustomerId(customer))):
            withheld += average.withheld
            if average.figure is None:
                continue
            _, metric, grouping, of = average.figure.fact.source.partition("?")[0].split("/", 3)
            members = {row["customer_id"] for row in raw.rows(
                "SELECT customer_id FROM insight WHERE metric = ? AND until IS NULL AND value IS NOT NULL", metric
            )}  # fmt: skip
            if grouping == "peers":
                members = {id for id in members if peers.get(id) == of}
            if grouping == "branch":
                members = {id for id in members if raw.customers[id]["branch_id"] == of}
            assert len(members - seen) == 0 or len(members - seen) >= LEAST, average
    assert withheld > 0


async def test_upgrades_have_earned_them(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(BRANCH)
    result = await tier_review(office.desk(), 50)
    seen = raw.seen_by(BRANCH)
    earned = {
        row["customer_id"]
        for row in raw.rows("SELECT * FROM insight WHERE metric = 'earned_tier' AND until IS NULL")
        if row["customer_id"] in seen and '"upgrade"' in row["reasons"]
    }
    listed = {line.name.fact.subject for line in result.upgrades}
    assert listed <= earned
    assert listed == earned or result.more
    assert all(line.above and Decimal(str(line.above.value)) >= 0 for line in result.upgrades)
    costly = present(raw, "service_above_tier", BRANCH)
    assert [line.excess.value for line in result.costly] == sorted(costly.values(), reverse=True)[:50]


async def test_what_one_customer_lacks_for_a_tier(office_of: OfficeOf, raw: RawBank) -> None:
    assets = present(raw, "tier_assets", JIANG)
    customer = max((id for id, held in assets.items() if held < 1_000_000), key=lambda id: assets[id])
    office = await office_of(JIANG)
    for tier, asked in ((None, None), (Tier.PRIVATE, 6_000_000), (Tier.SILVER, 50_000)):
        own = (await tier_review(office.desk(), customer=CustomerId(customer), tier=tier)).own
        assert own is not None
        assert own.assets is not None
        assert own.assets.value == assets[customer]
        assert own.threshold is not None
        wanted = Decimal(str(own.threshold.value))
        assert asked is None or wanted == asked
        if wanted > assets[customer]:
            assert own.lacking is not None
            assert Decimal(str(own.lacking.value)) == wanted - assets[customer]
        else:
            assert own.lacking is None


@pytest.mark.parametrize("employee", [HEAD_OFFICE, JIANG])
async def test_the_fewest_who_give_four_fifths(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office = await office_of(employee)
    result = await value_groups(office.desk())
    values = sorted((v for v in present(raw, "profit_contribution", employee).values() if v > 0), reverse=True)
    wanted = sum(values) * Decimal("0.8")
    fewest = next(number for number in range(1, len(values) + 1) if sum(values[:number]) >= wanted)
    assert result.few is not None
    assert result.few.value == fewest
    groups = present(raw, "value_group", employee)
    counts = {line.label.value: line.count.value for line in result.groups}
    assert sum(int(str(number)) for number in counts.values()) == len(groups)
    assert counts["below_marginal_cost"] == sum(value == 1 for value in groups.values())
    assert all(Decimal(str(line.contribution.value)) < 0 and line.reasons for line in result.below)


async def test_what_happened_cites_its_rows(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(JIANG)
    result = await happenings(office.desk())
    seen, start = raw.seen_by(JIANG), AS_OF - timedelta(days=90)
    rows = [
        row
        for row in raw.rows("SELECT * FROM insight_event WHERE day BETWEEN ? AND ?", str(start), str(AS_OF))
        if row["customer_id"] in seen
    ]
    assert sum(int(str(count.count.value)) for count in result.counts) == len(rows)
    for line in result.lines:
        table, _, key = line.happening.source.fact.source.partition("/")
        assert raw.one(f'SELECT COUNT(*) FROM "{table}" WHERE id = ?', key) == 1
    one = result.lines[0].name.fact.subject
    own = await happenings(office.desk(), CustomerId(one))
    assert len(own.lines) == sum(row["customer_id"] == one for row in rows)
    assert (await happenings(office.desk(), period=Period(date(2020, 1, 1), date(2020, 2, 1)))).lines == []


async def test_branches_against_the_bank(office_of: OfficeOf, raw: RawBank) -> None:
    everything = await unit_results((await office_of(HEAD_OFFICE)).desk())
    contributions = present(raw, "profit_contribution", HEAD_OFFICE)
    for line in everything.branches:
        own = [value for id, value in contributions.items() if raw.customers[id]["branch_id"] == line.name.fact.subject]
        if line.contribution is not None:
            assert line.contribution.value == sum(own)
            assert line.customers is not None
            assert line.customers.value == len(own)
    assert len(everything.branches) >= 3
    assert everything.managers
    branch = await unit_results((await office_of(BRANCH)).desk())
    assert [line.name.fact.subject for line in branch.branches] == ["anyang"]
    assert branch.per_customer.figure is not None
    manager = await unit_results((await office_of(JIANG)).desk())
    assert (manager.branches, [line.name.fact.subject for line in manager.managers]) == ([], [JIANG])


async def test_churn_in_a_period_counts_those_who_closed(office: Office, raw: RawBank) -> None:
    start, end = date(2026, 1, 1), date(2026, 6, 30)
    result = await unit_results(office.desk(), Period(start, end))
    for line in result.branches:
        own = [
            row for row in raw.customers.values()
            if row["branch_id"] == line.name.fact.subject
            and (row["customer_since"] is None or row["customer_since"] < str(start))
            and (row["closed_on"] is None or row["closed_on"] >= str(start))
        ]  # fmt: skip
        if own:
            closed = sum(row["closed_on"] is not None and row["closed_on"] <= str(end) for row in own)
            assert line.churn is not None
            assert line.churn.value == (Decimal(closed) / len(own) * 100).quantize(Decimal("0.1"))


async def test_products_add_up_over_the_branches_in_view(office_of: OfficeOf, raw: RawBank) -> None:
    """The bank's result holds every branch's: head office must not be told both together."""
    holders: dict[str, set[str]] = {}
    for row in raw.accounts:
        holders.setdefault(row["product_id"], set()).add(row["customer_id"])
    for employee, unit in ((HEAD_OFFICE, ""), (BRANCH, "anyang")):
        result = await product_results((await office_of(employee)).desk())
        rows = raw.rows("SELECT * FROM insight_result WHERE metric = 'product_contribution' AND until IS NULL")
        totals = {row["subject_id"]: Decimal(row["value"]) / 10_000 for row in rows if row["unit_id"] == unit}
        lines = [*result.earning, *result.losing]
        assert {line.name.fact.subject: line.contribution.value for line in lines} == totals
        assert all(int(str(line.customers.value)) <= len(holders[line.name.fact.subject]) for line in lines)
        assert all(line.reason for line in result.losing)


async def test_credit_by_industry_adds_up(office_of: OfficeOf, raw: RawBank) -> None:
    result = await credit_by_industry((await office_of(BRANCH)).desk())
    loans, overdue = present(raw, "loans", BRANCH), present(raw, "overdue", BRANCH)
    for line in result.lines:
        own = [id for id in loans if raw.customers[id]["industry"] == line.industry.value]
        assert line.loans.value == sum(loans[id] for id in own)
        assert line.overdue.value == sum(overdue.get(id, Decimal(0)) for id in own)
    shares = [Decimal(str(line.share.value)) for line in result.lines if line.share]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) > 1


async def test_falls_of_deposits_come_with_what_happened(office_of: OfficeOf, raw: RawBank) -> None:
    events = raw.rows("SELECT * FROM insight_event WHERE kind = 'money_to_other_bank' AND as_of = ?", str(AS_OF))
    start, explained = date(2026, 8, 1), 0
    for manager in {raw.customers[row["customer_id"]]["manager_id"] for row in events} - {None}:
        result = await deposit_movers((await office_of(manager)).desk(), Period(start, AS_OF), limit=50)
        for mover in result.movers:
            own = [row for row in events if row["customer_id"] == mover.name.fact.subject and row["day"] >= str(start)]
            sent = [one for one in mover.reasons if one.kind.value == "money_to_other_bank"]
            assert len(sent) == len(own)
            assert [one.source.value for one in sent] == [row["source"] for row in own]
            explained += len(sent)
    assert explained > 0


@pytest.mark.parametrize("name", [*MEASURED, "comparison"])
async def test_before_the_first_run_it_says_how_to_make_one(office: Office, name: str) -> None:
    for language in LANGUAGES:
        desk = office.desk(date(2025, 1, 15), language)
        result = await tool(name).run(desk, **({"customer": ZHANG_LI} if name == "comparison" else {}))
        assert "rapport insight run" in render(name, language, values_of(result))
