"""Ids that clients choose: of conversations and of turns."""

import re

from assistant.web.errors import BadRequest

_PLAIN = re.compile(r"[!-~]{1,128}")


def plain_id(name: str, given: str) -> str:
    """The id as given, if it can stand in a log and a key. Raises BadRequest if not; `name` is the field's."""
    if not _PLAIN.fullmatch(given):
        raise BadRequest(reason=f"{name} must be 1 to 128 printable ASCII characters without spaces")
    return given
