"""`diagnoser kb eval`, `unknown`, `diff` and `stats`: how good knowledge is, what a change does to it, how much there is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from diagnoser.cli.exit_codes import DONE, INCONCLUSIVE
from diagnoser.cli.kb_lines import difference_lines, evaluation_lines, stats_lines, unknown_lines
from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.options import BasePathOption, JsonOption, OnlyBases
from diagnoser.cli.progress import counting, tell_compiling
from diagnoser.cli.streams import say, write_json, write_lines


def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Solved cases, one JSON object a line.")],
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="FILE.yaml", help="Case id -> accepted cause ids or aliases.")
    ] = None,
    base_path: BasePathOption = None,
    as_json: JsonOption = False,
) -> None:
    """Diagnose solved cases; ranks of the true causes, and calibration. The answers never reach the diagnosis."""
    from diagnoser.authoring.evaluation import evaluate as evaluated
    from diagnoser.authoring.solved_cases import answer_list, solved_cases

    accepted = answer_list(answers) if answers is not None else {}
    cases = solved_cases(file, accepted)
    progress = counting("cases")
    found = evaluated(prepared_knowledge(base_path), cases, lambda done: progress(done, len(cases)))
    if as_json:
        write_json(found.model_dump(mode="json"))
    else:
        write_lines(evaluation_lines(found))
    raise typer.Exit(INCONCLUSIVE if found.failed or found.unanswered or not found.total.cases else DONE)


def unknown(
    base: OnlyBases = None,
    base_path: BasePathOption = None,
    sample: Annotated[int, typer.Option("--sample", min=0, help="Only so many cases, spread evenly; 0 for all.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Take the cause of each case out of the knowledge: does the report say that it does not know?"""
    from dataclasses import asdict

    from diagnoser.authoring.unknown_causes import share_of, unknown_causes

    knowledge = prepared_knowledge(base_path, with_cases=True)
    cases = [c for c in knowledge.base.cases.values() if not base or c.base in base]
    every = max(1, len(cases) // sample) if sample else 1
    results = list(unknown_causes(knowledge, cases[::every]))
    share = share_of(results)
    if as_json:
        found = {"cases": len(results), **asdict(share), "results": [asdict(r) for r in results]}
        write_json(found)
        return
    write_lines(unknown_lines(results))
    say(
        f"{len(results)} runs: without its cause, {share.admitted:.1%} say that they do not know; "
        f"with it, {share.false_alarms:.1%} do"
    )


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of the knowledge before.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of the knowledge after.")],
    as_json: JsonOption = False,
) -> None:
    """Which cases change their first place between two versions of the knowledge, and why."""
    from diagnoser.authoring.diff import diff as difference
    from diagnoser.knowledge.loading import beside_shipped
    from diagnoser.prepared import prepared

    old, new = (
        prepared(*beside_shipped(folder), with_cases=True, compiling=tell_compiling) for folder in (before, after)
    )
    found = difference(old, new, counting("cases"))
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    write_lines(difference_lines(found))
    for failure in found.failed:
        say(f"cannot be run: {failure}")
    say(f"{found.cases} cases in two languages, {len(found.changed)} change their first place")


def stats(base_path: BasePathOption = None, as_json: JsonOption = False) -> None:
    """How much there is, in all and by base."""
    from diagnoser.authoring.stats import stats as stats_of

    found = stats_of(prepared_knowledge(base_path, with_cases=True).base)
    if as_json:
        write_json(found.model_dump(mode="json"))
    else:
        write_lines(stats_lines(found))
