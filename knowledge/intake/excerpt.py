"""A piece of a bank's file in a message: quoted, on one line, and short."""

LENGTH = 40


def excerpt(text: str) -> str:
    """The beginning of a text, quoted, with control characters and line ends escaped."""
    return ascii_safe(repr(text if len(text) <= LENGTH else text[:LENGTH] + "…"))


def ascii_safe(text: str) -> str:
    """The text with lone surrogates escaped, so that it can be printed and written."""
    return text.encode("utf-8", "backslashreplace").decode()
