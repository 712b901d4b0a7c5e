"""`diagnoser kb test`: every case, and every finding alone, against what was approved."""

from __future__ import annotations

from typing import Annotated

import typer

from diagnoser.cli.exit_codes import DONE, INCONCLUSIVE, USAGE
from diagnoser.cli.kb_lines import regression_as_json, regression_lines
from diagnoser.cli.knowledge import folders, prepared_knowledge
from diagnoser.cli.options import BasePathOption, JsonOption, OnlyBases
from diagnoser.cli.progress import counting
from diagnoser.cli.streams import fail, say, write_json, write_lines


def run_tests(
    base: OnlyBases = None,
    base_path: BasePathOption = None,
    workers: Annotated[int, typer.Option("--workers", "-j", min=1, max=64, help="How many processes.")] = 2,
    coverage: Annotated[bool, typer.Option("--coverage", help="Say what no case touches.")] = False,
    least: Annotated[
        float | None, typer.Option("--min", min=0, max=100, metavar="PERCENT", help="With --coverage: fail below this.")
    ] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Break the knowledge on purpose; say which breaks no case notices.")
    ] = False,
    mutants: Annotated[int, typer.Option("--mutants", min=1, help="With --mutate: how many breaks at most.")] = 200,
    min_score: Annotated[
        float | None, typer.Option("--min-score", min=0, max=1, help="With --mutate: fail below this score.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Approve the answers as they are now: write them to approved.jsonl.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run every case, in both languages, and compare with the answers that were approved."""
    from diagnoser.authoring.coverage import coverage as covered_by
    from diagnoser.authoring.regression import regression
    from diagnoser.errors import UnknownName

    if least is not None and not coverage:
        fail("--min belongs to --coverage", USAGE)
    knowledge = prepared_knowledge(base_path, with_cases=True)
    for name in base or ():
        if name not in knowledge.base.bases:
            raise UnknownName("base", name, knowledge.base.bases)
    wanted = {name: path for name, path in folders(base_path).items() if not base or name in base}
    run = regression(knowledge, wanted, workers, accept, mutants if mutate else 0, counting)
    covered = covered_by(knowledge, run.results, frozenset(wanted)) if coverage else None
    if as_json:
        write_json(regression_as_json(run, covered))
    else:
        write_lines(regression_lines(run, covered))
    for path, lines in run.rewritten.items():
        say(f"{path}: {lines} lines are new, gone or other ones: read the difference")
    say(
        f"{run.passed} passed, {len(run.failed)} failed, {len(run.gaps)} known gaps"
        + (f", {len(run.changes)} answers changed (to approve them: --accept)" if run.changes else "")
    )
    short = (covered is not None and covered.percent < (least or 0)) or (
        run.mutation is not None and run.mutation.score < (min_score or 0)
    )
    raise typer.Exit(INCONCLUSIVE if run.failed or run.changes or short else DONE)
