"""The whole OpenAPI under generated requests, right and wrong ones: whatever comes, no server error."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from assistant.settings import Settings
from assistant.web.tokens import Tokens
from server import create_app
from tests.server.own_process import ready_server
from tests.server.scripted import ScriptedAssistant

SECRET = "a secret that only these requests know, 32+"
MANY = "1000000/minute"
EXAMPLES = 25

described = create_app(Settings(auth_secret=SECRET), ScriptedAssistant()).openapi()
schema = schemathesis.openapi.from_dict(described)
OPERATIONS = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openapi") / "log"


@pytest.fixture(scope="module")
def url(own_demo_home: Path, log: Path) -> Iterator[str]:
    environment = {
        "RAPPORT_AUTH_SECRET": SECRET, "RAPPORT_RATE_USER": MANY, "RAPPORT_RATE_ADDRESS": MANY,
        "RAPPORT_AS_OF": "2026-11-20",
    }  # fmt: skip
    with log.open("wb") as writing, ready_server(own_demo_home, environment, writing) as url:
        yield url


def test_every_route_of_the_server_is_described() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in described["paths"].values()) >= 14


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_is_a_server_error(url: str, log: Path, label: str, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {Tokens(SECRET).mint('tom.baker')}"}

    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        response = case.call(base_url=url, headers=headers, timeout=60)
        assert response.status_code < 500, (response.content[:500], log.read_text()[-2000:])
        if response.status_code >= 400:
            assert "error" in response.json()

    with suppress(Unsatisfiable):  # a route that takes nothing can be asked in no wrong way
        ask()
