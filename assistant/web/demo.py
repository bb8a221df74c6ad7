"""The demo identities: who one may pretend to be, and a token for them."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from assistant.errors import UnknownEmployee
from assistant.web.errors import NotFound
from assistant.web.needs import Assistant, Demo
from assistant.web.tokens import LIFETIME_S, LONGEST_EMPLOYEE_ID, Tokens

router = APIRouter(prefix="/demo")


class Identity(BaseModel):
    """An employee one may ask as; `units` is the name of their unit in each language that it has one in."""

    id: str
    name: str
    role: str
    unit: str
    units: dict[str, str]


class Identities(BaseModel):
    employees: list[Identity]


class TokenRequest(BaseModel):
    employee: str = Field(min_length=1, max_length=LONGEST_EMPLOYEE_ID)


class TokenReply(BaseModel):
    """A demo token; `expires_in` is in seconds."""

    token: str
    expires_in: int = LIFETIME_S


@router.get("/employees")
async def employees(request: Request, demo: Demo, assistant: Assistant) -> Identities:
    """Everyone who works here. Not found where demo identities are off."""
    if not demo.admits(request):
        raise NotFound(what="demo identities")
    colleagues = await assistant.employees()
    return Identities(
        employees=[Identity(id=c.id, name=c.name, role=c.role, unit=c.unit, units=dict(c.units)) for c in colleagues]
    )


@router.post("/token")
async def token(wanted: TokenRequest, request: Request, demo: Demo, assistant: Assistant) -> TokenReply:
    """A token to ask as that employee. Not found where demo identities are off."""
    if not demo.admits(request):
        raise NotFound(what="demo identities")
    if wanted.employee not in {colleague.id for colleague in await assistant.employees()}:
        raise UnknownEmployee(employee=wanted.employee)
    tokens: Tokens = request.app.state.tokens
    return TokenReply(token=tokens.mint(wanted.employee))
