"""The exact posterior by looking at every state of the variables that hold a network together.

Given those - the events, and the causes that act on more than one mark - every mark is set
independently of the others, by them and by causes of its own (J. Pearl, "Probabilistic Reasoning in
Intelligent Systems", 1988, 4.4.1, conditioning). Every number is a sum or product of probabilities, so
nothing cancels. The work grows with 2^(those variables), which is little for most calls.
"""

from __future__ import annotations

import numpy as np

from diagnoser.ranking.factors import NEUTRAL, Factors, Solution
from diagnoser.ranking.tables import Array, Leaves

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
        place = {mark: index for index, mark in enumerate(self.marks)}
        self.bits = (np.arange(1 << len(self.held))[:, None] >> np.arange(len(self.held))) & 1
        prior = np.ones((1, factors.width))
        quiet = np.ones((1, len(self.marks)))
        loud = np.zeros((1, len(self.marks)))
        for variable in self.held:
            no, yes = self._weights_of(variable)
            prior = np.concatenate([prior * no, prior * yes])
            sets = np.zeros(len(self.marks))
            for strength, mark in factors.effects.get(variable, ()):
                sets[place[mark]] = strength
            quiet, loud = np.concatenate([quiet, quiet * (1.0 - sets)]), np.concatenate([loud, loud + quiet * sets])
        self.own = self._own()
        no, yes = self._seen()
        self.given_none = no * quiet[..., None] + yes * loud[..., None]
        """What each mark contributes if none of its own causes sets it."""
        self.given_some = yes
        self.seen = self.given_none * self.own.none + yes * self.own.some
        self.prior = prior * self._decided()[:, None]

    def log_total(self) -> Array:
        joint: Array = (self.prior * self.seen.prod(axis=1)).sum(axis=0)
        return self.factors.log_total([joint])

    def weights(self) -> tuple[Array, Array]:
        """Weights of each cause being present and absent together with the evidence."""
        rest = self.prior[:, None] * _products_of_others(self.seen)
        on, off = np.array(self.factors.on), np.array(self.factors.off)
        present, absent = self.own.back((rest * self.given_none).sum(axis=0), (rest * self.given_some).sum(axis=0))
        on[self._leaves], off[self._leaves] = present[self._at], absent[self._at]
        joint = self.prior * self.seen.prod(axis=1)
        causes = [(row, v) for row, v in enumerate(self.held) if v < len(self.factors.causes)]
        if causes:
            rows, places = [row for row, _ in causes], [v for _, v in causes]
            present = self.bits[:, rows].T.astype(float)
            on[places], off[places] = present @ joint, (1.0 - present) @ joint
        return on, off

    def _weights_of(self, variable: int) -> tuple[Array, Array]:
        factors = self.factors
        if variable < len(factors.causes):
            return factors.off[variable], factors.on[variable]
        return factors.event_weights.get(variable, NEUTRAL)

    def _own(self) -> Leaves:
        """What each mark gets from the causes that set it and no other; shape (causes of a mark, marks, columns)."""
        factors = self.factors
        places = [
            (row, index, cause, strength)
            for index, mark in enumerate(self.marks)
            for row, (cause, strength) in enumerate(x for x in factors.set_by[mark] if x[0] in factors.leaves)
        ]
        rows, marks = [p[0] for p in places], [p[1] for p in places]
        self._leaves, self._at = [p[2] for p in places], (rows, marks)
        shape = (max(rows, default=-1) + 1, len(self.marks))
        on, off = np.zeros((*shape, factors.width)), np.ones((*shape, factors.width))
        strengths = np.zeros((*shape, 1))
        on[rows, marks], off[rows, marks] = factors.on[self._leaves], factors.off[self._leaves]
        strengths[rows, marks, 0] = [p[3] for p in places]
        return Leaves(on, off, strengths)

    def _seen(self) -> tuple[Array, Array]:
        """The likelihood of what is known of each mark, if nothing set it and if something did."""
        factors = self.factors
        columns = {variable: index for index, variable in enumerate(self.held)}
        shape = (len(self.bits), len(self.marks), factors.width)
        no, yes = np.empty(shape), np.empty(shape)
        for index, mark in enumerate(self.marks):
            if mark in factors.event_of:
                happens = self.bits[:, columns[factors.event_of[mark]], None]
                no[:, index], yes[:, index] = 1.0 - happens, happens
            else:
                no[:, index], yes[:, index] = factors.mark_weights[mark]
        return no, yes

    def _decided(self) -> Array:
        """P(events of gates other than `or` | their inputs), for each state."""
        columns = {variable: index for index, variable in enumerate(self.held)}
        chance = np.ones(len(self.bits))
        for variables, table in self.factors.decisions:
            chance *= table[tuple(self.bits[:, columns[v]] for v in variables)][:, 0]
        return chance


def _products_of_others(values: Array) -> Array:
    """For each mark the product over all other marks."""
    before, after = np.ones_like(values), np.ones_like(values)
    np.cumprod(values[:, :-1], axis=1, out=before[:, 1:])
    after[:, :-1] = np.cumprod(values[:, :0:-1], axis=1)[:, ::-1]
    product: Array = before * after
    return product
