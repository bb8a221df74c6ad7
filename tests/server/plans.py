"""A wealth plan for print, without a store: one customer, whose name is hostile."""

from assistant.answer import Heading, Listing, Paragraph, Span, Table
from assistant.errors import UnknownCustomer
from assistant.printing.printed import Printed, printed

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
