"""Which of many descriptions some words are most like: BM25.

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

SATURATION, LENGTH = 1.2, 0.4
"""k1 and b: how soon a word that is said again adds nothing, and how much long descriptions are discounted."""

_INT32, _FLOAT64 = np.dtype(np.int32).itemsize, np.dtype(np.float64).itemsize


class Retrieval:
    """Descriptions, ready to be compared with words. Immutable; share it freely.

    Args:
        described: target -> word -> how often, or how weightily, its description says it; more than 0.
    """

    def __init__(self, described: Mapping[str, Mapping[str, float]]) -> None:
        self.targets = tuple(described)
        self._place_of = {target: place for place, target in enumerate(self.targets)}
        spread = Counter(word for words in described.values() for word in words)
        rare = {word: math.log(1.0 + len(described) / texts) for word, texts in spread.items()}
        lengths = [sum(words.values()) for words in described.values()]
        usual = sum(lengths) / max(1, len(lengths)) or 1.0
        places: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, list[float]] = defaultdict(list)
        for place, words in enumerate(described.values()):
            long = SATURATION * (1.0 - LENGTH + LENGTH * lengths[place] / usual)
            for word, count in words.items():
                places[word].append(place)
                weights[word].append(rare[word] * count / (count + long))
        self._rows: dict[str, tuple[int, int]] = {}
        """Word -> where its row begins in the columns, and how many targets are in it."""
        start = 0
        for word, row in places.items():
            self._rows[word] = start, len(row)
            start += len(row)
        self._places = np.array([p for row in places.values() for p in row], dtype=np.int32).tobytes()
        self._weights = np.array([w for row in weights.values() for w in row]).tobytes()
        self._most = {word: max(row) for word, row in weights.items()}
        self._unheard = math.log(1.0 + len(described)) / (1.0 + SATURATION)

    def _row(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The places of the targets whose descriptions say a word, in order, and what it weighs in each."""
        start, count = self._rows[word]
        return (
            np.frombuffer(self._places, np.int32, count, start * _INT32),
            np.frombuffer(self._weights, np.float64, count, start * _FLOAT64),
        )

    def knows(self, word: str) -> bool:
        """Whether any description says a word."""
        return word in self._rows

    def scores(self, words: Mapping[str, float]) -> NDArray[np.float64]:
        """How much some words, each with its weight, are like each target, in the order of `targets`; at least 0."""
        rows = [(*self._row(word), words[word]) for word in sorted(words.keys() & self._rows.keys())]
        if not rows:
            return np.zeros(len(self.targets))
        return np.bincount(
            np.concatenate([places for places, _, _ in rows]),
            np.concatenate([weights if said == 1.0 else weights * said for _, weights, said in rows]),
            len(self.targets),
        ).astype(np.float64, copy=False)

    def parts(self, words: Mapping[str, float], targets: Sequence[str]) -> list[dict[str, float]]:
        """What each of some words adds to the scores of some targets, target by target; only what adds something."""
        here = np.array([self._place_of[target] for target in targets], dtype=np.int32)
        parts: list[dict[str, float]] = [{} for _ in targets]
        for word in words.keys() & self._rows.keys():
            places, weights = self._row(word)
            at = np.minimum(np.searchsorted(places, here), len(places) - 1)
            for index in np.flatnonzero(places[at] == here).tolist():
                parts[index][word] = float(weights[at[index]]) * words[word]
        return parts

    def most(self, words: Mapping[str, float]) -> float:
        """What a description would score that says each of the words as weightily as any does.

        Words that none says count half.
        """
        return sum(weight * self._most.get(word, 0.5 * self._unheard) for word, weight in words.items())
