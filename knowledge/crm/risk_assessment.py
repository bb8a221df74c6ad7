"""What customers answered when their risk tolerance was assessed: one row for each time."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Currency, Id


class RiskAssessment(Base):
    """One assessment. `tolerance` is its result, C1..C5.

    `horizon_months` is how long the customer can leave money invested, `liquidity_need` how much has to stay within
    reach, in `currency`, `knows` the kinds of product that the customer has experience with. None is not asked.
    `investor_class` is a code of `InvestorClass`. Times are naive UTC.
    """

    __tablename__ = "risk_assessment"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    tolerance: Mapped[str] = mapped_column(String(2))
    horizon_months: Mapped[int | None]
    liquidity_need: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(Currency)
    knows: Mapped[list[str]] = mapped_column(default=list)
    investor_class: Mapped[str | None] = mapped_column(Code)
    channel: Mapped[str | None] = mapped_column(Code)
    __table_args__ = (Index(None, "customer_id", "at"),)
