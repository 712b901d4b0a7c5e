"""How a check would come out if exactly some set of causes were there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.knowledge.base import Finding
from diagnoser.ranking.scenarios import acting

Array = NDArray[np.float64]


class Outcomes:
    """The outcome distributions of checks under some sets of causes."""

    def __init__(
        self, base: KnowledgeBase, sets: Sequence[frozenset[str]], active: Collection[str], closed: Collection[str] = ()
    ) -> None:
        """
        Args:
            base: the knowledge.
            sets: the sets of causes; in each, all other causes are absent.
            active: bases that bear on the device; events of others do not happen.
            closed: events that are ruled out.
        """
        gates = base.tree.gates_above({cause for each in sets for cause in each})
        acts = acting((g for g in gates if g.event.partition(":")[0] in active and g.event not in closed), sets)
        self._base = base
        self._column: Mapping[str, int] = {node: index for index, node in enumerate(acts)}
        self._acts = np.array(list(acts.values())).reshape(len(acts), len(sets)).T

    def absent(self, findings: Sequence[Finding]) -> Array:
        """P(finding absent | set), shape (sets, findings)."""
        absent = np.empty((len(self._acts), len(findings)))
        absent[:] = [1.0 - f.background for f in findings]
        showing: list[int] = []
        starts: list[int] = []
        columns: list[int] = []
        strengths: list[float] = []
        for number, finding in enumerate(findings):
            parents = [(self._column[p], q) for p, q in finding.parents if p in self._column]
            if parents:
                showing.append(number)
                starts.append(len(columns))
                columns.extend(column for column, _ in parents)
                strengths.extend(q for _, q in parents)
        if showing:
            absent[:, showing] *= np.multiply.reduceat(
                1.0 - np.array(strengths) * np.take(self._acts, columns, axis=1), starts, axis=1
            )
        return absent

    def of(self, checks: Sequence[Check]) -> Array:
        """P(outcome | set) for each check, shape (checks, sets, most outcomes); 0 where a check has fewer.

        Outcomes of a check exclude each other. One that is normal and has no parents comes out when
        none of the others does.
        """
        most = max((len(check.outcomes) for check in checks), default=0)
        places = [(row, place, o) for row, check in enumerate(checks) for place, o in enumerate(check.outcomes)]
        findings = [self._base.findings[outcome] for _, _, outcome in places]
        absent = self.absent(findings)
        shown = np.zeros((len(checks), len(self._acts), most))
        quiet = np.zeros((len(checks), most), dtype=bool)
        rows, at = [row for row, _, _ in places], [place for _, place, _ in places]
        shown[rows, :, at] = (1.0 - absent).T
        quiet[rows, at] = [f.normal and not f.parents for f in findings]
        nothing = np.prod(1.0 - np.where(quiet[:, None, :], 0.0, shown), axis=2, keepdims=True)
        share = nothing / np.maximum(quiet.sum(axis=1), 1)[:, None, None]
        shown = np.where(quiet[:, None, :], share, shown)
        distribution: Array = shown / np.maximum(shown.sum(axis=2, keepdims=True), 1e-300)
        return distribution
