"""The symptom that some words are most like, where they are none that anybody wrote down.

People say a thing in more ways than aliases can hold. Where no phrase of the knowledge stands in a
clause, it is compared with all that is written of each symptom (see `retrieval`), and the nearest one
is taken if it accounts for most of what the clause says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from diagnoser.evidence.retrieval import Retrieval
from diagnoser.evidence.words import NEGATION, TRIED, WELL, Lexicon, Word

LEAST = 0.4
"""Share of what a clause says that the nearest symptom must account for."""

CANDIDATES, EXPECTED, AGREEING = 10, 0.3, 0.3
"""So many of the nearest are looked at; one is taken if it is expected more than this, and if its phrases that say no are
so near to a clause that says no, as a share of how near all are, or the others to one that does not: *the client
connects* is not near to *cannot connect*."""

GUESSED, NEARLY_SAID = 0.62, 0.9
"""Certainty of the nearest symptom for none and for all of its words."""

WORTH_SAYING = 0.66
"""Certainty from which a guess is told: of those below, measured on sentences of which it is known what they mean, one
in eight is right."""

FEWEST_WORDS, ENOUGH = 2, 8
"""Words that a clause must have, one alone is like too much; and words with which its nearness counts fully."""


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest symptom, how near it is, from `LEAST` to 1, and how many words of the clause were compared."""

    target: str
    nearness: float
    words: int

    @property
    def certainty(self) -> float:
        """How surely it was meant: from `GUESSED` for a distant one to `NEARLY_SAID` for all of enough words."""
        return round(GUESSED + (NEARLY_SAID - GUESSED) * self.nearness * min(1.0, self.words / ENOUGH), 3)


class Nearest:
    """All that is written of each symptom, ready to be compared with clauses. Immutable; share it freely.

    Args:
        lexicon: how text becomes words.
        phrases: (target, phrase) pairs; a target may have many.
    """

    def __init__(self, lexicon: Lexicon, phrases: Iterable[tuple[str, str]]) -> None:
        told: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        denied: dict[str, dict[str, float]] = {}
        affirmed: dict[str, dict[str, float]] = {}
        for target, phrase in phrases:
            words = lexicon.tokens(phrase)
            saying_no = denied.setdefault(target, defaultdict(float))
            saying_yes = affirmed.setdefault(target, defaultdict(float))
            for word in words:
                if word != NEGATION:
                    told[target][word] += 1.0
                    (saying_no if NEGATION in words else saying_yes)[word] += 1.0
        self._told = Retrieval(told)
        self._denied = Retrieval(denied)
        """What the phrases say that say no."""
        self._affirmed = Retrieval(affirmed)
        """What the others say."""
        self._places = {target: place for place, target in enumerate(self._told.targets)}
        self._states = lexicon.concepts - lexicon.things

    def standing(self, words: Iterable[Word]) -> Callable[[str], float]:
        """How near each target is to some words, as a share of the nearest one, from 0 to 1; 1 for what is no symptom."""
        scores = self._told.scores(dict.fromkeys(_telling(words) - {NEGATION}, 1.0))
        most = float(scores.max(initial=0.0))
        return lambda target: (
            float(scores[self._places[target]]) / most if most > 0.0 and target in self._places else 1.0
        )

    def find(self, words: Iterable[Word], wanted: Callable[[str], float]) -> Near | None:
        """The symptom nearest to the words of a clause; None if none is near enough.

        Args:
            words: the clause.
            wanted: how much a target is expected here, from 0 (not at all) to 1.
        """
        tokens = _telling(words)
        said = dict.fromkeys(tokens - {NEGATION}, 1.0)
        compared = said.keys() - TRIED
        if NEGATION in tokens:
            compared = set(filter(self._told.knows, compared))
        well = WELL in tokens and NEGATION not in tokens and tokens.isdisjoint(self._states)
        if well or len(compared) < FEWEST_WORDS:
            return None
        scores = self._told.scores(said)
        alike = (self._denied if NEGATION in tokens else self._affirmed).scores(said)
        most = self._told.most(said)
        for place in np.argsort(-scores, kind="stable")[:CANDIDATES].tolist():
            nearness = float(scores[place]) / most
            if nearness < LEAST:
                return None
            if alike[place] < AGREEING * scores[place]:
                continue
            if wanted(self._told.targets[place]) > EXPECTED:
                near = Near(self._told.targets[place], nearness, len(said))
                return near if near.certainty >= WORTH_SAYING else None
        return None


def _telling(words: Iterable[Word]) -> set[str]:
    """Words that may tell what is wrong; numbers tell where, and how much: *ports 5 and 6* are no RAID 5 and 6."""
    return {w.token for w in words if not w.token.strip(".%").isdigit()}
