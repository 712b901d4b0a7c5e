"""Tables of independent contributions to the same marks, joined by *or*.

On each mark three combinations count: neither table sets it (no), the first does whatever the second
does (yes), only the second does (yes). So an axis of two becomes one of three, the tables are
multiplied, and the axis is folded back to two: numbers that are not negative are added and
multiplied, nothing cancels (N. L. Zhang and D. Poole, "Exploiting causal independence in Bayesian
network inference", JAIR 5, 1996).

What an event would mean, once its mark has gathered all, meets a contribution to the mark in the same
three combinations the other way round: the sums that make up the result of one are those of the
other's derivative.

States of the marks are numbered with the first mark as the most significant bit. They are an axis of
length 2^marks, or 3^marks for combinations, after a block of length `lead`; results are of any shape
with the numbers in this order.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FIRST, RESULT = (0, 1, 0), (0, 1, 1)
"""The state of the first table, and of the result, in each of the three combinations."""


@cache
def _states(marks: int, each: tuple[int, int, int]) -> NDArray[np.intp]:
    """For every combination of all marks, the state that it stands for; shape (3^marks,)."""
    states = np.zeros(1, dtype=np.intp)
    for _ in range(marks):
        states = (2 * states[:, None] + np.array(each)).ravel()
    return states


@cache
def bits(marks: int) -> NDArray[np.bool_]:
    """Which marks are set in each state, shape (2^marks, marks)."""
    return (np.arange(1 << marks)[:, None] >> np.arange(marks)[::-1] & 1).astype(bool)


def of_first(values: Array, marks: int, lead: int = 1) -> Array:
    """The values of the first table for every combination."""
    return _taken(values, marks, lead, FIRST)


def of_result(values: Array, marks: int, lead: int = 1) -> Array:
    """Values of the joined table for every combination."""
    return _taken(values, marks, lead, RESULT)


def of_second(values: Array, marks: int, lead: int = 1) -> Array:
    """The values of the second table for every combination: no, either, yes."""
    for axis in range(marks):
        two = values.reshape(lead * 3**axis, 2, -1)
        values = np.empty((two.shape[0], 3, two.shape[2]))
        values[:, ::2] = two
        np.add(two[:, 0], two[:, 1], out=values[:, 1])
    return values


def second_back(values: Array, marks: int, lead: int = 1) -> Array:
    """The adjoint of `of_second`: combinations gathered into states of the second table."""
    for axis in reversed(range(marks)):
        three = values.reshape(lead * 3**axis, 3, -1)
        values = three[:, ::2] + three[:, 1:2]
    return values


def result_of(values: Array, marks: int, lead: int = 1) -> Array:
    """Combinations gathered into states of the result; the values given are used up."""
    return _gathered(values, marks, lead, 1)


def first_back(values: Array, marks: int, lead: int = 1) -> Array:
    """The adjoint of `of_first`; the values given are used up."""
    return _gathered(values, marks, lead, 0)


def _taken(values: Array, marks: int, lead: int, each: tuple[int, int, int]) -> Array:
    return values.reshape(lead, 1 << marks, -1).take(_states(marks, each), 1) if marks else values


def _gathered(values: Array, marks: int, lead: int, onto: int) -> Array:
    for axis in reversed(range(marks)):
        three = values.reshape(lead * 3**axis, 3, -1)
        three[:, onto] += three[:, 2]
        values = three[:, :2]
    return values
