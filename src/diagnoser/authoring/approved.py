"""Approved answers: what each case comes to, and what each finding says alone, as somebody has agreed to it.

A case's `expect` says what must be; it leaves open all that its author did not think of. The approved
answers say what *is*: a line for each case and language, and one for each finding that is reported
alone, in `approved.jsonl` of the base. `kb test` compares, and `kb test --accept` writes what has
changed, to be read in the diff before it is committed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnoser.authoring.cases import ALONE, Answer
from diagnoser.errors import KnowledgeError, Location, Problem

FILE = "approved.jsonl"

FOREMOST = 3
"""So many causes are written down in any case,"""
SHARE = 0.04
"""and those that are at least as probable as this,"""
MOST = 8
"""but never more than so many."""

TOLERANCE = 1.0
"""An answer holds while no log-odds of a cause that is written down moves by more than so many decibans."""

LEAST, GREATEST = 1e-3, 1.0 - 1e-6
"""Probabilities beyond these are taken as these."""

Key = tuple[str, str]
"""Full id of a case and a language, or of a finding and `ALONE`."""


@dataclass(frozen=True)
class Approved:
    """One answer: causes by full id with their posteriors, how grave it is and whom to call."""

    causes: Mapping[str, float]
    known: bool = True
    severity: str = "indeterminate"
    call: str = "none"
    management: bool = False
    checks: tuple[str, ...] = ()
    """Checks that rules require first."""
    out: tuple[str, ...] = ()
    """What rules exclude."""
    reads: tuple[str, ...] | None = None
    """Of a finding alone: what is there, where it is not just this one."""

    def differences(self, answer: Answer) -> list[str]:
        """In what an answer is another one, in words; empty if it holds."""
        found = {c.id: c.posterior for c in answer.causes}
        told = [
            f"{cause} {_shown(before)} -> {_shown(found.get(cause, 0.0))}"
            for cause, before in self.causes.items()
            if not _alike(before, found.get(cause, 0.0))
        ]
        least = min(self.causes.values()) if len(self.causes) >= FOREMOST else LEAST
        told.extend(
            f"{c.id} {_shown(c.posterior)} is new"
            for c in _foremost(answer)
            if c.id not in self.causes and c.posterior > least and not _alike(least, c.posterior)
        )
        now = of(answer)
        for name in (*_PLAIN, *_LISTS):
            before, after = getattr(self, name), getattr(now, name)
            if before != after:
                told.append(f"{name} {_word(before)} -> {_word(after)}")
        return told


_PLAIN = ("known", "severity", "call", "management")
_LISTS = ("checks", "out", "reads")


def of(answer: Answer) -> Approved:
    """What of an answer is written down."""
    return Approved(
        causes={c.id: _rounded(c.posterior) for c in _foremost(answer)},
        known=answer.known,
        severity=answer.severity,
        call=answer.functional,
        management=answer.hierarchic,
        checks=answer.required,
        out=answer.ruled_out,
        reads=answer.instead,
    )


def _foremost(answer: Answer) -> list[Any]:
    return [c for n, c in enumerate(answer.causes[:MOST]) if n < FOREMOST or c.posterior >= SHARE]


def _decibans(probability: float) -> float:
    p = min(GREATEST, max(LEAST, probability))
    return 10.0 * math.log10(p / (1.0 - p))


def _alike(before: float, after: float) -> bool:
    return abs(_decibans(before) - _decibans(after)) <= TOLERANCE


def _rounded(probability: float) -> float:
    """Three digits, and near to certain two digits of what is missing to it."""
    p = min(GREATEST, probability)
    if p < LEAST:
        return 0.0
    digits = 2 - math.floor(math.log10(p)) if p < 0.9 else 1 - math.floor(math.log10(1.0 - p))
    return round(p, digits)


def _shown(probability: float) -> str:
    return f"{_rounded(probability):g}" if probability < 0.9 else f"{_rounded(probability):.6f}".rstrip("0")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return "just this" if value is None else str(value)


# The file: JSON, one line for each answer, ids of its own base without the base


def as_line(key: Key, answer: Approved) -> str:
    """One line of the file; what is as usual is left out."""
    id_, lang = key
    base = id_.partition(":")[0]

    def own(name: str) -> str:
        return name.removeprefix(f"{base}:")

    document: dict[str, Any] = {"alone": own(id_)} if lang == ALONE else {"case": own(id_), "lang": lang}
    document["causes"] = {own(cause): p for cause, p in answer.causes.items()}
    usual = Approved({})
    for name in _PLAIN:
        if getattr(answer, name) != getattr(usual, name):
            document[name] = getattr(answer, name)
    for name in _LISTS:
        if getattr(answer, name) != getattr(usual, name):
            document[name] = [own(each) for each in getattr(answer, name)]
    return json.dumps(document, ensure_ascii=False)


def from_line(base: str, line: str) -> tuple[Key, Approved]:
    """Key and answer of one line.

    Raises:
        ValueError: it is no such line.
    """

    def full(name: str) -> str:
        return name if ":" in name else f"{base}:{name}"

    try:
        document = json.loads(line)
        key = (full(document["alone"]), ALONE) if "alone" in document else (full(document["case"]), document["lang"])
        fields: dict[str, Any] = {name: document[name] for name in _PLAIN if name in document}
        fields.update({name: tuple(map(full, document[name])) for name in _LISTS if name in document})
        answer = Approved(causes={full(cause): float(p) for cause, p in document["causes"].items()}, **fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no approved answer: {error}") from None
    return key, answer


def read(folders: Mapping[str, Path]) -> dict[str, dict[Key, Approved]]:
    """Base -> its approved answers, of the bases that have some.

    Args:
        folders: base -> its folder.

    Raises:
        KnowledgeError: a line is none.
        OSError: a file cannot be read.
    """
    found: dict[str, dict[Key, Approved]] = {}
    problems = []
    for base, folder in folders.items():
        path = folder / FILE
        if not path.is_file():
            continue
        found[base] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                key, answer = from_line(base, line)
            except ValueError as error:
                problems.append(
                    Problem(Location(str(path), number), "bad-approval", str(error), "write it anew: kb test --accept")
                )
                continue
            found[base][key] = answer
    if problems:
        raise KnowledgeError(problems)
    return found


def write(
    folders: Mapping[str, Path],
    answers: Iterable[tuple[Key, Answer]],
    before: Mapping[str, Mapping[Key, Approved]],
) -> dict[str, int]:
    """Write what some answers are now; a line that still holds stays as it is.

    Args:
        folders: base -> its folder, of the bases whose file is written.
        answers: of all cases and findings of these bases.
        before: as `read` found them.

    Returns:
        Base -> how many lines are other ones now, those that are new or gone included.
    """
    now: dict[str, dict[Key, Approved]] = {base: {} for base in folders}
    for key, answer in answers:
        base = key[0].partition(":")[0]
        old = before.get(base, {}).get(key)
        now[base][key] = of(answer) if old is None or old.differences(answer) else old
    changed = {}
    for base, lines in now.items():
        old_lines = before.get(base, {})
        if not lines and not old_lines:
            continue
        changed[base] = sum(old_lines.get(k) != lines.get(k) for k in old_lines.keys() | lines.keys())
        text = "".join(f"{as_line(key, lines[key])}\n" for key in sorted(lines, key=_order))
        path = folders[base] / FILE
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return changed


def _order(key: Key) -> tuple[bool, Key]:
    return (key[1] == ALONE, key)


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is not the approved one."""

    key: Key
    differences: tuple[str, ...]


def changes(approved: Mapping[Key, Approved], answers: Iterable[tuple[Key, Answer]]) -> list[Change]:
    """What is no longer as it was approved, and what was approved and is gone, in the order of the keys.

    Answers that nobody has approved yet are not among it.
    """
    now = dict(answers)
    found = []
    for key, was in sorted(approved.items(), key=lambda item: _order(item[0])):
        told = was.differences(now[key]) if key in now else ["there is no such case or finding any more"]
        if told:
            found.append(Change(key, tuple(told)))
    return found
