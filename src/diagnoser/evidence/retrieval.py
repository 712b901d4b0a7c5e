"""Which of many descriptions some words are most like: BM25.

S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

SATURATION, LENGTH = 1.2, 0.4
"""k1 and b: how soon a word that is said again adds nothing, and how much long descriptions are discounted."""


class Retrieval:
    """Descriptions, ready to be compared with words. Immutable; share it freely.

    Args:
        described: target -> word -> how often, or how weightily, its description says it; more than 0.
    """

    def __init__(self, described: Mapping[str, Mapping[str, float]]) -> None:
        self.targets = tuple(described)
        self._place_of = {target: place for place, target in enumerate(self.targets)}
        spread = Counter(word for words in described.values() for word in words)
        lengths = [sum(words.values()) for words in described.values()]
        usual = sum(lengths) / max(1, len(lengths)) or 1.0
        places: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, list[float]] = defaultdict(list)
        for place, words in enumerate(described.values()):
            long = SATURATION * (1.0 - LENGTH + LENGTH * lengths[place] / usual)
            for word, count in sorted(words.items()):
                places[word].append(place)
                weights[word].append(math.log(1.0 + len(described) / spread[word]) * count / (count + long))
        self._places = {word: np.array(p, dtype=np.int32).tobytes() for word, p in places.items()}
        self._weights = {word: np.array(w).tobytes() for word, w in weights.items()}
        self._unheard = math.log(1.0 + len(described)) / (1.0 + SATURATION)

    def scores(self, words: Mapping[str, float]) -> NDArray[np.float64]:
        """How much some words, each with its weight, are like each target, in the order of `targets`; at least 0."""
        total = np.zeros(len(self.targets))
        for word in sorted(words.keys() & self._places.keys()):
            places = np.frombuffer(self._places[word], dtype=np.int32)
            total[places] += np.frombuffer(self._weights[word]) * words[word]
        return total

    def parts(self, words: Mapping[str, float], target: str) -> dict[str, float]:
        """What each of some words adds to the score of one target; only those that add something."""
        here = self._place_of[target]
        parts = {}
        for word in words.keys() & self._places.keys():
            places = np.frombuffer(self._places[word], dtype=np.int32)
            at = int(np.searchsorted(places, here))
            if at < len(places) and places[at] == here:
                parts[word] = float(np.frombuffer(self._weights[word])[at]) * words[word]
        return parts

    def most(self, words: Mapping[str, float]) -> float:
        """What a description would score that says each of the words as weightily as any does.

        Words that none says count half.
        """
        return sum(
            weight * (float(np.frombuffer(self._weights[word]).max()) if word in self._weights else 0.5 * self._unheard)
            for word, weight in words.items()
        )
