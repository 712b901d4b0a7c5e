"""The evidence document: everything reported about one fault, as it comes over any door."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from diagnoser.errors import EvidenceError, did_you_mean, quoted
from diagnoser.evidence.times import span_of

MAX_TEXT, MAX_REPORT, MAX_RESULT, MAX_WORDS = 1_000_000, 100_000, 20_000, 2_000
"""Characters of a log line, a report, what a test showed, and a name or a few words: what is answered in seconds."""

MAX_LINES, MAX_ALARMS, MAX_SEEN = 20_000, 5_000, 2_000
"""Log lines, alarms, and lights or tests; likewise."""

MAX_FAULTS = 20
"""So many wrong fields of a document are told."""


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a NUL byte; remove it")
    return text


StorableText = Annotated[str, AfterValidator(_storable)]
"""A text of any length that can be stored and sent back."""

Line = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(_storable)]
Told = Annotated[str, StringConstraints(max_length=MAX_REPORT), AfterValidator(_storable)]
Result = Annotated[str, StringConstraints(max_length=MAX_RESULT), AfterValidator(_storable)]
Words = Annotated[str, StringConstraints(max_length=MAX_WORDS), AfterValidator(_storable)]


MAX_ALARM_VALUES = 200_000
MAX_ALARM_DEPTH = 24


def _within_limits(alarm: dict[str, Any]) -> dict[str, Any]:
    """An alarm of any fields, if it can be stored and sent back."""
    waiting: list[tuple[Any, int]] = [(alarm, 1)]
    values = 0
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if values > MAX_ALARM_VALUES:
            raise ValueError(f"holds more than {MAX_ALARM_VALUES} values; send its alarms one by one")
        if depth > MAX_ALARM_DEPTH:
            raise ValueError(f"is nested deeper than {MAX_ALARM_DEPTH} levels")
        if isinstance(value, dict):
            waiting.extend((item, depth + 1) for pair in value.items() for item in pair)
        elif isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            _alarm_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{value} is not a number JSON knows")
        elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 128:
            raise ValueError("holds a number of more than 128 bits")
    return alarm


def _alarm_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValueError(f"holds a text of more than {MAX_TEXT} characters")
    _storable(text)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("contains half of a surrogate pair; send valid Unicode")


StorableObject = Annotated[dict[str, Any], AfterValidator(_within_limits)]
"""A JSON object of any fields that can be stored and sent back."""


def _alarm(value: Any) -> Any:
    if isinstance(value, str):
        _alarm_text(value)
        return value
    if not isinstance(value, dict):
        raise ValueError(f"an alarm is a JSON object or a syslog line, this is {_json_type(value)}")
    return _within_limits(value)


Alarm = Annotated[
    Any, AfterValidator(_alarm), WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "string"}], "title": "Alarm"})
]
"""An alarm as a management system writes it: a JSON object of any fields, or a line."""


def _time(text: str) -> str:
    if span_of(text) is None:
        raise ValueError("not a time; write it like 2023-06-14T15:16:00+08:00, or a date alone")
    return text


Time = Annotated[str, StringConstraints(max_length=100), AfterValidator(_storable), AfterValidator(_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class IndicatorSeen(_Part):
    """A light as reported; fields may be empty."""

    part: Words = Field("", description="which part carries it", examples=["power supply 1"])
    light: Words = Field("", description="the name printed beside it", examples=["PWR"])
    colour: Words = Field("", description="its colour", examples=["red"])
    behaviour: Words = Field("", description="steady, off, blinking, slow or fast blinking ...", examples=["blinking"])
    component: Words | None = Field(None, description="port, slot or disk", examples=["GE0/0/1"])

    def words(self) -> str:
        """The light as one phrase."""
        return " ".join(w for w in (self.part, self.light, self.colour, self.behaviour) if w)


def _in_fields(light: object) -> object:
    """A light that is told in words, as one of which no field is known."""
    return {"part": light} if isinstance(light, str) else light


Light = Annotated[IndicatorSeen, BeforeValidator(_in_fields, json_schema_input_type=IndicatorSeen | Words)]


class LogFile(_Part):
    """A log file, a command's output or a bundle of them beside the caller. Over HTTP, send the lines instead."""

    file: Line = Field(description="path of the file", examples=["switch.log"])


class TestDone(_Part):
    """A test and its result, in the reporter's words."""

    check: Words = Field("", description="what was checked", examples=["receive optical power"])
    result: Result = Field("", description="what came out", examples=["-31 dBm"])


class Evidence(_Part):
    """Everything reported about one fault. All fields are optional; at least one thing is given.

    `id`, `family`, `source` and `confidence` label a document and are not evidence.
    """

    device: Words | None = Field(None, description="maker and model, or what it is", examples=["Huawei CE6875EI"])
    lang: Literal["en", "zh"] | None = Field(None, description="language of the report that is asked for")
    time: Time | None = Field(
        None, description="when the fault was there, ISO 8601; a date is a whole day", examples=["2023-06-14T15:16:00"]
    )
    report: Told | None = Field(None, description="what the person said", examples=["uplink down since this morning"])
    indicators: tuple[Light, ...] = Field(
        (), max_length=MAX_SEEN, description='lights that were seen, in fields or in words ("PWR red blinking")'
    )
    logs: tuple[Line | LogFile, ...] = Field((), max_length=MAX_LINES, description="log lines, or {file}")
    tests: tuple[TestDone, ...] = Field((), max_length=MAX_SEEN, description="tests done, with results")
    alarms: tuple[Alarm, ...] = Field(
        (),
        max_length=MAX_ALARMS,
        description="alarms as a management system sends them: X.733 attributes, RFC 8632 (ietf-alarms), TMF642, Redfish "
        "events, alerts of Alertmanager, syslog lines of RFC 5424, or traps as snmptrapd writes them; clears included: an alarm that was cleared no longer counts",
        examples=[
            [
                {
                    "alarmedObject": {"id": "GE0/0/1"},
                    "specificProblem": "link down",
                    "perceivedSeverity": "major",
                    "probableCause": "lossOfSignal",
                    "state": "raised",
                }
            ]
        ],
    )
    circumstances: tuple[Words, ...] = Field(
        (), max_length=200, description="ids of circumstances", examples=[["after_upgrade"]]
    )
    answers: dict[Words, Literal["present", "absent"]] = Field(
        default_factory=dict,
        max_length=MAX_SEEN,
        description="findings known to be present or absent",
        examples=[{"rx_power_low": "present"}],
    )
    repaired: tuple[Words, ...] = Field(
        (),
        max_length=200,
        description="causes whose repair was done and did not help: ids, titles or aliases",
        examples=[["fibre_bent"]],
    )
    id: Any = Field(None, description="a label; not evidence")
    family: Any = Field(None, description="a label; not evidence")
    source: Any = Field(None, description="a label; not evidence")
    confidence: Any = Field(None, description="a label; not evidence")

    def is_empty(self) -> bool:
        """Whether nothing was reported: no field, or only empty words. A device alone is no evidence."""
        said = (
            self.report or "",
            *(light.words() for light in self.indicators),
            *(entry.file if isinstance(entry, LogFile) else entry for entry in self.logs),
            *(test.check + test.result for test in self.tests),
            *(alarm if isinstance(alarm, str) else "alarm" if alarm else "" for alarm in self.alarms),
            *self.circumstances,
            *self.answers,
            *self.repaired,
        )
        return not any(map(str.strip, said))

    def canonical(self) -> Evidence:
        """The same evidence in an order that does not depend on how it was given, without repeats."""
        return self.model_copy(
            update={
                "indicators": tuple(sorted(set(self.indicators), key=lambda i: i.model_dump_json())),
                "logs": tuple(
                    sorted(
                        set(self.logs), key=lambda e: (isinstance(e, LogFile), e.file if isinstance(e, LogFile) else e)
                    )
                ),
                "tests": tuple(sorted(set(self.tests), key=lambda t: (t.check, t.result))),
                "alarms": tuple({_as_json(a): a for a in sorted(self.alarms, key=_as_json)}.values()),
                "circumstances": tuple(sorted(set(self.circumstances))),
                "answers": dict(sorted(self.answers.items())),
                "repaired": tuple(sorted(set(self.repaired))),
                "id": None,
                "family": None,
                "source": None,
                "confidence": None,
            }
        )

    def digest(self) -> str:
        """SHA-256 of the canonical document, hexadecimal; the language does not count."""
        content = self.canonical().model_dump(mode="json", exclude={"lang"} if self.alarms else {"lang", "alarms"})
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def evidence_from(document: Any) -> Evidence:
    """Check an evidence document.

    Args:
        document: parsed JSON.

    Raises:
        EvidenceError: it is no evidence document, or says nothing; with a pointer to each wrong field.
    """
    if not isinstance(document, dict):
        raise EvidenceError("", f"an evidence document is a JSON object, this is {_json_type(document)}")
    try:
        evidence = Evidence.model_validate(document)
    except ValidationError as error:
        first, *more = faults_in(error)
        raise EvidenceError(*first, *more) from error
    if evidence.is_empty():
        raise EvidenceError(
            "", "nothing was reported; give report, indicators, logs, tests, alarms, circumstances, answers or repaired"
        )
    empty = list(_saying_nothing(evidence))[:MAX_FAULTS]
    if empty:
        first, *more = empty
        raise EvidenceError(*first, *more)
    return evidence


def _saying_nothing(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Lights, tests, files, alarms and circumstances without a word, as (JSON pointer, message). A blank line of a log is none."""
    for place, light in enumerate(evidence.indicators):
        if not light.words().strip():
            yield f"/indicators/{place}", "says nothing; give part, light, colour or behaviour"
    for place, entry in enumerate(evidence.logs):
        if isinstance(entry, LogFile) and not entry.file.strip():
            yield f"/logs/{place}/file", "is empty; give the path of the file"
    for place, test in enumerate(evidence.tests):
        if not (test.check + test.result).strip():
            yield f"/tests/{place}", "says nothing; give check and result"
    for place, alarm in enumerate(evidence.alarms):
        if not alarm:
            yield f"/alarms/{place}", "says nothing; give the fields of the alarm, or leave it out"
    for place, name in enumerate(evidence.circumstances):
        if not name.strip():
            yield f"/circumstances/{place}", "says nothing; give the id or the words of a circumstance"


def faults_in(error: ValidationError, known: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """What is wrong with a document, as (JSON pointer, message), one for each field; `MAX_FAULTS` at most.

    Args:
        error: what pydantic found, at least one thing.
        known: names of the fields of the whole document; those of the evidence by default.
    """
    told: dict[str, str] = {}
    for item in error.errors(include_url=False):
        where = pointer(item["loc"])
        above = where.rpartition("/")[0]
        if told.get(above, "").startswith(_OF_STRING):
            del told[above]  # what may be a string or an object, and is a wrong object
        if where not in told:
            told[where] = explain(item, known)
        if len(told) > MAX_FAULTS:
            break
    return list(told.items())[:MAX_FAULTS]


def pointer(loc: tuple[Any, ...]) -> str:
    """A pydantic location as a JSON pointer (RFC 6901), without the names of union members; long names are cut."""
    steps = [
        str(s)
        for s in loc
        if isinstance(s, int) or (s not in ("LogFile", "str", "constrained-str") and "[" not in str(s))
    ]
    return "".join(map(pointer_step, steps))


def pointer_step(name: str) -> str:
    """A step of a JSON pointer; a long name is cut."""
    return "/" + quoted(name).replace("~", "~0").replace("/", "~1")


_OF_STRING = "must be a string"
_KINDS = {
    "string_type": _OF_STRING,
    "tuple_type": "must be an array, in [ ]",
    "list_type": "must be an array, in [ ]",
    "dict_type": "must be an object, in { }",
    "model_type": "must be an object, in { }",
    "model_attributes_type": "must be an object, in { }",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
}
"""Error of pydantic -> what the value must be."""


def explain(item: Any, known: Iterable[str] | None = None) -> str:
    """One pydantic error in the caller's words.

    Args:
        item: the error.
        known: names of the fields of the whole document; those of the evidence by default.
    """
    kind, limits = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(item["loc"][-1])
        if name == "answer":
            return "'answer' is a solution, not evidence; leave it out"
        fields = (Evidence.model_fields if known is None else known) if len(item["loc"]) == 1 else ()
        return f"unknown field '{quoted(name)}'{did_you_mean(name, fields)}"
    if kind in _KINDS:
        return f"{_KINDS[kind]}; this is {_json_type(item['input'])}"
    if kind == "string_unicode":
        return "contains half of a surrogate pair; send valid Unicode"
    if kind == "too_long":
        return f"has too many items; send the {limits['max_length']:,} that matter"
    if kind == "string_too_long":
        return f"is too long; at most {limits['max_length']:,} characters are read"
    if kind == "missing":
        return "is missing"
    said = str(item["msg"]).removeprefix("Value error, ")
    return said.replace("Input should be a valid ", "must be a ").replace("Input should be", "must be")


_JSON_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    type(None): "null",
    bool: "true or false",
}


def _json_type(value: Any) -> str:
    return _JSON_TYPES.get(type(value), "a number")
