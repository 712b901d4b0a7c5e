"""A fault tree made small before it is solved: constants gone, equal gates merged, modules found.

A module is a gate whose events occur nowhere else in the tree; it is solved on its own and stands
as one event in the tree above it (Dutuit and Rauzy, "A linear-time algorithm to find modules of
fault trees", IEEE Transactions on Reliability 45, 1996).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree

Node = str | bool


@dataclass(frozen=True)
class Module:
    """A gate with the gates that belong to it alone; its inputs are basic events and other modules.

    `gates` are in an order in which each comes after the gates under it; the last is the module.
    """

    id: str
    gates: Mapping[str, LogicGate]
    events: tuple[str, ...]


@dataclass(frozen=True)
class ReducedTree:
    """Modules in an order in which each comes after those that it needs, the top event last.

    `constant` is set, and there are no modules, where the top event does not depend on anything.
    A top event that equals one basic event is a module with an `or` of one input.
    """

    modules: tuple[Module, ...]
    constant: bool | None = None


def reduce_tree(tree: LogicTree, top: str) -> ReducedTree:
    """Simplify a tree and cut it into modules; what it means stays the same."""
    gates, node = _without_constants(tree, top)
    if isinstance(node, bool):
        return ReducedTree((), node)
    if node not in gates:
        return ReducedTree((Module("", {"": LogicGate("or", (node,))}, (node,)),))
    gates = _merged(gates, node)
    modules = _modules(gates, node)
    gates, grouped = _with_private_groups(gates, modules)
    return ReducedTree(_cut(gates, node, modules | grouped))


def _without_constants(tree: LogicTree, top: str) -> tuple[dict[str, LogicGate], Node]:
    """Gates after house events and gates with one input are folded away, and what the top became."""
    value: dict[str, Node] = {}
    gates: dict[str, LogicGate] = {}
    for node in tree.bottom_up(top):
        gate = tree.gates.get(node)
        if gate is None:
            value[node] = tree.constants.get(node, node)
            continue
        folded = _folded(gate, [value[i] for i in gate.inputs], gates)
        if isinstance(folded, LogicGate):
            gates[node] = folded
            value[node] = node
        else:
            value[node] = folded
    return gates, value[top]


def _folded(gate: LogicGate, inputs: list[Node], gates: Mapping[str, LogicGate]) -> LogicGate | Node:
    certain = sum(i is True for i in inputs)
    names = [i for i in inputs if isinstance(i, str)]
    if gate.operator == "not":
        return _negated(inputs[0], gates)
    if gate.operator == "xor":
        return _folded_xor(names, certain % 2 == 1)
    needed = {"or": 1, "and": len(inputs), "atleast": gate.k}[gate.operator] - certain
    if needed <= 0 or needed > len(names):
        return needed <= 0
    if needed == 1 or needed == len(names):
        names = list(dict.fromkeys(names))
        if len(names) == 1:
            return names[0]
        return LogicGate("or" if needed == 1 else "and", tuple(names))
    return LogicGate("atleast", tuple(names), needed)


def _negated(node: Node, gates: Mapping[str, LogicGate]) -> LogicGate | Node:
    if isinstance(node, bool):
        return not node
    gate = gates.get(node)
    return gate.inputs[0] if gate is not None and gate.operator == "not" else LogicGate("not", (node,))


def _folded_xor(names: Iterable[str], odd: bool) -> LogicGate | Node:
    left = tuple(name for name, count in Counter(names).items() if count % 2)
    if not left:
        return odd
    if odd:
        # `xor` of these and one true input: told by a doubled negation, k = 0 marks it
        return LogicGate("xor", left, 0) if len(left) > 1 else LogicGate("not", left)
    return LogicGate("xor", left) if len(left) > 1 else left[0]


def _merged(gates: Mapping[str, LogicGate], top: str) -> dict[str, LogicGate]:
    """An `or` under an `or` becomes part of it where nothing else uses it; so does `and` under `and`."""
    uses = Counter(i for gate in _reachable(gates, top).values() for i in gate.inputs)
    merged: dict[str, LogicGate] = {}
    for name, gate in gates.items():
        inputs: list[str] = []
        for i in gate.inputs:
            child = merged.get(i)
            same = child is not None and child.operator == gate.operator and gate.operator in ("and", "or")
            inputs.extend(child.inputs if child is not None and same and uses[i] == 1 else (i,))
        unique = tuple(dict.fromkeys(inputs)) if gate.operator in ("and", "or") else tuple(inputs)
        merged[name] = LogicGate(gate.operator, unique, gate.k)
    return _reachable(merged, top)


def _reachable(gates: Mapping[str, LogicGate], top: str) -> dict[str, LogicGate]:
    found = {top}
    waiting = [top]
    while waiting:
        for i in gates[waiting.pop()].inputs:
            if i in gates and i not in found:
                found.add(i)
                waiting.append(i)
    return {name: gate for name, gate in gates.items() if name in found}


def _modules(gates: Mapping[str, LogicGate], top: str) -> frozenset[str]:
    """Gates under which nothing is that is also used elsewhere."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    left: dict[str, int] = {}
    date = 0
    stack: list[tuple[str, int]] = [(top, -1)]
    while stack:
        node, position = stack.pop()
        date += 1
        if position < 0:
            last[node] = date
            if node in first:
                continue
            first[node] = date
        gate = gates.get(node)
        if gate is None:
            continue
        if position + 1 < len(gate.inputs):
            stack.append((node, position + 1))
            stack.append((gate.inputs[position + 1], -1))
        else:
            left[node] = date
    earliest: dict[str, int] = {}
    latest: dict[str, int] = {}
    for name, gate in gates.items():  # bottom-up, as `_without_constants` wrote them
        earliest[name] = min(min(first[i], earliest.get(i, first[i])) for i in gate.inputs)
        latest[name] = max(max(last[i], latest.get(i, last[i])) for i in gate.inputs)
    possible = {name for name in gates if earliest[name] > first[name] and latest[name] < left[name]}
    return frozenset(possible | {top}) - _true_at_rest(gates)


def _true_at_rest(gates: Mapping[str, LogicGate]) -> frozenset[str]:
    """Gates that are true while no basic event has happened: the minimal cut sets of such a gate
    cannot be put in its place, since its absence needs events."""
    true: set[str] = set()
    for name, gate in gates.items():
        on = sum(i in true for i in gate.inputs)
        happens = {
            "or": on >= 1,
            "and": on == len(gate.inputs),
            "atleast": on >= gate.k,
            "not": on == 0,
            "xor": (on % 2 == 1) == bool(gate.k),
        }[gate.operator]
        if happens:
            true.add(name)
    return frozenset(true)


def _with_private_groups(
    gates: Mapping[str, LogicGate], modules: frozenset[str]
) -> tuple[dict[str, LogicGate], frozenset[str]]:
    """Inputs of an `and` or `or` that nothing else uses become one module of their own."""
    uses = Counter(i for gate in gates.values() for i in gate.inputs)
    split: dict[str, LogicGate] = {}
    grouped: set[str] = set()
    for name, gate in gates.items():
        private = [i for i in gate.inputs if uses[i] == 1 and (i not in gates or i in modules)]
        if gate.operator in ("and", "or") and 2 <= len(private) < len(gate.inputs):
            group = f"{name}<-private"
            split[group] = LogicGate(gate.operator, tuple(private))
            grouped.add(group)
            gate = LogicGate(gate.operator, (group, *(i for i in gate.inputs if i not in set(private))))
        split[name] = gate
    return split, frozenset(grouped)


def _cut(gates: Mapping[str, LogicGate], top: str, modules: frozenset[str]) -> tuple[Module, ...]:
    cut = []
    place = {name: n for n, name in enumerate(gates)}
    for name in gates:
        if name in modules or name == top:
            inside = _inside(gates, name, modules)
            own = {g: gates[g] for g in sorted(inside, key=lambda g: place[g])}
            leaves = dict.fromkeys(i for gate in own.values() for i in gate.inputs if i not in own)
            cut.append(Module(name, own, tuple(leaves)))
    return tuple(cut)


def _inside(gates: Mapping[str, LogicGate], module: str, modules: frozenset[str]) -> frozenset[str]:
    found = {module}
    waiting = [module]
    while waiting:
        for i in gates[waiting.pop()].inputs:
            if i in gates and i not in modules and i not in found:
                found.add(i)
                waiting.append(i)
    return frozenset(found)
