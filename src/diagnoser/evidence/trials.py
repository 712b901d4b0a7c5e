"""What was tried, and what came of it: *replaced the module, still dead*, *换过尾纤，没用*.

A trial is a check of the kind `swap`: something is replaced, moved, reseated, restarted or left out, and
then the fault is gone, unchanged, or goes where the part went. How that is said is the same for all
of them, so it is read here once, and each outcome of a check is what its own title says in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from diagnoser.evidence.phrases import Found
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.words import Word, clause_spans, sentence_ends
from diagnoser.knowledge.documents import Text

if TYPE_CHECKING:
    from diagnoser.evidence.observables import Observables

SURE = 0.86
"""How certain the words of a check must be for it to be a trial; two whole words are, also of a base that others build on."""

EXPLICIT, IMPLICIT = 0.95, 0.85
"""Certainty of a result that is told, and of one that goes without saying: the fault is reported still."""

REPLACE = "replace"
"""The lexicon's word for putting one thing in another's place."""

NEAREST = 3
"""Checks of several bases may answer to the same words; so many of them are taken."""


class Result(Enum):
    """What came of a trial."""

    HELPED = "helped"
    NO_CHANGE = "no change"
    FOLLOWS = "the fault went with the part"
    STAYS = "the fault stayed in its place"


_FOLLOWS = re.compile(
    r"\bfollow(?:s|ed)\b|\b(?:moves?|moved|goes|went|travel(?:s|led)|came) (?:along )?with\b|跟|随(?!机|时|后|着时)"
)
_STAYS = re.compile(
    r"\b(?:stay(?:s|ed)?|remain(?:s|ed)?) (?:with|in|at|on) (?:the |its )?(?:same |old )?(?:slot|bay|port|place|position|socket|channel|module)"
    r"|\bdoes not (?:follow|move)|留在|不跟|不随|仍在原|还在原|跟(?:着)?(?:槽|位置|端口|机框)"
)
_NO_CHANGE = re.compile(
    r"\b(?:no (?:change|difference|improvement|effect|help|luck|better|success|result|joy|link|service)"
    r"|(?:did|does|do|has|have|had|is|was|are) ?n[o']t (?:help|change|solve|fix|cure|work|matter|improve|make|any|come|power|light)\w*"
    r"|not (?:solved|better|cured|there|working|recogni[sz]ed|detected)"
    r"|did nothing|makes? no|made no|in vain|to no avail|without (?:success|effect|any effect|result|change|improvement)"
    r"|unchanged|as before|same(?! (?:cable|port|slot|socket|model|type|module|switch|device|card|bay)\b)|still|persist\w*|continu\w*|remain\w*|stay(?:s|ed)?(?! (?:good|stable|fine|so|up|normal|quiet|clean))|go(?:es)? on|went on|identical|likewise|too$|either$"
    r"|(?:fails?|failed|down|lost|drops?|appears?|appeared|happens?|happened|there|dead|worse) again"
    r"|(?:alarms?|errors?|faults?|problems?|issues?|it|they|drops|losses) (?:comes?|came) back|returns?|returned|fails?|failed|dead|bad)\b"
    r"|依旧|依然|仍|还是|没有?(?:变化|用|效果?|作用|改善|好转|恢复|解决|区别|效)|无(?:变化|效|用|改善|作用|区别)|不(?:变|行|管用|起作用|见效|亮|通|能)"
    r"|未(?:变|恢复|解决|改善|消失|消除)|照旧|照样|一样|同样|相同|也(?:不|没|是|有|报|差|失败)|又(?:出现|断|掉|报|不|坏)|复现|再次|失败"
)
_HELPED = re.compile(
    r"\b(?:works?|working|fine|ok|okay|gone|fixed|solved|resolved?|resolves|cured?|cures|stable|clean|recover(?:s|ed)|normal|disappear(?:s|ed)"
    r"|cleared|(?:came|comes|come|is|are|goes|went|link) (?:back |right )?up|good|healthy|quiet|stop|stops|stopped|vanish(?:es|ed)|helped|helps|steady"
    r"|back|again|better|(?:it|device|server|machine|router|switch) (?:now |then )?starts|connects|powers on|dial tone|fast|right|pass(?:es)?|full speed|boots?|runs?"
    r"|no (?:more|further|longer|errors?|alarms?|drops?|loss(?:es)?|problems?))\b"
    r"|恢复(?!出厂|默认)|正常|好了|好转|消失|解决|可以了|稳定|不再|起来了|通了|亮了|正确|没再|无误码|消除|停止|上电|(?:(?<=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff] ))up(?![a-z])|可启动|能(?:开机|启动|连上|解析|用|通)|拨号音"
)
_ACTION = re.compile(
    r"\b(?:swap|replac|exchang|chang|new\b|another|other\b|different|spare|second\b|re-?seat|re-?plug|re-?insert|unplug|mov|tr(?:y|ied)\b|restart"
    r"|re-?boot|reset|power[ -]?cycl|upgrad|updat|downgrad|roll|re-?install|clean|cross|switch(?:ed|ing) (?:over|to)|pull)"
    r"|(?<![交转])换|拔|重插|重启|复位|升级|回退|降级|重装|清洁|擦|对调|(?<![测调])试|重新|插到|接到"
)
"""What makes the words of a check something that was done."""

_ANOTHER = frozenset({"new", "anoth", "other", "differ", "spare", "second", "chang", "exchang", "swap"})
"""Words that say of a part that it was replaced."""

_AFTER = re.compile(r"\b(?:after|since|when|once|following)\b|之后|以后|自从|后(?!台|端|面|备)")
_WISHED = re.compile(r"\b(?:to be|please|should|need|needs|will|want|wants|asked|ask|order|ordered|going to|could|can|would|may)\b"
                     r"|请|需要?|准备|打算|建议|能否|是否|想|待|计划|申请|该")  # fmt: skip
_DONE = re.compile(r"\b(?:was|were|been|already|have|has|had|tried|\w+ed|did|new|another|other|twice)\b|过|了|已")


def result_of(text: str) -> Result | None:
    """What some words say came of a trial; None if they do not tell."""
    plain = text.casefold()
    if _STAYS.search(plain):
        return Result.STAYS
    if _FOLLOWS.search(plain):
        return Result.FOLLOWS
    bad, good = _NO_CHANGE.search(plain), _HELPED.search(plain)
    if bad and good:
        return Result.NO_CHANGE if bad.start() <= good.start() or _negated(plain, good.start()) else Result.HELPED
    if good and not _negated(plain, good.start()):
        return Result.HELPED
    return Result.NO_CHANGE if bad or good else None


def _negated(plain: str, start: int) -> bool:
    return (
        re.search(r"(?:\bno|\bnot|n't|\bnever|不|没|未|无)\W?(?:\w+ )?$", plain[max(0, start - 12) : start]) is not None
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """Something that was tried in some text, the outcomes that tell what came of it, and where it says so."""

    outcomes: tuple[str, ...]
    certainty: float
    start: int
    end: int


def outcome_of(check: str, result: str, observables: Observables) -> str | None:
    """The outcome of a swap check that says what a result says; None if none does."""
    found = result_of(result)
    by_result = observables.results[check]
    if found is Result.STAYS:
        return by_result.get(Result.STAYS) or by_result.get(Result.NO_CHANGE)
    if found is Result.FOLLOWS:
        return by_result.get(Result.FOLLOWS) or by_result.get(Result.HELPED)
    return None if found is None else by_result.get(found)


def trials_in(words: list[Word], text: str, observables: Observables, bases: Relevance) -> list[Trial]:
    """What a report says was tried, in order.

    A trial whose result is not told, in a report of a fault that is there, did not help.
    """
    sentences, clauses = [*sentence_ends(text), len(text)], [end for _, end in clause_spans(text)]
    found: list[Trial] = []
    for start, end, checks in _tried(words, text, observables, bases):
        until = next(e for e in sentences if e >= end)
        since = max((e + 1 for e in sentences if e < start), default=0)
        before, after = text[since:start], text[end:until]
        if _AFTER.search(before.casefold()):  # in "after X was changed, Y" only the words beside it are about X
            after = text[end : min(until, next((e for e in clauses if e > end + 1), until))]
        result = next((r for r in (after, before) if result_of(r) is not None), None)
        certainty = EXPLICIT
        if result is None:
            said = text[since:until].casefold()
            if _AFTER.search(said) or _WISHED.search(said) or not _DONE.search(said):
                continue
            result, certainty = "no change", IMPLICIT
        outcomes = tuple(o for c in checks if (o := outcome_of(c, result, observables)) is not None)
        if outcomes:
            found.append(Trial(outcomes, certainty, start, end))
    return found


def _tried(
    words: list[Word], text: str, observables: Observables, bases: Relevance
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where something was tried, and the checks that the words name equally well."""
    places: dict[tuple[int, int], list[Found]] = {}
    wanted = swaps(observables, bases)
    for found in (*observables.checks.find(words, wanted), *observables.checks.find(as_replaced(words), wanted)):
        if (
            found.certainty >= SURE
            and len(found.places) > 1
            and _ACTION.search(text[found.start : found.end].casefold())
        ):
            places.setdefault((found.start, found.end), []).append(found)
    taken = 0
    for (start, end), named in sorted(places.items(), key=lambda p: (p[0][0], -p[0][1])):
        if start < taken:
            continue
        taken = end
        best = sorted({f.target: f for f in named}.values(), key=lambda f: (-f.score, f.target))
        yield start, end, tuple(f.target for f in best if f.score >= 0.85 * best[0].score)[:NEAREST]


def as_replaced(words: list[Word]) -> list[Word]:
    """The words with every way of saying that a part was replaced said in one way."""
    return [replace(w, token=REPLACE) if w.token in _ANOTHER else w for w in words]


def swaps(observables: Observables, bases: Relevance) -> Callable[[str], float]:
    """How much each swap check is expected; other checks not at all."""

    def wanted(check: str) -> float:
        swap = observables.base.checks[check].document.kind == "swap"
        return bases.get(check.partition(":")[0], 0.0) if swap else 0.0

    return wanted


def outcomes_by_result(outcomes: Iterable[tuple[str, Text]]) -> Mapping[Result, str]:
    """Result -> the first outcome whose title says so, in either language."""
    found: dict[Result, str] = {}
    for outcome, title in outcomes:
        result = result_of(title.en) or result_of(title.zh)
        if result is not None:
            found.setdefault(result, outcome)
    return found
