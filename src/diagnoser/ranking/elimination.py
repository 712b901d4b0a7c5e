"""The order in which a network is worked off, so that few marks are open at a time.

A mark is a yes-or-no that causes act on: an event of the fault tree, an observed finding that
several causes explain directly, or a cause that stands under an `and`. A mark is opened when the
first cause acts on it, is final when nothing more can change it, and is retired when nothing more
depends on it. The order is greedy: retire next what opens the fewest new marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diagnoser.fault_tree import FaultTree, Gate
from diagnoser.ranking.belief_network import Evidential


@dataclass(frozen=True, slots=True)
class Act:
    """A group of causes acts: each effect sets a mark with a probability."""

    group: int
    effects: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """An event that happens makes an `or` event above it happen, with a probability."""

    event: int
    above: int
    strength: float


@dataclass(frozen=True, slots=True)
class Decide:
    """An event with any other gate happens as its inputs say."""

    event: int
    gate: Gate
    inputs: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Weigh:
    """An observed finding is weighed, given the events and the mark that explain it."""

    finding: Evidential
    events: tuple[tuple[int, float], ...]
    mark: int | None


@dataclass(frozen=True, slots=True)
class Retire:
    """Nothing depends on a mark any more."""

    mark: int


Step = Act | Feed | Decide | Weigh | Retire


@dataclass(frozen=True)
class Marks:
    """What a network has to keep track of.

    Attributes:
        groups: for each group of causes, the marks it acts on with probabilities.
        gates: event mark -> its gate and its inputs as (mark, strength).
        weighings: findings with the events and the mark that explain them.
        count: how many marks there are; they are numbered from 0.
    """

    groups: tuple[tuple[tuple[float, int], ...], ...]
    gates: dict[int, tuple[Gate, tuple[tuple[int, float], ...]]]
    weighings: tuple[Weigh, ...]
    count: int


def order_of(marks: Marks) -> Iterator[Step]:
    """The steps, each exactly once, with every mark retired at the end."""
    return _Order(marks).steps()


def simplified(tree: FaultTree, explaining: frozenset[str]) -> FaultTree:
    """The same tree without `or` events that only pass their inputs on.

    Args:
        tree: the gates.
        explaining: events that explain a finding; they stay.
    """
    gates = dict(tree.gates)
    for gate in list(tree.bottom_up()):
        consumers = [g for g in gates.values() if any(i.id == gate.event for i in g.inputs)]
        here = gates[gate.event]
        passes_on = (
            here.kind == "or"
            and here.event not in explaining
            and all(
                c.kind == "or" and all(i.strength == 1.0 for i in c.inputs if i.id == here.event) for c in consumers
            )
            and (len(consumers) == 1 or all(i.strength == 1.0 for i in here.inputs))
        )
        if not passes_on or not consumers:
            continue
        doubled = {i.id for i in here.inputs} & {i.id for c in consumers for i in c.inputs}
        if doubled and any(i.strength < 1.0 for i in here.inputs if i.id in doubled):
            continue
        for consumer in consumers:
            kept = tuple(i for i in consumer.inputs if i.id != here.event)
            known = {i.id: i for i in kept}
            if any(known[i.id].strength < 1.0 for i in here.inputs if i.id in known):
                kept = tuple(i for i in kept if i.id not in {h.id for h in here.inputs})
                known = {i.id: i for i in kept}
            added = tuple(i for i in here.inputs if i.id not in known)
            gates[consumer.event] = Gate(consumer.event, "or", kept + added)
        del gates[here.event]
    return FaultTree(gates)


class _Order:
    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._touching: list[list[int]] = [[] for _ in range(marks.count)]
        for group, effects in enumerate(marks.groups):
            for mark in {m for _, m in effects}:
                self._touching[mark].append(group)
        self._consumers: list[list[int]] = [[] for _ in range(marks.count)]
        for event, (_, inputs) in marks.gates.items():
            for mark in {m for m, _ in inputs}:
                self._consumers[mark].append(event)
        self._weighed: list[list[int]] = [[] for _ in range(marks.count)]
        for index, weigh in enumerate(marks.weighings):
            for mark in self._scope(weigh):
                self._weighed[mark].append(index)
        self._finals: dict[int, int] = {}
        self._done_groups: set[int] = set()
        self._final: set[int] = set()
        self._fed: set[tuple[int, int]] = set()
        self._weighings_done: set[int] = set()
        self._open: set[int] = set()
        self._retired: set[int] = set()

    @staticmethod
    def _scope(weigh: Weigh) -> set[int]:
        scope = {m for m, _ in weigh.events}
        return scope | {weigh.mark} if weigh.mark is not None else scope

    def _needed_to_finish(self, mark: int) -> int:
        """The marks, as bits, that must be opened for a mark to be final."""
        known = self._finals.get(mark)
        if known is None:
            known = 1 << mark
            for group in self._touching[mark]:
                for _, other in self._marks.groups[group]:
                    known |= 1 << other
            if mark in self._marks.gates:
                for below, _ in self._marks.gates[mark][1]:
                    known |= self._needed_to_finish(below)
            self._finals[mark] = known
        return known

    def _needed_to_retire(self, mark: int) -> int:
        needed = self._needed_to_finish(mark)
        for event in self._consumers[mark]:
            gate, inputs = self._marks.gates[event]
            needed |= 1 << event
            if gate.kind != "or":
                for below, _ in inputs:
                    needed |= self._needed_to_finish(below)
        for index in self._weighed[mark]:
            for other in self._scope(self._marks.weighings[index]):
                needed |= self._needed_to_finish(other)
        return needed

    def steps(self) -> Iterator[Step]:
        needs = {mark: self._needed_to_retire(mark) for mark in range(self._marks.count)}
        opened = 0
        while needs:
            mark = min(needs, key=lambda m: ((needs[m] & ~opened).bit_count(), m))
            opened |= needs[mark]
            yield from self._finish(mark)
            for event in sorted(self._consumers[mark]):
                yield from self._pass_on(mark, event)
            for index in self._weighed[mark]:
                yield from self._weigh(index)
            for done in sorted(self._open):
                if self._is_done(done):
                    self._open.discard(done)
                    self._retired.add(done)
                    needs.pop(done, None)
                    yield Retire(done)
            needs.pop(mark, None)

    def _finish(self, mark: int) -> Iterator[Step]:
        if mark in self._final:
            return
        gate = self._marks.gates.get(mark)
        if gate is not None:
            for below, _ in gate[1]:
                yield from self._finish(below)
        for group in self._touching[mark]:
            if group not in self._done_groups:
                self._done_groups.add(group)
                self._open |= {m for _, m in self._marks.groups[group]}
                yield Act(group, self._marks.groups[group])
        self._open.add(mark)
        if gate is not None:
            if gate[0].kind == "or":
                for below, _ in gate[1]:
                    yield from self._pass_on(below, mark)
            else:
                yield Decide(mark, gate[0], gate[1])
        self._final.add(mark)

    def _pass_on(self, below: int, event: int) -> Iterator[Step]:
        gate, inputs = self._marks.gates[event]
        if gate.kind != "or":
            yield from self._finish(event)
            return
        key = (below, event)
        if key not in self._fed:
            self._fed.add(key)
            self._open.add(event)
            for mark, strength in inputs:
                if mark == below:
                    yield Feed(below, event, strength)

    def _weigh(self, index: int) -> Iterator[Step]:
        if index in self._weighings_done:
            return
        self._weighings_done.add(index)
        weigh = self._marks.weighings[index]
        for mark in sorted(self._scope(weigh)):
            yield from self._finish(mark)
        yield weigh

    def _is_done(self, mark: int) -> bool:
        if mark not in self._final or any(i not in self._weighings_done for i in self._weighed[mark]):
            return False
        for event in self._consumers[mark]:
            if self._marks.gates[event][0].kind == "or":
                if (mark, event) not in self._fed:
                    return False
            elif event not in self._final:
                return False
        return True
