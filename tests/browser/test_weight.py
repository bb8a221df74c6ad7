"""The widget is light: what a host page loads for it, packed as a server would send it."""

import gzip

from assistant.web.pages import FOLDER

MOST_BYTES = 60_000


def test_the_widget_is_under_60_kb_packed() -> None:
    files = [FOLDER / "widget.js", *sorted((FOLDER / "widget").glob("*.js"))]
    packed = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in files}
    assert sum(packed.values()) < MOST_BYTES, packed
