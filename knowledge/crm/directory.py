"""Looking customers up by what people call them: names in any script, numbers, phones, accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import func, or_, select

from knowledge.crm.names import NameForm
from knowledge.crm.scoped_session import FEW, FEW_BESIDE_A_BRANCH
from knowledge.crm.store import Reader
from knowledge.crm.tables import Account, Customer, CustomerIdentifier, CustomerName

KEYS_A_QUERY = 500
PART_LIMIT = 500
SPELLING_LIMIT = 50_000
"""Names compared letter by letter for a misspelt one; a larger bank's manager still has fewer customers."""
ALIKE = 84


@dataclass(frozen=True)
class NameMatch:
    """The customers of one key. FULL keys name a customer, PART keys only suggest some."""

    full: tuple[str, ...]
    part: tuple[str, ...]


async def customers_by_keys(reader: Reader, keys: Collection[str]) -> dict[str, NameMatch]:
    """Who goes by each of these folded keys; keys that nobody in scope goes by are left out."""
    full: dict[str, list[str]] = defaultdict(list)
    part: dict[str, list[str]] = defaultdict(list)
    for some in _batches(sorted(keys)):
        for key, customer, form in await reader.rows(
            select(CustomerName.key, CustomerName.customer_id, CustomerName.form)
            .where(CustomerName.key.in_(some))
            .order_by(CustomerName.customer_id)
            .execution_options(**FEW_BESIDE_A_BRANCH)
        ):
            found = full[key] if form == NameForm.FULL else part[key]
            if len(found) < PART_LIMIT:
                found.append(customer)
    return {key: NameMatch(tuple(full[key]), tuple(part[key])) for key in {*full, *part}}


async def customers_by_numbers(reader: Reader, numbers: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Customers by their own number or one that a source system gave them, whatever its case."""
    wanted = {number.lower() for number in numbers}
    found: dict[str, set[str]] = defaultdict(set)
    for some in _batches(sorted(wanted | {number.upper() for number in wanted})):
        for (id,) in await reader.rows(select(Customer.id).where(Customer.id.in_(some)).execution_options(**FEW)):
            found[id.lower()].add(id)
        for number, id in await reader.rows(
            select(CustomerIdentifier.number, CustomerIdentifier.customer_id)
            .where(CustomerIdentifier.number.in_(some))
            .execution_options(**FEW)
        ):
            found[number.lower()].add(id)
    return {number: tuple(sorted(ids)) for number, ids in found.items()}


async def accounts_by_numbers(reader: Reader, numbers: Collection[str]) -> dict[str, list[Account]]:
    """Accounts by number or id."""
    found: dict[str, list[Account]] = defaultdict(list)
    for some in _batches(sorted({n.upper() for n in numbers} | {n.lower() for n in numbers})):
        numbered = select(Account).where(or_(Account.number.in_(some), Account.id.in_(some)))
        for account in await reader.scalars(numbered.execution_options(**FEW)):
            for name in {account.number.lower(), account.id.lower()}:
                found[name].append(account)
    return dict(found)


async def customers_spelt_like(reader: Reader, written: str, limit: int = 3) -> list[str]:
    """Customers whose full name is spelt nearly like `written` (folded), the most alike first."""
    size = await reader.scalar(select(func.count(CustomerName.key)))
    if not size or size > SPELLING_LIMIT:
        return []
    rows = await reader.rows(
        select(CustomerName.key, CustomerName.customer_id).where(CustomerName.form == NameForm.FULL)
    )
    alike = process.extract(written, [key for key, _ in rows], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=limit * 4)
    ids = dict.fromkeys(rows[index][1] for _, _, index in alike)
    return list(ids)[:limit]


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_A_QUERY):
        yield keys[start : start + KEYS_A_QUERY]
