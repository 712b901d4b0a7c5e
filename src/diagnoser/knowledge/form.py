"""What is wrong with the form of an entry, in an author's words: where, what, and what would be right."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from diagnoser.errors import Location, Problem, quoted
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.yaml_source import YamlSource

_TAGS = re.compile(r"constrained-\w+|\[key\]|function-.*|[A-Z]\w+|str|int|float|tuple\[.*|dict\[.*")
"""Parts of pydantic's paths that stand for a member of a union, and not for anything that was written."""

_FULL_WIDTH = re.compile("[：，；｛｝［］【】（）“”‘’　\u00a0]")
_FEW = 12
"""So many words are told one by one; of more, those that are near."""

_EXAMPLES = {
    "Text": "{en: ..., zh: ...}",
    "Aliases": "{en: [..., ...], zh: [..., ...]}",
    "Calls": "{en: [..., ...], zh: [..., ...]}",
    "Cost": "{minutes: 30, risk: none, skill: L1}",
    "When": "{below: -14.4}, or above, between: [low, high], equals",
}


def form_problems(
    error: ValidationError, source: YamlSource, path: tuple[Any, ...], model: type[BaseModel]
) -> Iterator[Problem]:
    """What pydantic found, as problems with a place; of the members of a union, one speaks for all.

    Args:
        path: where in the source the entry stands.
        model: what it should be.
    """
    places: dict[tuple[Location, str], list[Any]] = {}
    for item in error.errors(include_url=False):
        written = tuple(step for step in item["loc"] if not _is_tag(step))
        kind = "field" if item["type"] in ("missing", "extra_forbidden") else "value"
        name = str(written[-1]) if kind == "field" and written else ""
        places.setdefault((source.locate((*path, *written)), name), []).append(item)
    with_fields = {location for location, name in places if name}
    for (location, name), items in places.items():
        if not name and location in with_fields and any(_is_tag(step) for step in items[0]["loc"]):
            continue  # it was written as fields, and one of these is wrong: that it is no word goes without saying
        item = next((i for i in items if i["type"] not in ("string_type", "too_short")), items[0])
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # its items are wrong, and are told
        yield _problem(location, item, [i["type"] for i in items], model)


def _is_tag(step: Any) -> bool:
    return isinstance(step, str) and _TAGS.fullmatch(step) is not None


def _problem(location: Location, item: Any, types: list[str], model: type[BaseModel]) -> Problem:
    named = [str(step) for step in item["loc"] if isinstance(step, str) and not _is_tag(step)]
    field = named[-1] if named else ""
    if item["type"] == "missing":
        return _missing(location, field or str(item["loc"][-1]))
    if item["type"] == "extra_forbidden":
        return _extra(location, str(item["loc"][-1]), item["input"], _model_at(model, item["loc"][:-1]))
    code, message, hint = _value(item, field, named, types)
    named_so = field and code == "bad-value" and str(item["input"]) != field
    return Problem(location, code, f"{field}: {message}" if named_so else message, hint)


def _missing(location: Location, field: str) -> Problem:
    code, hint = "missing-field", ""
    if field in ("en", "zh"):
        code, hint = "one-language", "every text is {en: ..., zh: ...}"
    elif field == "source":
        code, hint = "missing-source", "an address, a document, a role, or: source: experience"
    return Problem(location, code, f"'{field}' is missing", hint)


def _extra(location: Location, name: str, value: Any, model: type[BaseModel] | None) -> Problem:
    known = [f.alias or field for field, f in model.model_fields.items()] if model is not None else []
    said = quoted(name)
    if name[:1] in ("\u00a0", "\u3000"):
        what = f"the blanks before '{said.strip()}' are no plain blanks"
        return Problem(
            location, "unknown-field", what, "delete them and type blanks; they came from a page or a Chinese keyboard"
        )
    if "：" in name:
        before = name.partition("：")[0].strip()
        return Problem(
            location,
            "unknown-field",
            f"'{said}' has a full-width colon",
            f"write {before}: ... with a plain colon and a blank",
        )
    if value is None and not re.fullmatch(r"[A-Za-z_]+", name):
        what = f"'{said}' is no field: a comma inside {{...}} ends the text before it"
        return Problem(
            location, "unknown-field", what, "put a text with a comma in quotes: {en: 'one, two', zh: '...'}"
        )
    near = difflib.get_close_matches(name.casefold(), known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}" if known else ""
    return Problem(location, "unknown-field", f"unknown field '{said}'", hint)


def _model_at(model: type[BaseModel], path: tuple[Any, ...]) -> type[BaseModel] | None:
    """The kind of entry that some fields of an entry hold."""
    here: type[BaseModel] | None = model
    for step in path:
        if here is None or not isinstance(step, str):
            continue
        field = next((f for name, f in here.model_fields.items() if step in (name, f.alias)), None)
        if field is not None:
            here = next(_models_in(field.annotation), None)
        elif not _is_tag(step):
            return None
    return here


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


def _value(item: Any, field: str, named: list[str], types: list[str]) -> tuple[str, str, str]:
    """Code, message and hint of a value that is no such value."""
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    if value == "TODO":
        return "placeholder", "TODO is still to be filled in", "write it, or take it out"
    if kind == "model_type" and context["class_name"] == "Text" and isinstance(value, str):
        said = quoted(value)
        return "one-language", f"{field}: '{said}' is in one language", "every text is {en: ..., zh: ...}"
    if kind in _ONE_VALUE and (value is None or isinstance(value, dict | list)):
        return "bad-value", *_no_single_value(value)
    if "less_than_equal" in types and "string_type" in types:
        message = f"'{quoted(str(value))}' is not from 0 to 1"
        return "bad-value", message, "a word of the scale, or a number such as 0.05"
    if kind in ("model_type", "dict_type", "tuple_type"):
        return "bad-value", *_shape(kind, value, field, context)
    if kind in _NUMBERS or kind in _BOUNDS:
        return "bad-value", *_number(kind, value, context)
    return "bad-value", *_text(item, field, named)


_ONE_VALUE = frozenset(("literal_error", "string_type", "int_type", "float_type"))
_NUMBERS = frozenset(("int_parsing", "int_type", "int_from_float", "float_parsing", "float_type"))
_BOUNDS = frozenset(("greater_than_equal", "greater_than", "less_than_equal", "less_than"))
"""Pydantic's names for what is wrong with a value."""


def _no_single_value(value: Any) -> tuple[str, str]:
    if value is None:
        return "nothing is written here", "write it, or take the field out"
    return f"{_what(value)} where one value is wanted", "write it alone, without brackets"


def _shape(kind: str, value: Any, field: str, context: dict[str, Any]) -> tuple[str, str]:
    """Message and hint where fields, pairs or a list are wanted."""
    if kind == "model_type":
        example = _EXAMPLES.get(context["class_name"], "name: value")
        return f"{_what(value)} where fields are wanted", f"write {field}: {example}"
    if kind == "dict_type":
        return f"{_what(value)} where pairs are wanted", f"write {field}: {{name: value}}"
    if isinstance(value, dict):
        return "fields where a list is wanted", "begin each entry of it with '- '"
    return f"{_what(value)} where a list is wanted", f"write {field}: [{_without_brackets(value)}]"


def _number(kind: str, value: Any, context: dict[str, Any]) -> tuple[str, str]:
    """Message and hint where a number is wanted, or one within bounds."""
    said = f"'{quoted(str(value))}'"
    if kind in _BOUNDS:
        bound = next(iter(context.values()))
        return f"{said} is {'below' if 'greater' in kind else 'over'} {bound:g}", ""
    number = re.search(r"[-+]?\d+(?:\.\d+)?", str(value))
    what = "a whole number" if kind.startswith("int") else "a number"
    return f"{said} is not {what}", f"write {number[0]} alone" if number else "digits only, such as 30"


def _text(item: Any, field: str, named: list[str]) -> tuple[str, str]:
    """Message and hint where a text is wanted, or a word out of some."""
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    said = f"'{quoted(str(value))}'"
    if kind == "string_pattern_mismatch" or (kind == "string_type" and "circumstances" in named):
        return _pattern(context.get("pattern", ""), value, said, named)
    if kind == "string_type":
        return f"{_what(value)} where a text is wanted", _as_text(value, field)
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", context["expected"])
        return f"{said} is no {field}", _one_of(str(value), options)
    if kind == "bool_parsing":
        return f"{said} is neither true nor false", "write true or false"
    if kind == "string_too_short":
        return "the text is empty", "write it, or take the field out"
    if kind == "too_short":
        return "the list is empty", f"it wants at least {context['min_length']}"
    return item["msg"].removeprefix("Value error, "), ""


def _as_text(value: Any, field: str) -> str:
    if field == "version":
        return "three numbers: 1.0.0"
    return f"put it in quotes: '{value}'" if isinstance(value, int | float) else "write a text"


def _what(value: Any) -> str:
    """What was written, by its kind."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "fields"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {value}"
    return f"'{quoted(str(value))}'"


def _without_brackets(value: Any) -> str:
    """A text, without brackets of the Chinese keyboard, as a list would hold it."""
    return quoted(_FULL_WIDTH.sub(lambda sign: ", " if sign[0] in "，；" else "", str(value))).strip()


def _pattern(pattern: str, value: Any, said: str, named: list[str]) -> tuple[str, str]:
    if pattern == doc.VERSION:
        return f"{said} is no version", "three numbers: 1.0.0"
    if pattern in (doc.ID, doc.REF):
        right = re.sub(r"[^a-z0-9]+", "_", str(value).casefold()).strip("_")
        otherwise = ", such as port_down" if pattern == doc.ID else "; diagnoser search finds ids by words"
        hint = "lower-case letters, digits and _" + (f": {right}" if right else otherwise)
        return f"{said} is no id", hint
    if "circumstances" in named:
        number = re.search(r"\d+(?:\.\d+)?", str(value))
        return (
            f"{said} is no factor",
            f"x and a number: {f'x{number[0]}' if number else 'x3, or x0.3 if it speaks against it'}",
        )
    return f"{said} has not the form {pattern}", ""


def _one_of(value: str, options: list[str]) -> str:
    plain = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(
        re.sub(r"[\s_-]", "", value.casefold()), list(plain), 1 if len(options) <= _FEW else 4
    )
    if len(options) <= _FEW:
        guess = f"did you mean '{plain[near[0]]}'? " if near else ""
        return f"{guess}one of {', '.join(options)}"
    if near:
        return (
            f"did you mean '{plain[near[0]]}'?" if len(near) == 1 else f"near are {', '.join(plain[n] for n in near)}"
        )
    return f"one of {len(options)}, such as {', '.join(options[:5])}; the editor's schema lists all"
