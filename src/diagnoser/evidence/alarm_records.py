"""Alarms of management systems as records of one form, whatever standard they are written in.

ITU-T X.733 attributes (also as 3GPP writes them), RFC 8632 (`ietf-alarms` in JSON), TM Forum TMF642,
Redfish events and log entries (DMTF DSP0266), alerts of Prometheus' Alertmanager, syslog lines of RFC 5424
with the alarm structured data of RFC 5674, and SNMP traps as snmptrapd writes them. Fields that are not known are left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from diagnoser.evidence.traps import Trap, trap_in, with_headers
from diagnoser.x733 import PROBABLE_CAUSES, SEVERITY_ORDER

_Fields = Mapping[str, Any]

_BY_NAME = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in PROBABLE_CAUSES}
_NUMBERS = dict(enumerate(PROBABLE_CAUSES[:57], 1)) | {
    58: "powerProblem", 60: "protectionPathFailure", 62: "replaceableUnitMissing", 63: "replaceableUnitTypeMismatch",
    64: "synchronisationSourceMismatch", 68: "trunkCardProblem", 69: "replaceableUnitProblem",
    102: "airConditioningFailure", 104: "batteryDischarging", 105: "batteryFailure", 106: "commercialPowerFailure",
    107: "coolingFanFailure", 110: "fuseFailure", 114: "rectifierFailure", 155: "softwareEnvironmentProblem",
    156: "softwareDownloadFailure",
}  # fmt: skip
"""X.721 numbers its probable causes in the order of their names; those above are of M.3100."""

_SEVERITIES = {
    **{name: name for name in SEVERITY_ORDER},
    **{str(number): name for name, number in SEVERITY_ORDER.items()},
    "1": "cleared", "clear": "cleared", "cleared": "cleared", "ok": "cleared", "normal": "cleared",
    "informational": "indeterminate", "info": "indeterminate", "error": "major", "emergency": "critical",
}  # fmt: skip

_SYSLOG_SEVERITIES = (
    "critical",
    "critical",
    "major",
    "minor",
    "warning",
    "indeterminate",
    "indeterminate",
    "indeterminate",
)
"""Of syslog 0 to 7, the other way round of RFC 5674, section 2: alert is critical, critical major, error minor."""

_REDFISH_FAMILIES = {
    "ResourceErrorsCorrected": "ResourceErrorsDetected",
    "ResourceErrorThresholdCleared": "ResourceErrorThresholdExceeded",
    "ResourceWarningThresholdCleared": "ResourceWarningThresholdExceeded",
    "ResourceStatusChangedOK": "ResourceStatusChanged",
    "ResourceStatusChangedWarning": "ResourceStatusChanged",
    "ResourceStatusChangedCritical": "ResourceStatusChanged",
}
"""Messages of the DMTF registries that end another one -> the message that both are known by."""

_RAISED = (
    "Lost", "Failed", "Failure", "Removed", "Missing", "Dropped", "Degraded", "Offline", "Asserted", "Down", "Fault", "Detected",
)  # fmt: skip
_OVER = (
    "Restored",
    "Recovered",
    "OK",
    "Inserted",
    "Established",
    "Online",
    "Deasserted",
    "Cleared",
    "Up",
    "Normal",
    "Resume",
    "Resumed",
    "Clear",
)
"""How names of messages and traps end, of what is wrong and of what is over: `PowerSupplyInputRestored` ends `PowerSupplyInputLost`."""

_OF_TMF642 = frozenset(
    (
        "alarmraisedtime", "alarmclearedtime", "alarmchangedtime", "alarmreportingtime", "externalalarmid", "sourcesystemid",
        "alarmedobjecttype",
    )
)  # fmt: skip
"""Fields of which an alarm of TMF642 has one, also where only what has changed is reported."""

_SYSLOG = re.compile(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (.*)", re.S)
_ELEMENT = re.compile(r"\[([^\s=\]\"]{1,32})((?: [^\s=\]\"]{1,32}=\"(?:[^\"\\\]]|\\.)*\")*)\]")
_PARAMETER = re.compile(r"([^\s=\]\"]{1,32})=\"((?:[^\"\\\]]|\\.)*)\"")


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """One report about one alarm.

    Attributes:
        identity: what the standard tells alarms apart by; equal in a report and in its clear.
        aliases: other identities of the same alarm, of which a report of a change may name just one.
        cleared: whether it says that the alarm is over.
        severity: X.733 perceived severity; None if it says none.
        time: seconds since 1970, UTC; None if it says none.
        resource: what the alarm is about, as written.
        texts: what it says, the most specific first.
        probable_cause: an X.733 name; None if it says none that is known.
        notification: X.733 notification identifier.
        ends: identifiers of the notifications that it clears, if it says so.
        content: the record in canonical JSON, for a fixed order.
    """

    identity: tuple[str, ...]
    cleared: bool
    severity: str | None
    time: float | None
    resource: str
    texts: tuple[str, ...]
    probable_cause: str | None
    notification: str
    ends: frozenset[str]
    content: str
    aliases: tuple[tuple[str, ...], ...] = ()


def records_of(alarm: str | _Fields) -> Iterator[AlarmRecord]:
    """The records of one item of the evidence: a line, an alarm, or a document that holds several."""
    if isinstance(alarm, str):
        for line in with_headers(line.strip() for line in alarm.splitlines() if line.strip()):
            yield _from_line(line)
        return
    fields = {_plain(key): value for key, value in alarm.items()}
    inner = _held(fields)
    if inner is not None:
        for item in inner:
            if isinstance(item, str | Mapping):
                yield from records_of(_with_context(item, fields))
        return
    content = json.dumps(alarm, sort_keys=True, ensure_ascii=False, default=str)
    if "alarmtypeid" in fields:
        yield _from_rfc8632(fields, content)
    elif "messageid" in fields or "originofcondition" in fields:
        yield _from_redfish(fields, content)
    elif "alarmedobject" in fields or (not _OF_TMF642.isdisjoint(fields) and "objectinstance" not in fields):
        yield _from_tmf642(fields, content)
    elif isinstance(fields.get("labels"), Mapping):
        yield _from_alertmanager(fields, content)
    else:
        yield _from_x733(fields, content)


def _held(fields: _Fields) -> list[Any] | None:
    """The alarms inside a document around them; None if it is an alarm itself."""
    for name in (
        "events",
        "members",
        "alarm",
        "alarms",
        "alarmlist",
        "alarmnotification",
        "notification",
        "event",
        "alerts",
    ):
        inner = fields.get(name)
        if isinstance(inner, list) and any(isinstance(i, Mapping) for i in inner):
            return inner
        if isinstance(inner, Mapping):
            return [inner]
    return None


def _with_context(item: Any, around: _Fields) -> Any:
    """A TMF642 event tells the time of its alarm outside of it."""
    if isinstance(item, Mapping) and "eventtime" in around and "eventTime" not in item and "alarm" not in item:
        return {**item, "eventTime": around["eventtime"]}
    return item


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9@]", "", key.rpartition(":")[2].lower())


def _said(fields: _Fields, *names: str) -> str:
    """The first of some fields that says something, as text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, Mapping):
            plain = {_plain(k): v for k, v in value.items()}
            value = next((plain[k] for k in ("@odataid", "id", "name", "href", "value") if plain.get(k)), None)
        if isinstance(value, list):
            value = ", ".join(str(v) for v in value if isinstance(v, str | int | float))
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def _truth(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _severity(fields: _Fields, *names: str) -> str | None:
    return _SEVERITIES.get(_said(fields, *names).lower())


def _time(*said: str) -> float | None:
    """The first of some ISO 8601 times, as seconds since 1970; a time without a zone is UTC."""
    for text in said:
        if re.fullmatch(r"\d{10}(?:\.\d+)?", text):
            return float(text)
        if re.fullmatch(r"\d{13}", text):
            return float(text) / 1000
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def probable_cause(said: str) -> str | None:
    """An X.733 probable cause by its name in any spelling, or by its number; None if there is no such."""
    if said.isascii() and said.isdigit() and len(said) <= 3:
        return _NUMBERS.get(int(said))
    return _BY_NAME.get(re.sub(r"[^a-z0-9]", "", said.rpartition(":")[2].lower()))


def _texts(*said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in said if text))


def _record(
    fields: _Fields,
    content: str,
    identity: tuple[str, ...],
    cleared: bool,
    severity: str | None,
    time: float | None,
    resource: str,
    texts: tuple[str, ...],
    aliases: tuple[tuple[str, ...], ...] = (),
) -> AlarmRecord:
    correlated = fields.get("correlatednotifications") or ()
    ends = frozenset(str(i) for i in _leaves(correlated) if isinstance(i, int | str))
    return AlarmRecord(
        identity,
        cleared,
        None if severity == "cleared" else severity,
        time,
        resource,
        texts,
        probable_cause(_said(fields, "probablecause", "probablecausestring")),
        _said(fields, "notificationidentifier", "notificationid"),
        ends,
        content,
        aliases,
    )


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if "obj" not in name.lower():
                yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _from_rfc8632(fields: _Fields, content: str) -> AlarmRecord:
    """RFC 8632, section 3.4: the resource, the alarm type and its qualifier identify an alarm."""
    resource = _said(fields, "resource")
    kind, qualifier = _said(fields, "alarmtypeid"), _said(fields, "alarmtypequalifier")
    severity = _severity(fields, "perceivedseverity")
    return _record(
        fields,
        content,
        ("rfc8632", resource, kind.rpartition(":")[2], qualifier),
        severity == "cleared" or _truth(fields.get("iscleared")),
        severity,
        _time(_said(fields, "lastchanged"), _said(fields, "time"), _said(fields, "lastraised"), _said(fields, "timecreated")),
        resource,
        _texts(_said(fields, "alarmtext"), qualifier, _words(kind.rpartition(":")[2]), _said(fields, "additionaltext")),
    )  # fmt: skip


def _from_tmf642(fields: _Fields, content: str) -> AlarmRecord:
    """TMF642: an alarm is known by its id, and by the identifier that the system which raised it gave it, else by what X.733 says.

    An event may name the alarm, and beside it only what has changed.
    """
    resource = _said(fields, "alarmedobject")
    external = _said(fields, "externalalarmid")
    kind, problem = _said(fields, "alarmtype"), _said(fields, "specificproblem")
    names: list[tuple[str, ...]] = [("id", name) for name in (_said(fields, "id"),) if name]
    if external:
        names.append(("external", _said(fields, "sourcesystemid"), external))
    identity, *others = names or [(resource, kind, _said(fields, "probablecause"), problem)]
    severity = _severity(fields, "perceivedseverity")
    ended, raised = _said(fields, "alarmclearedtime"), _said(fields, "alarmraisedtime")
    cleared = severity == "cleared" or _said(fields, "state").lower() == "cleared" or bool(ended)
    times = [_said(fields, "alarmchangedtime"), _said(fields, "alarmreportingtime"), raised, _said(fields, "eventtime")]
    return _record(
        fields, content, ("tmf642", *identity), cleared, severity,
        _time(ended, *times) if cleared else _time(*times), resource,
        _texts(problem, _said(fields, "alarmdetails"), _said(fields, "additionaltext", "description", "name")),
        tuple(("tmf642", *name) for name in others),
    )  # fmt: skip


def _from_redfish(fields: _Fields, content: str) -> AlarmRecord:
    """Redfish: the origin of the condition and the message with its arguments, without the registry's version."""
    links = fields.get("links")
    inside = {_plain(k): v for k, v in links.items()} if isinstance(links, Mapping) else {}
    resource = _said(fields, "originofcondition", "eventsubject") or _said(inside, "originofcondition")
    message_id = _said(fields, "messageid")
    registry, _, key = message_id.partition(".")
    key = key.rpartition(".")[2] or registry
    family = _without_ending(_REDFISH_FAMILIES.get(key, key))
    given = fields.get("messageargs")
    arguments = [str(a) for a in given if isinstance(a, str | int | float)] if isinstance(given, list) else []
    severity = _severity(fields, "messageseverity", "severity")
    cleared = (
        severity == "cleared"
        or _said(fields, "entrycode").lower().startswith("deassert")
        or _truth(fields.get("resolved"))
        or _said(fields, "status").lower() in ("deasserted", "cleared")
    )
    told_apart = arguments if family == key and key not in _REDFISH_FAMILIES.values() else arguments[:1]
    code = _said(fields, "eventcode", "sensornumber")
    return _record(
        fields, content, ("redfish", resource, registry, family, code, *told_apart), cleared, severity,
        _time(_said(fields, "eventtimestamp"), _said(fields, "created")), resource,
        _texts(_said(fields, "message"), " ".join((_words(key), *arguments)), message_id),
    )  # fmt: skip


def _without_ending(key: str) -> str:
    """What a message and the one that ends it have in common; the message itself where it has no known ending."""
    for ending in (*_OVER, *_RAISED):
        if key.endswith(ending) and key != ending:
            return key.removesuffix(ending)
    return key


def _from_x733(fields: _Fields, content: str) -> AlarmRecord:
    """X.733, 8.1.2.3: a clear names the managed object, the event type, the probable cause and the specific
    problems of the alarm that it ends, or the notifications. An alarm identifier of the system goes first.
    """
    resource = _said(
        fields, "managedobjectinstance", "objectinstance", "moi", "managedobject", "resource", "objectdn", "source",
        "nename", "location", "managedobjectclass",
    )  # fmt: skip
    kind, problem = (
        _said(fields, "eventtype", "alarmtype"),
        _said(fields, "specificproblems", "specificproblem", "alarmname"),
    )
    named = _said(fields, "alarmid")
    cause = _said(fields, "probablecause")
    text = _said(fields, "additionaltext", "alarmtext", "text", "description", "message")
    severity = _severity(fields, "perceivedseverity", "severity")
    if named:
        identity: tuple[str, ...] = (resource, named)
    elif resource or cause or problem:
        identity = (resource, kind, cause, problem)
    else:
        identity = (text or content,)
    return _record(
        fields, content, ("x733", *identity), severity == "cleared" or _truth(fields.get("iscleared")), severity,
        _time(_said(fields, "eventtime", "time", "timestamp", "alarmclearedtime", "alarmchangedtime", "alarmraisedtime")),
        resource, _texts(problem, text),
    )  # fmt: skip


def _from_alertmanager(fields: _Fields, content: str) -> AlarmRecord:
    """Prometheus: an alert is known by all its labels; of them, these say where it is that are usual for it.

    A time of the year 1 says that an alert has not ended.
    """
    labels = {_plain(key): str(value) for key, value in fields["labels"].items()}
    told = fields.get("annotations")
    annotations = {_plain(key): value for key, value in told.items()} if isinstance(told, Mapping) else {}
    where = [
        _said(labels, "instance", "host", "hostname", "node"),
        _said(labels, "ifname", "ifdescr", "interface", "port", "device"),
    ]
    cleared = _said(fields, "status").lower() == "resolved"
    started, ended = _said(fields, "startsat"), _said(fields, "endsat")
    return _record(
        labels, content, ("alertmanager", *(f"{k}={v}" for k, v in sorted(labels.items()) if k != "severity")), cleared,
        _severity(labels, "severity"), _time(ended, started) if cleared else _time(started), "/".join(filter(None, where)),
        _texts(_said(annotations, "summary"), _said(annotations, "description", "message"), _words(_said(labels, "alertname"))),
    )  # fmt: skip


def _from_line(line: str) -> AlarmRecord:
    """A trap, or RFC 5424 with the structured data of RFC 5674; any other line is an alarm of its own."""
    trap = trap_in(line)
    if trap is not None:
        return _from_trap(trap, line)
    match = _SYSLOG.match(line)
    if match is None:
        return AlarmRecord(("line", line), False, None, None, "", (line,), None, "", frozenset(), line)
    priority, time, host, _, _, message_id, rest = match.groups()
    elements, message = _structured(rest)
    alarm = {_plain(k): v for k, v in elements.get("alarm", {}).items()}
    resource = _said(alarm, "resource", "resourceuri")
    severity = _severity(alarm, "perceivedseverity") or _SYSLOG_SEVERITIES[int(priority) % 8]
    identity = (
        ("syslog", host, resource, _said(alarm, "probablecause"), _said(alarm, "eventtype"))
        if alarm
        else ("syslog", host, message_id, rest)
    )
    others = [f"{k}={v}" for name, given in sorted(elements.items()) if name != "alarm" for k, v in given.items()]
    texts = _texts(message, "" if message_id == "-" else f"{message_id} {message}".strip(), " ".join(others))
    return _record(
        alarm, line, identity, severity == "cleared", severity, _time(time), resource or ("" if host == "-" else host), texts
    )  # fmt: skip


def _from_trap(trap: Trap, line: str) -> AlarmRecord:
    """A trap that ends another is of the same host and part, and its name differs in the ending: `linkDown`, `linkUp`."""
    name = re.sub(r"(?:Notification|Notif|Trap)\Z", "", trap.name)
    part = trap.port or (f"index {trap.index}" if trap.index else "")
    moment = trap.moment
    time = None if moment is None or moment.clock != "dated" else moment.seconds - (moment.offset or 0) * 60
    of_host = ("trap", trap.host, _family(name))
    identity, *aliases = [
        (*of_host, told, each) for told, each in (("index", trap.index), ("port", trap.port)) if each
    ] or [(*of_host, "", "")]
    return AlarmRecord(
        identity, name.endswith(_OVER), None, time, "/".join(filter(None, (trap.host, part))),
        _texts(_words(name).lower(), trap.said), None, "", frozenset(), line, tuple(aliases),
    )  # fmt: skip


def _family(name: str) -> str:
    """The name of a trap without all that says whether something is wrong or over."""
    while (shorter := _without_ending(name)) != name:
        name = shorter
    return name


def _structured(rest: str) -> tuple[dict[str, dict[str, str]], str]:
    """The structured data of RFC 5424 (identifier without its enterprise number -> parameters), and the message."""
    if rest.startswith("-"):
        return {}, rest[1:].strip().removeprefix("\ufeff")
    elements: dict[str, dict[str, str]] = {}
    place = 0
    while match := _ELEMENT.match(rest, place):
        parameters = {k: re.sub(r"\\([\"\\\]])", r"\1", v) for k, v in _PARAMETER.findall(match[2])}
        elements.setdefault(match[1].partition("@")[0], {}).update(parameters)
        place = match.end()
    return elements, rest[place:].strip().removeprefix("\ufeff")


def _words(name: str) -> str:
    """A name of a standard as words: `lossOfSignal`, `link-alarm` and `Link_Down` alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-_.]+", " ", name)
    return " ".join(spaced.split())


def words_of_cause(name: str) -> str:
    """An X.733 probable cause in words: *loss of signal*."""
    return _words(name).lower()
