"""The exact posterior of a noisy-OR network with gates.

The causes act independently of each other on *marks* (see `elimination`). The joint distribution of
the open marks is carried along while causes act, events are passed up the tree, findings are
weighed and marks are retired; every step adds and multiplies probabilities only, so nothing
cancels, however improbable the evidence is. A backward pass over the same steps yields every
cause's posterior at once, and extra columns do the same with one finding or circumstance taken
away.

This is variable elimination that makes use of causal independence (N. L. Zhang and D. Poole,
"Exploiting causal independence in Bayesian network inference", JAIR 5, 1996). Work and memory grow
with 2^(open marks); networks are split into independent parts first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from diagnoser.fault_tree import FaultTree, Gate
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.elimination import Act, Decide, Feed, Marks, Retire, Step, Weigh, order_of, simplified

MAX_OPEN = 10
"""With more marks open at a time, a part of the network is not solved exactly."""

Array = NDArray[np.float64]


class TooManyMarks(Exception):
    """A part of the network would have more marks open at a time than can be enumerated."""


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


def posterior(network: BeliefNetwork, columns: tuple[str, ...] = ()) -> Posterior:
    """The exact posterior.

    Args:
        network: what is in question.
        columns: findings and circumstances for which the posterior without them is wanted too.

    Raises:
        TooManyMarks: an independent part of the network needs more than `MAX_OPEN` open marks.
    """
    return _Solver(network, columns).solve()


@dataclass
class _Cause:
    """How one cause acts: weights of being present and absent, one for each column, and its effects."""

    id: str
    on: Array
    off: Array
    effects: tuple[tuple[float, str], ...]


@dataclass
class _Part:
    """An independent part of the network: groups of causes that act alike, gates and findings."""

    groups: list[list[_Cause]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    findings: list[Evidential] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class _Solver:
    """The working state of one solution."""

    def __init__(self, network: BeliefNetwork, columns: tuple[str, ...]) -> None:
        self.network = network
        self.columns = columns
        self.width = 2 + len(columns)
        """Column 0 is the evidence, column 1 the evidence without suspects, then one for each taken away."""
        self.column_of = {name: index + 2 for index, name in enumerate(columns)}
        explaining = frozenset(p for f in network.findings for p, _ in f.parents)
        self.tree: FaultTree = simplified(network.tree, explaining)

    def solve(self) -> Posterior:
        parts = self._parts()
        plans = [(part, *self._plan(part)) for part in parts]
        on: dict[str, Array] = {}
        off: dict[str, Array] = {}
        log_total = self._of_findings_without_marks()
        for part, steps, _ in plans:
            total = _run(part.groups, steps, self.width, self.column_of, on, off)
            with np.errstate(divide="ignore"):
                log_total += np.log(total)
        causes = self.network.priors
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = {c: np.log(on[c]) - np.log(off[c]) for c in causes}
            probability = {c: float(on[c][0] / (on[c][0] + off[c][0])) for c in causes}
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

    # What acts on what

    def _parts(self) -> list[_Part]:
        network, tree = self.network, self.tree
        direct: dict[str, list[tuple[Evidential, float]]] = defaultdict(list)
        effects: dict[str, list[tuple[float, str]]] = {c: [] for c in network.priors}
        marked: list[Evidential] = []
        for finding in network.findings:
            causes = [(p, q) for p, q in finding.parents if p in effects]
            if self._needs_mark(finding):
                for cause, strength in causes:
                    effects[cause].append((strength, f"finding {finding.id}"))
            else:
                for cause, strength in causes:
                    direct[cause].append((finding, strength))
            if self._needs_mark(finding) or any(p in tree.gates for p, _ in finding.parents):
                marked.append(finding)
        for event, gate in sorted(tree.gates.items()):
            for each in gate.inputs:
                if each.id in effects:
                    name = f"event {event}" if gate.kind == "or" else f"cause {each.id}"
                    strength = each.strength if gate.kind == "or" else 1.0
                    if (strength, name) not in effects[each.id] or gate.kind == "or":
                        effects[each.id].append((strength, name))
        made = [self._cause(c, direct.get(c, []), tuple(sorted(effects[c]))) for c in sorted(network.priors)]
        return self._split(made, marked)

    def _needs_mark(self, finding: Evidential) -> bool:
        """Whether causes must be kept track of to weigh a finding.

        Not with one parent, nor where the finding is certainly absent: then each cause simply
        carries a factor of its own.
        """
        causes = sum(p in self.network.priors for p, _ in finding.parents)
        certainly_absent = not finding.present and finding.certainty == 1.0
        return causes > 0 and not certainly_absent and len(finding.parents) > 1

    def _cause(
        self, id_: str, direct: list[tuple[Evidential, float]], effects: tuple[tuple[float, str], ...]
    ) -> _Cause:
        network = self.network
        on = np.full(self.width, network.priors[id_])
        for circumstance, plain in network.plain_priors.get(id_, {}).items():
            if circumstance in self.column_of:
                on[self.column_of[circumstance]] = plain
        off = 1.0 - on
        if id_ in network.suspects:
            on[1] = 0.0
        for finding, strength in direct:
            a, d = finding.likelihoods
            alone = len(finding.parents) == 1
            factor_on = a + d * (1.0 - finding.background) * (1.0 - strength) if alone else 1.0 - strength
            factor_off = a + d * (1.0 - finding.background) if alone else 1.0
            for target, factor in ((on, factor_on), (off, factor_off)):
                kept = target[self.column_of[finding.id]] if finding.id in self.column_of else None
                target *= factor
                if kept is not None:
                    target[self.column_of[finding.id]] = kept
        return _Cause(id_, on, off, effects)

    def _split(self, causes: list[_Cause], marked: list[Evidential]) -> list[_Part]:
        groups = _Groups()
        for cause in causes:
            groups.join([name for _, name in cause.effects])
        for event, gate in self.tree.gates.items():
            groups.join([f"event {event}", *(self._mark_of(i.id) for i in gate.inputs if self._is_mark(i.id, gate))])
        for finding in marked:
            groups.join(self._marks_of(finding))
        parts: dict[str, _Part] = defaultdict(_Part)
        merged: dict[tuple[tuple[float, str], ...], list[_Cause]] = {}
        for cause in causes:
            if not cause.effects:
                parts[f"alone {cause.id}"].groups.append([cause])
                continue
            alike = merged.get(cause.effects) if all(p == 1.0 for p, _ in cause.effects) else None
            if alike is None:
                alike = [cause]
                parts[groups.root(cause.effects[0][1])].groups.append(alike)
                if all(p == 1.0 for p, _ in cause.effects):
                    merged[cause.effects] = alike
            else:
                alike.append(cause)
        for event in sorted(self.tree.gates):
            parts[groups.root(f"event {event}")].events.append(event)
        for finding in marked:
            parts[groups.root(self._marks_of(finding)[0])].findings.append(finding)
        for name in groups.names():
            parts[groups.root(name)].names.append(name)
        return [parts[key] for key in sorted(parts)]

    def _is_mark(self, node: str, gate: Gate) -> bool:
        return node in self.tree.gates or (gate.kind != "or" and node in self.network.priors)

    def _mark_of(self, node: str) -> str:
        return f"event {node}" if node in self.tree.gates else f"cause {node}"

    def _marks_of(self, finding: Evidential) -> list[str]:
        names = [f"event {p}" for p, _ in finding.parents if p in self.tree.gates]
        return [*names, f"finding {finding.id}"] if self._needs_mark(finding) else names

    def _plan(self, part: _Part) -> tuple[list[Step], int]:
        """The steps of a part and the largest number of marks open at a time."""
        number = {name: index for index, name in enumerate(sorted(part.names))}
        gates = {}
        for event in part.events:
            gate = self.tree.gates[event]
            inputs = tuple((number[self._mark_of(i.id)], i.strength) for i in gate.inputs if self._is_mark(i.id, gate))
            gates[number[f"event {event}"]] = (gate, inputs)
        weighings = tuple(
            Weigh(
                f,
                tuple((number[f"event {p}"], q) for p, q in f.parents if p in self.tree.gates),
                number[f"finding {f.id}"] if self._needs_mark(f) else None,
            )
            for f in part.findings
        )
        effects = tuple(tuple((p, number[name]) for p, name in group[0].effects) for group in part.groups)
        if not number:
            return [Act(index, ()) for index in range(len(part.groups))], 0
        steps = list(order_of(Marks(effects, gates, weighings, len(number))))
        widest = _widest(steps)
        if widest > MAX_OPEN:
            raise TooManyMarks(widest)
        return steps, widest

    def _of_findings_without_marks(self) -> Array:
        """Log-likelihood of findings that no open cause explains, and constants of absent ones."""
        result = np.zeros(self.width)
        for finding in self.network.findings:
            open_parents = [p for p, _ in finding.parents if p in self.tree.gates or p in self.network.priors]
            on_causes_only = (
                len(finding.parents) > 1
                and not self._needs_mark(finding)
                and not any(p in self.tree.gates for p in open_parents)
            )
            if not open_parents or on_causes_only:
                a, d = finding.likelihoods
                value = np.full(self.width, np.log(a + d * (1.0 - finding.background)))
                if finding.id in self.column_of:
                    value[self.column_of[finding.id]] = 0.0
                result += value
        return result


def _widest(steps: list[Step]) -> int:
    opened: set[int] = set()
    widest = 0
    for step in steps:
        if isinstance(step, Act):
            opened |= {m for _, m in step.effects}
        elif isinstance(step, Feed):
            opened |= {step.event, step.above}
        elif isinstance(step, Decide):
            opened.add(step.event)
        elif isinstance(step, Retire):
            opened.discard(step.mark)
        widest = max(widest, len(opened))
    return widest


class _Frontier:
    """Which open mark is which bit of the state."""

    def __init__(self) -> None:
        self.marks: list[int] = []

    def bit(self, mark: int) -> int:
        return self.marks.index(mark)

    def missing(self, marks: list[int]) -> list[int]:
        return [m for m in dict.fromkeys(marks) if m not in self.marks]


def _run(
    groups: list[list[_Cause]],
    steps: list[Step],
    width: int,
    column_of: Mapping[str, int],
    on: dict[str, Array],
    off: dict[str, Array],
) -> Array:
    """Forward and backward over the steps of a part; fills `on` and `off`, returns P(evidence)."""
    frontier = _Frontier()
    state: Array = np.ones((1, width))
    back: list[tuple[object, ...]] = []
    for step in steps:
        for _ in _opened_by(step, frontier):
            state = np.concatenate([state, np.zeros_like(state)])
            back.append(("open",))
        if isinstance(step, Act):
            members = groups[step.group]
            effects = [(p, frontier.bit(m)) for p, m in step.effects]
            all_off, some_on = _weights(members, width)
            back.append(("act", members, effects, state, all_off, some_on))
            state = all_off * state + some_on * _push(state, effects)
        elif isinstance(step, Feed):
            bits = (frontier.bit(step.event), frontier.bit(step.above), step.strength)
            back.append(("feed", bits))
            state = _feed(state, *bits)
        elif isinstance(step, Decide):
            happens = _happens(step, frontier, state.shape[0])
            frontier.marks.append(step.event)
            back.append(("decide", happens))
            state = np.concatenate([state * (1.0 - happens), state * happens])
        elif isinstance(step, Weigh):
            factor = _likelihood(step, frontier, state.shape[0], width, column_of)
            back.append(("weigh", factor))
            state = state * factor
        else:
            bit = frontier.bit(step.mark)
            back.append(("retire", bit))
            state = _view(state, bit).sum(axis=1).reshape(-1, width)
            frontier.marks.pop(bit)
    total: Array = state.sum(axis=0)
    _backward(back, np.ones((1, width)), on, off)
    return total


def _backward(back: list[tuple[object, ...]], message: Array, on: dict[str, Array], off: dict[str, Array]) -> None:
    width = message.shape[1]
    for kind, *rest in reversed(back):
        if kind == "open":
            message = message[: len(message) // 2]
        elif kind == "act":
            members, effects, state, all_off, some_on = rest
            pulled = _pull(message, effects)  # type: ignore[arg-type]
            idle: Array = np.sum(state * message, axis=0)  # type: ignore[operator]
            acting: Array = np.sum(state * pulled, axis=0)  # type: ignore[operator]
            _members(members, idle, acting, on, off)  # type: ignore[arg-type]
            message = all_off * message + some_on * pulled  # type: ignore[operator]
        elif kind == "feed":
            message = _feed_back(message, *rest[0])  # type: ignore[misc]
        elif kind == "decide":
            happens, half = rest[0], len(message) // 2
            message = message[:half] * (1.0 - happens) + message[half:] * happens  # type: ignore[operator]
        elif kind == "weigh":
            message = message * rest[0]  # type: ignore[operator]
        else:
            bit = rest[0]
            shaped = message.reshape(len(message) >> bit, 1, 1 << bit, width)  # type: ignore[operator]
            message = np.repeat(shaped, 2, axis=1).reshape(-1, width)


def _opened_by(step: Step, frontier: _Frontier) -> list[int]:
    """Marks that a step needs and that are not open yet; they are opened, as the highest bits."""
    if isinstance(step, Act):
        new = frontier.missing([m for _, m in step.effects])
    elif isinstance(step, Feed):
        new = frontier.missing([step.event, step.above])
    elif isinstance(step, Weigh):
        new = frontier.missing([*(m for m, _ in step.events), *(() if step.mark is None else (step.mark,))])
    elif isinstance(step, Decide):
        new = frontier.missing([m for m, _ in step.inputs])
    else:
        new = frontier.missing([step.mark])
    frontier.marks.extend(new)
    return new


def _view(state: Array, bit: int) -> Array:
    """The state with one bit as an axis of its own: (higher bits, this bit, lower bits, columns)."""
    return state.reshape(state.shape[0] >> (bit + 1), 2, 1 << bit, state.shape[1])


def _set(state: Array, bit: int) -> Array:
    """The state after a mark has been set."""
    moved = np.zeros_like(state)
    _view(moved, bit)[:, 1] = _view(state, bit).sum(axis=1)
    return moved


def _set_back(message: Array, bit: int) -> Array:
    """The adjoint of `_set`."""
    moved = np.empty_like(message)
    _view(moved, bit)[:] = _view(message, bit)[:, 1:2]
    return moved


def _push(state: Array, effects: list[tuple[float, int]]) -> Array:
    for probability, bit in effects:
        moved = _set(state, bit)
        state = moved if probability == 1.0 else (1.0 - probability) * state + probability * moved
    return state


def _pull(message: Array, effects: list[tuple[float, int]]) -> Array:
    """The adjoint of `_push`."""
    for probability, bit in reversed(effects):
        moved = _set_back(message, bit)
        message = moved if probability == 1.0 else (1.0 - probability) * message + probability * moved
    return message


def _happened(size: int, bit: int) -> NDArray[np.bool_]:
    happened: NDArray[np.bool_] = ((np.arange(size) >> bit) & 1).astype(bool)
    return happened


def _feed(state: Array, event: int, above: int, strength: float) -> Array:
    happened = _happened(state.shape[0], event)[:, None]
    moved = _set(np.where(happened, strength * state, 0.0), above)
    return np.where(happened, (1.0 - strength) * state, state) + moved


def _feed_back(message: Array, event: int, above: int, strength: float) -> Array:
    happened = _happened(message.shape[0], event)[:, None]
    return np.where(happened, (1.0 - strength) * message + strength * _set_back(message, above), message)


def _happens(step: Decide, frontier: _Frontier, size: int) -> Array:
    """P(the event happens) in each state of the open marks, as a column."""
    needed, count = step.gate.needed(), len(step.inputs)
    acting = np.zeros((count + 1, size))
    acting[0] = 1.0
    for mark, strength in step.inputs:
        chance = np.where(_happened(size, frontier.bit(mark)), strength, 0.0)
        after = acting * (1.0 - chance)
        after[1:] += acting[:-1] * chance
        acting = after
    condition = step.gate.condition if step.gate.kind == "inhibit" else 1.0
    happens: Array = acting[needed:].sum(axis=0)[:, None] * condition
    return happens


def _likelihood(step: Weigh, frontier: _Frontier, size: int, width: int, column_of: Mapping[str, int]) -> Array:
    """P(the report of a finding) in each state of the open marks, for each column."""
    finding = step.finding
    absent = np.full(size, 1.0 - finding.background)
    for mark, strength in step.events:
        absent = np.where(_happened(size, frontier.bit(mark)), absent * (1.0 - strength), absent)
    if step.mark is not None:
        absent = np.where(_happened(size, frontier.bit(step.mark)), 0.0, absent)
    a, d = finding.likelihoods
    factor = np.repeat((a + d * absent)[:, None], width, axis=1)
    if finding.id in column_of:
        factor[:, column_of[finding.id]] = 1.0
    return factor


def _weights(members: list[_Cause], width: int) -> tuple[Array, Array]:
    """P(no member is on) and P(some member is on), built without subtraction."""
    some, none = np.zeros(width), np.ones(width)
    for member in members:
        some = some * (member.on + member.off) + none * member.on
        none = none * member.off
    return none, some


def _members(members: list[_Cause], idle: Array, acting: Array, on: dict[str, Array], off: dict[str, Array]) -> None:
    """Each member's joint weight of being on and off with the evidence.

    Members act alike, so it matters only whether some other member is on.
    """
    width = len(idle)
    before = [(np.ones(width), np.zeros(width))]
    for member in members:
        none, some = before[-1]
        before.append((none * member.off, some * (member.on + member.off) + none * member.on))
    after_none, after_some = np.ones(width), np.zeros(width)
    for member, (none, some) in zip(reversed(members), reversed(before[:-1]), strict=True):
        others_none = none * after_none
        others_some = some * (after_none + after_some) + none * after_some
        on[member.id] = member.on * (others_none + others_some) * acting
        off[member.id] = member.off * (others_none * idle + others_some * acting)
        after_some = after_some * (member.on + member.off) + after_none * member.on
        after_none = after_none * member.off


class _Groups:
    """Disjoint sets of names (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def names(self) -> list[str]:
        return sorted(self._parent)

    def root(self, name: str) -> str:
        self._parent.setdefault(name, name)
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, names: list[str]) -> None:
        for name in names:
            self._parent[self.root(name)] = self.root(names[0])
