"""Passwords, communities, keys, tokens and cipher texts, as configurations, logs and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from diagnoser.evidence.redaction.commands import COMMANDS
from diagnoser.evidence.redaction.labels import LABELLED, TAGGED, TOLD, Patterns
from diagnoser.evidence.redaction.plain_words import NO_SECRETS, is_jumbled, is_odd
from diagnoser.evidence.redaction.shapes import SHAPE_SEEN, SHAPES
from diagnoser.evidence.redaction.spans import TOKEN, Kind, Span

_MENTIONED = re2.compile(
    r"(?i)pass|pw|secret|token|key|cipher|commun|psk|auth|cookie|session|bearer|wpa|wep|snmp|2sec|privacy|login|log in"
    r"|credential|account|usm-user|signature|\bsig\b|\bpin\b|ipmitool|mysql|curl|redis|net user|wi-?fi|wlan|createuser"
    r"|密码|口令|密钥|秘钥|团体|共同体|令牌|验证码|账号|帐号|账户",
)
"""No line without one of these words goes through the patterns of keywords."""

_PATTERNS: Patterns = (
    *((kind, tuple(words.split()), re.compile(source, re.I | re.ASCII)) for kind, words, source in COMMANDS),
    *TAGGED,
)
_WEAK_LABEL = re.compile(r"(?:pass|pin|pw|sig|signature|secret|token|psk|session[ _-]?(?:id|key))\\?['\"]?\s*$", re.I)


def credentials(line: str) -> Iterator[Span]:
    """Secrets of a line, the surest readings first; they may overlap."""
    if SHAPE_SEEN.search(line):
        for kind, pattern in SHAPES:
            yield from _found(kind, pattern, line, trim=kind == "cipher")
    if _MENTIONED.search(line) is None:
        return
    plain = line.lower()
    for kind, pattern in _worth_trying(_PATTERNS, plain):
        yield from _found(kind, pattern, line, trim=kind == "token" or kind == "cookie")
    for kind, pattern in _worth_trying(LABELLED, plain):
        for span in _found(kind, pattern, line):
            if not _WEAK_LABEL.search(line[: span.start].rstrip(" :=：＝\"'\\")) or is_odd(span.value):
                yield span
    for kind, pattern in _worth_trying(TOLD, plain):
        for span in _found(kind, pattern, line):
            if is_odd(span.value) or is_jumbled(span.value) or _told_plainly(line, span):
                yield span


def _told_plainly(line: str, span: Span) -> bool:
    """Whether a plain word or number can only be meant as the secret: in quotes, or figures right after 密码."""
    before = line[: span.start].rstrip()
    return (
        before.endswith(("'", '"'))
        or (span.value.isdigit() and 6 <= len(span.value) <= 20 and _FIGURES_ANNOUNCED.search(before) is not None)
        or re.search(r"(?:snmp community(?: string| name)?|community string)(?: is| to)?$", before, re.I) is not None
    )


_FIGURES_ANNOUNCED = re.compile(
    r"[^\x00-\x7f]$|\b(?:password|passwd|passcode|passphrase|pwd|psk|pin(?: code)?)(?:\s+(?:is|was|now|to|=)){0,2}$",
    re.I,
)
"""What figures that can only be meant as the secret stand behind: 密码, or *password (is)*."""


def _worth_trying(patterns: Patterns, plain: str) -> Iterator[tuple[Kind, re.Pattern[str]]]:
    for kind, words, pattern in patterns:
        for word in words:
            if word in plain:
                yield kind, pattern
                break


def _found(kind: Kind, pattern: re.Pattern[str], line: str, trim: bool = True) -> Iterator[Span]:
    for match in pattern.finditer(line):
        name = match.lastgroup or "v"
        start, end = match.span(name)
        if line[start] in "\"'" and end - start > 2 and line[end - 1] == line[start]:
            start, end = start + 1, end - 1
        elif name == "v" and trim:
            end = start + len(_without_tail(line[start:end]))
        value = line[start:end]
        if (
            value.casefold() in NO_SECRETS
            or len(value) < 2
            or not any(map(str.isalnum, value))
            or set(value) <= set("*.-_xX#?")
            or _is_token(value)
        ):
            continue
        if kind == "community" and _is_bgp_community(value):
            continue
        yield Span(start, end, kind, value)


def _without_tail(value: str) -> str:
    """A value without the punctuation that ends the sentence or closes the bracket around it."""
    while value:
        last = value[-1]
        opening = {")": "(", "]": "[", "}": "{", ">": "<"}.get(last)
        if (
            last in ",;"
            or (opening is not None and opening not in value)
            or (last in "\"'`" and value.count(last) % 2)
            or (last in ".?:" and len(value) > 1)
        ):
            value = value[:-1]
        else:
            break
    return value


def _is_token(value: str) -> bool:
    return TOKEN.match(value) is not None


def _is_bgp_community(value: str) -> bool:
    return re.match(r"\d+:\d+|(?:no-export|no-advertise|internet|local-as|additive)\b", value) is not None
