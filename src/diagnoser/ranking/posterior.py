"""The exact posterior of a noisy-OR network with gates.

The causes act independently of each other on a few *marks*: one mark for each event that explains
an observed finding, and one for each observed finding that several causes explain directly. The
joint distribution of the marks is built cause by cause; every step adds and multiplies
probabilities only, so nothing cancels, however improbable the evidence is. Given the marks the
likelihood of the evidence is a product; a backward pass then yields every cause's posterior at
once, and extra columns do the same with one finding or circumstance taken away.

The idea is that of variable elimination on a noisy-OR network (Zhang and Poole, "Exploiting causal
independence in Bayesian network inference", JAIR 5, 1996), with the marks as the only clique. The
work is (number of causes) x 2^marks; networks are split into independent parts first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from diagnoser.ranking.belief_network import BeliefNetwork, Evidential

MAX_MARKS = 16
"""Beyond this a part of the network is not solved exactly."""

Array = NDArray[np.float64]


class TooManyMarks(Exception):
    """A part of the network has more marks than can be enumerated."""


@dataclass(frozen=True)
class Posterior:
    """What the evidence says of every cause.

    Attributes:
        probability: cause -> P(cause | evidence).
        unexplained: P(no suspect is present | evidence).
        log_evidence: natural logarithm of P(evidence).
        without: finding or circumstance -> cause -> log-odds (natural) of the cause when it is
            taken away.
        log_odds: cause -> log-odds (natural) with everything.
    """

    probability: Mapping[str, float]
    unexplained: float
    log_evidence: float
    log_odds: Mapping[str, float]
    without: Mapping[str, Mapping[str, float]]


@dataclass
class _Cause:
    """How one cause acts on the marks of its part."""

    id: str
    on: Array
    """Probability weight of being present, one value for each column."""
    off: Array
    effects: dict[tuple[float, int], int] = field(default_factory=dict)
    """(probability, marks set together) -> how many such effects."""

    def signature(self) -> tuple[tuple[float, int], ...] | None:
        """The marks set, where the cause sets them for certain; None otherwise."""
        if all(probability == 1.0 for probability, _ in self.effects):
            mask = 0
            for _, marks in self.effects:
                mask |= marks
            return ((1.0, mask),)
        return None


def posterior(network: BeliefNetwork, columns: tuple[str, ...] = ()) -> Posterior:
    """The exact posterior.

    Args:
        network: what is in question.
        columns: findings and circumstances for which the posterior without them is wanted too.

    Raises:
        TooManyMarks: an independent part of the network needs more than `MAX_MARKS` marks.
    """
    return _Solver(network, columns).solve()


def count_marks(network: BeliefNetwork) -> int:
    """The largest number of marks of any independent part."""
    return max((part.count for part in _Solver(network, ()).parts()), default=0)


@dataclass
class _Part:
    """An independent part of the network."""

    causes: list[_Cause]
    marks: dict[str, int]
    """Mark -> bit: `event`, `finding`, `aux` and `cause` marks by name."""
    findings: list[Evidential]
    events: list[str]

    @property
    def count(self) -> int:
        return len(self.marks)


class _Solver:
    """The working state of one solution."""

    def __init__(self, network: BeliefNetwork, columns: tuple[str, ...]) -> None:
        self.network = network
        self.columns = columns
        self.width = 2 + len(columns)
        """Column 0 is the evidence, column 1 the evidence without suspects, then one for each taken away."""
        self.column_of = {name: index + 2 for index, name in enumerate(columns)}

    # Structure

    def parts(self) -> list[_Part]:
        tree, findings = self.network.tree, self.network.findings
        needed = self._needed_events()
        events = [gate.event for gate in tree.bottom_up() if gate.event in needed]
        marks: dict[str, int] = {}
        weak: list[tuple[str, float]] = []
        for event in events:
            gate = tree.gates[event]
            if gate.kind == "or":
                marks[f"event {event}"] = len(marks)
                for each in gate.inputs:
                    if each.id in needed and each.strength < 1.0:
                        weak.append((f"aux {event} {each.id}", each.strength))
            else:
                for each in gate.inputs:
                    if each.id not in tree.gates:
                        marks.setdefault(f"cause {each.id}", len(marks))
                    if each.strength < 1.0:
                        weak.append((f"aux {event} {each.id}", each.strength))
                if gate.kind == "inhibit":
                    weak.append((f"aux {event}", gate.condition))
        local: dict[str, list[tuple[Evidential, float]]] = defaultdict(list)
        for finding in findings:
            direct = [(p, q) for p, q in finding.parents if p not in tree.gates]
            if len(direct) == 1 and len(finding.parents) == 1:
                local[direct[0][0]].append((finding, direct[0][1]))
            elif direct and not self._is_certain_absence(finding):
                marks[f"finding {finding.id}"] = len(marks)
        for name, _ in weak:
            marks[name] = len(marks)
        return self._split(marks, weak, events, local)

    def _is_certain_absence(self, finding: Evidential) -> bool:
        return not finding.present and finding.certainty == 1.0

    def _needed_events(self) -> set[str]:
        """Events whose state matters: those that explain findings, and what complex gates rest on."""
        tree = self.network.tree
        complex_: dict[str, bool] = {}
        for gate in tree.bottom_up():
            inputs = [i for i in gate.inputs if i.id in tree.gates]
            complex_[gate.event] = gate.kind != "or" or any(complex_[i.id] or i.strength < 1.0 for i in inputs)
        needed: set[str] = set()
        waiting = [p for f in self.network.findings for p, _ in f.parents if p in tree.gates]
        while waiting:
            event = waiting.pop()
            if event in needed:
                continue
            needed.add(event)
            gate = tree.gates[event]
            for each in gate.inputs:
                if each.id in tree.gates and (gate.kind != "or" or each.strength < 1.0 or complex_[each.id]):
                    waiting.append(each.id)
        return needed

    def _split(
        self,
        marks: dict[str, int],
        weak: list[tuple[str, float]],
        events: list[str],
        local: dict[str, list[tuple[Evidential, float]]],
    ) -> list[_Part]:
        causes = self._causes(marks, local)
        causes.extend(self._auxiliary(name, strength, marks) for name, strength in weak)
        groups = _Groups(len(marks))
        for cause in causes:
            touched = [bit for _, mask in cause.effects for bit in _bits(mask)]
            groups.join(touched)
        tree = self.network.tree
        for event in events:
            touched = [
                marks[name]
                for name in (
                    f"event {event}",
                    f"aux {event}",
                    *(f"{kind} {i.id}" for i in tree.gates[event].inputs for kind in ("event", "cause")),
                    *(f"aux {event} {i.id}" for i in tree.gates[event].inputs),
                )
                if name in marks
            ]
            groups.join(touched)
        homes_of: dict[str, int | None] = {}
        for event in events:
            homes_of[event] = self._home(event, marks, homes_of)
            together = [homes_of[event], *(homes_of.get(i.id) for i in tree.gates[event].inputs)]
            groups.join([home for home in together if home is not None])
        for finding in self.network.findings:
            touched = [marks[f"finding {finding.id}"]] if f"finding {finding.id}" in marks else []
            touched += [h for p, _ in finding.parents if p in homes_of and (h := homes_of[p]) is not None]
            groups.join(touched)
        return self._assemble(causes, marks, events, groups, homes_of)

    def _home(self, event: str, marks: dict[str, int], homes: dict[str, int | None]) -> int | None:
        """A mark of the part that an event belongs to."""
        for name in (f"event {event}", f"aux {event}"):
            if name in marks:
                return marks[name]
        for each in self.network.tree.gates[event].inputs:
            if f"cause {each.id}" in marks:
                return marks[f"cause {each.id}"]
            if homes.get(each.id) is not None:
                return homes[each.id]
        return None

    def _assemble(
        self,
        causes: list[_Cause],
        marks: dict[str, int],
        events: list[str],
        groups: _Groups,
        homes: dict[str, int | None],
    ) -> list[_Part]:
        parts: dict[int, _Part] = {}
        alone: list[_Part] = []
        renumber: dict[int, tuple[int, int]] = {}
        for name, bit in marks.items():
            root = groups.root(bit)
            part = parts.setdefault(root, _Part([], {}, [], []))
            part.marks[name] = len(part.marks)
            renumber[bit] = (root, part.marks[name])
        for cause in causes:
            if not cause.effects:
                alone.append(_Part([cause], {}, [], []))
                continue
            root = renumber[_bits(next(iter(cause.effects))[1])[0]][0]
            moved: dict[tuple[float, int], int] = {}
            for (probability, mask), count in cause.effects.items():
                new = sum(1 << renumber[bit][1] for bit in _bits(mask))
                moved[probability, new] = moved.get((probability, new), 0) + count
            cause.effects = moved
            parts[root].causes.append(cause)
        for event in events:
            home = homes[event]
            if home is not None:
                parts[groups.root(home)].events.append(event)
        for finding in self.network.findings:
            at_home = [homes[p] for p, _ in finding.parents if homes.get(p) is not None]
            mark = marks.get(f"finding {finding.id}")
            if mark is not None:
                parts[groups.root(mark)].findings.append(finding)
            elif at_home and at_home[0] is not None:
                parts[groups.root(at_home[0])].findings.append(finding)
        return [*parts.values(), *alone]

    def _causes(self, marks: dict[str, int], local: dict[str, list[tuple[Evidential, float]]]) -> list[_Cause]:
        network, tree = self.network, self.network.tree
        effects: dict[str, dict[tuple[float, int], int]] = {c: defaultdict(int) for c in network.priors}
        closure = self._closures(marks)
        for event, gate in tree.gates.items():
            if gate.kind == "or":
                mask = closure(event)
                for each in gate.inputs:
                    if mask and each.id in effects:
                        effects[each.id][each.strength, mask] += 1
        for name, bit in marks.items():
            kind, _, id_ = name.partition(" ")
            if kind == "cause" and id_ in effects:
                effects[id_][1.0, 1 << bit] += 1
        for finding in network.findings:
            mark = marks.get(f"finding {finding.id}")
            if mark is not None:
                for parent, strength in finding.parents:
                    if parent in effects:
                        effects[parent][strength, 1 << mark] += 1
        return [self._cause(c, effects[c], marks, local.get(c, [])) for c in sorted(network.priors)]

    def _closures(self, marks: dict[str, int]):  # type: ignore[no-untyped-def]
        """For an `or` event, the marks of all `or` events that it makes happen for certain."""
        tree = self.network.tree
        known: dict[str, int] = {}

        def closure(event: str) -> int:
            if event not in known:
                bit = marks.get(f"event {event}")
                mask = 0 if bit is None else 1 << bit
                for parent in tree.parents.get(event, ()):
                    gate = tree.gates[parent]
                    strength = next(i.strength for i in gate.inputs if i.id == event)
                    if gate.kind == "or" and strength == 1.0:
                        mask |= closure(parent)
                known[event] = mask
            return known[event]

        return closure

    def _cause(
        self,
        id_: str,
        effects: Mapping[tuple[float, int], int],
        marks: dict[str, int],
        local: list[tuple[Evidential, float]],
    ) -> _Cause:
        network = self.network
        prior = np.full(self.width, network.priors[id_])
        for circumstance, plain in network.plain_priors.get(id_, {}).items():
            if circumstance in self.column_of:
                prior[self.column_of[circumstance]] = plain
        on, off = prior.copy(), 1.0 - prior
        if id_ in network.suspects:
            on[1] = 0.0
        for finding, strength in local:
            a, d = finding.likelihoods
            factor_on = np.full(self.width, a + d * (1.0 - finding.background) * (1.0 - strength))
            factor_off = np.full(self.width, a + d * (1.0 - finding.background))
            if finding.id in self.column_of:
                factor_on[self.column_of[finding.id]] = factor_off[self.column_of[finding.id]] = 1.0
            on *= factor_on
            off *= factor_off
        for finding in network.findings:
            if self._is_certain_absence(finding) and f"finding {finding.id}" not in marks and len(finding.parents) > 1:
                for parent, strength in finding.parents:
                    if parent == id_:
                        factor = np.full(self.width, 1.0 - strength)
                        if finding.id in self.column_of:
                            factor[self.column_of[finding.id]] = 1.0
                        on *= factor
        return _Cause(id_, on, off, dict(effects))

    def _auxiliary(self, name: str, strength: float, marks: dict[str, int]) -> _Cause:
        on = np.full(self.width, strength)
        return _Cause(name, on, 1.0 - on, {(1.0, 1 << marks[name]): 1})

    # Numbers

    def solve(self) -> Posterior:
        parts = self.parts()
        for part in parts:
            if part.count > MAX_MARKS:
                raise TooManyMarks(part.count)
        on: dict[str, Array] = {}
        off: dict[str, Array] = {}
        log_total = np.zeros(self.width)
        for part in parts:
            likelihood = self._likelihood(part)
            total = _run_part(part, likelihood, on, off)
            with np.errstate(divide="ignore"):
                log_total += np.log(total)
        log_total += self._of_findings_without_cause()
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = {c: np.log(on[c]) - np.log(off[c]) for c in self.network.priors}
            probability = {c: float(on[c][0] / (on[c][0] + off[c][0])) for c in self.network.priors}
            unexplained = float(np.exp(log_total[1] - log_total[0])) if log_total[0] > -np.inf else 1.0
        return Posterior(
            probability=probability,
            unexplained=min(1.0, unexplained),
            log_evidence=float(log_total[0]),
            log_odds={c: float(values[0]) for c, values in odds.items()},
            without={
                name: {c: float(values[self.column_of[name]]) for c, values in odds.items()} for name in self.columns
            },
        )

    def _of_findings_without_cause(self) -> Array:
        """Log-likelihood of findings that only their background, or factors on causes, speak for."""
        result = np.zeros(self.width)
        for finding in self.network.findings:
            on_causes_only = (
                self._is_certain_absence(finding)
                and len(finding.parents) > 1
                and all(p not in self.network.tree.gates for p, _ in finding.parents)
            )
            if not finding.parents or on_causes_only:
                a, d = finding.likelihoods
                value = np.full(self.width, np.log(a + d * (1.0 - finding.background)))
                if finding.id in self.column_of:
                    value[self.column_of[finding.id]] = 0.0
                result += value
        return result

    def _likelihood(self, part: _Part) -> Array:
        """P(evidence | marks), shape (2^marks, columns)."""
        size = 1 << part.count
        states = np.arange(size)
        values = self._event_values(part, states)
        likelihood = np.ones((size, self.width))
        for finding in part.findings:
            absent = np.full(size, 1.0 - finding.background)
            for parent, strength in finding.parents:
                if parent in values:
                    absent = np.where(values[parent], absent * (1.0 - strength), absent)
            mark = part.marks.get(f"finding {finding.id}")
            if mark is not None:
                absent = np.where((states >> mark) & 1, 0.0, absent)
            a, d = finding.likelihoods
            factor = np.repeat((a + d * absent)[:, None], self.width, axis=1)
            if finding.id in self.column_of:
                factor[:, self.column_of[finding.id]] = 1.0
            likelihood *= factor
        return likelihood

    def _event_values(self, part: _Part, states: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
        """For each event of the part, whether it happens in each state of the marks."""
        values: dict[str, NDArray[np.bool_]] = {}

        def mark(name: str) -> NDArray[np.bool_] | None:
            bit = part.marks.get(name)
            return None if bit is None else ((states >> bit) & 1).astype(bool)

        for event in part.events:
            gate = self.network.tree.gates[event]
            acting = []
            for each in gate.inputs:
                value = values.get(each.id)
                if value is None and gate.kind != "or":
                    value = mark(f"cause {each.id}")
                if value is None:
                    continue
                chance = mark(f"aux {event} {each.id}")
                acting.append(value if chance is None else value & chance)
            if gate.kind == "or":
                happens = mark(f"event {event}")
                assert happens is not None
                for value in acting:
                    happens = happens | value
            elif gate.kind == "inhibit":
                condition = mark(f"aux {event}")
                assert condition is not None
                happens = acting[0] & condition
            else:
                happens = np.sum(acting, axis=0) >= gate.needed()
            values[event] = happens
        return values


def _run_part(part: _Part, likelihood: Array, on: dict[str, Array], off: dict[str, Array]) -> Array:
    """Forward and backward over the causes of a part; fills `on` and `off`, returns P(evidence)."""
    merged: dict[tuple[tuple[float, int], ...], list[_Cause]] = defaultdict(list)
    steps: list[tuple[list[_Cause], list[tuple[float, int]]]] = []
    for cause in part.causes:
        signature = cause.signature()
        if signature is None:
            steps.append(([cause], [(p, m) for (p, m), n in sorted(cause.effects.items()) for _ in range(n)]))
        else:
            merged[signature].append(cause)
    steps.extend((members, list(signature)) for signature, members in sorted(merged.items()))
    width = likelihood.shape[1]
    state = np.zeros_like(likelihood)
    state[0] = 1.0
    before: list[Array] = []
    weights: list[tuple[Array, Array]] = []
    for members, effects in steps:
        all_off = np.prod([m.off for m in members], axis=0)
        some_on = _some_on(members, width)
        before.append(state)
        weights.append((all_off, some_on))
        state = all_off * state + some_on * _push(state, effects, part.count)
    total: Array = np.sum(state * likelihood, axis=0)
    message = likelihood
    for (members, effects), (all_off, some_on), state in zip(
        reversed(steps), reversed(weights), reversed(before), strict=True
    ):
        pulled = _pull(message, effects, part.count)
        idle: Array = np.sum(state * message, axis=0)
        acting: Array = np.sum(state * pulled, axis=0)
        _members(members, idle, acting, on, off)
        message = all_off * message + some_on * pulled
    return total


def _some_on(members: list[_Cause], width: int) -> Array:
    """P(at least one member is on), built without subtraction."""
    some, none = np.zeros(width), np.ones(width)
    for member in members:
        some = some * (member.on + member.off) + none * member.on
        none = none * member.off
    return some


def _members(members: list[_Cause], idle: Array, acting: Array, on: dict[str, Array], off: dict[str, Array]) -> None:
    """Each member's joint weight of being on and off with the evidence."""
    for index, member in enumerate(members):
        others = members[:index] + members[index + 1 :]
        either = np.prod([o.on + o.off for o in others], axis=0) if others else np.ones_like(idle)
        none = np.prod([o.off for o in others], axis=0) if others else np.ones_like(idle)
        some = _some_on(others, len(idle)) if others else np.zeros_like(idle)
        on[member.id] = member.on * either * acting
        off[member.id] = member.off * (none * idle + some * acting)


def _push(state: Array, effects: list[tuple[float, int]], count: int) -> Array:
    """The distribution of the marks after a cause has acted."""
    for probability, mask in effects:
        moved = state
        for bit in _bits(mask):
            moved = moved.copy()
            view = moved.reshape(1 << (count - 1 - bit), 2, 1 << bit, -1)
            view[:, 1] += view[:, 0]
            view[:, 0] = 0.0
        state = moved if probability == 1.0 else (1.0 - probability) * state + probability * moved
    return state


def _pull(message: Array, effects: list[tuple[float, int]], count: int) -> Array:
    """The adjoint of `_push`."""
    for probability, mask in reversed(effects):
        moved = message
        for bit in _bits(mask):
            moved = moved.copy()
            view = moved.reshape(1 << (count - 1 - bit), 2, 1 << bit, -1)
            view[:, 0] = view[:, 1]
        message = moved if probability == 1.0 else (1.0 - probability) * message + probability * moved
    return message


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


class _Groups:
    """Disjoint sets of marks (union-find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, bit: int) -> int:
        while self._parent[bit] != bit:
            self._parent[bit] = self._parent[self._parent[bit]]
            bit = self._parent[bit]
        return bit

    def join(self, bits: list[int]) -> None:
        for bit in bits[1:]:
            self._parent[self.root(bit)] = self.root(bits[0])
