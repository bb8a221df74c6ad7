"""A mapping file: read, checked as a whole, and every mistake named with its line."""

import codecs
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.errors import MappingError
from knowledge.intake.mapping import Mapping
from knowledge.intake.mapping_check import Mistake, Place, mistakes

SHIPPED = Path(__file__).parent / "mappings"
SIZE_LIMIT = 1_000_000
DEEPEST = 30


def mapping_path(given: Path) -> Path:
    """The file that is meant: a path, or the bare name of a mapping that ships (`berka`)."""
    if given.is_file():
        return given
    shipped = SHIPPED / f"{given.name}.yaml"
    if len(given.parts) == 1 and not given.suffix and shipped.is_file():
        return shipped
    names = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.yaml")))
    raise MappingError(file=str(given), reason=f"there is no such file; the mappings that ship are: {names}")


def read_mapping(path: Path) -> tuple[Mapping, dict[tuple[str, int], list[int]]]:
    """The mapping in a file, and for each entry of written-out rows (table, position) the lines they stand on.

    Raises MappingError with the line and the place of the first mistake.
    """
    root = _tree(path)
    try:
        mapping = Mapping.model_validate(_plain(root, path))
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] in {"missing", "extra_forbidden"}:
            reason = f"{first['loc'][-1]}: {reason}"
        raise _error(path, root, Mistake(first["loc"], reason)) from error
    for mistake in mistakes(mapping):
        raise _error(path, root, mistake)
    lines = {
        (table, position): [_found(root, ("tables", table, position, "rows", row))[1] for row in range(len(entry.rows))]
        for table, position, entry in mapping.entries()
        if entry.rows is not None
    }
    return mapping, lines


def _tree(path: Path) -> yaml.Node:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise MappingError(
                file=str(path), reason="it is larger than 1 MB: a mapping describes files, it holds none"
            )
        text = path.read_bytes().removeprefix(codecs.BOM_UTF8).decode()
        _refuse_exotic(text, path)
        # Every scalar stays the text that was written: no 'NO' that becomes false, no date that was a code.
        loader = yaml.BaseLoader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except OSError as error:
        raise MappingError(file=str(path), reason=error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise MappingError(file=str(path), reason=f"byte {error.start + 1} is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingError(file=str(path), reason=f"line {line}: {error.problem or 'no YAML'}") from error
    except yaml.YAMLError as error:
        raise MappingError(file=str(path), reason=" ".join(str(error).split())) from error
    if root is None:
        raise MappingError(file=str(path), reason="it is empty")
    return root


def _refuse_exotic(text: str, path: Path) -> None:
    """Refuses what could make a small file grow without end: aliases, and nesting that no mapping has."""
    depth = 0
    for event in yaml.parse(text, yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise MappingError(file=str(path), reason=f"line {line}: aliases (*name) are not understood: write it out")
        if depth > DEEPEST:
            raise MappingError(file=str(path), reason=f"line {line}: it is nested too deeply")


def _plain(node: yaml.Node, path: Path) -> object:
    match node:
        case yaml.MappingNode():
            plain: dict[str, object] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise MappingError(file=str(path), reason=f"line {key.start_mark.line + 1}: a key has to be a word")
                if key.value in plain:
                    reason = f"line {key.start_mark.line + 1}: {key.value!r} stands twice in one place"
                    raise MappingError(file=str(path), reason=reason)
                plain[key.value] = _plain(value, path)
            return plain
        case yaml.SequenceNode():
            return [_plain(child, path) for child in node.value]
        case _:
            return node.value


def _found(root: yaml.Node, place: Place) -> tuple[Place, int]:
    """The part of a place that is in the file, and its line.

    Pydantic's places also name what is missing and the alternatives of a type, which are not there.
    """
    node, line, known = root, root.start_mark.line + 1, []
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                continue
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            continue
        known.append(step)
    return tuple(known), line


def _error(path: Path, root: yaml.Node, mistake: Mistake) -> MappingError:
    place, line = _found(root, mistake.place)
    named = ".".join(map(str, place)) or "the mapping"
    return MappingError(file=str(path), reason=f"line {line}: {named}: {mistake.reason}")
