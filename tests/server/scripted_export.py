"""Target lists as files, without a bank."""

from assistant.errors import BadTargetNumber, UnknownProduct
from assistant.target_export import Format


class ScriptedExport:
    """A list of one customer, for the product P1."""

    async def file(self, employee_id: str, product: str, number: int | None, form: Format, language: str) -> bytes:
        if product != "P1":
            raise UnknownProduct(product=product)
        if number == 0:
            raise BadTargetNumber(most=200)
        return f"{employee_id},{form},{language}".encode()
