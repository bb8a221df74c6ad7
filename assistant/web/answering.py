"""What the web surfaces need of the assistant: turns, proposals, colleagues, and whether it is ready."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from assistant.answer import ShownProposal
from assistant.calling import Offer
from assistant.care.reminders import Reminder
from assistant.events import Event, Turn
from assistant.feedback.intake import Message, Receipt
from assistant.history import ConversationCard, KeptExchange, OpenedConversation
from assistant.origins import Origin
from assistant.printing.printed import Printed
from assistant.target_export import Format
from knowledge.crm.codes import ProposalState
from knowledge.crm.exchange import Thumb, ThumbReason


class Colleague(Protocol):
    """Someone who may ask, as the demo page's chooser shows them. `unit` is the name of their unit."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def units(self) -> Mapping[str, str]:
        """The unit's name by language."""
        ...


class Deciding(Protocol):
    """The proposals, as the web sees them. Raises UnknownProposal for what was not put to that employee."""

    async def confirm(
        self, id: str, employee_id: str, changes: Mapping[str, str | None] | None = None, language: str = "en"
    ) -> ShownProposal:
        """Executes it once and gives how it stands. Raises BadChange, with nothing done."""
        ...

    async def reject(self, id: str, employee_id: str, language: str = "en") -> ShownProposal:
        """Lays it aside and gives how it stands."""
        ...

    async def listed(
        self, employee_id: str, state: ProposalState | None = ..., language: str = "en"
    ) -> Sequence[ShownProposal]:
        """That employee's proposals, newest first."""
        ...


class Remembering(Protocol):
    """What an employee asked and was told, as the web sees it. Raises UnknownConversation for what is not theirs."""

    async def listed(self, employee_id: str, search: str = "", limit: int = ...) -> Sequence[ConversationCard]:
        """Their conversations, the latest first."""
        ...

    async def opened(self, employee_id: str, conversation_id: str) -> OpenedConversation: ...

    async def answered(self, employee_id: str, conversation_id: str, turn_id: str) -> KeptExchange | None:
        """That turn with its answer, if it has one that may still be read."""
        ...

    async def rename(self, employee_id: str, conversation_id: str, title: str) -> ConversationCard: ...

    async def delete(self, employee_id: str, conversation_id: str) -> None: ...


class Tracing(Protocol):
    """Where a customer's file comes from, as the web sees it."""

    async def of(self, employee_id: str, customer: str, field: str | None, language: str) -> Sequence[Origin]:
        """The systems that say so. Raises UnknownCustomer for one out of the employee's scope."""
        ...


class Viewing(Protocol):
    """Which views stand beside the chat."""

    async def views(self, employee_id: str) -> Sequence[str]:
        """The names of that employee's views: each is a tool that takes no argument."""
        ...


class Rating(Protocol):
    """Thumbs on answers, as the web sees them."""

    async def rate(
        self,
        employee_id: str,
        conversation_id: str,
        turn_id: str,
        thumb: Thumb,
        reasons: Sequence[ThumbReason] = (),
        comment: str = "",
    ) -> None:
        """Keeps a thumb. Raises UnknownConversation for an answer that is not the employee's."""
        ...


class Reminding(Protocol):
    """An employee's reminders, as the web sees them."""

    async def due(self, employee_id: str) -> Sequence[Reminder]:
        """What is due today or was before, the newest first."""
        ...

    async def calendar(self, employee_id: str) -> bytes:
        """All of them as iCalendar."""
        ...


class Planning(Protocol):
    """Wealth plans for print, as the web sees them."""

    async def printed(self, employee_id: str, customer: str, language: str = "en") -> Printed:
        """The plan of that customer. Raises UnknownCustomer for one out of the employee's scope."""
        ...


class Exporting(Protocol):
    """Target lists as files, as the web sees them."""

    async def file(self, employee_id: str, product: str, number: int | None, form: Format, language: str) -> bytes:
        """The list of that product. Raises UnknownProduct, and BadTargetNumber for none or too many customers."""
        ...


class Taking(Protocol):
    """The queue of feedback, as the web sees it."""

    async def take_from(self, employee_id: str, message: Message) -> Receipt:
        """A message that a system gives under an employee's name. Raises FeedbackError, KeyUsed."""
        ...

    async def take(self, message: Message) -> Receipt:
        """A message that nobody signed in for. Raises FeedbackError, KeyUsed."""
        ...


class Answering(Protocol):
    """The assistant, as the web sees it."""

    @property
    def proposals(self) -> Deciding: ...

    @property
    def engines(self) -> Sequence[str]:
        """The engines that a turn may ask for."""
        ...

    @property
    def tools(self) -> Sequence[Offer]:
        """The tools that a programme may call in a turn."""
        ...

    @property
    def history(self) -> Remembering: ...

    @property
    def ratings(self) -> Rating: ...

    @property
    def overview(self) -> Viewing: ...

    @property
    def origins(self) -> Tracing: ...

    @property
    def reminders(self) -> Reminding: ...

    @property
    def wealth_plans(self) -> Planning: ...

    @property
    def intake(self) -> Taking | None:
        """None where nothing is furnished for feedback."""
        ...

    @property
    def target_export(self) -> Exporting: ...

    def answer(self, turn: Turn) -> AsyncIterator[Event]:
        """The turn's events, the last one TurnFinished.

        The first event comes after who is asking and what they ask has been accepted: UnknownEmployee and
        BadQuestion are raised instead of it. Closing the iterator cancels the turn.
        """
        ...

    async def admit(self, employee_id: str) -> None:
        """Raises UnknownEmployee for who does not work here, or no longer."""
        ...

    async def employees(self) -> Sequence[Colleague]:
        """Who works here now."""
        ...

    async def ready(self) -> None:
        """Reads the store and the library once. Raises a RapportError where one cannot be read."""
        ...
