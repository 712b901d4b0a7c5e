"""The `diagnoser` command: thin, and quick to say what it can do.

Everything heavy is imported when it is needed, so that `--help` answers at once. Data goes to
stdout, all else to stderr.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diagnoser.cli.catalogue import lights, search
from diagnoser.cli.exit_codes import BAD_INPUT, DONE, INCONCLUSIVE, UNAVAILABLE, USAGE
from diagnoser.cli.kb import kb
from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.logs import logs
from diagnoser.cli.options import BasePathOption, DeviceOption, JsonOption, KeepSecrets, Lang, UsedBases
from diagnoser.cli.read import read
from diagnoser.cli.redact import redact, tell_replaced
from diagnoser.cli.streams import fail
from diagnoser.cli.tree import tree
from diagnoser.cli.troubleshoot import RecordOption
from diagnoser.cli.usage import Group
from diagnoser.errors import DiagnoserError, EvidenceError, KnowledgeError, RecordError, UnusableTree

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge
    from diagnoser.evidence import Evidence
    from diagnoser.evidence.redaction import Hidden


app = typer.Typer(
    name="diagnoser",
    cls=Group,
    help="Rule-based fault diagnosis: say what is seen, get ranked causes, what to check next, and whom to call.",
    epilog="Exit codes: 0 done, 1 nothing conclusive or problems found, 2 usage, 3 bad input or knowledge, 4 unavailable.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(kb, name="kb")
app.add_typer(logs, name="logs")
app.add_typer(tree, name="tree")

TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", help="What is seen, in a sentence; - reads stdin.")
]
EvidenceOption = Annotated[
    str | None, typer.Option("--evidence", "-e", metavar="FILE", help="Evidence document (JSON); - reads stdin.")
]
LightOption = Annotated[
    list[str] | None, typer.Option("--light", metavar="LIGHT", help="A light, e.g. 'PWR red blinking'. Repeatable.")
]
LogOption = Annotated[
    list[Path] | None,
    typer.Option("--log", metavar="FILE", help="A log, a command's output, or a bundle of them. Repeatable."),
]
MeasureOption = Annotated[
    list[str] | None, typer.Option("--measure", metavar="VALUE", help="A value, e.g. 'rx power=-31 dBm'. Repeatable.")
]
AlarmOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--alarm",
        metavar="FILE",
        help="Alarms: JSON, one JSON object per line, or lines of syslog or snmptrapd. Repeatable.",
    ),
]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the report; by default that of the evidence.")
]


@app.command()
def diagnose(
    text: TextArgument = None,
    evidence: EvidenceOption = None,
    light: LightOption = None,
    log: LogOption = None,
    measure: MeasureOption = None,
    alarm: AlarmOption = None,
    device: DeviceOption = None,
    base: UsedBases = None,
    base_path: BasePathOption = None,
    lang: LangOption = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many causes to show.")] = 5,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The report as Markdown.")] = False,
    keep_secrets: KeepSecrets = False,
) -> None:
    """Diagnose a fault from what was seen. With --json or --markdown, secrets become tokens."""
    from diagnoser.what_would_change import diagnose_with_change

    knowledge, document = _given(text, evidence, light, log, measure, device, base_path, lang, alarm)
    given = _passed_on(document, (as_json or markdown) and not keep_secrets)
    report = diagnose_with_change(knowledge, given.evidence, tuple(base or ()), given.open_log, max(top, 2))
    tell_replaced(given.counts(), report.lang)
    if as_json:
        sys.stdout.write(report.top(top).model_dump_json(indent=2) + "\n")
    elif markdown:
        from diagnoser.report.markdown import as_markdown

        sys.stdout.write(as_markdown(report))
    else:
        from diagnoser.report.text import Shown, as_text

        sys.stdout.write(as_text(report, shown=Shown(causes=top)))
    raise typer.Exit(DONE if report.known else INCONCLUSIVE)


@app.command()
def explain(
    cause: Annotated[str, typer.Argument(help="A cause: its id, `base:id`, title or alias.")],
    text: TextArgument = None,
    evidence: EvidenceOption = None,
    light: LightOption = None,
    log: LogOption = None,
    measure: MeasureOption = None,
    alarm: AlarmOption = None,
    device: DeviceOption = None,
    base: UsedBases = None,
    base_path: BasePathOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    keep_secrets: KeepSecrets = False,
) -> None:
    """Why a cause, and why not, with the same evidence. With --json, secrets become tokens."""
    from diagnoser.report.explain import as_text
    from diagnoser.what_would_change import explain_cause

    knowledge, document = _given(text, evidence, light, log, measure, device, base_path, lang, alarm)
    chosen = knowledge.base.find("cause", cause)
    given = _passed_on(document, as_json and not keep_secrets)
    answer, report = explain_cause(knowledge, given.evidence, chosen, tuple(base or ()), given.open_log)
    tell_replaced(given.counts(), report.lang)
    sys.stdout.write(answer.model_dump_json(indent=2) + "\n" if as_json else as_text(answer, report.lang))


app.command("read")(read)
app.command("lights")(lights)
app.command("search")(search)
app.command("redact")(redact)


@app.command()
def troubleshoot(
    text: TextArgument = None,
    evidence: EvidenceOption = None,
    light: LightOption = None,
    log: LogOption = None,
    measure: MeasureOption = None,
    device: DeviceOption = None,
    base: UsedBases = None,
    base_path: BasePathOption = None,
    lang: LangOption = None,
    alarm: AlarmOption = None,
    record: RecordOption = None,
    keep_secrets: KeepSecrets = False,
) -> None:
    """Find and mend a fault step by step: asks what to check next, reads answers, ends with the repair."""
    if text == "-" or evidence == "-":
        fail("answers are read from stdin; give the text or the evidence document as an argument or a file", USAGE)
    from diagnoser.cli import troubleshoot as dialogue
    from diagnoser.troubleshooting import begin

    knowledge, document = _given(text, evidence, light, log, measure, device, base_path, lang, alarm)
    gc.enable()  # a dialogue may be long
    gone = dialogue.run(knowledge, begin(document, tuple(base or ())), record, keep_secrets)
    raise typer.Exit(DONE if gone else INCONCLUSIVE)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    base_path: BasePathOption = None,
) -> None:
    """Serve the HTTP API."""
    try:
        from diagnoser_api.server import run
    except ImportError as error:
        fail(f"the API is not installed ({error.name})", UNAVAILABLE)
    try:
        run(host, port, tuple(base_path or ()))
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror}", UNAVAILABLE)


def _given(
    text: str | None,
    evidence: str | None,
    light: list[str] | None,
    log: list[Path] | None,
    measure: list[str] | None,
    device: str | None,
    base_path: list[Path] | None,
    lang: Lang | None,
    alarm: list[Path] | None,
) -> tuple[PreparedKnowledge, Evidence]:
    """The knowledge and the evidence that the options name."""
    from diagnoser.cli.reading import evidence_of
    from diagnoser.report import language_of

    document = evidence_of(
        text, evidence, light or [], log or [], measure or [], device, lang.value if lang else None, alarm or ()
    )
    gc.disable()  # one answer and the end; what it builds stays until then
    return prepared_knowledge(base_path, lang=language_of(document)), document


def _passed_on(evidence: Evidence, redacted: bool) -> Hidden:
    """The evidence, and how its logs are opened: with tokens for secrets if the answer is to be passed on."""
    from diagnoser.cli.reading import open_log
    from diagnoser.evidence.redaction import Hidden, Redactor, hidden

    return hidden(evidence, open_log) if redacted else Hidden(evidence, open_log, Redactor())


def _without_secrets(error: DiagnoserError) -> str:
    """A message that may quote the evidence and may end up in somebody's log."""
    from diagnoser.evidence.redaction import redact_text

    return redact_text(str(error))


def main() -> None:
    """Run the command; errors become one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_INPUT)
    except (EvidenceError, RecordError, UnusableTree) as error:
        print(f"diagnoser: {_without_secrets(error)}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except DiagnoserError as error:
        print(f"diagnoser: {_without_secrets(error)}", file=sys.stderr)
        sys.exit(USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(DONE)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
