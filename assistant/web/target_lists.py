"""`/target-lists/PRODUCT.csv` and `.xlsx`: whom to address about a product, as a file within the asker's scope."""

from fastapi import APIRouter
from starlette.responses import Response

from assistant.target_export import Format
from assistant.web.needs import Assistant, EmployeeId, Language

router = APIRouter()


@router.get("/target-lists/{product}.{form}")
async def target_list(
    product: str, form: Format, employee_id: EmployeeId, assistant: Assistant, language: Language,
    number: int | None = None,
) -> Response:  # fmt: skip
    """The list of that product, of `number` customers or as many as usual. 404 for an unknown product; 422 for none or
    too many customers."""
    file = await assistant.target_export.file(employee_id, product, number, form, language)
    headers = {
        "Content-Disposition": f'attachment; filename="target-list.{form.value}"',
        "Cache-Control": "no-store",
    }
    return Response(file, media_type=form.media_type, headers=headers)
