"""The exact posterior by looking at every state of the variables that hold a network together.

Given those - the events, and the causes that act on more than one mark - every mark is set
independently of the others, by them and by causes of its own (J. Pearl, "Probabilistic Reasoning in
Intelligent Systems", 1988, 4.4.1, conditioning). Every number is a sum or product of probabilities, so
nothing cancels. The work grows with 2^(those variables), which is little for most calls.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from diagnoser.ranking.factors import NEUTRAL, Factors, Solution
from diagnoser.ranking.leaves import Array, Leaves

MAX_NUMBERS = 15_000
"""States times marks times columns; beyond, summing out is quicker."""


def suits(factors: Factors) -> bool:
    """Whether looking at every state is little work."""
    held = len(factors.held)
    return held <= 14 and max(1, len(factors.set_by)) * factors.width << held <= MAX_NUMBERS


def totals(factors: Factors) -> Array:
    """Natural logarithm of P(evidence), for each column."""
    return _States(factors).log_total()


def solved(factors: Factors) -> Solution:
    """P(evidence), and the weights of every cause."""
    states = _States(factors)
    return Solution(states.log_total(), *states.weights())


class _States:
    """Every state of the variables that hold the network together.

    Arrays run over states, marks and columns, in this order. State s has variable i present if its
    bit i is set.
    """

    def __init__(self, factors: Factors) -> None:
        self.factors = factors
        self.held = factors.held
        self.marks = sorted(factors.set_by)
        prior = np.ones((1, factors.width))
        log_quiet = np.zeros((1, len(self.marks)))
        for variable, each in zip(self.held, self._log_quiet(), strict=True):
            states = 2 * len(prior)  # there may be no marks, from which it could not be told
            prior = (self._weights_of(variable)[:, None] * prior).reshape(states, factors.width)
            log_quiet = (each[:, None] + log_quiet).reshape(states, len(self.marks))
        quiet, loud = np.exp(log_quiet)[..., None], -np.expm1(log_quiet)[..., None]
        self.own = self._own()
        no, yes = self._seen(len(prior))
        self.given_none = no * quiet + yes * loud
        """What each mark contributes if none of its own causes sets it."""
        self.given_some = yes
        self.seen = self.given_none * self.own.none + yes * self.own.some
        self.prior = prior * self._decided()[:, None] if factors.decisions else prior
        self.joint = self.prior * self.seen.prod(axis=1)

    def log_total(self) -> Array:
        return self.factors.log_total([self.joint.sum(axis=0)])

    def weights(self) -> tuple[Array, Array]:
        """Weights of each cause being present and absent together with the evidence."""
        rest = self.prior[:, None] * _products_of_others(self.seen)
        on, off = self.factors.on.copy(), self.factors.off.copy()
        present, absent = self.own.back((rest * self.given_none).sum(axis=0), (rest * self.given_some).sum(axis=0))
        on[self._leaves], off[self._leaves] = present[self._at], absent[self._at]
        causes = [v for v in self.held if v < len(self.factors.causes)]
        is_absent, is_present = _bits(len(self.held))
        on[causes], off[causes] = is_present[: len(causes)] @ self.joint, is_absent[: len(causes)] @ self.joint
        return on, off

    def _weights_of(self, variable: int) -> Array:
        """The weights of a variable being absent and present, shape (2, columns)."""
        factors = self.factors
        if variable < len(factors.causes):
            return np.array([factors.off[variable], factors.on[variable]])
        return np.array(factors.event_weights.get(variable, NEUTRAL))

    def _log_quiet(self) -> Array:
        """Natural logarithm of P(a variable does not set a mark), absent and present; shape (variables, 2, marks)."""
        at = {mark: index for index, mark in enumerate(self.marks)}
        sets = np.zeros((len(self.held), 2, len(self.marks)))
        for row, variable in enumerate(self.held):
            for strength, mark in self.factors.effects.get(variable, ()):
                sets[row, 1, at[mark]] = strength
        with np.errstate(divide="ignore"):
            return np.log1p(-sets)

    def _own(self) -> Leaves:
        """What each mark gets from the causes that set it and no other; shape (causes of a mark, marks, columns)."""
        factors = self.factors
        rows: list[int] = []
        marks: list[int] = []
        causes: list[int] = []
        strengths: list[float] = []
        for index, mark in enumerate(self.marks):
            own = [each for each in factors.set_by[mark] if each[0] in factors.leaves]
            rows += range(len(own))
            marks += [index] * len(own)
            causes += [cause for cause, _ in own]
            strengths += [strength for _, strength in own]
        self._leaves, self._at = causes, (rows, marks)
        shape = (max(rows, default=-1) + 1, len(self.marks))
        on, off = np.zeros((*shape, factors.width)), np.ones((*shape, factors.width))
        often = np.zeros((*shape, 1))
        on[rows, marks], off[rows, marks] = factors.on[causes], factors.off[causes]
        often[rows, marks, 0] = strengths
        return Leaves(on, off, often)

    def _seen(self, states: int) -> tuple[Array, Array]:
        """The likelihood of what is known of each mark, if nothing set it and if something did."""
        factors = self.factors
        known = np.ones((2, 1, len(self.marks), factors.width))
        for index, mark in enumerate(self.marks):
            if mark not in factors.event_of:
                known[:, 0, index] = factors.mark_weights[mark]
        if not factors.event_of:
            return known[0], known[1]
        no, yes = np.repeat(known, states, axis=1)
        for index, mark in enumerate(self.marks):
            if mark in factors.event_of:
                happens = self._present(factors.event_of[mark])[:, None]
                no[:, index], yes[:, index] = 1 - happens, happens
        return no, yes

    def _present(self, variable: int) -> NDArray[np.intp]:
        """Whether a variable is present in each state: 0 or 1."""
        return np.arange(1 << len(self.held)) >> self.held.index(variable) & 1

    def _decided(self) -> Array:
        """P(events of gates other than `or` | their inputs), for each state."""
        chance = np.ones(1 << len(self.held))
        for variables, table in self.factors.decisions:
            chance *= table[tuple(self._present(v) for v in variables)][:, 0]
        return chance


@cache
def _bits(variables: int) -> tuple[Array, Array]:
    """For each variable whether it is absent, and whether it is present, in each state; shape (variables, states)."""
    present = (np.arange(1 << variables) >> np.arange(variables)[:, None] & 1).astype(float)
    return 1.0 - present, present


def _products_of_others(values: Array) -> Array:
    """For each mark the product over all other marks."""
    product = np.ones_like(values)
    np.cumprod(values[:, :-1], axis=1, out=product[:, 1:])
    product[:, :-1] *= np.cumprod(values[:, :0:-1], axis=1)[:, ::-1]
    return product
