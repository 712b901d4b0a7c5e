"""What the pages show is what the program prints: each command of theirs is run, on the files that they tell to write."""

from __future__ import annotations

import difflib
import re

import pytest

from diagnoser.authoring.stats import stats
from diagnoser.knowledge import load
from tests.pages import PAGES, RENEW, ROOT
from tests.pages.page import CommandFailed, renewed, written_files


def test_the_pages_show_what_is_printed() -> None:
    """One test for all pages: those in both languages write the same files, so that each knowledge is compiled once."""
    told = ""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        now = renewed(text)
        told += "".join(difflib.unified_diff(text.splitlines(True), now.splitlines(True), page, "what is printed", n=1))

    assert not told, (
        f"a page shows something else than what is printed; {RENEW} renews it; then see what changed\n{told}"
    )


@pytest.mark.parametrize(("page", "files"), list(zip(PAGES, (4, 4, 9, 9), strict=True)))
def test_pages_in_both_languages_write_the_same_files(page: str, files: int) -> None:
    written = [written_files((ROOT / each).read_text(encoding="utf-8")) for each in (page, _other_language(page))]

    assert len(written[0]) == files
    assert written[0] == written[1]


def test_there_is_as_much_knowledge_as_the_pages_say_and_not_much_more() -> None:
    counts = stats(load(ROOT / "knowledge", with_cases=True)).total
    there = [counts.causes, counts.log_patterns, counts.indicators, counts.symptoms, counts.checks, counts.cases]

    for page in PAGES[:2]:
        text = (ROOT / page).read_text(encoding="utf-8").split("kb stats` ", 1)[1]
        said = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\d", text)[:6]]
        assert all(least <= count < 1.1 * least for least, count in zip(said, there, strict=True)), (page, said, there)


def test_a_page_whose_command_is_wrong_is_not_renewed() -> None:
    with pytest.raises(CommandFailed, match="diagnoser kb chekc"):
        renewed("```console\n$ diagnoser kb chekc ours\n```\n")


def test_a_stale_line_is_renewed_and_the_rest_of_the_page_kept() -> None:
    page = (
        "Write:\n\n```yaml\n# ours/mine/base.yaml\nbase: mine\ntitle: {en: Mine, zh: 自有}\nversion: 1.0.0\nimports: [common]\n```\n\n"
        "```console\n$ diagnoser kb check ours     # all\n7 bases: no problem found\n\n$ make test\nall passed\n```\n\nDone.\n"
    )

    assert renewed(page) == page.replace("7 bases:", "1 base, 1 file:")


def _other_language(page: str) -> str:
    return PAGES[PAGES.index(page) ^ 1]
