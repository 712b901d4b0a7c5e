"""What a person says is in order: *光功率正常*, *the other end is up*, *nothing wrong with the supply*.

Whoever calls tells what was ruled out, too. Such a clause names a thing and says that all is well with
it, so that it speaks of no fault of that thing; it is the normal outcome of the check that looks there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diagnoser.evidence.observation import Observation, Source
from diagnoser.evidence.phrases import Found
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.words import NEGATION, WELL, Lexicon, clause_spans, normalised, words_between

if TYPE_CHECKING:
    from diagnoser.evidence.observables import Observables

_GOOD_EN = (
    r"normal|fine|ok(?:ay)?|good|healthy|correct|clean|perfect|in order|nominal|as expected|(?:all )?up|reachable|online|green"
    r"|(?:with)?in (?:its |the |their |normal )?(?:range|limits?|spec\w*|tolerances?)|works?(?: fine)?|working|present|alive"
)
_LINKED_EN = r"(?:is|are|was|were|looks?|seems?|reads?|tests?|tested|checks? out|remains?|stays?|all|both|still|also|quite|completely|perfectly)"
_ENDS_WELL = re.compile(
    rf"(?:\b{_LINKED_EN}\s+)+(?:{_GOOD_EN})(?:\s+(?:too|as well|again|now|everywhere|(?:on|at|in) (?:both|all|the other|either) \w+))*\W*$"
    r"|\b(?:works?|runs?|spins?|spinning|running)(?: fine| ok| well| normally)?\W*$"
    rf"|\b(?:ok(?:ay)?|normal|fine|good|healthy|green|within (?:range|limits?|spec\w*))\W*$"
    r"|^\W*(?:there (?:is|are) )?(?:no (?:problems?|issues?|trouble)|nothing (?:wrong|unusual|odd)) (?:with|on|at|in)\b"
    r"|(?<!不)(?<!不太)(?<!未恢复)(?<!恢复)(?:正常|良好|没(?:有)?(?:什么)?(?:问题|异常)|无异常|无问题|完好|好的|ok|通过|合格|达标|(?:规定|正常)?范围(?:之)?内|正确|无误"
    r"|(?:能|可以|都能)(?:正常)?(?:登录|登陆|访问|ping通|打开|连上|注册|上网)|(?<!不)可达|都是?绿(?:的|灯|色)?)(?:了|的|转动?|工作|运行|使用)?\W*$"
)
"""How a clause ends, or begins, that says of something that all is well with it."""

_TRIED = re.compile(
    r"\b(?:after|since|once|when|until|if|should|must|cannot|only)\b|之后|以后|后$|如果|要是|才|只有|曾|原来|之前|以前"
)
"""What makes it no plain statement of how a thing is now."""


COVERED, TELLING = 0.95, 0.9
"""How much of a name of a check, or of a way to say its outcome, must be said of what is in order, and how certainly."""

DENIED = 0.8
"""Certainty at most that a symptom is not there because what it is of is in order."""

MOST, AS_GOOD = 3, 0.85
"""Checks of several bases may answer to the same words; so many are taken, if they say so much of what the best one does."""

SAID = 0.9
"""Certainty of an outcome that is read so."""


_OTHERS = re.compile(r"\b(?:others?|the rest|everything else|elsewhere)\b|其他|其它|别的|其余|另外")
"""What is not said of the thing at fault."""


@dataclass(frozen=True, slots=True)
class InOrder:
    """A clause that says that something is in order.

    Attributes:
        start, end: where it stands in the text.
        judged: where the words stand in it that say so.
        named: the others, which name the thing.
    """

    start: int
    end: int
    judged: tuple[int, int]
    named: str

    def holds(self, observation: Observation) -> bool:
        """Whether something was read from these words alone."""
        return self.start <= (observation.source.start or 0) and (observation.source.end or 0) <= self.end

    def judges(self, observation: Observation) -> bool:
        """Whether something was also read from the words that say that all is well."""
        return (observation.source.start or 0) < self.judged[1] and self.judged[0] < (observation.source.end or 0)


def in_order(text: str, lexicon: Lexicon) -> list[InOrder]:
    """The clauses of a text that say of something that it is in order, and nothing else."""
    return list(_in_order(text, lexicon))


def _in_order(text: str, lexicon: Lexicon) -> Iterator[InOrder]:
    words = None
    for start, end in clause_spans(text):
        clause = normalised(text[start:end])
        found = _ENDS_WELL.search(clause)
        if found is None or _TRIED.search(clause):
            continue
        judged = start + found.start(), start + found.end()
        named = text[start : judged[0]] + text[judged[1] : end]
        words = words or lexicon.words(text)
        beside = [w for w in words_between(words, start, end) if not judged[0] <= w.start < judged[1]]
        tokens = {w.token for w in beside} - {WELL}
        if tokens and NEGATION not in tokens and not tokens & (lexicon.concepts - lexicon.things):
            yield InOrder(start, end, judged, named.strip())


def what_is_meant(
    found: Iterable[Observation], well: list[InOrder], text: str, observables: Observables
) -> Iterator[Observation]:
    """What was read in a text, where a symptom of what is in order is denied, and a cause that is named is not meant."""
    nothing_else = len(well) == len(clause_spans(text))
    for each in found:
        clause = next((c for c in well if c.holds(each)), None)
        finding = observables.base.findings.get(each.id)
        kept = each.state == "absent" or finding is None or finding.normal
        if clause is None or kept or (clause.judges(each) and each.id in observables.partly_well and not nothing_else):
            yield each
        elif finding is not None and finding.kind == "symptom":
            yield replace(each, state="absent", certainty=min(each.certainty, DENIED))


def normal_outcomes(
    well: list[InOrder], text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    """The normal outcomes of the checks that look at what is said to be in order.

    A check is meant if one of its names is said, or a way to say its outcome, and hardly anything else.
    """
    base = observables.base
    for clause in well:
        said = text[clause.start : clause.end]
        if _OTHERS.search(normalised(said)):
            continue
        words = observables.lexicon.words(said)
        judged = clause.judged[0] - clause.start, clause.judged[1] - clause.start
        naming = {i for i, w in enumerate(words) if not judged[0] <= w.start < judged[1]}
        meant: dict[str, float] = {}
        for found in observables.outcomes.find(words, expected(bases)):
            if base.findings[found.target].normal and _whole(found) and 2 * len(found.places & naming) > len(naming):
                meant[found.target] = max(found.score, meant.get(found.target, 0.0))
        for found in observables.checks.find(observables.lexicon.words(clause.named), expected(bases)):
            normal = [o for o in base.checks[found.target].outcomes if base.findings[o].normal]
            if len(normal) == 1 and found.target not in observables.results and _whole(found):
                meant[normal[0]] = max(found.score, meant.get(normal[0], 0.0))
        best = max(meant.values(), default=0.0)
        place = replace(source, start=clause.start, end=clause.end)
        for outcome in sorted(meant, key=lambda o: (-meant[o], o))[:MOST]:
            if meant[outcome] >= AS_GOOD * best:
                yield Observation("outcome", outcome, "present", SAID, said.strip(), place)


def _whole(found: Found) -> bool:
    return found.coverage >= COVERED and found.certainty >= TELLING


def says_well(phrase: str, lexicon: Lexicon) -> bool:
    """Whether a phrase says of anything that it is in order."""
    tokens = lexicon.tokens(phrase)
    return NEGATION not in tokens and (WELL in tokens or _ENDS_WELL.search(normalised(phrase)) is not None)


def expected(bases: Relevance) -> Callable[[str], float]:
    """How much a target is expected where some bases bear on the evidence."""
    return lambda target: bases.get(target.partition(":")[0], 0.0)
