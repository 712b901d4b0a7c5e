"""What a picture of a fault tree shows, before it is drawn in any format.

The tree is unfolded from the top event: an event that several gates share is drawn in full once and
by reference elsewhere, as the transfer symbols of IEC 61025 do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.logic_tree import CONDITION, LogicGate, LogicTree

Sign = Literal["and", "or", "atleast", "xor", "not", "inhibit"]
State = Literal["shown", "suspect", "ruled_out", "plain"]

MOST_ROWS = 120
"""A picture with more rows than this is cut at a depth at which it fits."""

FAINT, FAINT_SHARE = 0.01, 0.1
"""On a lit tree, inputs whose suspects are all less probable than the first, and than the second
times the most probable one, share one row."""


@dataclass(frozen=True)
class Case:
    """What a diagnosis found, to be lit on the tree. An empty case lights nothing.

    Attributes:
        shown: events and causes that present findings show.
        posterior: of each suspect, 0 to 1.
        ruled_out: causes and events that cannot be.
    """

    shown: frozenset[str] = frozenset()
    posterior: Mapping[str, float] = field(default_factory=dict)
    ruled_out: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.shown or self.posterior or self.ruled_out)

    def closed(self, tree: LogicTree) -> Case:
        """The same with every event that its ruled-out inputs make impossible."""
        closed = set(self.ruled_out)
        for top in tree.top_events():
            for node in tree.bottom_up(top):
                gate = tree.gates.get(node)
                if gate is None or node in closed:
                    continue
                left = sum(i not in closed for i in gate.inputs)
                needed = {"and": len(gate.inputs), "or": 1, "atleast": gate.k}.get(gate.operator, 0)
                if left < needed and node not in self.shown:
                    closed.add(node)
        return Case(self.shown, self.posterior, frozenset(closed))

    def state(self, node: str) -> State:
        """How a node is drawn."""
        if node in self.ruled_out:
            return "ruled_out"
        if node in self.shown:
            return "shown"
        return "suspect" if node in self.posterior else "plain"


@dataclass(frozen=True, slots=True)
class Branch:
    """An event as it stands at one place of the picture.

    Attributes:
        sign: the gate under it; None for a basic event.
        k: of `atleast`.
        probability: of a basic event or a condition; None for a gate without one.
        strength: the probability with which it acts on the event above; 1 if always.
        repeated: it is drawn in full elsewhere.
        hidden: how many basic events under it the cut left out; where there is neither gate nor
            label, how many faint inputs share this row.
        heat: the largest posterior at or under it.
    """

    id: str
    label: str
    sign: Sign | None
    k: int
    probability: float | None
    strength: float
    state: State
    heat: float
    repeated: bool
    hidden: int
    inputs: tuple[Branch, ...]

    def rows(self) -> int:
        """How many ends the branch has."""
        return sum(i.rows() for i in self.inputs) or 1


def unfold(tree: LogicTree, top: str, case: Case, depth: int | None = None) -> Branch:
    """The tree from a top event down, ready to be drawn.

    Args:
        depth: gates below each other at most; by default as many as fit `MOST_ROWS` rows.

    Raises:
        UnusableTree: there is no such gate, or gates form a circle.
    """
    if top not in tree.gates:
        raise UnusableTree(tree.name, f"there is no gate '{top}'")
    part = tree.under(top)
    unfolding = _Unfolding(part, case.closed(part), top)
    if depth is not None:
        return unfolding.unfold(depth)
    best = unfolding.unfold(1)
    for deeper in range(2, 60):
        branch = unfolding.unfold(deeper)
        if branch.rows() > MOST_ROWS:
            break
        if branch == best:
            break
        best = branch
    return best


class _Unfolding:
    def __init__(self, tree: LogicTree, case: Case, top: str) -> None:
        self._tree, self._case, self._top = tree, case, top
        self._heat: dict[str, float] = {}
        self._events: dict[str, frozenset[str]] = {}
        self._lit: set[str] = set()
        """What was seen or ruled out, and what has such a thing under it."""
        for node in tree.bottom_up(top):
            gate = tree.gates.get(node)
            inputs = gate.inputs if gate else ()
            own = case.posterior.get(node, 0.0)
            self._heat[node] = 0.0 if node in self._case.ruled_out else max([own, *(self._heat[i] for i in inputs)])
            ends = frozenset().union(*(self._events[i] for i in inputs)) if gate else frozenset({node})
            self._events[node] = ends
            closed = node in self._case.ruled_out
            if closed or node in self._case.shown or (gate and any(i in self._lit for i in inputs)):
                self._lit.add(node)

    def unfold(self, depth: int) -> Branch:
        return self._branch(self._top, 1.0, depth, set())

    def _branch(self, node: str, strength: float, depth: int, drawn: set[str]) -> Branch:
        gate = self._tree.gates.get(node)
        repeated = gate is not None and node in drawn
        cut = gate is not None and not repeated and depth == 0
        inputs: tuple[Branch, ...] = ()
        sign: Sign | None = None
        probability = self._tree.probabilities.get(node)
        if gate is not None:
            names, sign, condition = self._read(gate)
            if condition is not None:
                probability = self._tree.probabilities[condition]
            if not repeated and not cut:
                drawn.add(node)
                inputs = self._inputs(node, names, depth - 1, drawn)
        return Branch(
            id=node,
            label=self._label(node),
            sign=sign,
            k=gate.k if gate else 1,
            probability=probability,
            strength=strength,
            state=self._case.state(node),
            heat=self._heat[node],
            repeated=repeated,
            hidden=len(self._events[node]) if cut else 0,
            inputs=inputs,
        )

    def _inputs(self, event: str, names: tuple[str, ...], depth: int, drawn: set[str]) -> tuple[Branch, ...]:
        """The inputs of a gate; on a lit tree the faint ones, if there are several, as one row."""
        faint = [name for name in names if self._faint(name)]
        if len(faint) < 2:
            return tuple(self._input(name, depth, drawn) for name in names)
        lit = [self._input(name, depth, drawn) for name in names if name not in set(faint)]
        heat = max(self._heat[name] for name in faint)
        rest = Branch(f"{event} ...", "", None, 1, None, 1.0, "plain", heat, False, len(faint), ())
        return (*lit, rest)

    def _faint(self, name: str) -> bool:
        limit = max(FAINT, FAINT_SHARE * self._heat[self._top])
        return bool(self._case) and self._heat[name] < limit and name not in self._lit

    def _read(self, gate: LogicGate) -> tuple[tuple[str, ...], Sign, str | None]:
        """A gate's inputs, its sign, and its condition where it is an inhibit gate."""
        condition = next((i for i in gate.inputs if i.endswith(f"{CONDITION}condition")), None)
        if condition is None:
            return gate.inputs, gate.operator, None
        inputs = tuple(i for i in gate.inputs if i != condition)
        if len(inputs) == 1 and inputs[0].endswith(f"{CONDITION}any"):
            inputs = self._tree.gates[inputs[0]].inputs
        return inputs, "inhibit", condition

    def _input(self, name: str, depth: int, drawn: set[str]) -> Branch:
        """An input; one that acts with a strength below 1 is drawn without the gate that says so."""
        gate = self._tree.gates.get(name)
        if gate is not None and gate.anonymous and gate.operator == "and" and len(gate.inputs) == 2:
            real, condition = gate.inputs
            if condition.endswith(f"{CONDITION}{real}"):
                return self._branch(real, self._tree.probabilities[condition], depth, drawn)
        return self._branch(name, 1.0, depth, drawn)

    def _label(self, node: str) -> str:
        gate = self._tree.gates.get(node)
        return "" if gate is not None and gate.anonymous else self._tree.labels.get(node, node)
