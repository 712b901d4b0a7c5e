"""A belief network as variables and factors: what the exact methods work on.

Every cause is a yes-or-no variable; so is every *mark*, which causes and events set: an `or` event
of the fault tree, or an observed finding with several parents.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.elimination import simplified
from diagnoser.ranking.tables import Array

EVIDENCE, NO_SUSPECT = 0, 1
"""The first two columns: the evidence as it is, and the evidence without any suspect."""

NEUTRAL = (np.ones(1), np.ones(1))
"""The weights of an event that decides no finding alone."""

_Factor = tuple[float, float, int | None]
"""Numbers for two states, in every column but one."""


@dataclass(frozen=True)
class Solution:
    """What an exact method finds.

    Attributes:
        log_total: natural logarithm of P(evidence), for each column.
        on, off: weights of each cause being present and absent together with the evidence, shape
            (causes, columns); for each cause up to a factor of its own.
    """

    log_total: Array
    on: Array
    off: Array


class Factors:
    """A network as numbered variables and what ties them together.

    Variables are numbered: causes first, then for each event the event and, if its gate is `or`,
    the mark that gathers its inputs, then a mark for each finding with several parents. A column is
    one question: the evidence as it is, without any suspect, with one finding or circumstance taken
    away, or with exactly some causes.

    Attributes:
        on, off: weights of each cause being present and absent, with the findings that it alone
            decides; shape (causes, columns).
        log_constant: natural logarithm of what nothing decides, for each column.
    """

    def __init__(self, network: BeliefNetwork, columns: tuple[str, ...], sets: tuple[frozenset[str], ...] = ()) -> None:
        self.network = network
        self.columns = columns
        self.sets = sets
        self.width = 2 + len(columns) + len(sets)
        self.column_of = {name: index + 2 for index, name in enumerate(columns)}
        self.tree = simplified(network.tree, frozenset(p for f in network.findings for p, _ in f.parents))
        self.causes = sorted(network.priors)
        self.number = {cause: index for index, cause in enumerate(self.causes)}
        self.on, self.off = self._cause_weights()
        self.effects: dict[int, list[tuple[float, int]]] = {}
        """What each cause and event sets: (strength, mark)."""
        self.set_by: dict[int, list[tuple[int, float]]] = {}
        self.event_weights: dict[int, tuple[Array, Array]]
        """For an event, the likelihood of findings that it alone explains: if it happens not, and if it does."""
        self.mark_weights: dict[int, Sequence[Array] | Array]
        """For a mark that becomes no event, the likelihood of what is known if nothing set it, and if something did."""
        self.event_of: dict[int, int] = {}
        """Mark -> the event that it becomes."""
        self.decisions: list[tuple[tuple[int, ...], Array]] = []
        """Gates other than `or`: the variables (inputs, then the event) and P(event state | inputs)."""
        self._number_events()
        self._place_findings()
        in_gates = {v for variables, _ in self.decisions for v in variables}
        self._end_events(in_gates)
        count = {c: len(self.effects.get(c, ())) for c in range(len(self.causes)) if c not in in_gates}
        self.leaves = frozenset(c for c, n in count.items() if n == 1)
        """Causes that act on one mark and on nothing else."""
        self.alone = tuple(c for c, n in count.items() if n == 0)
        """Causes that act on nothing: what speaks of them is in their weights."""
        self.held = [
            *(c for c in range(len(self.causes)) if c in in_gates or count[c] > 1),
            *(e for e in range(len(self.causes), len(self.number)) if e in in_gates or e in self.effects),
        ]
        """What holds the network together: causes that act on several marks or under a gate, and events that act."""

    def _cause_weights(self) -> tuple[Array, Array]:
        """Weights of each cause being present and absent; shape (causes, columns)."""
        network = self.network
        priors = np.array([network.priors[c] for c in self.causes]).reshape(-1, 1)
        on = np.repeat(priors, self.width, axis=1)
        without = [
            (self.number[cause], self.column_of[circumstance], prior)
            for cause, plain in network.plain_priors.items()
            for circumstance, prior in plain.items()
            if circumstance in self.column_of
        ]
        if without:
            rows, columns, plain_priors = zip(*without, strict=True)
            on[rows, columns] = plain_priors
        off = 1.0 - on
        on[[self.number[suspect] for suspect in network.suspects], NO_SUSPECT] = 0.0
        for column, causes in enumerate(self.sets, 2 + len(self.columns)):
            present = np.array([c in causes for c in self.causes], dtype=bool)
            on[~present, column] = 0.0
            off[present, column] = 0.0
        return on, off

    def _number_events(self) -> None:
        events = sorted(self.tree.gates)
        for event in events:
            self.number[event] = len(self.number)
        self.count = len(self.number)
        marks = {}
        for event in events:
            if self.tree.gates[event].kind == "or":
                marks[event] = self.count
                self.event_of[self.count] = self.number[event]
                self.count += 1
        for event in events:
            gate = self.tree.gates[event]
            inputs = tuple(self.number[i.id] for i in gate.inputs)
            if event in marks:
                for each in gate.inputs:
                    self._effect(self.number[each.id], each.strength, marks[event])
            else:
                happens = _happens(gate.needed(), [i.strength for i in gate.inputs])
                happens = happens * gate.condition if gate.kind == "inhibit" else happens
                self.decisions.append(
                    (
                        (*inputs, self.number[event]),
                        np.stack([1.0 - happens, happens], axis=-1)[..., None],
                    )
                )

    def _effect(self, source: int, strength: float, mark: int) -> None:
        self.effects.setdefault(source, []).append((strength, mark))
        self.set_by.setdefault(mark, []).append((source, strength))

    def _place_findings(self) -> None:
        """Each finding where it is least work: a factor, a factor of each parent, or a mark."""
        alone: dict[int, list[_Factor]] = {}
        constants = []
        marks = []
        for finding in self.network.findings:
            parents = [(self.number[p], q) for p, q in finding.parents if p in self.number]
            a, d = finding.likelihoods
            none = a + d * (1.0 - finding.background)
            column = self.column_of.get(finding.id)
            if a == 0.0 or not parents:
                constants.append((math.log(none) if none > 0.0 else -math.inf, column))
                for parent, strength in parents:
                    alone.setdefault(parent, []).append((1.0, 1.0 - strength, column))
            elif len(parents) == 1:
                [(parent, strength)] = parents
                shown = a + d * (1.0 - finding.background) * (1.0 - strength)
                alone.setdefault(parent, []).append((none, shown, column))
            else:
                marks.append((none, a, column))
                self.set_by[self.count] = parents
                for parent, strength in parents:
                    self.effects.setdefault(parent, []).append((strength, self.count))
                self.count += 1
        self.log_constant = self._sums(constants)
        numbers = range(self.count - len(marks), self.count)
        self.mark_weights = dict(zip(numbers, self._except(marks), strict=True))
        variables, no, yes = self._products(alone)
        causes = sum(v < len(self.causes) for v in variables)
        self.off[variables[:causes]] *= no[:causes]
        self.on[variables[:causes]] *= yes[:causes]
        self.event_weights = {v: (no[at], yes[at]) for at, v in enumerate(variables) if at >= causes}

    def _end_events(self, in_gates: Container[int]) -> None:
        """An event that nothing depends on is no more than its mark."""
        for mark, event in list(self.event_of.items()):
            if event not in in_gates and event not in self.effects:
                self.mark_weights[mark] = self.event_weights.pop(event, NEUTRAL)
                del self.event_of[mark]

    def _sums(self, logarithms: list[tuple[float, int | None]]) -> Array:
        """The sum of what is said in each column; each is said in every column but its own."""
        total = np.full(self.width, sum(x for x, _ in logarithms))
        for own in sorted({column for _, column in logarithms if column is not None}):
            total[own] = sum(x for x, column in logarithms if column != own)
        return total

    def _except(self, weights: list[_Factor]) -> Array:
        """Weights if nothing set a mark and if something did, 1 in its own column; shape (marks, 2, columns)."""
        values = np.repeat(np.array([w[:2] for w in weights]).reshape(-1, 2, 1), self.width, axis=2)
        own = [(place, column) for place, (_, _, column) in enumerate(weights) if column is not None]
        values[[place for place, _ in own], :, [column for _, column in own]] = 1.0
        return values

    def _products(self, factors: dict[int, list[_Factor]]) -> tuple[list[int], Array, Array]:
        """The variables in order, and the product for each state of each, shape (variables, columns)."""
        variables = sorted(factors)
        everything = [_product(factors[v], None) for v in variables]
        product = np.repeat(np.array(everything).reshape(-1, 2, 1), self.width, axis=2)
        own = [(at, c) for at, v in enumerate(variables) for _, _, c in factors[v] if c is not None]
        if own:
            rows, columns = zip(*own, strict=True)
            product[rows, :, columns] = [_product(factors[variables[at]], column) for at, column in own]
        return variables, product[:, 0], product[:, 1]

    def log_total(self, results: Iterable[Array]) -> Array:
        """Natural logarithm of P(evidence) for each column, from the sums over all but what is alone.

        Args:
            results: numbers whose product is that sum, each of shape (columns,).
        """
        with np.errstate(divide="ignore"):
            alone = np.log(self.on[list(self.alone)] + self.off[list(self.alone)]).sum(axis=0)
            total: Array = self.log_constant + alone + sum(np.log(values) for values in results)
        return total


def _product(factors: list[_Factor], left_out: int | None) -> tuple[float, float]:
    """The product for each state, without the factors of one column."""
    no = yes = 1.0
    for if_no, if_yes, column in factors:
        if left_out is None or column != left_out:
            no *= if_no
            yes *= if_yes
    return no, yes


def _happens(needed: int, strengths: list[float]) -> Array:
    """P(at least `needed` inputs act), for each state of the inputs; shape (2,) * inputs."""
    count = len(strengths)
    acting = np.zeros((count + 1, *(2,) * count))
    acting[0] = 1.0
    for axis, strength in enumerate(strengths):
        chance = np.array([0.0, strength]).reshape((2,) + (1,) * (count - axis - 1))
        after = acting * (1.0 - chance)
        after[1:] += acting[:-1] * chance
        acting = after
    happens: Array = acting[needed:].sum(axis=0)
    return happens
