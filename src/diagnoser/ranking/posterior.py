"""The exact posterior of a noisy-OR network with gates.

Every cause is a yes-or-no variable; so is every *mark*, which causes and events set: an `or` event
of the fault tree, or an observed finding with several parents. Variables are summed out one after
the other in a good order (see `elimination`), over tables that only ever add and multiply
probabilities (see `tables`), so nothing cancels, however improbable the evidence is. Running the
same steps backwards yields every cause's posterior at once; further columns do the same with one
finding or circumstance taken away.

Work and memory grow with 2^(variables in one table), which depends on how the evidence hangs
together and not on the size of the knowledge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diagnoser.ranking.belief_network import BeliefNetwork, restricted
from diagnoser.ranking.elimination import elimination_order, simplified
from diagnoser.ranking.tables import Array, Table, Tape

MAX_WIDTH = 13
MAX_NUMBERS = 400_000
"""With more variables in one table, or more numbers in all tables, a network is not solved exactly."""

AT_ONCE = 4
"""A cause that acts on at most so many marks is summed out before anything else."""

EVIDENCE, NO_SUSPECT = 0, 1
"""The first two columns: the evidence as it is, and the evidence without any suspect."""


@dataclass(frozen=True)
class Posterior:
    """What the evidence says of every cause.

    Attributes:
        probability: cause -> P(cause | evidence).
        unexplained: P(no suspect is present | evidence).
        log_evidence: natural logarithm of P(evidence).
        log_odds: cause -> log-odds (natural), for each of `columns` and first for the evidence.
        columns: findings and circumstances in the order of `log_odds`.
    """

    probability: Mapping[str, float]
    unexplained: float
    log_evidence: float
    log_odds: Mapping[str, Array]
    columns: tuple[str, ...]

    def without(self, name: str) -> dict[str, float]:
        """Cause -> log-odds when a finding or circumstance is taken away."""
        place = self.columns.index(name) + 1
        return {cause: float(odds[place]) for cause, odds in self.log_odds.items()}


def posterior(network: BeliefNetwork, columns: tuple[str, ...] = ()) -> Posterior:
    """The exact posterior.

    Args:
        network: what is in question.
        columns: findings and circumstances for which the posterior without them is wanted too.

    Raises:
        TooWide: a table would have more than `MAX_WIDTH` variables, or all together more than
            `MAX_NUMBERS` numbers.
    """
    return _Solver(network, columns).solve()


def log_joint(network: BeliefNetwork, sets: Sequence[frozenset[str]]) -> Array:
    """Natural logarithm of P(exactly these causes, and the evidence), for each of some sets of causes.

    The network is cut down to the causes that occur in a set, and each set is a column, so this takes
    about as long as one small posterior.

    Raises:
        TooWide: the causes in question hang together too much.
    """
    wanted = frozenset(c for each in sets for c in each)
    others = sum(math.log1p(-p) for c, p in network.priors.items() if c not in wanted and p < 1.0)
    return _Solver(restricted(network, wanted), (), tuple(sets)).totals()[2:] + others


class _Solver:
    """The working state of one solution.

    Variables are numbered: causes first, then for each event the event and, if its gate is `or`,
    the mark that gathers its inputs, then a mark for each finding with several parents.
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
        self.log_constant = np.zeros(self.width)
        self.effects: dict[int, list[tuple[float, int]]] = {}
        """What each cause and event sets: (strength, mark)."""
        self.set_by: dict[int, list[tuple[int, float]]] = {}
        self.event_weights: dict[int, tuple[Array, Array]] = {}
        """For an event, the likelihood of findings that it alone explains: if it happens not, and if it does."""
        self.mark_weights: dict[int, tuple[Array, Array]] = {}
        """For a finding's mark, the likelihood of its report if nothing set the mark, and if something did."""
        self.event_of: dict[int, int] = {}
        """Mark -> the event that it becomes."""
        self.decisions: list[tuple[tuple[int, ...], Array]] = []
        """Gates other than `or`: the variables (inputs, then the event) and P(event state | inputs)."""
        self._number_events()
        self._place_findings()

    # What is in the network

    def _cause_weights(self) -> tuple[Array, Array]:
        """Weights of each cause being present and absent; shape (causes, columns)."""
        network = self.network
        priors = np.array([network.priors[c] for c in self.causes]).reshape(-1, 1)
        on = np.repeat(priors, self.width, axis=1)
        for cause, plain in network.plain_priors.items():
            for circumstance, prior in plain.items():
                if circumstance in self.column_of:
                    on[self.number[cause], self.column_of[circumstance]] = prior
        off = 1.0 - on
        for suspect in network.suspects:
            on[self.number[suspect], NO_SUSPECT] = 0.0
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
        for finding in self.network.findings:
            parents = [(self.number[p], q) for p, q in finding.parents if p in self.number]
            a, d = finding.likelihoods
            quiet = 1.0 - finding.background
            if a == 0.0 or not parents:
                with np.errstate(divide="ignore"):
                    self.log_constant += np.log(self._except(finding.id, a + d * quiet))
                for parent, strength in parents:
                    self._factor(parent, self._except(finding.id, 1.0), self._except(finding.id, 1.0 - strength))
            elif len(parents) == 1:
                [(parent, strength)] = parents
                self._factor(
                    parent,
                    self._except(finding.id, a + d * quiet),
                    self._except(finding.id, a + d * quiet * (1.0 - strength)),
                )
            else:
                self.mark_weights[self.count] = (self._except(finding.id, a + d * quiet), self._except(finding.id, a))
                for parent, strength in parents:
                    self._effect(parent, strength, self.count)
                self.count += 1

    def _except(self, finding: str, value: float) -> Array:
        """A value in each column but the one in which the finding is taken away."""
        factor = np.full(self.width, value)
        if finding in self.column_of:
            factor[self.column_of[finding]] = 1.0
        return factor

    def _factor(self, variable: int, no: Array, yes: Array) -> None:
        if variable < len(self.causes):
            self.on[variable] *= yes
            self.off[variable] *= no
        else:
            before_no, before_yes = self.event_weights.get(variable, (1.0, 1.0))
            self.event_weights[variable] = (before_no * no, before_yes * yes)

    # Summing out

    def totals(self) -> Array:
        """Natural logarithm of P(evidence), for each column."""
        return self._log_total(self._forward())

    def _forward(self) -> _Run:
        in_gates = {v for variables, _ in self.decisions for v in variables}
        number_of_effects = {c: len(self.effects.get(c, ())) for c in range(len(self.causes))}
        self.leaves = {c for c, n in number_of_effects.items() if n == 1 and c not in in_gates}
        self.alone = {c for c, n in number_of_effects.items() if n == 0 and c not in in_gates}
        order = self._order()
        run = _Run(self)
        for variable in order:
            run.sum_out(variable)
        return run

    def _log_total(self, run: _Run) -> Array:
        with np.errstate(divide="ignore"):
            total = self.log_constant + sum(np.log(t.values) for t in run.results)
            for cause in self.alone:
                total = total + np.log(self.on[cause] + self.off[cause])
        return total

    def solve(self) -> Posterior:
        run = self._forward()
        run.tape.backward()
        on, off = run.on, run.off
        for cause in self.alone:
            on[cause], off[cause] = self.on[cause], self.off[cause]
        with np.errstate(divide="ignore", invalid="ignore"):
            log_total = self._log_total(run)
            odds = np.log(on) - np.log(off)
            probability = on[:, EVIDENCE] / (on[:, EVIDENCE] + off[:, EVIDENCE])
            possible = log_total[EVIDENCE] > -np.inf
            unexplained = float(np.exp(log_total[NO_SUSPECT] - log_total[EVIDENCE])) if possible else 1.0
        kept = [EVIDENCE, *range(2, self.width)]
        return Posterior(
            probability=dict(zip(self.causes, map(float, probability), strict=True)),
            unexplained=min(1.0, unexplained),
            log_evidence=float(log_total[EVIDENCE]),
            log_odds=dict(zip(self.causes, odds[:, kept], strict=True)),
            columns=self.columns,
        )

    def _order(self) -> list[int]:
        """The variables to sum out, in order: first causes that act on few marks, which only ties those together.

        Raises:
            TooWide: the tables would be too large.
        """
        in_gates = {v for variables, _ in self.decisions for v in variables}
        first = [
            c
            for c, effects in self.effects.items()
            if 1 < len(effects) <= AT_ONCE and c < len(self.causes) and c not in in_gates
        ]
        met = set(first) | self.leaves
        used = sorted({*(v for v in self.effects if v not in met), *self.set_by, *self.event_of.values(), *in_gates})
        place = {variable: index for index, variable in enumerate(used)}
        neighbours = [0] * len(used)

        def connect(variables: Iterable[int]) -> None:
            places = [place[v] for v in variables]
            together = sum(1 << p for p in places)
            for each in places:
                neighbours[each] |= together & ~(1 << each)

        for marks in {tuple(m for _, m in self.effects[c]) for c in first}:
            connect(marks)
        for source, effects in self.effects.items():
            if source not in met:
                for _, mark in effects:
                    connect((source, mark))
        for mark, event in self.event_of.items():
            if mark in place:
                connect((mark, event))
        for variables, _ in self.decisions:
            connect(variables)
        after = {place[event]: place[mark] for mark, event in self.event_of.items() if mark in place}
        order = elimination_order(neighbours, after, MAX_WIDTH, MAX_NUMBERS / self.width)
        return [*first, *(used[index] for index in order)]


class _Run:
    """Sums variables out; fills the joint weights of each cause on the way back."""

    def __init__(self, solver: _Solver) -> None:
        self.solver = solver
        self.tape = Tape(solver.width)
        self.on = np.zeros_like(solver.on)
        self.off = np.zeros_like(solver.off)
        self.results: list[Table] = []
        self._tables: list[Table] = [self.tape.constant(variables, values) for variables, values in solver.decisions]
        self._marks = frozenset(solver.set_by)
        """Variables that still gather contributions; shrinks as they are finished."""
        self._whole: dict[int, list[int]] = {}
        """Mark -> causes that act on it and are to act on all their marks at once."""
        self._fed: set[tuple[int, int]] = set()
        self._gone: set[int] = set()

    def sum_out(self, variable: int) -> None:
        """Do everything that involves a variable, and sum it out."""
        solver = self.solver
        if variable in self._marks:
            self._sum_out_mark(variable)
        elif variable < len(solver.causes):
            self._sum_out_cause(variable)
        else:
            table = self._feed_all(self._gathered(variable), variable)
            no, yes = solver.event_weights.get(variable, _NEUTRAL)
            self._keep(self.tape.close(table, variable, no, yes))
        self._gone.add(variable)

    def _sum_out_mark(self, mark: int) -> None:
        solver = self.solver
        table = self._gathered(mark)
        leaves = [(c, q) for c, q in solver.set_by[mark] if c in solver.leaves]
        if leaves:
            table = self.tape.join(self._leaves(mark, leaves), table, self._marks)
        for cause in self._whole.pop(mark, ()):
            if cause not in self._gone:
                continue
            if (cause, mark) in self._fed:
                continue
            effects = solver.effects[cause]
            table = self._with(table, (m for _, m in effects))
            sink = self._sink(cause)
            table = self.tape.act(table, effects, solver.on[cause], solver.off[cause], sink)
            self._fed.update((cause, m) for _, m in effects)
        for source, strength in solver.set_by[mark]:
            if (source, mark) not in self._fed and source not in solver.leaves:
                table = self._feed(table, source, mark, strength)
        self._marks -= {mark}
        if mark in solver.event_of:
            self._keep(self.tape.finish(self._with(table, (mark,)), mark, solver.event_of[mark]))
        else:
            no, yes = solver.mark_weights[mark]
            self._keep(self.tape.close(self._with(table, (mark,)), mark, no, yes))

    def _sum_out_cause(self, cause: int) -> None:
        """A cause that nothing depends on yet acts later, on all its marks at once."""
        solver = self.solver
        if not any(cause in t.variables for t in self._tables):
            for _, mark in solver.effects[cause]:
                self._whole.setdefault(mark, []).append(cause)
            return
        table = self._feed_all(self._gathered(cause), cause)
        self._keep(self.tape.close(table, cause, solver.off[cause], solver.on[cause], self._sink(cause)))

    def _leaves(self, mark: int, leaves: list[tuple[int, float]]) -> Table:
        causes = [c for c, _ in leaves]
        strengths = np.array([[q] for _, q in leaves])

        def sink(on: Array, off: Array) -> None:
            self.on[causes], self.off[causes] = on, off

        return self.tape.leaves(mark, self.solver.on[causes], self.solver.off[causes], strengths, sink)

    def _sink(self, cause: int) -> _Sink:
        return _Sink(self, cause)

    def _feed_all(self, table: Table, source: int) -> Table:
        for strength, mark in self.solver.effects.get(source, ()):
            if (source, mark) not in self._fed:
                table = self._feed(table, source, mark, strength)
        return table

    def _feed(self, table: Table, source: int, mark: int, strength: float) -> Table:
        if source not in table.variables:
            table = self.tape.spread(table, source)
        self._fed.add((source, mark))
        return self.tape.feed(self._with(table, (mark,)), source, mark, strength)

    def _with(self, table: Table, marks: Iterator[int] | tuple[int, ...]) -> Table:
        for mark in marks:
            if mark not in table.variables:
                table = self.tape.open(table, mark)
        return table

    def _gathered(self, variable: int) -> Table:
        """All tables with a variable, joined; they are taken out of the pool."""
        found = [t for t in self._tables if variable in t.variables]
        if not found:
            return self.tape.constant()
        self._tables = [t for t in self._tables if variable not in t.variables]
        found.sort(key=lambda t: len(t.variables))
        table = found[0]
        for other in found[1:]:
            table = self.tape.join(table, other, self._marks)
        return table

    def _keep(self, table: Table) -> None:
        (self._tables if table.variables else self.results).append(table)


class _Sink:
    """Takes the joint weights of one cause."""

    __slots__ = ("_cause", "_run")

    def __init__(self, run: _Run, cause: int) -> None:
        self._run, self._cause = run, cause

    def __call__(self, on: Array, off: Array) -> None:
        self._run.on[self._cause], self._run.off[self._cause] = on, off


_NEUTRAL = (np.ones(1), np.ones(1))


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
