"""How much of what a person said is read, and how much of what is read was said.

`python -m tests.evidence.paraphrases.scoring [en|zh]` prints the figures, and what goes wrong in the
sentences that one may look at: those kept for a fair measure are only counted.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from diagnoser.cli.read import as_read
from diagnoser.evidence import Observation, evidence_from, relevance
from diagnoser.evidence.text import read_report
from diagnoser.prepared import PreparedKnowledge

HERE = Path(__file__).parent

READ_FOR_SURE = 0.9
"""Certainty from which a reading counts for the precision."""


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A sentence, and what it says."""

    say: str
    means: tuple[str, ...] = ()
    at: str | None = None
    value: tuple[float, str] | None = None
    light: str | None = None

    @property
    def kept_back(self) -> bool:
        """Whether it is of the third that nobody looks at while mending."""
        return hashlib.sha256(self.say.encode()).digest()[0] % 3 == 0


@dataclass(slots=True)
class Score:
    """Counts over sentences."""

    told: int = 0
    understood: int = 0
    read: int = 0
    right: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.understood / self.told

    @property
    def precision(self) -> float:
        return self.right / self.read


def paraphrases(language: str) -> list[Paraphrase]:
    rows = yaml.safe_load((HERE / f"{language}.yaml").read_text(encoding="utf-8"))
    return [Paraphrase(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}) for row in rows]


def alike() -> dict[str, frozenset[str]]:
    """A finding -> those that are said in the same words."""
    result: dict[str, set[str]] = {}
    for line in yaml.safe_load((HERE / "alike.yaml").read_text(encoding="utf-8")):
        for name in line:
            result.setdefault(name, {name}).update(line)
    return {name: frozenset(names) for name, names in result.items()}


class Scoring:
    """Reads sentences with all knowledge and compares."""

    def __init__(self, knowledge: PreparedKnowledge) -> None:
        self._knowledge = knowledge
        self._base = knowledge.base
        self._alike = alike()
        self._full: dict[str, list[str]] = {}
        for id_ in (*self._base.findings, *self._base.circumstances):
            self._full.setdefault(id_.partition(":")[2], []).append(id_)

    def read(self, sentence: str) -> tuple[Observation, ...]:
        evidence = evidence_from({"report": sentence})
        bases = relevance(self._base, evidence, self._base.active_bases(None))
        return read_report(sentence, self._knowledge.observables, bases).observations

    def score(self, sentences: list[Paraphrase]) -> Score:
        total = Score()
        for each in sentences:
            self._one(each, total)
        return total

    def _one(self, said: Paraphrase, total: Score) -> None:
        read = self.read(said.say)
        wanted = [self._meaning(m) for m in said.means]
        named = [(o, str(as_read(o, self._base)["finding"]).partition(":")[2]) for o in read]
        for meaning, (ids, state) in zip(said.means, wanted, strict=True):
            total.told += 1
            if any(name in ids and o.state == state for o, name in named):
                total.understood += 1
            else:
                total.errors.append(f"MISSED {meaning}: {said.say}")
        for what, there in self._details(said, read):
            total.told += 1
            total.understood += there
            if not there:
                total.errors.append(f"MISSED {what}: {said.say}")
        implied = set().union(*(self._implied(ids) for ids, _ in wanted)) if wanted else set()
        for observation, name in named:
            if observation.certainty < READ_FOR_SURE:
                continue
            total.read += 1
            if self._is_right(observation, name, said, wanted, implied):
                total.right += 1
            else:
                total.errors.append(
                    f"WRONG {observation.state} {observation.id} {observation.colour or ''} "
                    f"{observation.behaviour or ''} ({observation.text}): {said.say}"
                )

    def _meaning(self, written: str) -> tuple[frozenset[str], str]:
        negated = written.startswith("not ")
        ids = written.removeprefix("not ").split("|")
        unknown = [i for i in ids if i not in self._full]
        if unknown:
            raise ValueError(f"no finding is called {unknown}")
        return frozenset().union(*(self._alike.get(i, frozenset({i})) for i in ids)), "absent" if negated else "present"

    def _details(self, said: Paraphrase, read: tuple[Observation, ...]) -> Iterator[tuple[str, bool]]:
        if said.at:
            yield f"at {said.at}", any((o.component or "").casefold() == said.at.casefold() for o in read)
        if said.value:
            yield f"value {said.value}", any((o.value, o.unit) == said.value for o in read)
        if said.light:
            yield f"light {said.light}", any(_is_light(o, said.light) for o in read)

    def _implied(self, ids: frozenset[str]) -> set[str]:
        """What follows from a finding: what shows the same event or cause, and the causes that bring it about."""
        shown = {p for i in ids for full in self._full.get(i, ()) if full in self._base.findings
                 for p, _ in self._base.findings[full].parents}  # fmt: skip
        causes = shown | {c for event in shown for c in self._base.tree.below(event)}
        implied = set()
        for finding in self._base.findings.values():
            parents = {p for p, _ in finding.parents}
            if finding.kind == "mention":
                if parents & causes:
                    implied.add(finding.id)
            elif parents & shown:
                implied.add(finding.id)
        return implied

    def _is_right(
        self, read: Observation, name: str, said: Paraphrase, wanted: list[tuple[frozenset[str], str]], implied: set[str]
    ) -> bool:
        if read.subject == "measurement":
            return re.search(r"\d", said.say) is not None and read.value is not None
        if read.subject == "light" and said.light:
            return _is_light(read, said.light)
        if any(name in ids and read.state == state for ids, state in wanted):
            return True
        return as_read(read, self._base)["finding"] in implied and any(state == read.state for _, state in wanted)


def _is_light(observation: Observation, light: str) -> bool:
    return observation.subject == "light" and f"{observation.colour} {observation.behaviour}" == light


def main() -> None:
    from diagnoser.prepared import prepared

    scoring = Scoring(prepared(HERE.parents[2] / "knowledge"))
    for language in sys.argv[1:] or ("en", "zh"):
        sentences = paraphrases(language)
        seen = scoring.score([s for s in sentences if not s.kept_back])
        kept = scoring.score([s for s in sentences if s.kept_back])
        for error in seen.errors:
            print(error)
        for name, score in ((f"{language} looked at", seen), (f"{language} kept back", kept)):
            print(
                f"{name}: recall {score.recall:.3f} ({score.understood}/{score.told}), "
                f"precision {score.precision:.3f} ({score.right}/{score.read})"
            )


if __name__ == "__main__":
    main()
