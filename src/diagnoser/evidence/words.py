"""Free text as a row of content words, comparable across spelling, inflection and language.

English words are reduced to their stem (Snowball), Chinese runs to overlapping pairs of characters,
and the concepts of the lexicon to one token for both languages. Small words are dropped; words that
negate are kept as one token, since "no link light" and "link light" are not the same.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from diagnoser.evidence.light_runs import between_lights
from diagnoser.evidence.simplified import simplified
from diagnoser.knowledge.documents import Concept

NEGATION = "¬"

WELL = "works"
"""The concept that says of things that all is well with them."""

TRIED = frozenset({"replace", "reseat", "nochange", "helped", "repaired"})
"""Concepts that tell what was tried and what came of it, whatever the fault is."""

LONG_ENOUGH = 5
"""Letters that a word must have for its spelling to be mended."""

MOST_KEPT, LONGEST_KEPT = 64, 4000
"""So many of the last texts, of so many characters at most, are kept as words: each stage reads the same ones."""

LONGEST_SENTENCE, LONGEST_CLAUSE = 600, 300
"""Characters after which a sentence, or a clause, is taken to end though no sign says so: nobody means so much in one
breath, and what is looked for within one would take the square of its length."""

LONGEST_WORD = 64
"""Characters of what may be a word, or a run of Chinese that is worth remembering."""

_NEGATING_EN = frozenset(
    """
    no not never none without neither nor cannot cant isnt arent wasnt dont doesnt didnt wont havent hasnt couldnt
    n't nothing
    """.split()  # noqa: SIM905
)
_SMALL_EN = frozenset(
    """
    a an the of on in at to for by with from as is are was were be been being has have had it its this that these
    those there here and or but so then than too very also just only all any some each other i we you he she they my
    our your their his her me us them do does did done will would can could should may might must shall into onto
    out over about after before when while where which who what how if because since until during again still yet
    now one first shows show showing shown seen see appears appear appears reports reported reporting
    seems seem get gets got getting goes go gone make makes made via per vs etc
    """.split()  # noqa: SIM905  (a list of words is read more easily as text)
)
_CUT_ZH = re.compile(
    r"""
    (?P<adverb> 特别|不停|不断|不管|别的|是不是|会不会|有没有|能不能|可不可以|要不要|对不对|好不好|行不行|是否)
    | (?P<word> 不动|分别|个别|级别|类别|区别|差别|识别|辨别|不同|不间断|不稳|不可纠正|未来|只读)
    | (?P<no> 没有|没|未|并非|不是|无法|不能|不|无|别)
    | 任何
    | [的了着过呢吗吧啊呀也都就还又很太在是有被把给和与及或而且但因为所以如果这那此该其个些种次些台块条根张只每]
    """,
    re.VERBOSE,
)
"""Where a run of Chinese is cut: at small words, negations, and adverbs; some words only look like these."""
_TOKEN = re.compile(r"[a-z0-9][a-z0-9+'./_%-]*[a-z0-9+%]|[a-z0-9]|[\u3400-\u9fff]+")
_JOINED = re.compile(r"[a-z]+(?:[/-][a-z]+)+")
_CLAUSE = re.compile(
    r"[\n。；;！!？?]|[.,](?=\s|$)|(?<=[\u3400-\u9fff]),|,(?=[\u3400-\u9fff])|[，、]|但是?|不过|可是|\bbut\b"
    r"|\bbecause\b|因为|由于|而且|并且"
    r"|(?<=[a-z])\s+and\s+(?=(?:\d{0,3}(?:x|meth|ten-?)?ge?[a-z]*|te|fe|port|slot|psu|fan|disk)\s?\d+(?:/\d+)*\s)"
)
_AND = re.compile(r"\s+and\s+")
VERB = (
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|keeps?|kept|goes|went|gets?|got|comes?|came|stays?|shows?|showed"
    r"|lost|cut|broke|died|fell|blinks?|works?|\w{3,}ed|\w+n't|cannot)\b"
)
"""Verbs of which a statement has one, by their form: each word that ends in *ed* is taken for one."""
_SAYS_SOMETHING = re.compile(rf"{VERB}|^\W*(?:no|without)\b")
"""What makes a stretch before *and* a statement of its own: *a fan failed and ...*, *no alarm and ...*; *the switch and ...* is not."""
_BEGINS_ANEW = re.compile(
    rf"(?:the|an?|its|our|my|your|their|his|her|all|both|every|each|another|one|it|they|we|i|he|she|th(?:is|at|ese|ose)|there|\w*\d\S*)\s(?:[^\s]+\s)*?{VERB}"
)
"""What makes a stretch behind *and* a statement of its own: something is named, and a verb tells of it."""
_TURN = re.compile(r"\b(?:after|since|when|while|until|unless|if|following|because|although|though|whereas)\b")
"""Words past which a negation does not speak: of *does not start after the upgrade*, the upgrade was."""
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}\s?(?:dbm?|[vwa]|%|°|℃)(?![a-z]))")
"""-31,5 dBm is one number, not 5 dBm."""
_SENTENCE = re.compile(r"[\n。；;！!？?]|\.(?=\s|$)")
_INTERFACE = re.compile(
    r"(?:\d{1,3}ge|x?gigabitethernet|ten-?gigabitethernet|fastethernet|xge|ge|gi|te|fe|g)\d+(?:/\d+){1,3}"
    r"|eth\d+|en[ops]\d+(?:[sf]\d+)*"
)
"""The name of an interface; whoever names one speaks of a port."""
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?")
LINK_LOCAL = "169.254"
"""Which address it is tells nothing, but that a device gave itself one."""


class Word(NamedTuple):
    """One token with its place in the text: character offsets, clause and sentence number; a tuple, since many are made.

    `turn` counts the words before it past which a negation does not speak.
    """

    token: str
    start: int
    end: int
    clause: int
    sentence: int
    turn: int = 0


class _Folding(dict[int, str]):
    """Character -> how it is compared; each is worked out when it is first met. A comma of full width always ends a clause."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        form = unicodedata.normalize("NFKC", char)
        plain = form.lower() if len(form) == 1 and len(form.lower()) == 1 else char
        folded = "，" if char == "，" else simplified(plain).replace("’", "'")
        if len(self) < 65536:
            self[code] = folded
        return folded


_folding = _Folding()


def normalised(text: str) -> str:
    """NFKC, lower case, simplified characters; offsets are kept (one character stays one)."""
    return text.lower() if text.isascii() else text.translate(_folding)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of an English word; anything with a digit or a sign stays as it is."""
    return str(_stemmer.stemWord(word)) if word.isalpha() and word not in _NO_PLURAL else word


_NO_PLURAL = frozenset({"several", "nightly", "ups", "los", "dos", "gps", "dns", "ips", "bus", "ais"})
"""Words that only look like forms of others: a *UPS* is not several *up*, *several* is not *severed*, and one night is not *nightly*."""


_stemmer = snowballstemmer.stemmer("english")


def clause_spans(text: str) -> list[tuple[int, int]]:
    """The stretches of text between clause ends, as character offsets; empty ones left out."""
    spans, start = [], 0
    for end, following in (*_clause_breaks(normalised(text)), (len(text), len(text))):
        if text[start:end].strip():
            spans.append((start, end))
        start = following
    return spans


def sentence_ends(text: str) -> list[int]:
    """Where the sentences of a text end, as character offsets."""
    return [end for end, _ in _sentence_breaks(normalised(text))]


def _sentence_breaks(plain: str) -> list[tuple[int, int]]:
    """Where sentences of a normalised text end, and where what follows begins."""
    return _no_longer_than(LONGEST_SENTENCE, [m.span() for m in _SENTENCE.finditer(plain)], plain)


def _clause_breaks(plain: str) -> list[tuple[int, int]]:
    """Where clauses of a normalised text end, and where what follows begins; a sentence that ends, ends one."""
    breaks = [m.span() for m in _CLAUSE.finditer(plain)]
    lights = between_lights(plain)
    if lights:
        breaks = sorted({*breaks, *lights})
    if " and " in plain:
        breaks = sorted([*breaks, *_between_statements(plain, breaks)])
    if len(plain) > LONGEST_CLAUSE:
        known = {end for end, _ in breaks}
        breaks = sorted([*breaks, *(each for each in _sentence_breaks(plain) if each[0] not in known)])
    return _no_longer_than(LONGEST_CLAUSE, breaks, plain)


def _between_statements(plain: str, breaks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The *and*s that stand between two statements and not between two things: *a fan failed and the fibre was cut*."""
    known = {start for start, _ in breaks}
    for match in _AND.finditer(plain):
        if match.start() in known:
            continue
        since = max((following for end, following in breaks if end <= match.start()), default=0)
        until = min((end for end, _ in breaks if end >= match.end()), default=len(plain))
        before = plain[max(since, match.start() - LONGEST_CLAUSE) : match.start()]
        behind = plain[match.end() : min(until, match.end() + LONGEST_CLAUSE)]
        if _SAYS_SOMETHING.search(before) and _BEGINS_ANEW.match(behind):
            yield match.span()


def _no_longer_than(longest: int, breaks: list[tuple[int, int]], plain: str) -> list[tuple[int, int]]:
    """Breaks of a text, and more of them, at blanks if there are any, where a stretch would be too long."""
    if len(plain) <= longest:
        return breaks
    found: list[tuple[int, int]] = []
    start = 0
    for end, following in (*breaks, (len(plain), len(plain))):
        while end - start > longest:
            blank = plain.rfind(" ", start + longest // 2, start + longest)
            cut = blank if blank >= 0 else start + longest
            found.append((cut, cut))
            start = cut
        found.append((end, following))
        start = following
    return found[:-1]


def overlapping(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Those of some stretches, in order and apart from each other, that share a character with one."""
    first = bisect.bisect_right(spans, start, key=lambda span: span[1])
    return spans[first : bisect.bisect_left(spans, end, lo=first, key=lambda span: span[0])]


def words_between(words: list[Word], start: int, end: int) -> list[Word]:
    """The words of a text, which are in order, that begin in a stretch of it."""
    first = bisect.bisect_left(words, start, key=lambda word: word.start)
    return words[first : bisect.bisect_left(words, end, lo=first, key=lambda word: word.start)]


class Lexicon:
    """Concepts compiled for use: English phrases by stems, Chinese phrases by characters."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._english: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        chinese: dict[str, str] = {}
        concepts = tuple(concepts)
        self.concepts = frozenset(c.concept for c in concepts)
        self.things = frozenset(c.concept for c in concepts if c.thing)
        """Concepts that name a thing and say nothing of its state."""
        for concept in concepts:
            for phrase in concept.en:
                plain = normalised(phrase)
                stems = tuple(t for t, _, _ in self._tokens(plain, 0, len(plain)))
                if stems:
                    self._english.setdefault(stems[0], []).append((stems, concept.concept))
            for phrase in concept.zh:
                chinese.setdefault(normalised(phrase), concept.concept)
        for phrases in self._english.values():
            phrases.sort(key=lambda p: -len(p[0]))
        self._known: frozenset[str] = frozenset()
        self._respelt: dict[str, str] = {}
        self._kept: dict[str, tuple[Word, ...]] = {}
        by_letter: dict[str, set[str]] = defaultdict(set)
        words = {word for phrases in self._english.values() for stems, _ in phrases for word in stems}
        for word in words:
            if len(word) >= LONG_ENOUGH and word.isascii() and word.isalpha():
                by_letter[word[0]].add(word)
        self._short = frozenset(word for word in words if len(word) == LONG_ENOUGH - 1)
        """Words that are only known by a stem with one letter more: of *drop*, as of *stop*, what is spelt *droped*."""
        self._spellings = {letter: tuple(sorted(words)) for letter, words in by_letter.items()}
        self._chinese = {"".join(p.split()): c for p, c in chinese.items() if re.search(r"[\u3400-\u9fff]", p)}
        longest_first = sorted(self._chinese, key=lambda p: (-len(p), p))
        self._chinese_pattern = re.compile("|".join(map(_loosely, longest_first))) if longest_first else None

    def learn(self, phrases: Iterable[str]) -> None:
        """Take the words of some phrases as well spelt; from then on others are read as the nearest word of a concept."""
        known = {token for phrase in phrases for token, _, _ in self._tokens(normalised(phrase), 0, len(phrase))}
        self._known = frozenset(known.union(*map(set, self._spellings.values())))
        self._kept.clear()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_respelt": {}, "_kept": {}}

    def knows(self, word: str) -> bool:
        """Whether a word, in small letters, stands in the phrases that were learnt, or is a small word such as *at*."""
        return self._known.issuperset(
            part for part, _, _ in self._tokens(word, 0, len(word)) if part not in _SMALL_STEMS
        )

    def _mended(self, token: str) -> str:
        """A misspelt word as the word of a concept that it most likely is; others unchanged."""
        if not self._known or token in self._known or len(token) < LONG_ENOUGH - 1 or not token.isascii():
            return token
        known = self._respelt.get(token)
        if known is None:
            known = self._nearest_word(token) if token.isalpha() and token not in _SMALL_STEMS else token
            if len(self._respelt) < 10_000:
                self._respelt[token] = known
        return known

    def _nearest_word(self, token: str) -> str:
        """The word of a concept that is a slip or two away; with a letter doubled less: *droped*, whose stem is *drope*."""
        if token[-1] == "e" and token[:-1] in self._short:
            return token[:-1]
        slips = 1 if len(token) < 9 else 2
        near = process.extractOne(token, self._spellings.get(token[0], ()), scorer=OSA.distance, score_cutoff=slips)
        lost_a_letter = near is not None and len(near[0]) > len(token)
        return near[0] if near and (len(token) >= LONG_ENOUGH or lost_a_letter) else token

    def _spelt(self, raw: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        """Parts as they are compared: the number of a place apart (*CPU1*, *DIMM020*), and slips mended."""
        spelt: list[tuple[str, int, int]] = []
        for part in raw:
            token, start, end = part
            if token in self._known and not token[-1].isdigit():
                spelt.append(part)
                continue
            name = token.rstrip("0123456789")
            if name != token and len(name) > 2 and name in self._english:
                spelt.append((self._mended(name), start, start + len(name)))
                spelt.append((token[len(name) :], start + len(name), end))
            else:
                spelt.append((self._mended(token), start, end))
        return spelt

    def words(self, text: str) -> list[Word]:
        """The content words of a text, in order."""
        kept = self._kept.get(text)
        if kept is not None:
            return list(kept)
        words = self._read(text)
        if len(text) <= LONGEST_KEPT:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[text] = tuple(words)
        return words

    def _read(self, text: str) -> list[Word]:
        plain = _DECIMAL_COMMA.sub(".", normalised(text))
        clauses = [following for _, following in _clause_breaks(plain)]
        sentences = [following for _, following in _sentence_breaks(plain)]
        turns = [match.end() for match in _TURN.finditer(plain)]
        found: list[Word] = []
        clause = sentence = turn = 0
        for token, start, end in self._placed(plain):
            while clause < len(clauses) and clauses[clause] <= start:
                clause += 1
            while sentence < len(sentences) and sentences[sentence] <= start:
                sentence += 1
            while turn < len(turns) and turns[turn] <= start:
                turn += 1
            found.append(Word(token, start, end, clause, sentence, turn))
        return found

    def in_order(self, text: str) -> list[str]:
        """The content words of a text in order, without their places: quicker than `words`."""
        return [token for token, _, _ in self._placed(_DECIMAL_COMMA.sub(".", normalised(text)))]

    def tokens(self, phrase: str) -> tuple[str, ...]:
        """The distinct content words of a phrase, in order."""
        return tuple(dict.fromkeys([token for token, _, _ in self._placed(normalised(phrase))]))

    def _placed(self, plain: str) -> list[tuple[str, int, int]]:
        """The content words of a normalised text, in order, with where each begins and ends."""
        raw: list[tuple[str, int, int]] = []
        position = 0
        if not plain.isascii():
            for start, end, concept in self._chinese_concepts(plain):
                raw.extend(self._tokens(plain, position, start))
                raw.append((f"={concept}", start, end))
                position = end
        raw.extend(self._tokens(plain, position, len(plain)))
        return self._english_concepts(self._spelt(raw) if self._known else raw)

    def _chinese_concepts(self, plain: str) -> Iterable[tuple[int, int, str]]:
        if self._chinese_pattern is None:
            return
        for match in self._chinese_pattern.finditer(plain):
            yield match.start(), match.end(), self._chinese["".join(match.group().split())]

    @staticmethod
    def _tokens(plain: str, start: int, end: int) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        for match in _TOKEN.finditer(plain, start, end):
            token = match.group()
            at = match.start()
            if len(token) > LONGEST_WORD:
                parts = _chinese_pairs.__wrapped__(token) if token[0] >= "\u3400" else ((token, 0, len(token)),)
            else:
                parts = _chinese_pairs(token) if token[0] >= "\u3400" else _parts(token)
            for part, first, last in parts:
                found.append((part, at + first, at + last))
        return found

    def _english_concepts(self, raw: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        index, end_of_text, known = 0, len(raw), self._english
        while index < end_of_text:
            token, start, _ = part = raw[index]
            following = raw[index + 1][0] if index + 1 < end_of_text else ""
            for stems, concept in known.get(token, ()):
                long = len(stems)
                if long > 1 and (
                    stems[1] != following or not _stands(stems, raw, index) or self._reaches_further(raw, index, long)
                ):
                    continue
                found.append((concept, start, raw[index + long - 1][2]))
                index += long
                break
            else:
                index += 1
                if token[0] == "=":
                    found.append((token[1:], start, part[2]))
                elif token not in _SMALL_STEMS:
                    found.append(part)
        return found

    def _reaches_further(self, raw: list[tuple[str, int, int]], index: int, long: int) -> bool:
        """Whether a longer phrase begins within one; or any, behind a *no*: in *no power cut* it is the power cut that was not."""
        least = 1 if raw[index][0] == NEGATION else long + 1
        return any(
            len(stems) >= max(least, long - step + 1) and _stands(stems, raw, index + step)
            for step in range(1, long)
            for stems, _ in self._english.get(raw[index + step][0], ())
        )


def _stands(stems: tuple[str, ...], raw: list[tuple[str, int, int]], index: int) -> bool:
    """Whether a phrase stands at a place of a text, the first word of which is known to."""
    long = len(stems)
    if long == 1:
        return True
    if index + long > len(raw) or stems[1] != raw[index + 1][0]:
        return False
    return long == 2 or tuple([t for t, _, _ in raw[index : index + long]]) == stems


@lru_cache(maxsize=65536)
def _parts(token: str) -> tuple[tuple[str, int, int], ...]:
    """What an English token says, with offsets in it: its stem, those of its parts, a negation, a port or an address."""
    if token in _NEGATING_EN or token.endswith("n't") or token.replace("'", "") in _NEGATING_EN:
        return ((NEGATION, 0, len(token)),)
    if _INTERFACE.fullmatch(token):
        return (("=port", 0, len(token)),)
    if _IPV4.fullmatch(token):
        return ((LINK_LOCAL if token.startswith(LINK_LOCAL) else "=ipaddress", 0, len(token)),)
    parts = re.split(r"[/-]", token) if _JOINED.fullmatch(token) else [token]
    found, at = [], 0
    for part in parts:
        found.append((stem(part.removesuffix("'s").strip(".'")), at, at + len(part)))
        at += len(part) + 1
    return tuple(found)


def _loosely(phrase: str) -> str:
    """A pattern for a phrase that lets a blank stand between Chinese and other characters."""
    pieces = re.findall(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+", phrase)
    return r"\s?".join(map(re.escape, pieces))


_SMALL_STEMS = _SMALL_EN | {stem(word) for word in _SMALL_EN}


@lru_cache(maxsize=16384)
def _chinese_pairs(run: str) -> tuple[tuple[str, int, int], ...]:
    """Overlapping pairs of a run of characters, cut at negations and small words; with offsets in it."""
    pieces: list[tuple[str, int]] = []
    begin = 0
    for match in _CUT_ZH.finditer(run):
        if match["word"]:
            continue
        if begin < match.start():
            pieces.append((run[begin : match.start()], begin))
        if match["no"]:
            pieces.append((NEGATION, match.start()))
        begin = match.end()
    if begin < len(run):
        pieces.append((run[begin:], begin))
    found: list[tuple[str, int, int]] = []
    for piece, at in pieces:
        if len(piece) == 1:
            found.append((piece, at, at + 1))
        else:
            found.extend((piece[i : i + 2], at + i, at + i + 2) for i in range(len(piece) - 1))
    return tuple(found)
