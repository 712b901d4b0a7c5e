"""Solved cases from a file: one JSON object a line, each an evidence document with its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from diagnoser.authoring.evaluation import SolvedCase, solved_case
from diagnoser.errors import EvidenceError, KnowledgeError, Location, Problem
from diagnoser.evidence.strict_json import parse_json
from diagnoser.knowledge.yaml_source import read_yaml


def solved_cases(path: Path, accepted: Mapping[str, Sequence[str]]) -> list[SolvedCase]:
    """The cases of a file, their solutions taken off.

    Raises:
        EvidenceError: the file cannot be read, or a line is no case.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EvidenceError("", f"'{path}': {error.strerror}") from error
    lines = enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), 1)
    cases = [solved_case(n, parse_json(line, f"{path}:{n}"), accepted) for n, line in lines if line.strip()]
    if not cases:
        raise EvidenceError("", f"'{path}' holds no case; one JSON object a line")
    return cases


def answer_list(path: Path) -> dict[str, tuple[str, ...]]:
    """Case id -> accepted cause ids or aliases, from YAML.

    Raises:
        KnowledgeError: the file cannot be read or is no such list.
    """
    try:
        source = read_yaml(path.read_bytes(), str(path))
    except OSError as error:
        raise KnowledgeError([Problem(Location(str(path)), "no-such-file", str(error.strerror))]) from error
    if source.problems:
        raise KnowledgeError(source.problems)
    hint = "case_id: [ethernet:fibre_broken]"
    if not isinstance(source.data, dict):
        raise KnowledgeError([Problem(Location(str(path)), "answers", "not a mapping of case ids", hint)])
    found: dict[str, tuple[str, ...]] = {}
    for case, names in source.data.items():
        given = [names] if isinstance(names, str) else names
        if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
            raise KnowledgeError([Problem(source.locate((case,)), "answers", f"'{case}' wants a list of causes", hint)])
        found[str(case)] = tuple(given)
    return found
