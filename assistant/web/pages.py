"""The demo page, the widget, and their files: served as they are, revalidated on each load."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_REVALIDATE = {"Cache-Control": "no-cache"}

router = APIRouter()


@router.get("/", include_in_schema=False)
async def page() -> FileResponse:
    return FileResponse(FOLDER / "index.html", headers=_REVALIDATE)


@router.get("/widget.js", include_in_schema=False)
async def widget() -> FileResponse:
    return FileResponse(FOLDER / "widget.js", media_type="text/javascript", headers=_REVALIDATE)


class StaticFolder(StaticFiles):
    """The files under /static: no listing, nothing outside the folder."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_REVALIDATE)
        return response


static = StaticFolder(directory=FOLDER)
