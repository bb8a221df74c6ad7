"""Health for a load balancer: alive (the process answers) and ready (the store and the library answer too)."""

from fastapi import APIRouter

from assistant.web.needs import Assistant

router = APIRouter()


@router.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def ready(assistant: Assistant) -> dict[str, str]:
    """503, with the error's code, while a part cannot be reached."""
    await assistant.ready()
    return {"status": "ready"}
