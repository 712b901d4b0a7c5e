"""What a page shows of a longer output: the same again of a new output, gaps where gaps were."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

GAP = "..."
"""A line of a page, a value, or the end of one, that stands for what was left out."""

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*|true|false|null')


def lines_again(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """The lines that a page is to show of an output.

    Without a gap that is all of it. Runs of lines between gaps are found again by their first and last lines.

    Args:
        shown: the lines of the page; none where it shows nothing of the output.
        printed: the output.

    Raises:
        LookupError: more runs than lines.
    """
    if not shown or GAP not in shown:
        return list(printed) if shown else []
    again: list[str] = []
    at = 0
    for is_gap, run in _runs(shown):
        if is_gap:
            again.append(GAP)
            continue
        begin = 0 if not again else _place(run, printed, at)
        end = begin + len(run)
        if list(printed[begin:end]) != run:
            end = _nearest(run[-1], printed, begin) + 1
        again.extend(printed[begin:end])
        at = end
    return again


def json_again(shown: str, answer: Any) -> str:
    """The excerpt of a JSON document that a page shows, with the values of an answer.

    An item of a list is found again as the one that differs least; layout and gaps stay.

    Raises:
        LookupError: the answer has no such field.
    """
    values = iter(list(_values(json.loads(shown), answer)))
    return _TOKEN.sub(lambda token: _written(token[0], *next(values)), shown)


def _runs(shown: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    run: list[str] = []
    for line in shown:
        if line != GAP:
            run.append(line)
            continue
        if run:
            yield False, run
        yield True, []
        run = []
    if run:
        yield False, run


def _place(run: list[str], printed: Sequence[str], at: int) -> int:
    """Where a run begins, in lines of an output from a place on."""
    for begin in range(at, len(printed) - len(run) + 1):
        if list(printed[begin : begin + len(run)]) == run:
            return begin
    return _nearest(run[0], printed, at)


def _nearest(line: str, printed: Sequence[str], at: int) -> int:
    """The first line, from a place on, that is most like another one."""
    if at >= len(printed):
        raise LookupError(f"nothing is left of the output for {line!r}")
    return max(range(at, len(printed)), key=lambda i: (SequenceMatcher(None, line, printed[i]).ratio(), -i))


def _values(shown: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Each key and value of the excerpt in the order of its text, with what stands in the answer there."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            yield key, key
            if key == GAP:
                yield value, value
            elif not isinstance(answer, dict) or key not in answer:
                raise LookupError(f"there is no {key!r}")
            else:
                yield from _values(value, answer[key])
    elif isinstance(shown, list):
        for item in shown:
            yield from [(item, item)] if item == GAP else _most_alike(item, answer)
    else:
        yield shown, answer


def _most_alike(item: Any, answers: Any) -> list[tuple[Any, Any]]:
    """The values of an item beside those of the first of the answers that differs least from it."""
    pairs: list[list[tuple[Any, Any]]] = []
    for answer in answers:
        try:
            pairs.append(list(_values(item, answer)))
        except LookupError:
            continue
    if not pairs:
        raise LookupError(f"there is no item like {item}")
    return min(pairs, key=lambda each: sum(_shortened(old, new) != old for old, new in each))


def _written(token: str, old: Any, new: Any) -> str:
    value = _shortened(old, new)
    return token if value == old else json.dumps(value, ensure_ascii=False)


def _shortened(old: Any, new: Any) -> Any:
    """A value cut as the old one was."""
    if not isinstance(old, str) or not old.endswith(GAP):
        return new
    return GAP if old == GAP else str(new)[: len(old) - len(GAP)] + GAP
