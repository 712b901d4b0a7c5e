"""Orders in which the events of a module are asked in its decision diagram.

The order decides how large the diagram grows, and no rule is best for every tree: the diagram is
tried with several (Bouissou, Bruyere and Rauzy, "BDD based fault-tree processing: a comparison of
variable ordering heuristics", ESREL 1997; Aloul, Markov and Sakallah, "FORCE", GLSVLSI 2003). Where
many gates share events and inputs have strengths, as in a knowledge base, the order along an
elimination tree is by far the best: the diagram is about as wide as the tree decomposition.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from diagnoser.fault_tree.reduction import Module


def orders(module: Module) -> Iterator[tuple[str, ...]]:
    """Orders worth trying, the most promising first; each names every event of the module once."""
    seen: set[tuple[str, ...]] = set()
    written = _depth_first(module, lambda _: 0.0)
    size = _sizes(module)
    uses = Counter(i for gate in module.gates.values() for i in gate.inputs)
    candidates: list[Callable[[], tuple[str, ...]]] = [
        lambda: written,
        lambda: _along(_elimination_tree(module)),
        lambda: _force(module, written),
        lambda: _depth_first(module, lambda i: size[i]),
        lambda: _depth_first(module, lambda i: -size[i]),
        lambda: _depth_first(module, lambda i: -uses[i]),
        lambda: _force(module, _depth_first(module, lambda i: size[i])),
        lambda: _by_weight(module),
    ]
    for candidate in candidates:
        order = candidate()
        if order not in seen:
            seen.add(order)
            yield order


def _depth_first(module: Module, key: Callable[[str], float]) -> tuple[str, ...]:
    """Events as they are met on the way down, inputs with the lowest key first."""
    met: dict[str, None] = {}
    entered: set[str] = set()
    stack = [module.id]
    while stack:
        node = stack.pop()
        gate = module.gates.get(node)
        if gate is None:
            met.setdefault(node)
        elif node not in entered:
            entered.add(node)
            stack.extend(sorted(gate.inputs, key=key)[::-1])
    return tuple(met)


def _sizes(module: Module) -> dict[str, float]:
    """How many events there are under each gate, shared ones counted each time."""
    size: dict[str, float] = dict.fromkeys(module.events, 1.0)
    for name, gate in module.gates.items():
        size[name] = sum(size[i] for i in gate.inputs)
    return size


def _by_weight(module: Module) -> tuple[str, ...]:
    """Heaviest first, where the top event weighs 1 and each gate shares its weight among its inputs."""
    weight: dict[str, float] = defaultdict(float)
    weight[module.id] = 1.0
    for name, gate in reversed(list(module.gates.items())):
        for i in gate.inputs:
            weight[i] += weight[name] / len(gate.inputs)
    place = {e: n for n, e in enumerate(module.events)}
    return tuple(sorted(module.events, key=lambda e: (-weight[e], place[e])))


@dataclass(frozen=True, slots=True)
class _EliminationTree:
    """Gates and events as they are summed out of the module, each under the first to be affected."""

    roots: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]]
    size: Mapping[str, int]
    events: frozenset[str]


def _elimination_tree(module: Module) -> _EliminationTree:
    """Sum out gates and events one by one, always the one whose neighbours know each other best
    (min-fill; Kjaerulff, "Triangulation of graphs", Aalborg 1990)."""
    near: dict[str, set[str]] = {event: set() for event in module.events}
    for name, gate in module.gates.items():
        near.setdefault(name, set())
        for i in gate.inputs:
            near[name].add(i)
            near[i].add(name)
    written = {node: n for n, node in enumerate(near)}
    cost = {node: _fill(node, near) for node in near}
    cheapest = [(cost[node], written[node], node) for node in near]
    heapq.heapify(cheapest)
    known_to: dict[str, set[str]] = {}
    while cheapest:
        paid, _, node = heapq.heappop(cheapest)
        if node not in near or paid != cost[node]:
            continue  # an entry from before its neighbours changed
        neighbours = known_to[node] = near.pop(node)
        for other in neighbours:
            near[other].discard(node)
            near[other] |= neighbours - {other}
        for other in neighbours.union(*(near[n] for n in neighbours)):
            cost[other] = _fill(other, near)
            heapq.heappush(cheapest, (cost[other], written[other], other))
    place = {node: n for n, node in enumerate(known_to)}
    below: dict[str, list[str]] = {node: [] for node in known_to}
    size: dict[str, int] = {}
    roots = []
    for node, neighbours in known_to.items():
        size[node] = 1 + sum(size[child] for child in below[node])
        if neighbours:
            below[min(neighbours, key=place.__getitem__)].append(node)
        else:
            roots.append(node)
    return _EliminationTree(
        tuple(roots), {node: tuple(nodes) for node, nodes in below.items()}, size, frozenset(module.events)
    )


def _fill(node: str, near: Mapping[str, set[str]]) -> tuple[int, int]:
    """How many pairs of neighbours are strangers, and how many neighbours there are."""
    neighbours = near[node]
    known = sum(len(near[other] & neighbours) for other in neighbours)
    return (len(neighbours) * (len(neighbours) - 1) - known) // 2, len(neighbours)


def _along(tree: _EliminationTree) -> tuple[str, ...]:
    """Events as the tree is walked from its roots: each before what is under it, the largest part first."""
    walked: list[str] = []
    stack = list(reversed(tree.roots))
    while stack:
        node = stack.pop()
        if node in tree.events:
            walked.append(node)
        stack.extend(sorted(tree.below[node], key=lambda child: tree.size[child]))
    return tuple(walked)


def _force(module: Module, start: tuple[str, ...], rounds: int = 60) -> tuple[str, ...]:
    """Pull the inputs of each gate together until the total span no longer shrinks."""
    place = {node: float(n) for n, node in enumerate(_with_gates(module, start))}
    edges = [(name, *gate.inputs) for name, gate in module.gates.items()]
    best, best_span = start, _span(edges, place)
    for _ in range(rounds):
        pulls: dict[str, list[float]] = defaultdict(list)
        for edge in edges:
            centre = sum(place[node] for node in edge) / len(edge)
            for node in edge:
                pulls[node].append(centre)
        wanted = sorted(place, key=lambda node: (sum(pulls[node]) / len(pulls[node]), place[node]))
        place = {node: float(n) for n, node in enumerate(wanted)}
        span = _span(edges, place)
        if span >= best_span:
            break
        best, best_span = tuple(node for node in wanted if node not in module.gates), span
    return best


def _with_gates(module: Module, events: tuple[str, ...]) -> list[str]:
    """Events in their order, each gate right after the last of the events that it needs directly."""
    place = {event: float(n) for n, event in enumerate(events)}
    for name, gate in module.gates.items():
        place[name] = max(place[i] for i in gate.inputs) + 1e-6
    return sorted(place, key=lambda node: place[node])


def _span(edges: list[tuple[str, ...]], place: dict[str, float]) -> float:
    return sum(max(place[node] for node in edge) - min(place[node] for node in edge) for edge in edges)
