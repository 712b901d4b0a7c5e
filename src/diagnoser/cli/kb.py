"""`diagnoser kb ...`: for those who write knowledge. Thin: options in, a call, an answer out."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from diagnoser.cli.exit_codes import BAD_INPUT, DONE, INCONCLUSIVE, USAGE
from diagnoser.cli.kb_lines import (
    coverage_lines,
    evaluation_lines,
    mutation_lines,
    placed,
    result_as_json,
    unread_lines,
    weight_in_words,
)
from diagnoser.cli.progress import tell_compiling

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge

kb = typer.Typer(help="For those who write knowledge.", no_args_is_help=True, rich_markup_mode=None)

BaseOption = Annotated[
    list[str] | None, typer.Option("--base", metavar="NAME", help="Only this base. Repeatable; all by default.")
]
OneBase = Annotated[str, typer.Option("--base", metavar="NAME", help="The base.")]
BasePathOption = Annotated[
    list[Path] | None,
    typer.Option("--base-path", metavar="DIR", help="More knowledge beside the shipped one. Repeatable."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
WorkersOption = Annotated[int, typer.Option("--workers", "-j", min=1, max=64, help="How many processes.")]


class Format(StrEnum):
    """Forms in which problems are told."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


@kb.command("check")
def check(
    path: Annotated[
        list[Path] | None, typer.Argument(help="Folder of bases, or one base; the shipped knowledge by default.")
    ] = None,
    how: Annotated[Format, typer.Option("--format", help="text, json, sarif (code scanning) or github.")] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> None:
    """Check knowledge: every problem at once, with file, line and column.

    Overlays (overlays.yaml) are checked with the base that they stand in.
    """
    from diagnoser.authoring.check import check as checked_knowledge
    from diagnoser.authoring.problem_formats import formatted

    gc.disable()  # it runs once and ends; what it builds stays until then
    checked = checked_knowledge(*(path or ()))
    sys.stdout.write(formatted(checked, how.value))
    errors = sum(p.severity == "error" for p in checked.problems)
    warnings = len(checked.problems) - errors
    say(
        f"{_counted(checked.bases, 'base')}, {_counted(checked.files, 'file')}: "
        + (f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}" if checked.problems else "no problem found")
    )
    raise typer.Exit(INCONCLUSIVE if errors or (strict and warnings) else DONE)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


@kb.command("test")
def run_tests(
    base: BaseOption = None,
    base_path: BasePathOption = None,
    workers: WorkersOption = 2,
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
    from diagnoser.authoring import approved
    from diagnoser.authoring.cases import findings_alone
    from diagnoser.authoring.coverage import coverage as covered_by
    from diagnoser.authoring.mutation import mutate as mutation_of
    from diagnoser.authoring.pool import pool, run_cases, run_findings

    if least is not None and not coverage:
        fail("--min belongs to --coverage", USAGE)
    knowledge = prepared_knowledge(base_path, with_cases=True)
    bases = _known_bases(knowledge, base)
    folders = {name: path for name, path in _folders(base_path).items() if bases is None or name in bases}
    before = approved.read(folders)
    wanted = [id_ for id_, case in sorted(knowledge.base.cases.items()) if bases is None or case.base in bases]
    kept = folders if accept else before
    alone = [id_ for id_ in findings_alone(knowledge.base) if id_.partition(":")[0] in kept]
    with pool(knowledge, min(workers, max(1, (len(wanted) + len(alone)) // 8))) as running:
        results = run_cases(running, wanted, _progress("cases"))
        said = run_findings(running, alone, _progress("findings alone"))
        answers = [((r.case, r.lang), r.answer) for r in (*results, *said) if r.answer is not None]
        written = approved.write(folders, answers, before) if accept else {}
        agreed = {
            key: was for each in (approved.read(folders) if accept else before).values() for key, was in each.items()
        }
        broken = (
            mutation_of(running, knowledge, (*results, *said), mutants, bases, _progress("mutants"), agreed)
            if mutate
            else None
        )
    covered = covered_by(knowledge, results, bases) if coverage else None
    failed = [r for r in results if r.failed]
    gaps = [r for r in results if r.failures and r.todo]
    changed = approved.changes(agreed, answers)
    places = {(r.case, r.lang): r.location for r in (*results, *said)}
    if as_json:
        _json(
            {
                "passed": len(results) - len(failed) - len(gaps),
                "failed": [result_as_json(r) for r in failed],
                "gaps": [result_as_json(r) for r in gaps],
                "changed": [{"id": c.key[0], "lang": c.key[1] or None, "differences": c.differences} for c in changed],
                "coverage": covered.model_dump(mode="json") if covered else None,
                "mutation": broken.model_dump(mode="json") if broken else None,
            }
        )
    else:
        for result in (*failed, *gaps):
            for failure in result.failures:
                _print(f"{result.location}: {'todo' if result.todo else 'failed'} ({result.lang}): {failure}")
        _print_all(unread_lines(results if coverage else (*failed, *gaps)))
        for change in changed:
            where = f"{places[change.key]}: " if change.key in places else ""
            _print(f"{where}changed ({change.key[1] or 'alone'}): {change.key[0]}: {'; '.join(change.differences)}")
        if covered:
            _print_all(coverage_lines(covered))
        if broken:
            _print_all(mutation_lines(broken))
    for name, lines in sorted(written.items()):
        if lines:
            say(f"{folders[name] / approved.FILE}: {lines} lines are new, gone or other ones: read the difference")
    say(
        f"{len(results) - len(failed) - len(gaps)} passed, {len(failed)} failed, {len(gaps)} known gaps"
        + (f", {len(changed)} answers changed (to approve them: --accept)" if changed else "")
    )
    short = (covered is not None and covered.percent < (least or 0)) or (
        broken is not None and broken.score < (min_score or 0)
    )
    raise typer.Exit(INCONCLUSIVE if failed or changed or short else DONE)


@kb.command("eval")
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
    progress = _progress("cases")
    found = evaluated(prepared_knowledge(base_path), cases, lambda done: progress(done, len(cases)))
    if as_json:
        _json(found.model_dump(mode="json"))
    else:
        _print_all(evaluation_lines(found))
    raise typer.Exit(INCONCLUSIVE if found.failed or found.unanswered or not found.total.cases else DONE)


@kb.command("unknown")
def unknown(
    base: BaseOption = None,
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
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return
    for result in results:
        if not result.admitted and result.instead is not None:
            cause, posterior = result.instead
            sys.stdout.write(
                f"{result.case} ({result.lang}): without {result.cause}, {cause} leads with {posterior:.1%}\n"
            )
    print(
        f"{len(results)} runs: without its cause, {share.admitted:.1%} say that they do not know; "
        f"with it, {share.false_alarms:.1%} do",
        file=sys.stderr,
    )


@kb.command("diff")
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
    found = difference(old, new, _progress("cases"))
    if as_json:
        _json(found.model_dump(mode="json"))
        return
    for changed in found.changed:
        _print(
            f"{changed.case} ({changed.lang}): {placed(changed.before)} -> {placed(changed.after)}: {changed.verdict}"
        )
        for shift in changed.why[:6]:
            _print(
                f"  {shift.cause}: {shift.finding} {weight_in_words(shift.before)} -> {weight_in_words(shift.after)} dB"
            )
        for note in changed.notes:
            _print(f"  {note}")
    for failure in found.failed:
        say(f"cannot be run: {failure}")
    say(f"{found.cases} cases in two languages, {len(found.changed)} change their first place")


@kb.command("export")
def export(base: OneBase, base_path: BasePathOption = None) -> None:
    """A spreadsheet (CSV) of a base's events, symptoms, log patterns and causes, on stdout."""
    from diagnoser.authoring.sheet import exported, left_out
    from diagnoser.knowledge import read

    folder = folder_of(base, base_path)
    draft = read(folder, with_cases=True)
    if draft.problems:
        from diagnoser.errors import KnowledgeError

        raise KnowledgeError(draft.problems)
    text = exported(draft.entries, folder.name)
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
    else:
        sys.stdout.write(text)
    without = ", ".join(_counted(count, name) for name, count in left_out(draft.entries, folder.name).items())
    if without:
        say(f"not in the sheet, only in {folder}: {without}")


@kb.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A sheet as `kb export` writes it.")],
    base: OneBase,
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="Folder that holds (or will hold) the base.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that are there.")] = False,
) -> None:
    """Turn a spreadsheet (CSV) of causes and findings into a base.

    A team's own list serves too: a row for each fault, with a heading cause (原因), and symptom, log, solution.
    """
    from diagnoser.authoring.sheet import SEPARATORS, imported
    from diagnoser.authoring.sheet_files import write_base
    from diagnoser.authoring.sheet_imports import imports_of
    from diagnoser.authoring.team_sheet import team_sheet
    from diagnoser.evidence.encodings import decode_file
    from diagnoser.knowledge import read

    try:
        raw = file.read_bytes()
    except OSError as error:
        fail(f"cannot read {file}: {error.strerror}", BAD_INPUT)
    text = decode_file(raw)
    own = team_sheet(text, SEPARATORS)
    files = imported(own.text if own else text, str(file))
    others = [folder for name, folder in _folders([into]).items() if name != base]
    try:
        written = write_base(into / base, base, files, replace, imports_of(files, read(*others)))
    except FileExistsError as error:
        fail(f"{error.filename} is there already; --replace replaces it", USAGE)
    except OSError as error:
        fail(f"cannot write {error.filename}: {error.strerror}", BAD_INPUT)
    for path in written:
        _print(str(path))
    if own:
        say(
            f"taken as {', '.join(f'{what}: {name}' for name, what in own.taken.items())}"
            + (f"; not used: {', '.join(own.unused)}" if own.unused else "")
        )
        say(
            "what the list does not say is TODO, in each cause the other language too; hang the causes under events (kb find)"
        )
    say(f"{len(written)} files; now: diagnoser kb check {into / base}")


@kb.command("stats")
def stats(base_path: BasePathOption = None, as_json: JsonOption = False) -> None:
    """How much there is, in all and by base."""
    from diagnoser.authoring.stats import stats as counted_in

    counted = counted_in(prepared_knowledge(base_path, with_cases=True).base)
    if as_json:
        _print(counted.model_dump_json(indent=2))
        return
    kinds = list(type(counted.total).model_fields)
    _print(f"{'':20}" + "".join(f"{kind[:12]:>14}" for kind in kinds))
    for name, counts in [*counted.bases.items(), ("all", counted.total)]:
        _print(f"{name:20}" + "".join(f"{getattr(counts, kind):>14}" for kind in kinds))


@kb.command("schema")
def schema() -> None:
    """The JSON Schema of the knowledge format, for editors."""
    from diagnoser.authoring.schema import schema as schema_of

    _json(schema_of())


# What the commands share


def prepared_knowledge(base_path: list[Path] | None, with_cases: bool = False) -> PreparedKnowledge:
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.prepared import prepared

    return prepared(shipped_knowledge(), *(base_path or ()), with_cases=with_cases, compiling=tell_compiling)


def _known_bases(knowledge: PreparedKnowledge, names: list[str] | None) -> frozenset[str] | None:
    from diagnoser.errors import UnknownName

    for name in names or ():
        if name not in knowledge.base.bases:
            raise UnknownName("base", name, knowledge.base.bases)
    return frozenset(names) if names else None


def _folders(base_path: list[Path] | None) -> dict[str, Path]:
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.knowledge.files import base_folders

    return base_folders(*(base_path or ()), shipped_knowledge())


def folder_of(base: str, base_path: list[Path] | None) -> Path:
    from diagnoser.errors import UnknownName

    folders = _folders(base_path)
    if base not in folders:
        unknown = str(UnknownName("base", base, folders))
        fail(
            unknown
            if "did you mean" in unknown
            else f"unknown base '{base}'; diagnoser kb new base {base} --base-path DIR begins it",
            USAGE,
        )
    return folders[base]


def _progress(what: str) -> Callable[[int, int], None]:
    """Progress on stderr: one line that is rewritten on a terminal, else every tenth."""
    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    told = [-1]

    def tell(done: int, total: int) -> None:
        step = done * 10 // total if total else 10
        if terminal:
            sys.stderr.write(f"\r{done}/{total} {what}" + ("\n" if done == total else ""))
            sys.stderr.flush()
        elif step != told[0] and total > 20:
            say(f"{done}/{total} {what}")
        told[0] = step

    return tell


def _json(value: Any) -> None:
    _print(json.dumps(value, indent=2, ensure_ascii=False))


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        _print(line)


def say(text: str) -> None:
    print(text, file=sys.stderr)


def fail(message: str, code: int) -> NoReturn:
    say(f"diagnoser: {message}")
    raise typer.Exit(code)
