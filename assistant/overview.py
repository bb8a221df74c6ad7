"""What the page around the chat shows of the day, by what its reader is there for."""

from collections.abc import Mapping, Sequence

from assistant.access import scope_of
from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.store import CrmStore

VIEWS: Mapping[Role, Sequence[str]] = {
    Role.MANAGER: ("daily_brief", "feedback", "my_customers"),
    Role.BRANCH: ("unit_results", "feedback", "leaving", "deposit_movers"),
    Role.HEAD_OFFICE: ("unit_results", "product_results", "feedback", "leaving"),
    Role.SERVICE_DESK: ("feedback",),
}
"""The tools whose answers stand beside the chat, in their order."""


class Overview:
    """Says which views there are for whom; the tools decide what is in them, as for a question."""

    def __init__(self, store: CrmStore) -> None:
        self._store = store

    async def views(self, employee_id: str) -> Sequence[str]:
        """The names of that employee's views. Raises UnknownEmployee."""
        scope = await scope_of(self._store, employee_id, Clock().today())
        return VIEWS[scope.role]
