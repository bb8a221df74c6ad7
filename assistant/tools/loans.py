"""What a customer owes: loans with their terms and whether they are paid as agreed."""

from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.holdings import balance_of, state_of
from knowledge.crm.codes import ProductKind
from knowledge.crm.holdings import Holding


@dataclass(frozen=True)
class LoanLine:
    product: Figure
    number: Figure
    principal: Figure | None
    outstanding: Figure | None
    instalment: Figure | None
    rate: Figure | None
    granted_on: Figure
    matures_on: Figure | None
    state: Figure | None


@dataclass(frozen=True)
class Loans:
    name: Figure
    loans: list[LoanLine]


async def loans(desk: Desk, customer: CustomerId) -> Loans:
    """The loans of a customer, running and ended: principal, outstanding, instalment, rate, end, arrears."""
    file = await desk.file(customer)
    held = [h for h in file.holdings if h.account.kind == ProductKind.LOAN and not h.authorised_only]
    held.sort(key=lambda holding: holding.account.opened_on, reverse=True)
    return Loans(desk.ledger.customer(file.customer), [_loan_line(desk, holding) for holding in held])


def _loan_line(desk: Desk, holding: Holding) -> LoanLine:
    account, ledger, source = holding.account, desk.ledger, f"account/{holding.account.id}"

    def money(measure: str) -> Figure | None:
        amount = getattr(account, measure)
        return ledger.money(account.id, measure, amount, account.currency, source) if amount is not None else None

    return LoanLine(
        product=ledger.product(holding.product)
        if holding.product
        else ledger.code(account.id, "kind", "product_kind", account.kind, source),
        number=ledger.words(account.id, "number", account.number, source),
        principal=money("credit_limit"),
        outstanding=balance_of(desk, holding),
        instalment=money("instalment"),
        rate=ledger.percent(account.id, "rate", account.rate, source) if account.rate is not None else None,
        granted_on=ledger.day(account.id, "granted_on", account.opened_on, source),
        matures_on=ledger.day(account.id, "matures_on", account.matures_on, source) if account.matures_on else None,
        state=state_of(desk, account),
    )
