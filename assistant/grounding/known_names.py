"""Which names the bank knows: of customers, employees, products and branches, whoever asks."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from knowledge.crm.names import NameForm, fold
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import CustomerName, Employee, Product, Unit

ROWS_AT_ONCE = 20_000


class Bearer(StrEnum):
    """What bears a name."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    PRODUCT = "product"
    BRANCH = "branch"


class KnownNames:
    """Tells whether somebody bears a name, past every scope, and nothing else of them: no row comes from here.

    Of customers only hashes of their names are held (8 bytes a form: 40 MB for 1,000,000 customers).
    """

    def __init__(self, customers: NDArray[np.int64], others: Mapping[str, Bearer]) -> None:
        self._customers = customers
        self._others = dict(others)

    @classmethod
    async def of(cls, store: CrmStore) -> "KnownNames":
        """The names in the store as they stand now."""
        hashes: list[NDArray[np.int64]] = []
        others: dict[str, Bearer] = {}
        async with store.auditing() as session:
            rows = await session.stream(
                select(CustomerName.key)
                .where(CustomerName.form == NameForm.FULL)
                .execution_options(yield_per=ROWS_AT_ONCE)
            )
            async for some in rows.scalars().partitions():
                hashes.append(_hashes(some))
            for name in await session.scalars(select(Employee.name)):
                others[fold(name)] = Bearer.EMPLOYEE
            for model, bearer in ((Unit, Bearer.BRANCH), (Product, Bearer.PRODUCT)):
                for name, names in await session.execute(select(model.name, model.names)):
                    others |= {fold(written): bearer for written in (name, *names.values())}
        return cls(np.sort(np.concatenate(hashes)) if hashes else np.empty(0, np.int64), others)

    @classmethod
    def none(cls) -> "KnownNames":
        """Nobody's."""
        return cls(np.empty(0, np.int64), {})

    def borne(self, keys: Collection[str]) -> dict[str, Bearer]:
        """Those of these folded names that somebody bears, and what bears them."""
        found = {key: self._others[key] for key in keys if key in self._others}
        asked = [key for key in keys if key not in found]
        if asked and len(self._customers):
            hashes = _hashes(asked)
            places = np.searchsorted(self._customers, hashes)
            hits = self._customers[np.minimum(places, len(self._customers) - 1)] == hashes
            found |= {key: Bearer.CUSTOMER for key, hit in zip(asked, hits, strict=True) if hit}
        return found


def _hashes(keys: Iterable[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, keys), np.int64)
