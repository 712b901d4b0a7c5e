"""Of a hundred seeded defects at least 95 are found, at their place, and nothing else is said."""

from __future__ import annotations

from pathlib import Path

from tests.authoring.defects import Defect, defects, inject, line_of, own_problems
from tests.authoring.sound import write_sound_base


def test_at_least_95_of_100_seeded_defects_are_found_at_their_place(tmp_path: Path) -> None:
    """All of one kind at once, so that what is broken in one place hides nothing in another."""
    every = list(defects())
    missed, surplus = [], []
    for kind in dict.fromkeys(d.kind for d in every):
        folder = write_sound_base(tmp_path / kind.replace(" ", "_"))
        mine = [d for d in every if d.kind == kind]
        for defect in mine:
            inject(folder, defect)
        problems = own_problems(folder)
        places = {(p.code, p.location.file.partition("/sound/")[2], p.location.line) for p in problems}
        wanted = {(d.code, *line_of(folder, d)) for d in mine}
        missed.extend(sorted(wanted - places))
        allowed = {"no-case"} if kind in ("twins", "missing source", "file name") else set()
        allowed |= {"unreachable", "twins"} if kind == "unreachable cause" else set()
        surplus.extend(
            str(p)
            for p in problems
            if p.code != mine[0].code and p.code not in allowed | {"rule-shadowed", "missing-field", "unused-id"}
        )

    assert len(every) >= 100
    assert len({d.kind for d in every}) >= 20
    assert len(missed) <= len(every) * 5 // 100, missed
    assert surplus == []


def test_defects_of_all_kinds_at_once_are_found_too(tmp_path: Path) -> None:
    """One of each kind, each in the family where it does not meet the others."""
    by_kind: dict[str, list[Defect]] = {}
    for defect in defects():
        by_kind.setdefault(defect.kind, []).append(defect)
    folder = write_sound_base(tmp_path)
    touched: set[str] = set()
    injected = []
    for number, group in enumerate(by_kind.values()):
        for defect in group[number % 5 :] + group[: number % 5]:
            key = f"{defect.file} {defect.old}"
            if key not in touched and not (defect.elsewhere and defect.elsewhere in touched):
                touched |= {key, defect.file} if not defect.old else {key}
                inject(folder, defect)
                injected.append(defect)
                break

    places = {(p.code, p.location.file.partition("/sound/")[2], p.location.line) for p in own_problems(folder)}
    missed = [d for d in injected if (d.code, *line_of(folder, d)) not in places]

    assert len(injected) >= 20
    assert len(missed) <= 1, [(d.kind, line_of(folder, d)) for d in missed]
