"""Everything that can be observed, compiled once for a knowledge base and shared by all requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from diagnoser.evidence.afterwards import goes_before
from diagnoser.evidence.extent import extent_of_symptom
from diagnoser.evidence.in_order import says_well
from diagnoser.evidence.lights import Lights
from diagnoser.evidence.likeness import Descriptions
from diagnoser.evidence.log_reading import LogIndex, LogScanner
from diagnoser.evidence.looks import colours_told
from diagnoser.evidence.measurements import Quantities
from diagnoser.evidence.nearest import Nearest
from diagnoser.evidence.phrases import PhraseIndex
from diagnoser.evidence.pinyin import Initials
from diagnoser.evidence.readings import Readings
from diagnoser.evidence.trials import outcomes_by_result
from diagnoser.evidence.words import Lexicon
from diagnoser.knowledge import Finding, KnowledgeBase
from diagnoser.knowledge.documents import Aliases, Text


class Observables:
    """The ways in which a knowledge base can be observed: phrases, lights, quantities, log lines."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.lexicon = Lexicon(base.lexicon)
        self.lexicon.learn(_all_phrases(base))
        self.statements = PhraseIndex(self.lexicon, _symptoms(base), running_text=True)
        """Phrases of symptoms; targets are full ids."""
        self.extents = {
            f.id: extent
            for f in base.findings.values()
            if f.kind == "symptom" and (extent := extent_of_symptom(f.title, f.aliases)) is not None
        }
        """How many show a symptom, where it is of one or of many."""
        self.colours = {
            f.id: told
            for f in base.findings.values()
            if f.kind == "symptom" and (told := colours_told(t for _, t in _phrases(f.id, f.title, f.aliases)))
        }
        """The colours of a symptom that is a light of some colour."""
        self.partly_well = frozenset(id_ for id_, phrase in _symptoms(base) if says_well(phrase, self.lexicon))
        """Symptoms of which something in order is a part: *this port is dead, the others work*."""
        self.nearest = Nearest(self.lexicon, _symptoms(base))
        """The same symptoms by all that is written of each."""
        self.circumstances = PhraseIndex(
            self.lexicon, _circumstances(base, self.lexicon), running_text=True, words_alone=True
        )
        self.only_afterwards = frozenset(_only_afterwards(base, self.lexicon))
        """Circumstance and word, where the word tells it only as what went before: *after a reboot*, not *it reboots*."""
        self.mentions = PhraseIndex(self.lexicon, _mentions(base, self.lexicon), running_text=True)
        """Titles and aliases of causes; targets are findings of the kind `mention`."""
        self.checks = PhraseIndex(self.lexicon, _checks(base))
        self.outcomes = PhraseIndex(self.lexicon, _outcomes(base))
        self.outcome_check = {outcome: check.id for check in base.checks.values() for outcome in check.outcomes}
        self.results = {
            check.id: outcomes_by_result((o, base.findings[o].title, base.findings[o].aliases) for o in check.outcomes)
            for check in base.checks.values()
            if check.document.kind == "swap"
        }
        """Swap check -> what came of it -> the outcome that says so."""
        self.descriptions = Descriptions(base, self.lexicon)
        """What is said of each cause, to be compared with calls."""
        self.lights = Lights(base, self.lexicon)
        self.quantities = Quantities(base, self.lexicon)
        self.logs = LogIndex(base, Readings(base, self.quantities.units))
        self.scanner = LogScanner(self.logs)
        self.initials = Initials(_chinese(base))
        """Titles and aliases of what can be reported, by the initials of their pinyin."""

    def is_normal(self, quantity: str, value: float) -> bool:
        """Whether an outcome of a check that measures a quantity says that all is well at a value, in its unit."""
        return any(
            outcome.when is not None and outcome.when.holds(value) and self.base.findings[full].normal
            for check in self.base.checks.values()
            if check.document.quantity is not None and check.document.quantity.name == quantity
            for outcome, full in zip(check.document.outcomes, check.outcomes, strict=True)
        )

    @cached_property
    def _searchable(self) -> dict[str, frozenset[str]]:
        return {f.id: frozenset(self._words_of(f)) for f in self.base.findings.values() if f.kind != "mention"}

    def _words_of(self, finding: Finding) -> Iterator[str]:
        for _, phrase in _phrases(finding.id, finding.title, finding.aliases):
            yield from self.lexicon.tokens(phrase)
        bare = finding.id.partition(":")[2]
        yield from (finding.id, bare, *bare.split("_"))

    def search(self, query: str) -> list[str]:
        """Ids of findings whose words a query names, best first; all of them for an empty query.

        Letters may also be the initials of pinyin: `dkd` finds 端口down, in any reading of its characters.
        """
        wanted = set(self.lexicon.tokens(query)) | set(query.casefold().split())
        if not wanted:
            return sorted(self._searchable)
        scores = {id_: len(words & wanted) for id_, words in self._searchable.items()}
        by_words = sorted(
            (i for i, score in scores.items() if score), key=lambda i: (-scores[i], len(self._searchable[i]), i)
        )
        return list(dict.fromkeys((*by_words, *self._by_initials(query))))

    def _by_initials(self, query: str) -> list[str]:
        typed = "".join(query.casefold().split())
        return self.initials.find(typed) if len(typed) >= 2 and typed.isascii() and typed.isalnum() else []


def _phrases(target: str, title: Text, aliases: Aliases) -> Iterator[tuple[str, str]]:
    for phrase in (title.en, title.zh, *aliases.en, *aliases.zh):
        yield target, phrase


def _all_phrases(base: KnowledgeBase) -> Iterator[str]:
    for finding in base.findings.values():
        yield from (finding.title.en, *finding.aliases.en)
    for circumstance in base.circumstances.values():
        yield from (circumstance.document.title.en, *circumstance.document.aliases.en)
    for check in base.checks.values():
        yield from (check.document.title.en, *check.document.aliases.en, check.document.how.en)


def _chinese(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for finding in base.findings.values():
        if finding.kind != "mention":
            for phrase in (finding.title.zh, *finding.aliases.zh):
                yield finding.id, phrase


def _symptoms(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for finding in base.findings.values():
        if finding.kind == "symptom":
            yield from _phrases(finding.id, finding.title, finding.aliases)


def _circumstances(base: KnowledgeBase, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for circumstance in base.circumstances.values():
        for target, phrase in _phrases(circumstance.id, circumstance.document.title, circumstance.document.aliases):
            words = lexicon.tokens(phrase)
            whole = " " not in phrase.strip()
            if whole or len(words) > 1 or not words or words[0] in lexicon.concepts or not words[0].isascii():
                yield target, phrase  # a word that is left of several, such as *once*, tells no circumstance


_LITTLE_ZH = frozenset({"后", "时", "中"})
"""What says that something went before, and is no word of what it is."""


def _only_afterwards(base: KnowledgeBase, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Circumstances whose phrases of one word and the same all say that it went before."""
    for circumstance in base.circumstances.values():
        said: dict[str, list[bool]] = {}
        for _, phrase in _phrases(circumstance.id, circumstance.document.title, circumstance.document.aliases):
            words = lexicon.words(phrase)
            if len({w.token for w in words} - _LITTLE_ZH) == 1:
                ahead, behind = phrase[: words[0].start], phrase[words[0].end :]
                said.setdefault(words[0].token, []).append(goes_before(ahead, behind))
        yield from ((circumstance.id, word) for word, told in said.items() if all(told))


def _mentions(base: KnowledgeBase, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for finding in base.findings.values():
        if finding.kind == "mention":
            for phrase in (*finding.aliases.en, *finding.aliases.zh):
                words = lexicon.tokens(phrase)
                if len(words) != 1 or words[0] not in lexicon.concepts:
                    yield finding.id, phrase  # one common word, such as *noise*, names no cause


def _checks(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for check in base.checks.values():
        yield from _phrases(check.id, check.document.title, check.document.aliases)
        if check.document.command:
            yield check.id, check.document.command.replace("{component}", " ")


def _outcomes(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for check in base.checks.values():
        for outcome in check.outcomes:
            finding = base.findings[outcome]
            yield from _phrases(outcome, finding.title, finding.aliases)
