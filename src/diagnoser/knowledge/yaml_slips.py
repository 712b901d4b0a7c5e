"""What a parser's complaint most likely means: which slip of an author's hand it comes from, and where that is.

The parser stops where the text can no longer be YAML, which is often a line after the slip, and says so in
its own terms. Here the lines around are looked at for what people really type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CONFLICT = re.compile(r"(<{7}|={7}|>{7})(\s|$)")
_FULL_WIDTH_AT = (
    (re.compile(r"^\s*(?:- )?[A-Za-z_]\w*\s*(：)"), "type a plain colon and a blank after the name"),
    (re.compile(r"[{,，]\s*[A-Za-z_]\w*(：)"), "type a plain colon and a blank after the name"),
    (re.compile(r"(，)\s*[A-Za-z_]\w*\s*[:：]"), "type a plain comma between two fields"),
    (re.compile(r"[:：-]\s*([｛【［])"), "type plain brackets, { } or [ ]"),
    (re.compile(r"([｝】］])\s*$"), "type plain brackets, { } or [ ]"),
    (re.compile(r"[:：[{,-]\s*([‘’“”])"), "type plain quotation marks, ' or \""),
    (re.compile(r"^\s*([－—–])"), "type a plain '-' and a blank"),
)
_WITHOUT_BLANK = re.compile(r"^\s*(?:- )?[A-Za-z_]\w*:[^\s:/]")
_DASH_WITHOUT_BLANK = re.compile(r"^\s*-[A-Za-z_]\w*:")
_APOSTROPHE = re.compile(r"(?:^|[\s,:{\[])'[^']*[A-Za-z]'[A-Za-z]")
_COMMENT = re.compile(r"[^\s]\s#")
_QUOTE_IT = "put the text in quotes"


@dataclass(frozen=True, slots=True)
class Slip:
    """Line and column from 1, what is wrong, and what would be right."""

    line: int
    column: int
    message: str
    hint: str


def slip(text: str, problem: str, at: tuple[int, int], began: tuple[int, int] | None) -> Slip:
    """The slip behind a complaint of the parser.

    Args:
        text: the whole file.
        problem: what the parser says.
        at: where it says so, line and column from 0.
        began: where that began in which it stood then.
    """
    lines = text.split("\n")
    near = [
        n for n in dict.fromkeys((at[0], *(() if began is None else (began[0],)), at[0] - 1)) if 0 <= n < len(lines)
    ]
    found = next(_typed(lines, near), None)
    return found or _told(lines, problem, at, began)


def _typed(lines: list[str], near: list[int]) -> Iterator[Slip]:
    """What is wrong on its face in one of some lines."""
    for number in range(max(0, min(near) - 1), min(len(lines), max(near) + 2)):
        if _CONFLICT.match(lines[number]):
            yield Slip(
                number + 1,
                1,
                "two versions of the file were merged, and both stand here",
                "keep one of them, and take away the lines of <, = and >",
            )
            return
    for number in near:
        line = lines[number]
        blank = line[: len(line) - len(line.lstrip())]
        if "\t" in blank:
            yield Slip(number + 1, blank.index("\t") + 1, "a tab", "indent with blanks; YAML has no tabs")
        plain = _without_quoted(line)
        for form, hint in _FULL_WIDTH_AT:
            sign = form.search(plain)
            if sign:
                yield Slip(
                    number + 1,
                    sign.start(1) + 1,
                    f"'{sign[1]}' is a sign of the Chinese keyboard, or of a word processor",
                    hint,
                )
    for number in near:
        if _WITHOUT_BLANK.match(lines[number]) and ": " not in lines[number]:
            yield Slip(number + 1, lines[number].index(":") + 1, "no blank after the colon", "name: value")
        if _DASH_WITHOUT_BLANK.match(lines[number]):
            yield Slip(number + 1, lines[number].index("-") + 1, "no blank after the '-'", "- name: value")


def _told(lines: list[str], problem: str, at: tuple[int, int], began: tuple[int, int] | None) -> Slip:
    """What the parser says, in other words."""
    line, column = at
    here = lines[line] if line < len(lines) else ""
    start = began or at
    first = lines[start[0]] if start[0] < len(lines) else ""
    if "expected ',' or" in problem:
        return _bracket(first, start)
    if "unexpected end of stream" in problem or "document indicator" in problem:
        return Slip(
            start[0] + 1, start[1] + 1, "the quotation mark here has no partner", "close the text with the same mark"
        )
    if "unknown escape" in problem:
        return Slip(
            line + 1, column + 1, 'inside "..." a backslash begins an escape', "put a pattern in single quotes: '\\d+'"
        )
    if "cannot start any token" in problem:
        sign = here[column : column + 1]
        return Slip(line + 1, column + 1, f"a text cannot begin with '{sign}'", f"{_QUOTE_IT}: '{sign}...'")
    if "mapping values are not allowed" in problem:
        what = "a second ': ' in one line" if ": " in here[:column].lstrip() else "a ': ' where no field can be"
        return Slip(line + 1, column + 1, what, f"{_QUOTE_IT}, or indent the line as its neighbours are")
    if "expected ':'" in problem:
        return Slip(
            line + 1, column + 1, "this is no field", "name: value, with a blank after the colon; a long text in quotes"
        )
    if began is not None and ("expected key" in problem or "block end" in problem) and began[1] != column:
        message = f"this begins in column {column + 1}, the first field of its entry in column {began[1] + 1}"
        return Slip(line + 1, column + 1, message, "the fields of an entry begin in the same column")
    if "'-' indicator" in problem:
        message = f"this begins in column {column + 1}, and is no '- ' of the list"
        return Slip(line + 1, column + 1, message, f"the fields of its entry begin in column {start[1] + 3}")
    return Slip(line + 1, column + 1, problem or "not YAML", "")


def _bracket(line: str, start: tuple[int, int]) -> Slip:
    """Why a bracket that was opened does not end where it should."""
    opened = line[start[1] : start[1] + 1]
    rest, plain = line[start[1] :], _without_quoted(line)[start[1] :]
    where = (start[0] + 1, start[1] + 1)
    apostrophe = _APOSTROPHE.search(rest)
    if apostrophe:
        return Slip(
            where[0],
            start[1] + apostrophe.end() - 1,
            "an apostrophe inside '...' ends the text",
            "write it twice ('') or put the text in \"...\"",
        )
    comment = _COMMENT.search(plain)
    if comment:
        return Slip(
            where[0], start[1] + comment.end(), "' #' begins a comment, and the rest of the line is lost", _QUOTE_IT
        )
    closing = {"{": "}", "[": "]"}.get(opened, "")
    if "'" in plain.replace("'_", "").replace("_'", "") or '"' in plain:
        return Slip(
            *where, f"a quotation mark in this {opened}...{closing} has no partner", "close the text with the same mark"
        )
    if closing and plain.count(opened) > plain.count(closing):
        return Slip(*where, f"'{opened}' is not closed in its line", f"close it with '{closing}'")
    if any(part.count(": ") > 1 for part in re.split(r"[,{}\[\]]", plain)):
        return Slip(*where, f"a text in this {opened}...{closing} holds ': '", _QUOTE_IT)
    return Slip(
        *where,
        f"what '{opened}' begins here does not end as it should",
        f"put a text that holds one of , : # ' [ ] {{ }} in quotes; a comma between two parts, '{closing}' at the end",
    )


def _without_quoted(line: str) -> str:
    """A line in which quoted texts are blanked out."""
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"", lambda quoted: f"'{'_' * (len(quoted[0]) - 2)}'", line)
