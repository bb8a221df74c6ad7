"""How likely a customer is to take a product: by what people like them hold, and by how the bank's offers went."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.money import Rate
from knowledge.crm.tables import Base, Id


class ProductScore(Base):
    """One product for one customer, as of a day.

    `taken_alike` orders products by what people like them take (0 to 100), `acceptance` is the probability in percent
    that an offer is accepted, None where too few offers were made to learn from. Of `members` customers who hold
    `because_of`, `share` percent hold this product too.
    """

    __tablename__ = "product_score"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"), primary_key=True)
    as_of: Mapped[date]
    taken_alike: Mapped[Decimal] = mapped_column(Rate)
    acceptance: Mapped[Decimal | None] = mapped_column(Rate)
    because_of: Mapped[str | None] = mapped_column(Id)
    share: Mapped[Decimal | None] = mapped_column(Rate)
    members: Mapped[int | None]
