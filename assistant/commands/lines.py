"""Errors as one clear line."""

from assistant.commands.printing import harmless
from knowledge.errors import RapportError


def line_of(error: Exception) -> str:
    """What a person at a terminal reads of an error: one line, in plain English."""
    return " ".join(harmless(_words(error)).split())


def _words(error: Exception) -> str:
    match error:
        case RapportError(values={"employee": employee}):
            return f"nobody of the id {employee!r} works here"
        case RapportError(values={"file": file, "reason": reason}):
            return f"{file}: {reason}"
        case (
            RapportError(values={"name": subject, "reason": reason})
            | RapportError(values={"engine": subject, "reason": reason})
        ):
            return f"{subject} {reason}"
        case RapportError(values={"reason": reason}):
            return str(reason)
        case OSError(filename=str(name)):
            return f"{name}: {error.strerror}"
        case _:
            return f"{type(error).__name__}: {error}"
