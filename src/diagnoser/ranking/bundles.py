"""Causes that act on the same marks, and on nothing else, gathered into one table for those marks.

What several causes do to the same marks is one factor of the network, however many they are. All
such factors of a network are worked out together, two causes of each at a time, so that the work is
in a few operations on large arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, islice

import numpy as np

from diagnoser.ranking import disjunction
from diagnoser.ranking.disjunction import Array


class Bundles:
    """Some bundles of causes; each bundle acts on equally many marks.

    Args:
        on, off: weights of each cause being present and absent, shape (causes, columns); the causes of
            one bundle follow each other.
        strengths: how often each sets each of its marks, shape (causes, marks).
        sizes: how many causes each bundle has.

    Attributes:
        tables: the joint weight of every state of the marks, shape (states, bundles, columns).
    """

    def __init__(self, on: Array, off: Array, strengths: Array, sizes: Sequence[int]) -> None:
        self._marks = strengths.shape[1]
        self._off = off
        sets = np.where(disjunction.bits(self._marks)[:, None], strengths, 1.0 - strengths).prod(axis=2)
        self._acting = on * sets[..., None]
        tables = self._acting.copy()
        tables[0] += off
        ends = list(accumulate(sizes))
        rows = [list(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]
        self._rounds: list[_Round] = []
        while any(len(row) > 1 for row in rows):
            this = _Round(tables, rows, self._marks)
            self._rounds.append(this)
            tables, rows = this.tables, this.rows
        self._rows = [row for (row,) in rows]
        self.tables: Array = tables.take(self._rows, 1)

    def back(self, adjoint: Array) -> tuple[Array, Array]:
        """The joint weights of each cause being present and absent, shape (causes, columns).

        Args:
            adjoint: derivative of the result by `tables`.
        """
        ordered = np.empty_like(adjoint)
        ordered[:, self._rows] = adjoint
        for each in reversed(self._rounds):
            ordered = each.back(ordered)
        present: Array = (self._acting * ordered).sum(axis=0)
        return present, self._off * ordered[0]


class _Round:
    """Two tables of each bundle become one, as often as there are two; one that is left over stays.

    Attributes:
        tables: shape (states, tables that there are now, columns).
        rows: for each bundle, which of these are its own.
    """

    def __init__(self, tables: Array, rows: list[list[int]], marks: int) -> None:
        self._marks = marks
        self._first = [a for row in rows for a in row[: len(row) & ~1 : 2]]
        self._second = [b for row in rows for b in row[1::2]]
        self._kept = [row[-1] for row in rows if len(row) & 1]
        joined, kept = iter(range(len(self._first))), iter(range(len(self._first), len(self._first) + len(self._kept)))
        self.rows = [[*islice(joined, len(row) // 2), *islice(kept, len(row) & 1)] for row in rows]
        shape = (3**marks, len(self._first), tables.shape[2])
        self._a = disjunction.of_first(tables.take(self._first, 1), marks).reshape(shape)
        self._b = disjunction.of_second(tables.take(self._second, 1), marks).reshape(shape)
        result = disjunction.result_of(self._a * self._b, marks).reshape(len(tables), -1, tables.shape[2])
        self.tables: Array = np.concatenate([result, tables.take(self._kept, 1)], axis=1) if self._kept else result

    def back(self, adjoint: Array) -> Array:
        """The derivative of the result by the tables that this round began with."""
        pairs = len(self._first)
        joined = disjunction.of_result(adjoint[:, :pairs], self._marks).reshape(self._a.shape)
        shape = (len(adjoint), pairs, -1)
        before = np.empty((len(adjoint), 2 * pairs + len(self._kept), adjoint.shape[2]))
        before[:, self._first] = disjunction.first_back(joined * self._b, self._marks).reshape(shape)
        before[:, self._second] = disjunction.second_back(joined * self._a, self._marks).reshape(shape)
        before[:, self._kept] = adjoint[:, pairs:]
        return before
