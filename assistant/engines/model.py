"""A language model as the engines use it: its endpoint, what hides personal data from it, what names are known."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.engines.endpoint import Endpoint
from assistant.engines.page import Page
from assistant.engines.speaker import Shown, Speaker
from assistant.grounding.known_names import KnownNames
from assistant.grounding.masking import Mask
from assistant.grounding.personal.directory import Directory
from assistant.grounding.verification import Verifier
from assistant.tools.desk import Desk


@dataclass(frozen=True)
class Model:
    """One for the life of a process.

    `known` are the names that a sentence may not use without a Fact, and `directory` finds what is personal. `masks`
    says whether personal data leave for the model as placeholders only; `most_data` is how many characters of an answer
    it is shown to phrase it: what a small machine reads in its time.
    """

    endpoint: Endpoint
    known: KnownNames
    directory: Directory
    masks: bool
    most_data: int

    def mask(self, placeholders: Mapping[str, str]) -> Mask:
        """The mask of a conversation, with the placeholders that it has had so far."""
        return Mask.restored(placeholders, self.directory, on=self.masks)

    def speaker(self, mask: Mask, question: str, desk: Desk, shown: Shown | None = None) -> Speaker:
        """Who asks the model in that turn, and says what it says as far as it holds."""
        line, verifier = self.endpoint.line(mask, desk), Verifier(desk.ledger, self.known, question)
        return Speaker(line, verifier, Page(desk.ledger), desk.language, shown)
