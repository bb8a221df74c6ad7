"""The word lists and catalogues that stand beside this package as YAML files, read into typed values."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter

from knowledge.errors import StoreError

Content = TypeVar("Content")
STRICT = ConfigDict(extra="forbid")
"""For the classes that hold a file's content: a key that none of them knows is a slip in the file."""

_FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_words(file: str, content: type[Content]) -> Content:
    """The file's content as `content`. Raises StoreError naming the file when it does not fit."""
    try:
        raw = yaml.load((_FOLDER / file).read_text(encoding="utf-8"), Loader=_LOADER)
        return TypeAdapter(content).validate_python(raw)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StoreError(reason=f"demo data {file} cannot be read: {str(error).splitlines()[0]}") from error
