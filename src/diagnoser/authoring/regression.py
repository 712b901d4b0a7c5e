"""All cases, and each finding reported alone, run again and compared with the answers that were approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diagnoser.authoring import approved
from diagnoser.authoring.cases import CaseResult, findings_alone
from diagnoser.authoring.mutation import Mutation, mutate
from diagnoser.authoring.pool import Progress, pool, quiet, run_cases, run_findings
from diagnoser.diagnosis import PreparedKnowledge

FEWEST = 8
"""Cases and findings that are worth a process of their own."""


@dataclass(frozen=True, slots=True)
class Regression:
    """What came of a run.

    Attributes:
        results: of the cases, in each language.
        alone: of the findings.
        changes: answers that are not as they were approved.
        rewritten: file of approved answers -> how many of its lines are new, gone or other ones.
        mutation: which breaks of the knowledge were noticed; None if none was tried.
    """

    results: tuple[CaseResult, ...]
    alone: tuple[CaseResult, ...]
    changes: tuple[approved.Change, ...]
    rewritten: Mapping[Path, int]
    mutation: Mutation | None

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Cases that do not hold."""
        return tuple(r for r in self.results if r.failed)

    @property
    def gaps(self) -> tuple[CaseResult, ...]:
        """Cases that do not hold, and of which that is known."""
        return tuple(r for r in self.results if r.failures and r.todo)

    @property
    def passed(self) -> int:
        """How many runs of cases hold."""
        return len(self.results) - len(self.failed) - len(self.gaps)


def regression(
    knowledge: PreparedKnowledge,
    folders: Mapping[str, Path],
    workers: int,
    accept: bool = False,
    mutants: int = 0,
    progress: Callable[[str], Progress] = lambda what: quiet,
) -> Regression:
    """Run the cases of some bases, and each of their findings alone.

    Args:
        knowledge: prepared knowledge, cases included.
        folders: base -> its folder, of the bases that count.
        workers: how many processes at most.
        accept: approve the answers as they are now.
        mutants: how many breaks of the knowledge are tried at most.
        progress: what is counted, such as `cases` -> what is told how many are done.

    Raises:
        KnowledgeError: approved answers cannot be read.
    """
    bases = frozenset(folders)
    before = approved.read(folders)
    cases = [id_ for id_, case in sorted(knowledge.base.cases.items()) if case.base in bases]
    kept = folders if accept else before
    findings = [id_ for id_ in findings_alone(knowledge.base) if id_.partition(":")[0] in kept]
    with pool(knowledge, min(workers, max(1, (len(cases) + len(findings)) // FEWEST))) as running:
        results = run_cases(running, cases, progress("cases"))
        alone = run_findings(running, findings, progress("findings alone"))
        answers = [((r.case, r.lang), r.answer) for r in (*results, *alone) if r.answer is not None]
        written = approved.write(folders, answers, before) if accept else {}
        agreed = {
            key: was for each in (approved.read(folders) if accept else before).values() for key, was in each.items()
        }
        broken = (
            mutate(running, knowledge, (*results, *alone), mutants, bases, progress("mutants"), agreed)
            if mutants
            else None
        )
    return Regression(
        tuple(results),
        tuple(alone),
        tuple(approved.changes(agreed, answers)),
        {folders[base] / approved.FILE: lines for base, lines in sorted(written.items()) if lines},
        broken,
    )
