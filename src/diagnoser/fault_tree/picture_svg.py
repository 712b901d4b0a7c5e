"""A fault tree as an SVG picture: left to right, one row for each end, nothing but text and lines.

Every meaning has a shape besides its colour, so that the picture also works in black and white:
what was seen has a thick frame and a mark, a suspect its probability in figures and a bar, and what
is ruled out is struck through, crossed and dashed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from diagnoser.fault_tree.picture import Branch

ROW, COLUMN, MARGIN, HEAD, FOOT = 48, 342, 28, 70, 72
BOX_WIDTH, BOX_HEIGHT, GATE = 236, 40, 30
LEAF_WIDTH = 420
FONT_SIZE = 13

INK, QUIET, PAPER, LINE = "#1e293b", "#64748b", "#ffffff", "#94a3b8"
SEEN_FILL, SEEN_LINE = "#fef3c7", "#b45309"
HOT = (185, 28, 28)

WORDS = {
    "en": {
        "tree": "Fault tree: ",
        "seen": "seen",
        "suspect": "suspect, with its probability",
        "ruled_out": "ruled out",
        "repeated": "drawn above",
        "hidden": "{} events below",
        "faint": "{} others, at most {} each",
        "or": "any one",
        "and": "all",
        "atleast": "at least k",
        "xor": "an odd number",
        "not": "not",
        "inhibit": "under a condition",
        "basic": "basic event",
    },
    "zh": {
        "tree": "故障树：",
        "seen": "已观察到",
        "suspect": "嫌疑原因及其概率",
        "ruled_out": "已排除",
        "repeated": "见上文",
        "hidden": "下有 {} 个事件",
        "faint": "其他 {} 项，各不超过 {}",
        "or": "任一",
        "and": "全部",
        "atleast": "至少 k 个",
        "xor": "奇数个",
        "not": "非",
        "inhibit": "在条件下",
        "basic": "基本事件",
    },
}
_STYLE = (
    "text{font-family:'Noto Sans','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    f"'Segoe UI',Helvetica,Arial,sans-serif;font-size:{FONT_SIZE}px;fill:{INK}}}"
    f".quiet{{fill:{QUIET};font-size:11px}}.head{{font-size:19px;font-weight:600}}"
    f".out{{fill:{QUIET};text-decoration:line-through}}.strong{{font-weight:600}}"
    ".sign{font-size:11px;text-anchor:middle}"
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A branch and where its middle line is, in pixels from the top left."""

    branch: Branch
    x: float
    y: float
    inputs: tuple[_Placed, ...]


def as_svg(branch: Branch, title: str = "", lang: str = "en") -> str:
    """Draw an unfolded tree.

    Args:
        title: what stands above it; by default the label of its top event.
        lang: `en` or `zh`, for the legend; the labels are what the branch has.
    """
    words = WORDS[lang]
    placed = _place(branch, MARGIN, HEAD)
    depth = _depth(placed)
    width = max(2 * MARGIN + (depth - 1) * COLUMN + LEAF_WIDTH, 900)
    height = HEAD + branch.rows() * ROW + FOOT
    heading = title or f"{words['tree']}{branch.label}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img" lang="{lang}">',
        f"<title>{_text(heading)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        f'<text class="head" x="{MARGIN}" y="44">{_text(heading)}</text>',
        *_links(placed),
        *_nodes(placed, words),
        *_legend(branch, words, height - FOOT / 2 + 6),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _place(branch: Branch, x: float, y: float) -> _Placed:
    """Ends take a row each, from above; an event stands in the middle of its inputs."""
    inputs = []
    row = y
    for i in branch.inputs:
        inputs.append(_place(i, x + COLUMN, row))
        row += i.rows() * ROW
    middle = (inputs[0].y + inputs[-1].y) / 2 if inputs else y + ROW / 2
    return _Placed(branch, x, middle, tuple(inputs))


def _depth(placed: _Placed) -> int:
    return 1 + max((_depth(i) for i in placed.inputs), default=0)


def _links(placed: _Placed) -> Iterator[str]:
    """Lines from a gate to its inputs: thicker where a suspect is under them; quiet ones first."""
    trunk = placed.x + BOX_WIDTH + GATE + 34
    for i in sorted(placed.inputs, key=lambda i: i.branch.heat):
        out = i.branch.state == "ruled_out"
        heat = i.branch.heat
        colour = LINE if heat < 0.005 else _mixed(0.35 + 0.65 * heat)
        dashes = ' stroke-dasharray="4 4"' if out else ""
        start = placed.x + BOX_WIDTH + GATE + 14
        bend = 8 if abs(i.y - placed.y) > 16 else abs(i.y - placed.y) / 2
        sign = 1 if i.y > placed.y else -1
        path = (
            f"M{start:g} {placed.y:g}H{trunk - bend:g}Q{trunk:g} {placed.y:g} {trunk:g} {placed.y + sign * bend:g}"
            f"V{i.y - sign * bend:g}Q{trunk:g} {i.y:g} {trunk + bend:g} {i.y:g}H{i.x:g}"
        )
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{1.3 + 2.7 * heat:.2f}"{dashes}/>'
        if i.branch.strength < 1.0:
            yield (
                f'<text class="quiet" x="{i.x - 8:g}" y="{i.y - 5:g}" text-anchor="end">'
                f"{_percent(i.branch.strength)}</text>"
            )
    for i in placed.inputs:
        yield from _links(i)


def _nodes(placed: _Placed, words: dict[str, str]) -> Iterator[str]:
    branch = placed.branch
    yield f'<g id="{_text(branch.id)}-{placed.y:g}"><title>{_text(_tooltip(branch))}</title>'
    if branch.sign is None and branch.hidden:
        yield from _faint(placed, words)
    elif branch.sign is None:
        yield from _basic_event(placed)
    else:
        yield from _event(placed, words)
    yield "</g>"
    for i in placed.inputs:
        yield from _nodes(i, words)


def _tooltip(branch: Branch) -> str:
    known = f", p = {branch.probability:.3g}" if branch.probability is not None else ""
    return f"{branch.id}{known}"


def _event(placed: _Placed, words: dict[str, str]) -> Iterator[str]:
    branch, x, y = placed.branch, placed.x, placed.y
    if branch.label or branch.state != "plain":
        yield _box(branch, x, y)
        seen = branch.state == "shown"
        yield from _lines(branch, x + (30 if seen else 12), y, BOX_WIDTH - (40 if seen else 24))
    else:
        yield f'<path d="M{x:g} {y:g}H{x + BOX_WIDTH:g}" stroke="{LINE}" stroke-width="1.3"/>'
    if branch.state == "shown":
        yield _eye(x + 17, y)
    if branch.state == "suspect":
        yield from _share(branch, x + 4, y + BOX_HEIGHT / 2 + 3, BOX_WIDTH - 8)
    if branch.repeated or branch.hidden:
        yield from _transfer(placed, words)
    else:
        yield f'<path d="M{x + BOX_WIDTH:g} {y:g}h14" stroke="{LINE}" stroke-width="1.3"/>'
        yield _gate(branch, x + BOX_WIDTH + 14, y)


def _box(branch: Branch, x: float, y: float) -> str:
    fill, line, thick, dashes = PAPER, QUIET, 1.3, ""
    if branch.state == "shown":
        fill, line, thick = SEEN_FILL, SEEN_LINE, 3.0
    elif branch.state == "ruled_out":
        line, dashes = LINE, ' stroke-dasharray="4 4"'
    return (
        f'<rect x="{x:g}" y="{y - BOX_HEIGHT / 2:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"'
        f' fill="{fill}" stroke="{line}" stroke-width="{thick:g}"{dashes}/>'
    )


def _eye(x: float, y: float) -> str:
    """The mark of what was seen."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="6.5" fill="{PAPER}" stroke="{SEEN_LINE}" stroke-width="2"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="2.6" fill="{SEEN_LINE}"/>'
    )


def _gate(branch: Branch, x: float, y: float) -> str:
    """The gate's symbol of IEC 61025, lying on its side, with its sign."""
    h = GATE / 2
    shape = {
        "and": f"M{x + GATE:g} {y - h:g}V{y + h:g}H{x + h:g}A{h:g} {h:g} 0 0 1 {x + h:g} {y - h:g}Z",
        "inhibit": f"M{x:g} {y:g}l7 {-h:g}h{GATE - 14:g}l7 {h:g}l-7 {h:g}h{14 - GATE:g}Z",
        "not": f"M{x:g} {y:g}L{x + GATE:g} {y - h:g}V{y + h:g}Z",
    }.get(
        branch.sign or "",
        f"M{x + GATE:g} {y - h:g}Q{x + GATE - 9:g} {y:g} {x + GATE:g} {y + h:g}"
        f"Q{x + 9:g} {y + h:g} {x:g} {y:g}Q{x + 9:g} {y - h:g} {x + GATE:g} {y - h:g}Z",
    )
    sign = {"and": "&amp;", "or": "\u22651", "atleast": f"\u2265{branch.k}", "xor": "=1", "not": "1"}.get(
        branch.sign or "", ""
    )
    if branch.sign == "inhibit" and branch.probability is not None:
        sign = _percent(branch.probability)
    middle = x + GATE / 2 + (2 if branch.sign == "not" else 0)
    size = ' style="font-size:9px"' if len(sign) > 5 else ""
    return (
        f'<path d="{shape}" fill="{PAPER}" stroke="{QUIET}" stroke-width="1.5" stroke-linejoin="round"/>'
        f'<text class="sign" x="{middle:g}" y="{y + 4:g}"{size}>{sign}</text>'
    )


def _transfer(placed: _Placed, words: dict[str, str]) -> Iterator[str]:
    """The triangle that says: this goes on elsewhere."""
    x, y = placed.x + BOX_WIDTH, placed.y
    said = words["repeated"] if placed.branch.repeated else words["hidden"].format(placed.branch.hidden)
    yield f'<path d="M{x:g} {y:g}h10l14 -11v22l-14 -11" fill="{PAPER}" stroke="{QUIET}" stroke-width="1.3"/>'
    yield f'<text class="quiet" x="{x + 32:g}" y="{y + 4:g}">{_text(said)}</text>'


def _faint(placed: _Placed, words: dict[str, str]) -> Iterator[str]:
    """One row for all inputs that hardly matter to the case."""
    x, y = placed.x, placed.y
    said = words["faint"].format(placed.branch.hidden, f"{math.ceil(100 * placed.branch.heat)} %")
    yield f'<path d="M{x + 4:g} {y:g}h1m7 0h1m7 0h1" stroke="{QUIET}" stroke-width="3" stroke-linecap="round"/>'
    yield f'<text class="quiet" x="{x + 31:g}" y="{y + 4:g}">{said}</text>'


def _basic_event(placed: _Placed) -> Iterator[str]:
    branch, x, y = placed.branch, placed.x + 11, placed.y
    if branch.state == "ruled_out":
        yield f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="{PAPER}" stroke="{LINE}" stroke-width="1.3"/>'
        yield f'<path d="M{x - 6:g} {y - 6:g}l12 12m0 -12l-12 12" stroke="{QUIET}" stroke-width="2"/>'
    else:
        fill = _mixed(branch.heat) if branch.state == "suspect" else PAPER
        seen = branch.state == "shown"
        if seen:
            fill = SEEN_FILL
        yield (
            f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="{fill}" stroke="{SEEN_LINE if seen else QUIET}"'
            f' stroke-width="{3 if seen else 1.4:g}"/>'
        )
    raised = 6 if branch.state == "suspect" else 0
    yield from _lines(branch, x + 20, y - raised, LEAF_WIDTH - 40)
    if branch.state == "suspect":
        yield from _share(branch, x + 20, y + 13, 150)


def _share(branch: Branch, x: float, y: float, width: float) -> Iterator[str]:
    """A suspect's posterior as a bar and in figures."""
    full = width - 46
    yield f'<rect x="{x:g}" y="{y:g}" width="{full:g}" height="6" rx="3" fill="#e2e8f0"/>'
    if branch.heat >= 0.005:
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{max(6.0, full * branch.heat):.1f}" height="6" rx="3"'
            f' fill="{_mixed(0.35 + 0.65 * branch.heat)}"/>'
        )
    yield f'<text class="strong" style="font-size:11px" x="{x + full + 6:g}" y="{y + 7:g}">{_percent(branch.heat)}</text>'


def _lines(branch: Branch, x: float, y: float, width: float) -> Iterator[str]:
    style = {"ruled_out": ' class="out"', "shown": ' class="strong"'}.get(branch.state, "")
    if branch.state == "suspect" and branch.heat >= 0.1:
        style = ' class="strong"'
    single = branch.sign is None and branch.state == "suspect"
    lines = _wrapped(branch.label, width, 1 if single else 2)
    for n, line in enumerate(lines):
        yield f'<text{style} x="{x:g}" y="{y + 4.5 + (n - (len(lines) - 1) / 2) * 15:g}">{_text(line)}</text>'


def _legend(branch: Branch, words: dict[str, str], y: float) -> Iterator[str]:
    x: float = MARGIN
    for sign in ("or", "and", "atleast", "xor", "not", "inhibit"):
        if _has(branch, lambda b, sign=sign: b.sign == sign):
            sample = Branch("", "", sign, 2, None, 1.0, "plain", 0.0, False, 0, ())
            symbol = _gate(sample, x, y)
            yield symbol if sign != "atleast" else symbol.replace("\u22652", "\u2265k")
            yield f'<text class="quiet" x="{x + GATE + 6:g}" y="{y + 4:g}">{_text(words[sign])}</text>'
            x += GATE + 28 + _width(words[sign]) * 0.85
    yield f'<circle cx="{x + 10:g}" cy="{y:g}" r="9" fill="{PAPER}" stroke="{QUIET}" stroke-width="1.4"/>'
    yield f'<text class="quiet" x="{x + 26:g}" y="{y + 4:g}">{_text(words["basic"])}</text>'
    x += 48 + _width(words["basic"]) * 0.85
    if _has(branch, lambda b: b.state == "shown"):
        yield (
            f'<rect x="{x:g}" y="{y - 9:g}" width="28" height="18" rx="4" fill="{SEEN_FILL}"'
            f' stroke="{SEEN_LINE}" stroke-width="3"/>{_eye(x + 14, y)}'
        )
        yield f'<text class="quiet" x="{x + 36:g}" y="{y + 4:g}">{_text(words["seen"])}</text>'
        x += 58 + _width(words["seen"]) * 0.85
    if _has(branch, lambda b: b.state == "suspect"):
        yield f'<circle cx="{x + 10:g}" cy="{y:g}" r="9" fill="{_mixed(0.7)}" stroke="{QUIET}" stroke-width="1.4"/>'
        yield f'<text class="quiet" x="{x + 26:g}" y="{y + 4:g}">{_text(words["suspect"])}</text>'
        x += 48 + _width(words["suspect"]) * 0.85
    if _has(branch, lambda b: b.state == "ruled_out"):
        yield f'<circle cx="{x + 10:g}" cy="{y:g}" r="9" fill="{PAPER}" stroke="{LINE}" stroke-width="1.3"/>'
        yield f'<path d="M{x + 5:g} {y - 5:g}l10 10m0 -10l-10 10" stroke="{QUIET}" stroke-width="2"/>'
        yield f'<text class="quiet" x="{x + 26:g}" y="{y + 4:g}">{_text(words["ruled_out"])}</text>'


def _has(branch: Branch, wanted: object) -> bool:
    assert callable(wanted)
    return bool(wanted(branch)) or any(_has(i, wanted) for i in branch.inputs)


def _mixed(share: float) -> str:
    """White at 0, full red at 1."""
    return "#" + "".join(f"{round(255 + (part - 255) * max(0.0, min(1.0, share))):02x}" for part in HOT)


def _percent(share: float) -> str:
    """A share as it stands between tags."""
    if 0.0 < share < 0.01:
        return "&lt;1 %"
    return "&gt;99 %" if 0.99 < share < 1.0 else f"{share * 100:.0f} %"


def _width(text: str) -> float:
    """About how wide a text is, in pixels; Chinese characters are twice as wide."""
    return sum(FONT_SIZE if unicodedata.east_asian_width(c) in "WF" else FONT_SIZE * 0.5 for c in text)


def _wrapped(text: str, width: float, most: int) -> list[str]:
    """A text in at most so many lines, the last one cut with an ellipsis if need be."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest:
        cut = _fitting(rest, width)
        if cut == len(rest):
            return [*lines, rest]
        if len(lines) == most - 1:
            return [*lines, rest[: _fitting(rest, width - FONT_SIZE)].rstrip() + "\u2026"]
        blank = rest.rfind(" ", 0, cut + 1)
        cut = blank if blank > cut // 2 else _between_words(rest, cut)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines


def _between_words(text: str, cut: int) -> int:
    """A place at or before a cut that does not part a word in Latin letters, if there is one near."""
    for place in range(cut, cut // 2, -1):
        if not (_latin(text[place - 1]) and _latin(text[place])):
            return place
    return cut


def _latin(c: str) -> bool:
    return c.isascii() and (c.isalnum() or c in "-_/.")


def _fitting(text: str, width: float) -> int:
    """How many characters fit."""
    total = 0.0
    for n, c in enumerate(text):
        total += _width(c)
        if total > width:
            return max(n, 1)
    return len(text)


def _text(text: str) -> str:
    """Text that is safe between tags and in an attribute."""
    safe = "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    return escape(safe, {'"': "&quot;"})
