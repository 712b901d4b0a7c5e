"""Reading evidence in which redaction left tokens.

A token such as `<ip-1>` is no address to a log pattern, and its word must not be taken for one of
the reporter's. While the evidence is read, each token is therefore stood in for by a neutral value
of its kind; what is read out gets the tokens back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.observation import Observation, Source
from diagnoser.evidence.observe import Observed
from diagnoser.evidence.redaction.spans import TOKEN

_LABELS = {"id", "family", "source", "confidence"}
"""Fields that are no evidence and may hold anything."""


@dataclass(frozen=True, slots=True)
class StoodIn:
    """Evidence with values in place of tokens, to be read, and the way back."""

    evidence: Evidence
    _report: str
    _stand_ins: Mapping[str, str]

    def restored(self, observed: Observed) -> Observed:
        """What was read, with the tokens back in its texts, components and places in the report."""
        if not self._stand_ins:
            return observed
        back = _restorer({stand_in: token for token, stand_in in self._stand_ins.items()})
        offset = _offsets(self._report, self._stand_ins)

        def source(given: Source) -> Source:
            if given.kind != "report" or given.start is None or given.end is None:
                return given
            return replace(given, start=offset(given.start), end=offset(given.end))

        observations = (
            replace(
                o,
                text=back(o.text),
                component=back(o.component) if o.component else o.component,
                source=source(o.source),
            )
            for o in observed.observations
        )
        return replace(
            observed,
            observations=tuple(sorted(observations, key=Observation.order)),
            unplaced=tuple(replace(u, text=back(u.text)) for u in observed.unplaced),
        )


def stood_in(evidence: Evidence) -> StoodIn:
    """Evidence as it is to be read; the same evidence if redaction left no token in it."""
    said = evidence.model_dump_json(exclude=_LABELS)
    tokens = sorted({match[0] for match in TOKEN.finditer(said)})
    if not tokens:
        return StoodIn(evidence, "", {})
    stand_ins = _stand_ins(tokens, said)
    readable = Evidence.model_validate(_replaced(evidence.model_dump(mode="json", exclude=_LABELS), stand_ins))
    return StoodIn(readable, evidence.report or "", stand_ins)


def _stand_ins(tokens: list[str], said: str) -> dict[str, str]:
    """A neutral value for each token: addresses of ranges kept for tests, and words that nobody knows."""
    block = next(b for b in ("198.18", "198.19", "203.0", "100.64", "192.0") if f"{b}." not in said or b == "192.0")
    stem = next(w for w in ("zqx", "zqxv", "zqxvj", "zqxvjk") if w not in said or w == "zqxvjk")
    result = {}
    for count, token in enumerate(tokens, 1):
        kind, _, _ = token[1:-1].rpartition("-")
        high, low = divmod(count, 250)
        if kind == "ip":
            result[token] = f"{block}.{high % 250}.{low + 1}"
        elif kind == "ipv6":
            result[token] = f"2001:db8:{stem.encode().hex()[:4]}::{count:x}"
        elif kind == "mac":
            result[token] = f"0200-5e{high % 250:02x}-{low:04x}"
        else:
            result[token] = f"{stem}{_letters(count)}"
    return result


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return f"{letters}q"


def _replaced(value: Any, stand_ins: dict[str, str]) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(lambda match: stand_ins.get(match[0], match[0]), value) if "<" in value else value
    if isinstance(value, list):
        return [_replaced(item, stand_ins) for item in value]
    if isinstance(value, dict):
        return {_replaced(key, stand_ins): _replaced(item, stand_ins) for key, item in value.items()}
    return value


def _restorer(tokens: dict[str, str]) -> Callable[[str], str]:
    pattern = re.compile(
        "|".join(rf"(?<![0-9A-Za-z]){re.escape(s)}(?![0-9A-Za-z])" for s in sorted(tokens, key=lambda s: (-len(s), s))),
        re.I,
    )
    return lambda text: pattern.sub(lambda match: tokens[match[0].lower()], text)


def _offsets(report: str, stand_ins: Mapping[str, str]) -> Callable[[int], int]:
    """From a place in the report as it was read to the place in the report as it was given."""
    shifts: list[tuple[int, int, int]] = []
    shift = 0
    for match in TOKEN.finditer(report):
        start = match.start() + shift
        length = len(stand_ins[match[0]])
        shifts.append((start, start + length, match.start()))
        shift += length - len(match[0])

    def given(place: int) -> int:
        moved = 0
        for start, end, original in shifts:
            if place <= start:
                break
            token = len(TOKEN.match(report, original)[0])  # type: ignore[index]
            if place < end:
                return original if place - start < (end - start) / 2 else original + token
            moved = (original + token) - end
        return place + moved

    return given
