"""A fault tree as a knowledge base: events with their gates, a cause for each basic event, a symptom for each top event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.logic_tree import LogicTree
from diagnoser.knowledge.yaml_source import write_yaml

MOST_LIKELY = 0.5
"""The highest prior that a cause may have."""


def base_from_tree(tree: LogicTree, source: str) -> dict[str, str]:
    """The files of a base, path within its folder -> content.

    A nested `and` of an event and of a basic event that nothing else uses is that event with a
    strength: the basic event is its conditioning event (IEC 61025, 7.5). What a tree does not tell,
    such as the kind of a cause and its repair, is left to an author: causes are `work_in_progress`.

    Args:
        tree: the tree, as read from an Open-PSA file.
        source: where it is from, for `source`.

    Raises:
        UnusableTree: it has `not` or `xor` gates or house events, which a diagnosis has no place for, or
            a basic event that is as good as certain.
    """
    return dict(_Base(tree, source).files())


class _Base:
    def __init__(self, tree: LogicTree, source: str) -> None:
        for gate, logic in tree.gates.items():
            if logic.operator in ("not", "xor"):
                raise UnusableTree(tree.name, f"gate '{gate}' is '{logic.operator}'; a base knows and, or, atleast")
        if tree.constants:
            house = next(iter(tree.constants))
            raise UnusableTree(tree.name, f"'{house}' is a house event; write the tree for one of its states")
        self._tree = tree
        self._source = source
        uses = [i for logic in tree.gates.values() for i in logic.inputs]
        self._used_once = {i for i in uses if i in tree.probabilities and uses.count(i) == 1}
        self._links = {
            gate: link
            for gate, logic in tree.gates.items()
            if logic.anonymous and (link := self._link(*logic.inputs)) and logic.operator == "and"
        }
        """Nested gate -> the input it stands for, and the strength."""
        for event in self._causes():
            if not 0.0 < tree.probabilities[event] <= MOST_LIKELY:
                what = f"basic event '{event}' has the probability {tree.probabilities[event]:g}"
                raise UnusableTree(tree.name, f"{what}; a cause's prior is above 0 and at most {MOST_LIKELY:g}")
        self._ids = _ids([*(g for g in tree.gates if g not in self._links), *self._causes()])

    def _link(self, *inputs: str) -> tuple[str, float] | None:
        conditions = [i for i in inputs if i in self._used_once]
        if len(inputs) != 2 or not conditions:
            return None
        condition = conditions[-1]
        acting = inputs[0] if condition == inputs[1] else inputs[1]
        return acting, self._tree.probabilities[condition]

    def _causes(self) -> list[str]:
        conditions = {
            i for gate, (acting, _) in self._links.items() for i in self._tree.gates[gate].inputs if i != acting
        }
        return [e for e in self._tree.probabilities if e not in conditions]

    def files(self) -> Iterator[tuple[str, str]]:
        """Path within the base's folder, and content."""
        yield "fault_tree.yaml", write_yaml([self._event(gate) for gate in self._tree.gates if gate not in self._links])
        yield "symptoms.yaml", write_yaml([self._symptom(top) for top in self._tree.top_events()])
        for cause in self._causes():
            yield f"causes/{self._ids[cause]}.yaml", write_yaml(self._cause(cause))

    def _event(self, gate: str) -> dict[str, Any]:
        logic = self._tree.gates[gate]
        inputs: list[Any] = []
        for each in logic.inputs:
            acting, strength = self._links.get(each, (each, 1.0))
            inputs.append(self._ids[acting] if strength == 1.0 else {self._ids[acting]: strength})
        return {
            "event": self._ids[gate],
            "title": self._title(gate),
            "gate": logic.operator,
            **({"k": logic.k} if logic.operator == "atleast" else {}),
            "inputs": inputs,
            "source": self._source,
        }

    def _symptom(self, top: str) -> dict[str, Any]:
        event = self._ids[top]
        return {"id": event, "title": self._title(top), "shows": event, "source": self._source}

    def _cause(self, event: str) -> dict[str, Any]:
        return {
            "cause": self._ids[event],
            "title": self._title(event),
            "kind": "hardware",
            "item": self._title(event),
            "probable_cause": "equipmentMalfunction",
            "prior": self._tree.probabilities[event],
            "basis": "document",
            "confidence": "work_in_progress",
            "why": {"en": "Probability as in the fault tree.", "zh": "概率取自故障树。"},
            "source": self._source,
        }

    def _title(self, node: str) -> dict[str, str]:
        said = self._tree.labels.get(node, node)
        return {"en": said, "zh": said}


def _ids(names: list[str]) -> dict[str, str]:
    """An id that a base allows for every name, none twice."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = re.sub(r"[^a-z0-9]+", "_", name.rpartition(":")[2].casefold()).strip("_") or "event"
        id_, number = stem, 1
        while id_ in taken:
            number += 1
            id_ = f"{stem}_{number}"
        taken.add(id_)
        ids[name] = id_
    return ids
