"""A bank of canaries: one row of every table for every customer, all of it marked with the customer's id."""

from datetime import date, datetime
from decimal import Decimal

from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.casework import FeedbackAttachment, FeedbackChange, FeedbackReply, Survey
from knowledge.crm.exchange import Exchange, Rating
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightModel, InsightResult, InsightRun
from knowledge.crm.lineage import Conflict, Likeness, Merge, MergedRow, SourceRecord, SourceValue
from knowledge.crm.product_score import ProductScore
from knowledge.crm.quality_count import QualityCount
from knowledge.crm.risk_assessment import RiskAssessment
from knowledge.crm.tables import (
    Account,
    AccountParty,
    Balance,
    Base,
    Contact,
    Conversation,
    Customer,
    CustomerIdentifier,
    CustomerName,
    Employee,
    Feedback,
    Offer,
    Product,
    Proposal,
    StandingOrder,
    Task,
    Transaction,
    Unit,
)

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9)
BRANCHES = ("north", "south")
MANAGERS = {"north-1": "north", "north-2": "north", "south-1": "south"}
STAFF = {
    "head": ("hq", "head_office"),
    "boss-north": ("north", "branch"),
    "desk": ("hq", "service_desk"),
    **{manager: (branch, "manager") for manager, branch in MANAGERS.items()},
}
CUSTOMERS = {f"canary-{manager}-{number}": manager for manager in MANAGERS for number in (1, 2)}


def bank() -> list[Base]:
    """Head office, two branches, three managers with two customers each, and one who left."""
    rows: list[Base] = [Unit(id="hq", parent_id=None, kind="head_office", name="Head office")]
    rows += [Unit(id=branch, parent_id="hq", kind="branch", name=branch) for branch in BRANCHES]
    rows += [Employee(id=who, unit_id=unit, role=role, name=who) for who, (unit, role) in STAFF.items()]
    rows.append(Employee(id="gone", unit_id="north", role="manager", name="Gone", left_on=DAY))
    rows.append(Product(id="saver", kind="deposit", name="Saver", currency="EUR"))
    rows.append(Campaign(id="spring", theme="Spring", starts_on=DAY, currency="EUR"))
    for branch in BRANCHES:
        rows.append(Campaign(id=f"of-{branch}", unit_id=branch, theme="Autumn", starts_on=DAY, currency="EUR"))
        rows.append(CampaignGroup(campaign_id=f"of-{branch}", name="treated", size=2, currency="EUR"))
        rows.append(CampaignItem(id=branch, campaign_id=f"of-{branch}", title=f"venue in the {branch}"))
    rows.append(
        InsightModel(
            target="churn",
            as_of=DAY,
            trained_at=AT,
            state="short",
            learnt_rows=0,
            evaluation={},
            inputs=[],
            library="1",
        )
    )
    rows.append(InsightRun(as_of=DAY, run_at=AT, currency="EUR", parameters_version="1", definitions={}, customers=6))
    rows.append(
        InsightAverage(
            metric="m", grouping="bank", of="", as_of=DAY, members=6, average=Decimal(1), definition_version="1"
        )
    )
    rows += [
        QualityCount(system="", unit_id=branch, kind="person", as_of=DAY, expectations="1", number=2, sums={})
        for branch in BRANCHES
    ]
    rows += [_result("employee", who, "") for who in STAFF] + [_result("unit", branch, branch) for branch in BRANCHES]
    rows += [_result("members", "person/-/-", branch) for branch in BRANCHES]
    rows += [_result("ranking", customer, MANAGERS[manager]) for customer, manager in CUSTOMERS.items()]
    for number, (customer, manager) in enumerate(CUSTOMERS.items()):
        rows += _rows_of(customer, manager, number)
    return rows


def _result(kind: str, subject: str, unit: str) -> InsightResult:
    return InsightResult(
        kind=kind, subject_id=subject, unit_id=unit, metric="m", as_of=DAY, value=Decimal(1), unit="percent",
        definition_version="1",
    )  # fmt: skip


def _rows_of(customer: str, manager: str, number: int) -> list[Base]:
    return [
        *_file(customer, manager, number),
        *_accounts(customer, manager),
        *_dealings(customer, manager),
        *_duplicates(customer, number),
    ]


def _file(customer: str, manager: str, number: int) -> list[Base]:
    return [
        Customer(
            id=customer,
            kind="person",
            name=customer,
            currency="EUR",
            manager_id=manager,
            branch_id=MANAGERS[manager],
        ),
        CustomerName(customer_id=customer, key=customer, form="full"),
        CustomerIdentifier(system="core", number=customer, customer_id=customer, kind="number"),
        SourceValue(
            id=number, customer_id=customer, field="city", value=customer, system="a", recorded_at=AT, recorded_by="x"
        ),
        Conflict(
            id=number,
            customer_id=customer,
            field="city",
            claims=[{"system": "a", "value": customer, "as_of": str(DAY), "record_id": customer}],
            state="open",
            found_on=DAY,
        ),
        SourceRecord(
            id=customer,
            customer_id=customer,
            system="core",
            number=customer,
            as_of=DAY,
            recorded_at=AT,
            kind="person",
            name=customer,
            currency="EUR",
        ),
    ]


def _accounts(customer: str, manager: str) -> list[Base]:
    account, money = f"a-{customer}", Decimal("10.25")
    return [
        Account(
            id=account,
            customer_id=customer,
            branch_id=MANAGERS[manager],
            kind="deposit",
            number=customer,
            currency="EUR",
            opened_on=DAY,
            state="active",
        ),
        AccountParty(account_id=account, customer_id=customer, role="authorised"),
        StandingOrder(id=customer, account_id=account, amount=money, currency="EUR"),
        Balance(account_id=account, month=DAY, end=money, average=money),
        Transaction(id=customer, account_id=account, booked_on=DAY, amount=money, currency="EUR", kind="other"),
    ]


def _dealings(customer: str, manager: str) -> list[Base]:
    key = {"id": customer, "customer_id": customer}
    return [
        Proposal(
            id=customer,
            employee_id=manager,
            customer_id=customer,
            kind="task",
            arguments={"title": customer},
            summary=customer,
            state="open",
            created_at=AT,
        ),
        Contact(**key, employee_id=manager, at=AT, channel="phone"),
        Task(**key, employee_id=manager, kind="call", title=customer, state="open"),
        Feedback(
            **key,
            unit_id=MANAGERS[manager],
            owner_id=manager,
            received_at=AT,
            channel="email",
            kind="complaint",
            text=customer,
            state="new",
        ),
        FeedbackChange(id=customer, feedback_id=customer, at=AT, employee_id=manager, state="new", note=customer),
        FeedbackAttachment(id=customer, feedback_id=customer, name=customer, text=customer),
        FeedbackReply(id=customer, feedback_id=customer, at=AT, channel="email", language="en", text=customer),
        Survey(**key, feedback_id=customer, kind="satisfaction", invited_on=DAY, comment=customer),
        Offer(**key, product_id="saver", offered_on=DAY, state="offered"),
        ProductScore(customer_id=customer, product_id="saver", as_of=DAY, taken_alike=Decimal(5), because_of=customer),
        RiskAssessment(**key, at=AT, tolerance="C3", knows=[customer]),
        CampaignTarget(campaign_id="spring", customer_id=customer, state="to_invite"),
        Insight(
            customer_id=customer, metric="m", as_of=DAY, value=Decimal("10.25"), unit="count", definition_version="1"
        ),
        InsightEvent(customer_id=customer, kind="e", day=DAY, source=customer, as_of=DAY, definition_version="1"),
        Conversation(id=customer, employee_id=manager, state={"customer": customer}, updated_at=AT),
        Exchange(
            id=customer, conversation_id=customer, employee_id=manager, turn_id=customer, number=1, question=customer,
            before={}, answer={"answer": customer}, folded=customer, state="answered", asked_at=AT,
        ),
        Rating(
            id=customer, employee_id=manager, turn_id=customer, thumb="up", reasons=[], comment=customer, language="en",
            earlier=[], question=customer, answer=customer, facts=[], tools=[], rated_at=AT,
        ),
    ]  # fmt: skip


def _duplicates(customer: str, number: int) -> list[Base]:
    return [
        Likeness(
            id=customer,
            record_id=customer,
            other_record_id=customer,
            customer_id=customer,
            other_customer_id=customer,
            verdict="perhaps",
            state="open",
            found_on=DAY,
        ),
        Merge(id=customer, customer_id=customer, absorbed_id=customer, absorbed={}, merged_at=AT, merged_by=customer),
        MergedRow(id=number, merge_id=customer, table="account", key={"id": customer}),
    ]
