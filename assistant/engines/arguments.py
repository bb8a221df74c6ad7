"""What a model gives a tool, read as the Mentions of a question: found under the asker's scope, by the same rules.

A model names a customer, a product or a period in words, as the asker would. What it names and the asker may not see
is unknown here as everywhere.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError
from sqlalchemy import select

from assistant.engines.schemas import CODES, described
from assistant.errors import BadArgument
from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import AccountId, CustomerField, CustomerId, Customers, Desk, Period, ProductId, Risk, Topic
from assistant.tools.tool import Tool
from assistant.understanding.amounts import find_amounts
from assistant.understanding.cues import all_cues
from assistant.understanding.customers import find_customers
from assistant.understanding.expressions import ISO
from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.products import find_code, find_products
from assistant.understanding.reading import CustomerMention, Mentions, ProductMention
from assistant.understanding.strangers import stranger
from assistant.understanding.text import PlainText
from assistant.understanding.understanding import FUTURE, PAST
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.crm.tables import Product
from knowledge.query import Query

LONGEST = 300
"""Characters of an argument; a longer one is no name and no period."""
MOST_ROWS = 50
FAULTS = 3
"""Faults of a query that a model is told at once."""
_MONTH = re.compile(r"\s*(\d{4})-(\d{1,2})\s*")
_EVERYDAY: frozenset[str] = frozenset()
"""An argument is a name and nothing else: no word of it is to be taken for one of everyday questions."""


class Arguments:
    """The arguments of one call. Raises BadArgument for what the tool does not take or what is no value of its kind."""

    def __init__(self, tool: Tool, given: Mapping[str, object]) -> None:
        self._tool = tool
        self._names = {parameter.kind: parameter.name for parameter in tool.parameters}
        kinds = {parameter.name: parameter.kind for parameter in tool.parameters if described(parameter.kind)}
        self._said: dict[object, str] = {}
        self._query: Query | None = None
        for name, value in given.items():
            if name not in kinds:
                raise BadArgument(tool=tool.name, argument=name[:LONGEST], reason="no_argument")
            if kinds[name] is Query:
                self._query = self._asked(value)
            elif value not in (None, "", [], {}):
                self._said[kinds[name]] = self._written(kinds[name], value)

    @property
    def topic(self) -> str | None:
        """What is to be looked up in the library."""
        return self._said.get(Topic)

    async def mentions(self, desk: Desk, asked: Mentions) -> Mentions:
        """What the arguments name, as a question would. What no model can give is as the asker has `asked` it."""
        return replace(
            asked,
            unknown_name=None,
            many=False,
            ordinal=None,
            pronoun=self._is_pronoun(PlainText.of(self._said.get(CustomerId, ""))),
            customers=await self._customers(desk),
            account=await self._account(desk),
            products=await self._products(desk),
            period=self._period(desk.today),
            at_least=self._amount(),
            limit=self._number(),
            tier=Tier(code) if (code := self._code(Tier, "tier")) else None,
            customer_kind=CustomerKind(code) if (code := self._code(CustomerKind, "customer_kind")) else None,
            product_kind=ProductKind(code) if (code := self._code(ProductKind, "product_kind")) else None,
            direction=Direction(code) if (code := self._code(Direction, "direction")) else None,
            risk=self._code(Risk, "risk"),
            customer_field=self._code(CustomerField, "field"),
            query=self._query,
        )

    def _asked(self, value: object) -> Query:
        try:
            return Query.model_validate_json(value) if isinstance(value, str) else Query.model_validate(value)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}" for one in error.errors()[:FAULTS])
            fault = self._refused(Query, "no_query")
            raise BadArgument(**(fault.values | {"detail": wrong})) from error

    def _written(self, kind: object, value: object) -> str:
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > LONGEST:
            raise self._refused(kind, "no_words")
        return str(value)

    def _refused(self, kind: object, reason: str) -> BadArgument:
        return BadArgument(tool=self._tool.name, argument=self._names[kind], reason=reason)

    async def _customers(self, desk: Desk) -> tuple[CustomerMention, ...]:
        written = self._said.get(CustomerId) or self._said.get(Customers)
        if written is None:
            return ()
        text = PlainText.of(written)
        found = await find_customers(desk.reader, text, _EVERYDAY)
        if not found.mentions and self._is_pronoun(text):
            return ()
        return found.mentions or (await stranger(desk.reader, text, (0, len(written)), ()),)

    def _is_pronoun(self, text: PlainText) -> bool:
        return any(cues.pronouns.fullmatch(text.plain.strip()) for cues in all_cues())

    async def _account(self, desk: Desk) -> str | None:
        if (written := self._said.get(AccountId)) is None:
            return None
        found = await find_customers(desk.reader, PlainText.of(f"account {written}"), _EVERYDAY)
        if found.account is None:
            raise self._refused(AccountId, "no_account")
        return found.account

    async def _products(self, desk: Desk) -> tuple[ProductMention, ...]:
        if (written := self._said.get(ProductId)) is None:
            return ()
        found = find_products(PlainText.of(written), await desk.reader.scalars(select(Product)))
        if not found:
            raise self._refused(ProductId, "no_product")
        return tuple(found)

    def _period(self, today: date) -> Period | None:
        if (written := self._said.get(Period)) is None:
            return None
        try:
            days = [date(int(match[1]), int(match[2]), int(match[3])) for match in ISO.finditer(written)]
            if month := _MONTH.fullmatch(written):
                year, number = int(month[1]), int(month[2])
                days = [date(year, number, 1), date(year, number, monthrange(year, number)[1])]
        except ValueError:
            raise self._refused(Period, "no_day") from None
        if days:
            return Period(min(days), max(days))
        name = self._tool.name
        tendency = Tendency.PAST if name in PAST else Tendency.FUTURE if name in FUTURE else Tendency.NEAREST
        found = find_periods(PlainText.of(written).plain, today, tendency)
        if not found:
            raise self._refused(Period, "no_period")
        return found[0].period

    def _amount(self) -> Decimal | None:
        if (written := self._said.get(Decimal)) is None:
            return None
        found = find_amounts(PlainText.of(written).plain)
        try:
            return found[0].amount if found else Decimal(written)
        except InvalidOperation:
            raise self._refused(Decimal, "no_amount") from None

    def _number(self) -> int | None:
        if (written := self._said.get(int)) is None:
            return None
        if not written.isdecimal() or not 1 <= int(written) <= MOST_ROWS:
            raise self._refused(int, "no_number")
        return int(written)

    def _code(self, kind: object, vocabulary: str) -> str | None:
        """A code by itself, or by its word in one of the languages."""
        if (written := self._said.get(kind)) is None:
            return None
        codes = {code.lower(): code for code in CODES[kind]}
        code = codes.get(written.lower()) or find_code(PlainText.of(written).plain, vocabulary, CODES[kind])
        if code is None:
            raise self._refused(kind, "no_code")
        return code
