"""What is handed out without a question, and without a store: reminders, and a wealth plan of a hostile name."""

from collections.abc import Sequence
from datetime import date, datetime

from assistant.answer import Heading, Listing, Paragraph, Span, Table
from assistant.care.calendar_file import calendar_of
from assistant.care.reminders import Reminder
from assistant.errors import UnknownCustomer
from assistant.origins import Origin
from assistant.printing.printed import Printed, printed

AS_OF = date(2026, 11, 20)
TITLES = {"en": "Wealth plan for", "zh": "财富规划：", "es": "Plan patrimonial de"}


class ScriptedPlans:
    """Knows the customer C1 alone."""

    async def printed(self, employee_id: str, customer: str, language: str = "en") -> Printed:
        if customer != "C1":
            raise UnknownCustomer(customer=customer)
        title = f"{TITLES[language]} 王建国 <img src=x>"
        return printed(
            language,
            [
                Heading(line=[Span(text=title)]),
                Paragraph(line=[Span(text="</style><script>alert(1)</script>", strong=True)]),
                Table(columns=["In", "Plan"], rows=[[[Span(text="R2")], [Span(text="1,000.00")]]]),
                Heading(line=[Span(text="For the wealth manager")]),
                Listing(items=[[Span(text="Call her")]]),
            ],
            [],
            internal=True,
        )


class ScriptedReminders:
    """One reminder for the manager, none for others."""

    async def due(self, employee_id: str) -> Sequence[Reminder]:
        kept = Reminder(id="T1", title="Call Wei", kind="call", due_on=AS_OF, overdue=False, customer="C1", name="Wei")
        return [kept] if employee_id == "E102" else []

    async def calendar(self, employee_id: str) -> bytes:
        return calendar_of(await self.due(employee_id), datetime(2026, 11, 20, 12))


class ScriptedOverview:
    """One view for the heads of branches, none for others."""

    async def views(self, employee_id: str) -> Sequence[str]:
        return ["feedback"] if employee_id in ("E101", "E201") else []


class ScriptedOrigins:
    """Says that no system is known."""

    async def of(self, employee_id: str, customer: str, field: str | None, language: str) -> Sequence[Origin]:
        return []
