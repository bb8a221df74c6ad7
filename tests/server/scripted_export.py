"""Target lists as files, without a bank."""

from assistant.answer import Download, DownloadFile
from assistant.errors import BadTargetNumber, UnknownProduct
from assistant.target_export import Format

OFFERED = Download(
    title="This list as a file",
    files=[
        DownloadFile(form="CSV", path="target-lists/P1.csv?number=1"),
        DownloadFile(form="XLSX", path="target-lists/P2.xlsx?number=1"),
    ],
)
"""The second of the files is of no product."""


class ScriptedExport:
    """A list of one customer, for the product P1."""

    async def file(self, employee_id: str, product: str, number: int | None, form: Format, language: str) -> bytes:
        if product != "P1":
            raise UnknownProduct(product=product)
        if number == 0:
            raise BadTargetNumber(most=200)
        return f"{employee_id},{form},{language}".encode()
