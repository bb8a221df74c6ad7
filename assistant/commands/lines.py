"""Errors as one clear line."""

from assistant.commands.printing import harmless
from knowledge.errors import RapportError


def line_of(error: Exception) -> str:
    """What a person at a terminal reads of an error: one line, in plain English."""
    return " ".join(harmless(_words(error)).split())


def _words(error: Exception) -> str:
    match error:
        case RapportError(values={"file": file, "reason": reason}):
            return f"{file}: {reason}"
        case RapportError(code="command" | "store", values={"reason": reason}):
            return str(reason)
        case RapportError():
            return _sentence(error)
        case OSError(filename=str(name)):
            return f"{name}: {error.strerror}"
        case _:
            return f"{type(error).__name__}: {error}"


def _sentence(error: RapportError) -> str:
    from prompts import sentence

    try:
        return sentence(error.code, "en", error.values)
    except KeyError:
        return str(error)
