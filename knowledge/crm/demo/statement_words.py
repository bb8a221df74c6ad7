"""What stands on a bank statement, in the customer's language."""

from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.demo.wordlist import STRICT, read_words


@dataclass(frozen=True, config=STRICT)
class StatementWords:
    """Counterparties and purposes of bookings in one language."""

    employers: list[str]
    merchants: list[str]
    large_merchants: list[str]
    households: list[str]
    standing_orders: list[str]
    people: list[str]
    other_banks: list[str]
    suppliers: list[str]
    buyers: list[str]
    large: list[str]
    salary: str
    bonus: str
    pension: str
    interest: str
    own_transfer: str
    to_own: str
    cash: str
    allowance: str
    sales: str
    supplies: str
    payroll: str
    tax: str
    budget: str
    expenses: str
    shop: str
    disbursement: str
    instalment: str
    principal: str
    deposit_opened: str
    deposit_matured: str
    card_repayment: str
    premium: str
    bought: str
    sold: str
    closing: str
    fee: str


@cache
def statement_words() -> dict[str, StatementWords]:
    return read_words("money_words.yaml", dict[str, StatementWords])
