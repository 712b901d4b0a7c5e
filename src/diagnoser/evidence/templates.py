"""Lines that no pattern knows, summarised: lines alike become one template with blanks in it.

Numbers, addresses and the like are blanked first. Where drain3 is installed (extra `logs`), its
tree then joins templates that differ in a word; otherwise equal blanked lines are one template.
Nothing that drain3 stored is ever read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import re2
from rapidfuzz import fuzz, process

from diagnoser.evidence.times import Moment, moment_in, without_stamp

MAX_TEMPLATES = 10_000
"""Templates that are kept; lines of further ones are only counted."""

MAX_KNOWN = 50_000
"""Blanked lines of which the template is remembered."""

MAX_TEXT = 400
"""Characters of a line that count for its template, and of an example."""

ANY = "<*>"
_BLANKS = {
    "<ip>": r"\d{1,3}(?:\.\d{1,3}){3}",
    "<mac>": r"[0-9A-Fa-f]{2,4}(?:[:.-][0-9A-Fa-f]{2,4})+",
    "<port>": r"[A-Za-z][A-Za-z-]*\d+(?:/\d+)+",
    "<hex>": r"(?:0x)?[0-9A-Fa-f]+",
    "<num>": r"\d+(?:\.\d+)?",
    ANY: r"\S+",
}
_MASK = re.compile(
    r"(?P<hidden>\bhidden-[a-z]+(?:-key)?-\d+\b)"  # what stands for a secret
    r"|(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}\b)"
    r"|(?P<mac>\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b|\b[0-9A-Fa-f]{4}(?:[.-][0-9A-Fa-f]{4}){2}\b)"
    r"|(?P<port>\b[A-Za-z][A-Za-z-]{0,30}\d+(?:/\d+)+\b)"
    r"|(?P<hex>\b0x[0-9A-Fa-f]+\b|\b(?=[A-Fa-f]*\d)(?=\d*[A-Fa-f])[0-9A-Fa-f]{6,}\b)"
    r"|(?P<num>\d+(?:\.\d+)?)",
    re.ASCII,  # a Chinese character before a name or figure is no letter of it
)
_BLANK = re.compile("|".join(re.escape(blank) for blank in _BLANKS))
_HOST = re.compile(r"\s*[\w.-]+\s+(?=[\w()./-]+(?:\[\d+\])?:\s)")


@dataclass(slots=True)
class _Group:
    count: int
    example: str
    where: str
    newest: int
    last: Moment | None


@dataclass(frozen=True, slots=True)
class Template:
    """Lines alike.

    Attributes:
        text: what they have in common, blanks as `<num>`, `<ip>`, `<*>` ...
        count: how many there are.
        example: the first of them.
        where: its file and line.
        last: when the last of them was written (ISO 8601), if it says.
        pattern: RE2 that matches the example.
        other: a line of another template that is most like it and that the pattern does not match.
    """

    text: str
    count: int
    example: str
    where: str
    last: str | None
    pattern: str
    other: str | None

    @property
    def id(self) -> str:
        """A proposal for the id of a pattern."""
        words = re.findall(r"[a-z][a-z0-9]{2,}", _BLANK.sub(" ", self.text).lower())
        return "_".join(["log", *words[:5]]) if words else "log_unnamed"


class Templates:
    """Collects lines; memory grows with the number of templates, up to `MAX_TEMPLATES`.

    Args:
        drain: use drain3; by default where it is installed.
    """

    def __init__(self, drain: bool | None = None) -> None:
        self._tree = _drain() if drain is not False else None
        if drain and self._tree is None:
            raise ImportError("drain3 is not installed (extra: logs)")
        self._groups: dict[Any, _Group] = {}
        self._texts: dict[Any, str] = {}
        self._known: dict[str, _Group] = {}
        """Blanked lines, as they came, and the template of each."""
        self._order = 0
        self.dropped = 0
        """Lines whose template was one too many."""

    def add(self, line: str, where: str, shown: Callable[[str], str] = str) -> None:
        """Add a line, and where it stands.

        Args:
            line: the line.
            where: its file and number.
            shown: what may be kept of it. It is asked once for lines that differ only in what is blanked: most lines
                of a large log are like one before, and need not be looked through for secrets.
        """
        text = masked(line)
        if not text:
            return
        self._order += 1
        known = self._known.get(text)
        if known is not None:
            known.count += 1
            known.newest = self._order
            known.last = moment_in(line) or known.last
            return
        kept = shown(line)
        key = self._key(masked(kept) or ANY)
        group = self._groups.get(key)
        if group is None and len(self._groups) >= MAX_TEMPLATES:
            self.dropped += 1
            return
        if group is None:
            group = self._groups[key] = _Group(1, kept.strip()[:MAX_TEXT], where, self._order, moment_in(line))
        else:
            group.count += 1
            group.newest = self._order
            group.last = moment_in(line) or group.last
        if len(self._known) < MAX_KNOWN:
            self._known[text] = group

    def _key(self, text: str) -> Any:
        if self._tree is None or len(self._groups) >= MAX_TEMPLATES:
            self._texts.setdefault(text, text) if len(self._texts) < MAX_TEMPLATES else None
            return text
        cluster, _ = self._tree.add_log_message(text)
        self._texts[cluster.cluster_id] = cluster.get_template()
        return cluster.cluster_id

    def rarest(self, most: int | None = None) -> list[Template]:
        """The templates, rarest first, and of equally rare ones the newest first.

        Args:
            most: how many; all of them by default.
        """
        ordered = sorted(self._groups.items(), key=lambda item: (item[1].count, -item[1].newest))
        examples = [group.example for group in self._groups.values()]
        return [self._template(key, group, examples) for key, group in ordered[:most]]

    def _template(self, key: Any, group: _Group, examples: list[str]) -> Template:
        text = self._texts[key]
        pattern = pattern_of(text)
        regex = re2.compile(pattern)
        if not regex.search(group.example):
            pattern = pattern_of(masked(group.example))  # the template grew wider than one line is long
            regex = re2.compile(pattern)
        near = process.extract(group.example, examples, scorer=fuzz.ratio, limit=6)
        other = next((line for line, _, _ in near if not regex.search(line)), None)
        last = None if group.last is None else group.last.text()
        return Template(text, group.count, group.example, group.where, last, pattern, other)


def masked(line: str) -> str:
    """A line without its time stamp and host, what varies replaced by blanks."""
    rest = _HOST.sub("", without_stamp(line[:MAX_TEXT]), count=1).strip()
    return " ".join(_MASK.sub(lambda found: ANY if found["hidden"] else f"<{found.lastgroup}>", rest).split())


def pattern_of(template: str) -> str:
    """RE2 for the lines of a template; the first port becomes the component."""
    parts: list[str] = []
    at = 0
    named = False
    for blank in _BLANK.finditer(template):
        parts.append(_literal(template[at : blank.start()]))
        wanted = _BLANKS[blank.group()]
        if blank.group() == "<port>" and not named:
            wanted, named = f"(?P<component>{wanted})", True
        parts.append(wanted)
        at = blank.end()
    return "".join((*parts, _literal(template[at:])))


def _literal(text: str) -> str:
    return r"\s+".join(re2.escape(part) for part in text.split(" "))


def _drain() -> Any:
    """drain3's tree, without its persistence; None where it is not installed."""
    try:
        from drain3.drain import Drain
    except ImportError:
        return None
    return Drain(depth=4, sim_th=0.5, max_children=100, max_clusters=None, extra_delimiters=(), param_str=ANY)


def as_yaml(templates: Iterable[Template]) -> Iterator[str]:
    """Each template as an entry for `logs.yaml`; ids are made different from each other."""
    used: dict[str, int] = {}
    for template in templates:
        used[template.id] = used.get(template.id, 0) + 1
        id_ = template.id if used[template.id] == 1 else f"{template.id}_{used[template.id]}"
        seen = f"{template.count} line{'s' if template.count > 1 else ''}, first at {_one_line(template.where)}"
        yield (
            f"# {seen}{f', last written {template.last}' if template.last else ''}\n"
            f"- id: {id_}\n"
            f"  pattern: {_scalar(template.pattern)}\n"
            f"  meaning: {{en: {_scalar('to be written: ' + template.text)}, zh: {_scalar('待填写：' + template.text)}}}\n"
            f"  examples: [{_scalar(template.example)}]\n"
            f"  not: [{_scalar(template.other) if template.other is not None else ''}]\n"
            "  source: experience\n"
        )


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _scalar(text: str) -> str:
    """A quoted scalar of YAML; what cannot be printed is escaped."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    escaped = "".join(
        {"\\": "\\\\", '"': '\\"'}.get(char, char)
        if char.isprintable()
        else (f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\U{ord(char):08x}")
        for char in text
    )
    return f'"{escaped}"'
