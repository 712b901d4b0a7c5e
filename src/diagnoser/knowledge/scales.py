"""Words for probabilities, and the numbers they stand for (`common/scales.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnoser.knowledge.documents import Scale


@dataclass(frozen=True, slots=True)
class Scales:
    """Every scale: its name, and its words with their probabilities."""

    words: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, documents: list[Scale]) -> Scales:
        return cls({d.scale: {word.word: word.value for word in d.words} for d in documents})

    def probability(self, scale: str, degree: str | float) -> float | None:
        """The number of a word, or the number itself; None for a word the scale does not have."""
        if isinstance(degree, str):
            return self.words.get(scale, {}).get(degree)
        return float(degree)
