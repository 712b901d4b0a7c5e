"""Cases in several processes: each has the knowledge once and is sent only names."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeVar

from diagnoser.authoring.cases import ALONE, LANGUAGES, CaseResult, run_alone, run_case
from diagnoser.diagnosis import PreparedKnowledge

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many of how many are done."""

CHUNK = 8


def quiet(done: int, total: int) -> None:
    """No progress is shown."""


class Pool:
    """Workers that hold some knowledge; with one worker everything happens here.

    Use `pool(...)`, which ends the processes.
    """

    def __init__(self, knowledge: PreparedKnowledge, executor: ProcessPoolExecutor | None) -> None:
        self._knowledge, self._executor = knowledge, executor

    def map(
        self, work: Callable[[PreparedKnowledge, T], Any], items: Sequence[T], progress: Progress = quiet
    ) -> list[Any]:
        """`work` done on each item, in the order of the items.

        Args:
            work: a function of a module; it and its items must be picklable.
        """
        total = len(items)
        if self._executor is None:
            results = []
            for done, item in enumerate(items, 1):
                results.append(work(self._knowledge, item))
                progress(done, total)
            return results
        chunks = [items[start : start + CHUNK] for start in range(0, total, CHUNK)]
        waiting = {self._executor.submit(_work, work, chunk): index for index, chunk in enumerate(chunks)}
        found: list[list[Any]] = [[] for _ in chunks]
        done = 0
        for future in as_completed(waiting):
            found[waiting[future]] = future.result()
            done += len(chunks[waiting[future]])
            progress(done, total)
        return [result for results in found for result in results]


@contextmanager
def pool(knowledge: PreparedKnowledge, workers: int) -> Iterator[Pool]:
    """Workers with some knowledge.

    Args:
        knowledge: prepared knowledge, cases included.
        workers: how many processes, from 1; 1 starts none.
    """
    if workers <= 1:
        yield Pool(knowledge, None)
        return
    # A forked worker shares the knowledge; elsewhere than on Linux forking is not safe, and it is sent.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    # What is there is not looked at by the collector again, so that workers do not copy it.
    gc.freeze()
    try:
        with ProcessPoolExecutor(workers, context, _adopt, (knowledge,)) as executor:
            yield Pool(knowledge, executor)
    finally:
        gc.unfreeze()


_adopted: list[PreparedKnowledge] = []
"""In a worker: the knowledge that it was started with."""


def _adopt(knowledge: PreparedKnowledge) -> None:
    _adopted[:] = [knowledge]


def _work(work: Callable[[PreparedKnowledge, Any], Any], items: Iterable[Any]) -> list[Any]:
    return [work(_adopted[0], item) for item in items]


def run_cases(workers: Pool, cases: Iterable[str], progress: Progress = quiet) -> list[CaseResult]:
    """Run cases, given by full id, in both languages; results in the order of the cases."""
    return workers.map(run_one, [(case, lang) for case in cases for lang in LANGUAGES], progress)


def run_findings(workers: Pool, findings: Iterable[str], progress: Progress = quiet) -> list[CaseResult]:
    """Run findings, given by full id, each reported alone; results in the order of the findings."""
    return workers.map(run_one, [(finding, ALONE) for finding in findings], progress)


def run_one(knowledge: PreparedKnowledge, name_and_lang: tuple[str, str]) -> CaseResult:
    """Run one case in one language, or one finding alone."""
    name, lang = name_and_lang
    return run_alone(knowledge, name) if lang == ALONE else run_case(knowledge, knowledge.base.cases[name], lang)
