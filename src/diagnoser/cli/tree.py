"""`diagnoser tree`: fault trees analysed, drawn and exchanged, from a file or from the knowledge."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diagnoser.cli.exit_codes import DONE, INCONCLUSIVE, UNAVAILABLE, USAGE
from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.options import BasePathOption, Lang
from diagnoser.cli.streams import fail, say, write_lines

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge
    from diagnoser.fault_tree.analysis import Analysis
    from diagnoser.fault_tree.analysis_text import Unsolved
    from diagnoser.fault_tree.logic_tree import LogicTree
    from diagnoser.fault_tree.picture import Case
    from diagnoser.knowledge import Finding

tree = typer.Typer(
    help="Fault trees: minimal cut sets, probability, importance, pictures, Open-PSA.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """What a tree can be written as."""

    mef = "mef"
    svg = "svg"
    dot = "dot"
    mermaid = "mermaid"
    graphml = "graphml"


Source = Annotated[str, typer.Argument(metavar="FILE|BASE", help="An Open-PSA file, - for stdin, or a base's name.")]
Top = Annotated[str | None, typer.Option("--top", metavar="GATE", help="Only this event, instead of every top event.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of labels, tables and legends.")]
Depth = Annotated[
    int | None, typer.Option("--depth", min=1, max=50, help="Gates below each other at most; by default what fits.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to standard output.")
]


@tree.command()
def analyze(
    source: Source,
    top: Top = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many events and cut sets to show.")] = 10,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="Time for each module of the tree.")] = 20.0,
    lang: Language = Lang.en,
    base_path: BasePathOption = None,
) -> None:
    """Minimal cut sets, exact probability and importance of every top event.

    JSON: a file with one top event gives its fields at the top and in `trees`; a base or a file with
    several gives `trees` alone. `rrw` is null where it is infinite. Of several top events, one that is
    too entangled to be solved in time has an `error`, and the exit code is 1.
    """
    from diagnoser.errors import TooEntangled
    from diagnoser.fault_tree.analysis import analyze as analyzed
    from diagnoser.fault_tree.analysis_text import Unsolved as NotSolved
    from diagnoser.fault_tree.analysis_text import as_json as json_of
    from diagnoser.fault_tree.analysis_text import as_table

    loaded, tops, _ = _tree(source, top, lang, base_path)
    results: list[Analysis | Unsolved] = []
    for event in tops:
        try:
            results.append(analyzed(loaded, event, seconds))
        except TooEntangled as error:
            if len(tops) == 1:
                raise
            results.append(NotSolved(loaded.name, event, str(error)))
    if as_json:
        _write(json_of(results, top_level=_is_file(source) and len(results) == 1), None)
    else:
        _write("\n".join(as_table(result, loaded.labels, rows, lang.value) for result in results), None)
    raise typer.Exit(INCONCLUSIVE if any(isinstance(result, NotSolved) for result in results) else DONE)


@tree.command()
def export(
    source: Source,
    form: Annotated[Format, typer.Option("--format", "-f", help="What to write.")] = Format.mef,
    top: Top = None,
    depth: Depth = None,
    lang: Language = Lang.en,
    output: Output = None,
    base_path: BasePathOption = None,
) -> None:
    """Write a tree for other tools: Open-PSA MEF, SVG, DOT, Mermaid or GraphML.

    Open-PSA holds every top event; the others show one: name it with --top where there are several.
    """
    from diagnoser.fault_tree.picture import Case

    loaded, tops, _ = _tree(source, top, lang, base_path)
    if form is Format.mef:
        from diagnoser.fault_tree.open_psa import as_open_psa

        _write(as_open_psa(loaded.under(tops[0]) if top is not None else loaded), output)
    else:
        _write(_picture(loaded, _only(tops), Case(), form, depth, lang), output)


@tree.command()
def draw(
    source: Source,
    evidence: Annotated[
        str | None, typer.Option("--evidence", "-e", metavar="FILE", help="Light this case on the tree; - reads stdin.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="What to write; not mef.")] = Format.svg,
    top: Top = None,
    depth: Depth = None,
    lang: Language = Lang.en,
    output: Output = None,
    base_path: BasePathOption = None,
) -> None:
    """Draw a tree, with a case lit on it: what was seen, suspects by posterior, what is ruled out.

    With evidence and no --top, the top event is drawn under which something was seen and the case weighs most.
    """
    from diagnoser.fault_tree.picture import Case

    if form is Format.mef:
        raise typer.BadParameter("'mef' is no picture; use: diagnoser tree export --format mef")
    if evidence is None:
        loaded, tops, _ = _tree(source, top, lang, base_path)
        _write(_picture(loaded, _only(tops), Case(), form, depth, lang), output)
        return
    if _is_file(source):
        raise typer.BadParameter("a case is lit on a base's tree; name a base, not a file")
    loaded, tops, knowledge = _tree(source, top, lang, base_path)
    assert knowledge is not None
    case = _case(knowledge, evidence)
    chosen = top_of_case(loaded, tops, case)
    _write(_picture(loaded, chosen, case, form, depth, lang), output)


@tree.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE.xml", help="An Open-PSA file; - reads stdin.")],
    base: Annotated[str, typer.Option("--base", metavar="NAME", help="What to call the base.")],
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="Folder that holds (or will hold) the base.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that are there.")] = False,
) -> None:
    """Turn a fault tree (Open-PSA MEF) into a base: events, a cause for each basic event, a symptom for each top event."""
    from diagnoser.authoring.from_tree import base_from_tree
    from diagnoser.authoring.sheet_files import write_base

    loaded = _from_file(file)
    try:
        written = write_base(into / base, base, base_from_tree(loaded, f"fault tree {loaded.name}"), replace)
    except FileExistsError as error:
        fail(f"{error.filename} is there already; --replace replaces it", USAGE)
    except OSError as error:
        fail(f"cannot write '{error.filename}': {error.strerror}", UNAVAILABLE)
    write_lines(map(str, written))
    say(f"{len(written)} files; now: diagnoser kb check {into / base}")


def top_of_case(loaded: LogicTree, tops: tuple[str, ...], case: Case) -> str:
    """Of the top events under which something was seen, or else of all, the one under which most of the posterior lies.

    A general top event has nearly every cause under it, whatever was seen.
    """

    def weight(event: str) -> tuple[bool, float]:
        under = set(loaded.bottom_up(event))
        return not under.isdisjoint(case.shown), sum(case.posterior.get(node, 0.0) for node in under)

    return max(tops, key=weight)


def _picture(loaded: LogicTree, top: str, case: Case, form: Format, depth: int | None, lang: Lang) -> str:
    from diagnoser.fault_tree.graph_text import as_dot, as_graphml, as_mermaid
    from diagnoser.fault_tree.picture import unfold
    from diagnoser.fault_tree.picture_svg import as_svg

    branch = unfold(loaded, top, case, depth)
    if form is Format.svg:
        return as_svg(branch, lang=lang.value)
    return {Format.dot: as_dot, Format.mermaid: as_mermaid, Format.graphml: as_graphml}[form](branch)


def _tree(
    source: str, top: str | None, lang: Lang, base_path: list[Path] | None
) -> tuple[LogicTree, tuple[str, ...], PreparedKnowledge | None]:
    """The tree asked for, its top events, and the knowledge if it comes from there."""
    from diagnoser.errors import UnknownName

    knowledge: PreparedKnowledge | None = None
    if _is_file(source):
        loaded = _from_file(source)
        tops = loaded.top_events()
    else:
        knowledge, loaded, tops = _from_knowledge(source, lang, base_path)
    if top is None:
        return loaded, tops, knowledge
    if knowledge is not None and top not in loaded.gates:
        own = f"{source}:{top}"  # a bare name is the named base's own, whatever others call theirs
        top = own if own in loaded.gates else knowledge.base.find("event", top)
    if top not in loaded.gates:
        raise UnknownName("gate", top, loaded.gates)
    return loaded, (top,), knowledge


def _is_file(source: str) -> bool:
    return source == "-" or "/" in source or "\\" in source or source.endswith((".xml", ".mef", ".opsa"))


def _from_file(source: str) -> LogicTree:
    from diagnoser.errors import UnusableTree
    from diagnoser.fault_tree.open_psa import MOST_BYTES, read_open_psa

    try:
        if source == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnusableTree(source, error.strerror or "cannot be read") from error
    return read_open_psa(content, "stdin" if source == "-" else source)


def _from_knowledge(
    name: str, lang: Lang, base_path: list[Path] | None
) -> tuple[PreparedKnowledge, LogicTree, tuple[str, ...]]:
    from diagnoser.errors import UnknownName, UnusableTree
    from diagnoser.fault_tree.logic_tree import logic_tree

    knowledge = prepared_knowledge(base_path, lang=lang.value)
    base = knowledge.base
    if name not in base.bases:
        raise UnknownName("base", name, base.bases)
    own = [event for event in sorted(base.tree.gates) if event.partition(":")[0] == name]
    tops = tuple(e for e in own if not any(p.partition(":")[0] == name for p in base.tree.parents[e]))
    if not tops:  # it may only add causes to events of bases that it builds on
        tops = tuple(
            sorted({e for c in base.causes.values() if c.base == name for e in base.tree.parents.get(c.id, ())})
        )
    if not tops:
        raise UnusableTree(name, "this base has no fault tree; it needs a fault_tree.yaml")
    titles = {event: text.title for event, text in base.events.items()}
    titles.update({cause: known.title for cause, known in base.causes.items()})
    labels = {item: str(getattr(title, lang.value)) for item, title in titles.items()}
    priors = {cause: base.causes[cause].prior for cause in base.causes}
    return knowledge, logic_tree(base.tree, tops, priors, labels, name), tops


def _case(knowledge: PreparedKnowledge, evidence: str) -> Case:
    """What the diagnosis of some evidence says about events and causes."""
    from diagnoser.cli.reading import evidence_of, open_log
    from diagnoser.diagnosis import diagnose
    from diagnoser.fault_tree.picture import Case

    document = evidence_of(None, evidence, [], [], [], None, None)
    base = knowledge.base
    report = diagnose(knowledge, document, open_log=open_log, top=None)
    present = {o.finding for o in report.observations if o.finding in base.findings and o.state == "present"}
    return Case(
        shown=frozenset(event for f in present if f for event in shown_most(base.findings[f]) if event in base.events),
        posterior={f"{cause.base}:{cause.id}": cause.posterior for cause in report.causes},
        ruled_out=frozenset(cause.id for cause in report.ruled_out),
    )


def shown_most(finding: Finding) -> Iterator[str]:
    """What a finding shows most often; of what it only hints at, it is no sighting."""
    most = max((strength for _, strength in finding.parents), default=0.0)
    return (parent for parent, strength in finding.parents if strength == most)


def _only(tops: tuple[str, ...]) -> str:
    if len(tops) != 1:
        raise typer.BadParameter(f"there are {len(tops)} top events; name one with --top: {', '.join(tops)}")
    return tops[0]


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"cannot write '{output}': {error.strerror}", UNAVAILABLE)
