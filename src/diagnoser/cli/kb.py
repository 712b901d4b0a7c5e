"""`diagnoser kb ...`: for those who write knowledge."""

from __future__ import annotations

import typer

from diagnoser.cli.kb_begin import find, new, schema
from diagnoser.cli.kb_check import check
from diagnoser.cli.kb_measure import diff, evaluate, stats, unknown
from diagnoser.cli.kb_sheet import export, import_
from diagnoser.cli.kb_test import run_tests
from diagnoser.cli.tree import export as graph

kb = typer.Typer(help="For those who write knowledge.", no_args_is_help=True, rich_markup_mode=None)

kb.command("new")(new)
kb.command("find")(find)
kb.command("check")(check)
kb.command("test")(run_tests)
kb.command("eval")(evaluate)
kb.command("unknown")(unknown)
kb.command("diff")(diff)
kb.command("export")(export)
kb.command("import")(import_)
kb.command("stats")(stats)
kb.command("schema")(schema)
kb.command("graph")(graph)
