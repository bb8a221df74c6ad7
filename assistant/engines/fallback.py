"""Why an answer comes without the model, in one line, in the asker's language."""

from collections.abc import Sequence

from assistant.engines.page import PageEvent
from assistant.engines.running import said
from assistant.errors import ModelFailed
from assistant.tools.desk import Desk
from prompts import word


def without_model(failure: ModelFailed, desk: Desk) -> Sequence[PageEvent]:
    """The line that says so. What the endpoint itself said is in the journal, not here."""
    return said("without_model", {"reason": word("model_failure", str(failure.values["reason"]), desk.language)}, desk)
