"""Log lines against all patterns at once.

Each pattern yields a literal that every match must contain; one Aho-Corasick pass over the line
finds the patterns worth trying, and RE2 confirms them in linear time.
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs
import re2

from diagnoser.knowledge import KnowledgeBase

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _parser as _regex_parser  # type: ignore[attr-defined]

MIN_LITERAL = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched a line, and the component that the line names."""

    pattern: str
    component: str | None


class LogScanner:
    """The log patterns of a knowledge base, compiled for scanning."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._sources = {p.id: p.pattern for p in base.patterns.values()}
        self._compiled: dict[str, Any] = {}
        by_literal: dict[str, list[str]] = defaultdict(list)
        self._always: list[str] = []
        for id_, pattern in sorted(self._sources.items()):
            literals = required_literals(pattern)
            for literal in literals:
                by_literal[literal].append(id_)
            if not literals:
                self._always.append(id_)
        self._literals = sorted(by_literal)
        self._patterns = [tuple(by_literal[literal]) for literal in self._literals]
        self._automaton = ahocorasick_rs.AhoCorasick(self._literals) if self._literals else None

    def scan(self, line: str) -> list[Hit]:
        """The patterns that a line matches, ordered by id."""
        worth_trying = set(self._always)
        if self._automaton is not None:
            for index in {i for i, _, _ in self._automaton.find_matches_as_indexes(line.lower(), overlapping=True)}:
                worth_trying.update(self._patterns[index])
        hits = []
        for id_ in sorted(worth_trying):
            match = self._regex(id_).search(line)
            if match is not None:
                named = match.groupdict()
                component = named.get("component")
                hits.append(Hit(id_, component.strip() if component else None))
        return hits

    def _regex(self, id_: str) -> Any:
        compiled = self._compiled.get(id_)
        if compiled is None:
            options = re2.Options()
            options.log_errors = False
            compiled = self._compiled[id_] = re2.compile(self._sources[id_], options=options)
        return compiled


def required_literals(pattern: str) -> tuple[str, ...]:
    """Lower-case literals of which at least one is in every match; empty if there is no such set.

    The pattern is read with the parser of Python's `re`, whose syntax covers what RE2 accepts in
    practice; what it cannot read has no literal and is always tried.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _regex_parser.parse(pattern.replace("(?P<", "(?P<").replace(r"\z", r"\Z"))
    except (re.error, RecursionError, OverflowError):
        return ()
    best = _best(list(parsed))
    return tuple(sorted(best)) if best and all(len(x) >= MIN_LITERAL for x in best) else ()


def _best(nodes: list[Any]) -> set[str] | None:
    """The most selective set of literals of which one is needed to match a row of nodes."""
    candidates: list[set[str]] = []
    run = ""
    for operation, argument in nodes:
        name = str(operation)
        if name == "LITERAL" and len(chr(argument).lower()) == 1:
            run += chr(argument).lower()
            continue
        if name == "IN" and (char := _one_letter(argument)) is not None:
            run += char
            continue
        if run:
            candidates.append({run})
            run = ""
        inner: set[str] | None = None
        if name == "SUBPATTERN":
            inner = _best(list(argument[-1]))
        elif name == "BRANCH":
            branches = [_best(list(branch)) for branch in argument[1]]
            if all(b is not None for b in branches):
                inner = set().union(*(b for b in branches if b is not None))
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] >= 1:
            inner = _best(list(argument[2]))
        if inner:
            candidates.append(inner)
    if run:
        candidates.append({run})
    return max(candidates, key=lambda c: (min(map(len, c)), -len(c)), default=None)


def _one_letter(items: list[Any]) -> str | None:
    """The letter of a class such as [Ll]; None for any other class."""
    letters = {chr(value).lower() for operation, value in items if str(operation) == "LITERAL"}
    return letters.pop() if len(letters) == 1 and all(str(op) == "LITERAL" for op, _ in items) else None


def fold(
    lines: Iterable[tuple[str, int | None]], scanner: LogScanner
) -> Iterator[tuple[Hit | None, str, int | None, int]]:
    """Lines with their hits, equal hits counted together.

    Yields (hit or None, first line, its number, how many lines); a line without a hit once.
    """
    first: dict[Hit, tuple[str, int | None]] = {}
    counts: dict[Hit, int] = defaultdict(int)
    for line, number in lines:
        hits = scanner.scan(line)
        if not hits and line.strip():
            yield None, line, number, 1
        for hit in hits:
            first.setdefault(hit, (line, number))
            counts[hit] += 1
    for hit, (line, number) in first.items():
        yield hit, line, number, counts[hit]
