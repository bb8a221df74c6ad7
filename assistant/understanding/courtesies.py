"""What people say around a question: "morning,", "check that for me", 谢谢. It asks nothing, so it is not read."""

from assistant.understanding.cues import all_cues

LEAST = 2
"""Words, or Chinese characters, that have to be left: a mere greeting is a greeting."""


def without_courtesies(text: str) -> str:
    """The text without greetings in front and thanks or "have a look" behind; as it is where nothing else is said."""
    left = text
    for cues in all_cues():
        left = cues.asides.courtesies_after.sub("", cues.asides.courtesies_before.sub("", left))
    return left if _says_enough(left) else text


def _says_enough(text: str) -> bool:
    return len(text.split()) >= LEAST or sum(letter.isalpha() for letter in text if letter > "\u2e7f") >= 2 * LEAST
