"""Reading evidence with neutral values in place of its secrets, whether it was redacted or not.

A token such as `<ip-1>` is no address to a log pattern, and its word must not be taken for one of
the reporter's. While evidence is read, each token is therefore stood in for by a neutral value of
its kind. Evidence that still holds its secrets is redacted first and read in the same way: so both
are read alike, whatever the secret looks like. What is read out is given back as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.observation import Observation
from diagnoser.evidence.observe import Observed
from diagnoser.evidence.redaction.hidden import NAMES, hide, rewritten
from diagnoser.evidence.redaction.lines import Redactor, Written
from diagnoser.evidence.redaction.spans import TOKEN
from diagnoser.knowledge.documents import Text

_LABELS = {"id", "family", "source", "confidence"}
"""Fields that are no evidence and may hold anything."""


@dataclass(frozen=True, slots=True)
class StoodIn:
    """Evidence with values in place of its secrets, to be read, and the way back."""

    evidence: Evidence
    _report: str
    _originals: Mapping[str, str]
    _stretches: Sequence[_Stretch]

    def restored(self, observed: Observed) -> Observed:
        """What was read, as it was written: its texts, components and places in the report."""
        if not self._originals:
            return observed
        back = _restorer(self._originals)
        read = self.evidence.report or ""

        def restored(o: Observation) -> Observation:
            start, end = o.source.start, o.source.end
            component = back(o.component) if o.component else o.component
            if o.source.kind != "report" or start is None or end is None:
                return replace(o, text=back(o.text), component=component)
            source = replace(o.source, start=self._place(start), end=self._place(end))
            quoted = self._report[source.start : source.end] if o.text == read[start:end] else back(o.text)
            return replace(o, text=quoted, component=component, source=source)

        return replace(
            observed,
            observations=tuple(sorted(map(restored, observed.observations), key=Observation.order)),
            unplaced=tuple(
                replace(u, text=back(u.text), said=u.said and Text(en=back(u.said.en), zh=back(u.said.zh)))
                for u in observed.unplaced
            ),
            cleared=tuple(map(back, observed.cleared)),
        )

    def _place(self, place: int) -> int:
        """From a place in the report as it was read to the place in the report as it was given."""
        moved = 0
        for stretch in self._stretches:
            if place <= stretch.start:
                break
            if place < stretch.end:
                nearer_the_start = place - stretch.start < (stretch.end - stretch.start) / 2
                return stretch.given_start if nearer_the_start else stretch.given_end
            moved = stretch.given_end - stretch.end
        return place + moved


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a stand-in is in the report that is read, and what it stands for in the report that was given."""

    start: int
    end: int
    given_start: int
    given_end: int


def stood_in(evidence: Evidence) -> StoodIn:
    """Evidence as it is to be read; the same evidence if it holds neither secrets nor tokens."""
    written: list[Written] = []
    redacted = hide(evidence.model_copy(update=dict.fromkeys(_LABELS)), Redactor(written=written))
    if not written:
        return StoodIn(evidence, "", {}, ())
    said = redacted.model_dump_json()
    stand_ins = _stand_ins(sorted({match[0] for match in TOKEN.finditer(said)}), said)
    readable = rewritten(redacted, _replaced(redacted.model_dump(mode="json", exclude=_LABELS | NAMES), stand_ins))
    first = {w.token: w.text for w in reversed(written)}
    return StoodIn(
        readable,
        evidence.report or "",
        {stand_in: first.get(token, token) for token, stand_in in stand_ins.items()},
        tuple(_stretches(evidence.report or "", redacted.report or "", stand_ins, written)),
    )


def _stand_ins(tokens: list[str], said: str) -> dict[str, str]:
    """A neutral value for each token: addresses of ranges kept for tests, and words that nobody knows.

    The figures in such a word say that it tells which one it is, and not what ails it.
    """
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
            result[token] = f"{stem}{count:04}q"
    return result


def neutral(line: str) -> str:
    """A line with values of their kind in place of its tokens, the same for the same token, for examples of patterns."""
    return TOKEN.sub(lambda token: _neutral(token[1], int(token[2])), line) if "<" in line else line


def _neutral(kind: str, number: int) -> str:
    high, low = divmod(number, 250)
    if kind == "ip":
        return f"198.18.{high % 250}.{low + 1}"
    if kind == "ipv6":
        return f"2001:db8::{number:x}"
    if kind == "mac":
        return f"0200-5e{high % 250:02x}-{low:04x}"
    return f"hidden-{kind}-{number}"


def _replaced(value: Any, stand_ins: dict[str, str]) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(lambda match: stand_ins.get(match[0], match[0]), value) if "<" in value else value
    if isinstance(value, list):
        return [_replaced(item, stand_ins) for item in value]
    if isinstance(value, dict):
        return {_replaced(key, stand_ins): _replaced(item, stand_ins) for key, item in value.items()}
    return value


def _restorer(originals: Mapping[str, str]) -> Callable[[str], str]:
    pattern = re.compile(
        "|".join(rf"(?<!\d){re.escape(s)}(?!\d)" for s in sorted(originals, key=lambda s: (-len(s), s))),
        re.I,
    )
    return lambda text: pattern.sub(lambda match: originals[match[0].lower()], text)


def _stretches(
    report: str, redacted: str, stand_ins: Mapping[str, str], written: Iterable[Written]
) -> Iterator[_Stretch]:
    """Where the stand-ins are, in order. The lines of a private key became one token: it ends where the text goes on."""
    values = (w.text for w in written if w.place.partition(":")[0] == "/report" and "<private-key-" not in w.token)
    tokens = list(TOKEN.finditer(redacted))
    moved, read_moved = 0, 0
    for number, token in enumerate(tokens):
        start, given_start = token.start() + read_moved, token.start() + moved
        if token[1] == "private-key":
            follows = redacted[token.end() : tokens[number + 1].start() if number + 1 < len(tokens) else None]
            place = report.find(follows, given_start) if follows else len(report)
            given_end = max(place, given_start)
        else:
            given_end = given_start + len(next(values))
        end = start + len(stand_ins[token[0]])
        moved, read_moved = given_end - token.end(), end - token.end()
        yield _Stretch(start, end, given_start, given_end)
