"""Causes that act on one mark and on nothing else, gathered for many marks at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Leaves:
    """Causes that act on one mark and on nothing else, for many marks and columns at once.

    Args:
        on, off: weights of each cause being present and absent, shape (causes, ...).
        strengths: how often each sets the mark; a shape that goes with it.

    Attributes:
        none, some: weights of none of them setting the mark, and of some doing so, shape (...).
    """

    def __init__(self, on: Array, off: Array, strengths: Array) -> None:
        self._off = off
        self._sets = on * strengths
        self._idle = on - self._sets
        keeps = off + self._idle
        either = keeps + self._sets
        none_before, some_before = _prefixes(keeps, self._sets, either)
        none_after, some_after = (a[::-1] for a in _prefixes(keeps[::-1], self._sets[::-1], either[::-1]))
        self.none: Array = none_before[-1]
        self.some: Array = some_before[-1]
        self._none = none_before[:-1] * none_after[1:]
        self._some = some_before[:-1] * (none_after[1:] + some_after[1:]) + none_before[:-1] * some_after[1:]

    def back(self, to_none: Array, to_some: Array) -> tuple[Array, Array]:
        """The joint weights of each cause being present and absent, from the derivatives of the result."""
        idle = to_none * self._none + to_some * self._some
        acting = to_some * (self._none + self._some)
        return self._idle * idle + self._sets * acting, self._off * idle


def _prefixes(keeps: Array, sets: Array, either: Array) -> tuple[Array, Array]:
    """P(none of the first k set the mark) and P(some did), for k = 0 .. n; shape (n + 1, ...).

    P(some of k) = P(some of k - 1) * either + P(none of k - 1) * sets, taken relative to the product
    of `either`, is a running sum of numbers that are not negative.
    """
    first = np.ones((1, *keeps.shape[1:]))
    none = np.concatenate([first, np.cumprod(keeps, axis=0)])
    scale = np.concatenate([first, np.cumprod(either, axis=0)])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(scale[1:] > 0.0, none[:-1] * sets / scale[1:], 0.0)
    some = scale * np.concatenate([np.zeros_like(first), np.cumsum(share, axis=0)])
    return none, some
