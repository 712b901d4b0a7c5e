"""Lines of text with tokens in place of secrets, in constant memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diagnoser.evidence.redaction.addresses import emails, ips, macs, urls
from diagnoser.evidence.redaction.credentials import credentials
from diagnoser.evidence.redaction.people import accounts, customers, identities, phones, serials
from diagnoser.evidence.redaction.spans import KINDS, TOKEN, Kind, Span, apart
from diagnoser.evidence.redaction.tokens import Tokens

MAX_PIECE = 8 * 1024
"""Characters of a line that are looked at together; longer lines are taken in pieces."""

MAX_KEY_LINES = 400
"""Lines of a private key; a block that does not end is given up after them."""

MAX_KNOWN = 500
"""Names and passwords that are also replaced where nothing announces them."""

_KEY_IN_LINE = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?P<v>.{16,}?)(?:-----END|$)")
_KEY_BEGINS = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----\s*$")
_PUBLIC_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}(?:CERTIFICATE|PUBLIC KEY|REQUEST|CRL)[A-Z0-9 ]{0,20}-----")
_ENDS = re.compile(r"-----END ")
_KEY_BODY = re.compile(
    r"\s*(?:[A-Za-z0-9+/=]+\s*$|.{0,200}[A-Za-z0-9+/=]{16,}\s*$|Proc-Type:|DEK-Info:|Version:|Comment:|$)"
)
_PIECE_OF_KEY = re.compile(r"^\s*(?=\S*[a-z])(?=\S*[A-Z])(?=\S*[0-9])(?P<v>[A-Za-z0-9+/]{60,76}={0,2})\s*$")
_TELLING: frozenset[Kind] = frozenset(("password", "community", "key", "psk", "token", "customer", "person"))
_WIDE = (
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {ord(wide): plain for wide, plain in zip("．＝＠－／＿＋", ".=@-/_+", strict=True)}
    | {0x3000: " "}
)


@dataclass(frozen=True, slots=True)
class RedactionSettings:
    """
    Attributes:
        serials: replace serial numbers too. They stay by default: an escalation needs them.
        kinds: kinds that are replaced; all by default.
    """

    serials: bool = False
    kinds: frozenset[Kind] = frozenset(KINDS)


@dataclass(frozen=True, slots=True)
class Written:
    """A stretch in whose place a token stands: how it was written, and where."""

    token: str
    text: str
    place: str


class Redactor:
    """Replaces secrets in the lines of one case.

    Args:
        settings: what is replaced.
        written: gets what is replaced, in the order of the text; by default it is not kept.
    """

    def __init__(self, settings: RedactionSettings | None = None, written: list[Written] | None = None) -> None:
        self.tokens = Tokens()
        self._written = written
        self.settings = settings or RedactionSettings()
        self._known: dict[str, Kind] = {}
        self._known_pattern: re.Pattern[str] | None = None
        self._in_public = False

    def adopt(self, other: Redactor) -> None:
        """Use the tokens that another run over the same case gave, and know what it learned."""
        self.tokens = other.tokens.unused()
        self._known = dict(other._known)

    def whole(self, kind: Kind, value: str, place: str) -> str:
        """The token of a value that is a secret as a whole."""
        if kind not in self.settings.kinds:
            return value
        self._learn(Span(0, len(value), kind, value))
        return self._token(kind, value, place, value)

    def _token(self, kind: Kind, value: str, place: str, text: str) -> str:
        token = self.tokens.use(kind, value, place)
        if self._written is not None:
            self._written.append(Written(token, text, place))
        return token

    def lines(self, lines: Iterable[str], place: str = "") -> Iterator[str]:
        """Redacted lines, one for each line given; every line of a private key becomes its token.

        Args:
            lines: without line ends.
            place: put before the line number in previews.
        """
        key: list[tuple[int, str]] | None = None
        for number, line in enumerate(lines, 1):
            if key is not None:
                if not _ENDS.search(line) and _KEY_BODY.match(line) and len(key) < MAX_KEY_LINES:
                    key.append((number, line))
                    continue
                yield from self._key(key, place)
                key = None
            yield self.line(line, f"{place}{number}")
            if _KEY_BEGINS.search(line):
                key = []
        if key:
            yield from self._key(key, place)

    def _key(self, lines: list[tuple[int, str]], place: str) -> Iterator[str]:
        value = "\n".join(line.strip() for _, line in lines)
        for number, line in lines:
            if TOKEN.fullmatch(line.strip()) or not line.strip():
                yield line
            else:
                yield self._token("private-key", value, f"{place}{number}", line)

    def line(self, line: str, place: str = "", label: str = "") -> str:
        """One redacted line.

        Args:
            line: without a line end.
            place: where it is, for previews.
            label: words that announce the line without being part of it, such as the name of its field.
        """
        if "-----" in line:
            self._in_public = bool(_PUBLIC_BEGINS.search(line)) and not _ENDS.search(line)
        if len(line) <= MAX_PIECE:
            return self._piece(line, place, label)
        return "".join(self._piece(piece, place, "") for piece in _pieces(line))

    def _piece(self, line: str, place: str, label: str) -> str:
        lead = f"{label}: " if label else ""
        said = lead + line
        parts, end = [], 0
        for span in apart(self._spans(said.translate(_WIDE) if not said.isascii() else said)):
            start = span.start - len(lead)
            if start < 0 or span.kind is None or span.kind not in self.settings.kinds:
                continue
            before, end = end, span.end - len(lead)
            parts += [line[before:start], self._token(span.kind, span.value, place, line[start:end])]
            self._learn(span)
        return "".join((*parts, line[end:]))

    def _spans(self, line: str) -> Iterator[Span]:
        if "<" in line:
            for match in TOKEN.finditer(line):
                yield Span(*match.span(), _kind(match[1]), match[0])
        if "PRIVATE KEY" in line:
            for match in _KEY_IN_LINE.finditer(line):
                yield Span(*match.span("v"), "private-key", match["v"])
        if len(line) >= 60 and not self._in_public and (piece := _PIECE_OF_KEY.match(line)):
            yield Span(*piece.span("v"), "private-key", piece["v"])
        yield from urls(line)
        yield from credentials(line)
        for span in serials(line):
            yield span if self.settings.serials else Span(span.start, span.end, None, span.value)
        yield from customers(line)
        yield from accounts(line)
        yield from emails(line)
        yield from macs(line)
        yield from ips(line)
        yield from identities(line)
        yield from phones(line)
        if self._known:
            yield from self._met_again(line)

    def _learn(self, span: Span) -> None:
        """Remember a value that is told apart from ordinary words, so that it is found unannounced."""
        value = span.value
        if span.kind not in _TELLING or value in self._known or len(self._known) >= MAX_KNOWN or TOKEN.search(value):
            return
        if span.kind in ("customer", "person"):
            telling = len(value) >= (3 if not value.isascii() else 5)
        else:
            telling = len(value) >= 6 and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
        if telling:
            self._known[value] = span.kind
            self._known_pattern = None

    def _met_again(self, line: str) -> Iterator[Span]:
        if self._known_pattern is None:
            values = sorted(self._known, key=lambda v: (-len(v), v))
            self._known_pattern = re.compile(
                "|".join(
                    rf"(?<![A-Za-z0-9]){re.escape(v)}(?![A-Za-z0-9])" if v.isascii() else re.escape(v) for v in values
                )
            )
        for match in self._known_pattern.finditer(line):
            yield Span(*match.span(), self._known[match[0]], match[0])


def _kind(word: str) -> Kind:
    return next(kind for kind in KINDS if kind == word)


def _pieces(line: str) -> Iterator[str]:
    """A long line in pieces that end at a blank where there is one, else at a comma or the like."""
    start = 0
    while start < len(line):
        end = start + MAX_PIECE
        if end < len(line):
            cuts = (line.rfind(mark, start + MAX_PIECE // 2, end) for mark in " ,;&")
            end = next((cut + 1 for cut in cuts if cut > 0), end)
        yield line[start:end]
        start = end


def redact_text(text: str, redactor: Redactor | None = None, place: str = "") -> str:
    """A text with tokens in place of secrets; the lines of one private key become one.

    Args:
        text: any text; line ends stay as they are.
        redactor: the case that the text belongs to; by default a case of its own.
        place: put before the line number in previews.
    """
    redactor = redactor or Redactor()
    return "\n".join(without_repeats(redactor.lines(text.split("\n"), place)))


def without_repeats(lines: Iterable[str]) -> Iterator[str]:
    """Lines in which a private key that became several equal tokens is one."""
    last = ""
    for line in lines:
        bare = line.strip()
        if not (bare == last and bare.startswith("<private-key-")):
            yield line
        last = bare
