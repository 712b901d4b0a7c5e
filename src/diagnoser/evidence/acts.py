"""What somebody did, as people say it: clause by clause, and part by part of *swapped the module and the fibre*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from diagnoser.evidence.results import result_of
from diagnoser.evidence.words import NEGATION, VERB, Lexicon, Word, normalised

_ACTION = re.compile(
    r"\b(?:swap|replac|exchang|chang|new\b|another|other\b|different|spare|(?<!the )second\b|re-?seat|re-?plug|re-?insert|unplug|mov|tr(?:y|ied)\b|restart"
    r"|re-?boot|reset|power[ -]?cycl|upgrad|updat|downgrad|roll|re-?install|clean|cross|switch(?:ed|ing) (?:over|to)|pull)"
    r"|(?<![交转])换|拔|重插|重启|复位|升级|回退|降级|重装|清洁|擦|对调|(?<![测调])试|重新|插到|接到"
)
"""What makes the words of a check something that was done."""

_JOINS = re.compile(
    r"\s*(?:[,、/+&，]|\b(?:and|as well as|then)\b|以及|还有|和|与|及|跟)+\s*(?:(?:the|an?|its|our|also)\s+)*"
)
"""What stands between two parts to which the same was done."""

_LISTED = re.compile(r"\s*、\s*")
_LAST_OF_SEVERAL = re.compile(r"\band\b|和|与|及")

MOST_OF_A_LIST = 6
"""Words that may stand in a clause that only goes on with a list of parts."""


def names_an_action(text: str) -> bool:
    """Whether some words say that something was done, and not only looked at."""
    return _ACTION.search(normalised(text)) is not None


def acting_clauses(words: list[Word], text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The words of each clause that says that something was done, once for each part to which it was done."""
    for said in _in_one_breath(words, text, lexicon):
        if names_an_action(text[said[0].start : said[-1].end]):
            yield from _of_each_part(said, text, lexicon)


def _in_one_breath(words: list[Word], text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The words of each clause, with those that only go on with its list of parts: *换了光模块、尾纤，...*."""
    said: list[Word] = []
    for _, group in groupby(words, key=lambda word: word.clause):
        clause = list(group)
        if said and _goes_on(said, clause, text, lexicon):
            said += [word._replace(clause=said[0].clause) for word in clause]
            continue
        if said:
            yield said
        said = clause
    if said:
        yield said


def _goes_on(said: list[Word], clause: list[Word], text: str, lexicon: Lexicon) -> bool:
    named = text[clause[0].start : clause[-1].end]
    between = text[said[-1].end : clause[0].start]
    listed = _LISTED.fullmatch(between) or (_JOINS.fullmatch(between) and _LAST_OF_SEVERAL.search(normalised(named)))
    return (
        bool(listed)
        and len(clause) <= MOST_OF_A_LIST
        and names_an_action(text[said[0].start : said[-1].end])
        and not names_an_action(named)
        and result_of(named) is None
        and _only_names(clause, text, lexicon)
    )


def _only_names(words: list[Word], text: str, lexicon: Lexicon) -> bool:
    """Whether some words name things and say nothing of them: *the fibre* does, *the fibre tested fine* not."""
    if words and re.search(VERB, normalised(text[words[0].start : words[-1].end])):
        return False
    return {NEGATION, *lexicon.concepts - lexicon.things}.isdisjoint(word.token for word in words)


def _of_each_part(said: list[Word], text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """What was done, with each of the parts that are joined: *swapped the module and the fibre*."""
    parts: list[list[Word]] = [[]]
    for word in said:
        last = parts[-1]
        if last and _JOINS.fullmatch(normalised(text[last[-1].end : word.start])):
            parts.append([])
        parts[-1].append(word)
    done = [[word for word in part if names_an_action(text[word.start : word.end])] for part in parts]
    named = [[word for word in part if word not in acts] for part, acts in zip(parts, done, strict=True)]
    first = next((index for index, acts in enumerate(done) if acts), 0)
    before_it = all(word.token in lexicon.things for part in named[:first] for word in part)
    joined = all(acts or _only_names(words, text, lexicon) for acts, words in zip(done, named, strict=True))
    if len(parts) == 1 or not (any(done) and before_it and joined and all(named)):
        yield said
        return
    for index, (acts, part) in enumerate(zip(done, named, strict=True)):
        before = next((each for each in reversed(done[:index]) if each), None)
        yield sorted([*(acts or before or next(each for each in done if each)), *part], key=lambda word: word.start)
