"""The only door to YAML: safe, positioned, and read as YAML 1.2.

A file becomes plain data (dict, list, str, int, float, bool, None) together with the place of every
key and item, so that any later message can say file, line and column. Nothing is executed, and the
limits are checked while the parser's events go by, before anything is built: the C parser crashes
the process on deep nesting when it is asked to build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from diagnoser.errors import Location, Problem

MAX_DEPTH = 64
MAX_NODES = 500_000
MAX_BYTES = 16 * 1024 * 1024

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refused(Exception):
    def __init__(self, mark: Any, code: str, message: str, hint: str = "") -> None:
        self.mark, self.code, self.message, self.hint = mark, code, message, hint
        super().__init__(message)


@dataclass(slots=True)
class YamlSource:
    """One file, read: its data and where each part of it stands."""

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True
    read_up_to: int = 0
    """Lines before the item in which a list stops being YAML; of use only where it is not `readable`."""
    _places: dict[int, dict[Any, tuple[int, int]]] = field(default_factory=dict)
    _unkeyed: list[dict[Any, tuple[int, int]]] = field(default_factory=list)

    def __getstate__(self) -> tuple[Any, ...]:
        """Places by the order in which containers are met, as identities do not survive a copy."""
        places = self._unkeyed or [self._places[id(c)] for c in _containers(self.data)]
        return self.file, self.data, self.problems, self.readable, places

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.file, self.data, self.problems, self.readable, places = state
        self.read_up_to = 0
        self._places = {}
        self._unkeyed = places

    def locate(self, path: tuple[Any, ...]) -> Location:
        """The place of the deepest part of `path` that exists; 1:1 where none does."""
        if self._unkeyed:
            self._places = dict(zip(map(id, _containers(self.data)), self._unkeyed, strict=True))
            self._unkeyed = []
        here, place = self.data, (1, 1)
        for step in path:
            places = self._places.get(id(here))
            if places is None:
                break
            if step not in places:
                step = _index_of(here, step)
            if step is None:
                continue  # pydantic puts the names of union members into its paths
            place = places[step]
            here = here[step]
        return Location(self.file, *place)


def _containers(data: Any) -> Iterator[Any]:
    """Every list and mapping of some data, outer ones first."""
    if isinstance(data, list | dict):
        yield data
        for inner in data.values() if isinstance(data, dict) else data:
            yield from _containers(inner)


def _index_of(here: Any, name: Any) -> int | None:
    """Where in a list a name stands, by itself or as the key of a one-line mapping."""
    if isinstance(here, list):
        for index, item in enumerate(here):
            if item == name or (isinstance(item, dict) and name in item):
                return index
    return None


def read_yaml(text: str | bytes, file: str) -> YamlSource:
    """Read one document.

    Args:
        text: the file's content; bytes must be UTF-8.
        file: the name to use in messages.

    Returns:
        The data with places. Where it cannot be read, `problems` says why and `readable` is false;
        `data` is None, or the items of a list before the one where it stops being YAML. A key that stands twice is a problem, but the rest can be read. Nothing
        is raised for bad content.
    """
    source = YamlSource(file, readable=False)
    if len(text) > MAX_BYTES:
        source.problems.append(Problem(Location(file), "too-large", f"over {MAX_BYTES // 2**20} MiB", "split the file"))
        return source
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1 if isinstance(text, bytes) else 1
        source.problems.append(Problem(Location(file, line), "encoding", *_encoding(text)))
        return source
    try:
        source.data = _build(_events(decoded), source)
        source.readable = True
    except _Refused as refused:
        source.data, source.read_up_to = None, 0
        place = Location(file, refused.mark.line + 1, refused.mark.column + 1)
        source.problems.append(Problem(place, refused.code, refused.message, refused.hint))
    except yaml.MarkedYAMLError as error:
        source.problems.append(_syntax(error, decoded, file))
    except yaml.YAMLError as error:
        source.problems.append(Problem(Location(file), "syntax", " ".join(str(error).split())))
    return source


def _encoding(raw: Any) -> tuple[str, str]:
    """What a file that is not UTF-8 most likely is, and what to do."""
    if b"\0" in raw[:64]:
        return "this looks like UTF-16, not UTF-8", "save the file as UTF-8"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "not UTF-8", "save the file as UTF-8"
    return "this looks like GBK (ANSI of a Chinese Windows), not UTF-8", "save the file as UTF-8"


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    from diagnoser.knowledge.yaml_slips import slip  # of use only where something is wrong

    mark, began = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return Problem(Location(file), "syntax", str(error.problem or error.context or "not YAML"))
    found = slip(
        text,
        str(error.problem or error.context or ""),
        (mark.line, mark.column),
        None if began is None else (began.line, began.column),
    )
    return Problem(Location(file, found.line, found.column), "syntax", found.message, found.hint)


def _events(text: str) -> Iterator[Any]:
    depth = nodes = documents = 0
    loader: Any = _LOADER(text)
    next_event = loader.get_event
    while True:
        event = next_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            nodes += 1
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            nodes += 1
            depth += 1
            if depth > MAX_DEPTH:
                raise _Refused(event.start_mark, "too-deep", f"nested deeper than {MAX_DEPTH} levels")
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            depth -= 1
        elif kind is yaml.AliasEvent:
            raise _Refused(
                event.start_mark,
                "alias",
                f"alias *{event.anchor}",
                f"a text is put in quotes: '*{event.anchor}'; else write the value out",
            )
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _Refused(event.start_mark, "documents", "a second document", "one document in a file")
            continue
        elif kind is yaml.StreamEndEvent:
            return
        else:
            continue
        if nodes > MAX_NODES:
            raise _Refused(event.start_mark, "too-large", f"more than {MAX_NODES} values", "split the file")
        if kind is not yaml.MappingEndEvent and kind is not yaml.SequenceEndEvent:
            tag = event.tag
            if tag is not None and tag != "!":
                raise _Refused(
                    event.start_mark, "tag", f"tag {tag}", "plain values only; a text that begins with ! in quotes"
                )
        yield event


def _build(events: Iterator[Any], source: YamlSource) -> Any:
    event = next(events, None)
    if type(event) is yaml.SequenceStartEvent:
        data: Any = []
        _fill(data, events, source, outermost=True)
    else:
        data = None if event is None else _value(event, events, source)
    for _ in events:
        pass  # a second document is found only by looking for it
    return data


def _value(event: Any, events: Iterator[Any], source: YamlSource) -> Any:
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return _scalar(event)
    if kind is yaml.SequenceStartEvent:
        items: list[Any] = []
        _fill(items, events, source)
        return items
    mapping: dict[str, Any] = {}
    where: dict[Any, tuple[int, int]] = {}
    for key_event in events:
        if type(key_event) is yaml.MappingEndEvent:
            break
        mark = key_event.start_mark
        if type(key_event) is not yaml.ScalarEvent:
            raise _Refused(mark, "key", "a key that is not a word", "quote it")
        key = key_event.value
        if key == "<<" and not key_event.style:
            raise _Refused(mark, "merge", "a merge key", "write the fields out")
        if key in mapping:
            place = Location(source.file, mark.line + 1, mark.column + 1)
            source.problems.append(Problem(place, "duplicate-key", f"'{key}' stands twice", "keep one of them"))
            _value(next(events), events, source)
            continue
        where[key] = (mark.line + 1, mark.column + 1)
        mapping[key] = _value(next(events), events, source)
    source._places[id(mapping)] = where
    return mapping


def _fill(items: list[Any], events: Iterator[Any], source: YamlSource, outermost: bool = False) -> None:
    """Read the items of a list; those of the outermost one are the source's even if a later one cannot be read."""
    where: dict[Any, tuple[int, int]] = {}
    source._places[id(items)] = where
    for item in events:
        if type(item) is yaml.SequenceEndEvent:
            break
        line = item.start_mark.line
        where[len(items)] = (line + 1, item.start_mark.column + 1)
        if outermost:
            source.data, source.read_up_to = items, line
        items.append(_value(item, events, source))


def _scalar(event: Any) -> Any:
    value: str = event.value
    if event.style:  # quoted, literal or folded; the C parser says '' for plain, the other one None
        return value
    if value in _WORDS:
        return _WORDS[value]
    if value[0] in "0123456789+-.":
        if _INT.match(value):
            if len(value) > 300:
                raise _Refused(event.start_mark, "number", "a number of more than 300 digits")
            return int(value)
        if _FLOAT.match(value):
            return float(value)
        if _OCTAL_OR_HEX.match(value):
            return int(value, 0)
    return value


class _Dumper(yaml.SafeDumper):
    """Block style, fields in their order, and quotes wherever this reader would not read a string."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _represent_text(dumper: Any, text: str) -> Any:
    plain = yaml.ScalarEvent(None, None, (True, False), text)
    style = None if isinstance(_scalar(plain), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_yaml(data: Any) -> str:
    """Plain data (dict, list, str, int, float, bool, None) as YAML that `read_yaml` reads back."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=4096)
