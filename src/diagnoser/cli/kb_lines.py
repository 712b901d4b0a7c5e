"""How answers of `diagnoser kb ...` are worded, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagnoser.authoring.cases import CaseResult
    from diagnoser.authoring.coverage import Coverage
    from diagnoser.authoring.evaluation import Evaluation
    from diagnoser.authoring.mutation import Mutation


def result_as_json(result: Any) -> dict[str, Any]:
    """One run of a case, as JSON tells it."""
    return {
        "case": result.case,
        "lang": result.lang,
        "location": str(result.location),
        "failures": list(result.failures),
        "rank": result.rank,
        "first": result.first,
        "unread": list(result.unread),
    }


def unread_lines(results: Iterable[CaseResult]) -> Iterator[str]:
    """Evidence of cases that nothing is understood of, once where it is so in both languages."""
    told: dict[str, list[str]] = {}
    for result in results:
        for what in result.unread:
            told.setdefault(f"{result.location}: not understood ({{}}): {what}", []).append(result.lang)
    for line, languages in told.items():
        yield line.replace("({})", f"({', '.join(languages)})", 1)


def coverage_lines(covered: Coverage) -> Iterator[str]:
    """What no case touches, and how much of each kind some case does."""
    for item in covered.untouched:
        yield str(item)
    for kind, count in covered.kinds.items():
        yield f"coverage: {kind:8} {count.touched:>6} of {count.total:>6}  {count.percent:6.1f} %"


def mutation_lines(broken: Mutation) -> Iterator[str]:
    """Mutants that no case noticed, and the score."""
    for word, group in (("unnoticed", broken.unnoticed), ("equivalent", broken.equivalent)):
        for mutant in group:
            yield f"{mutant.location}: {word}: {mutant.change} ({mutant.reruns} cases touch it)"
    for kind, score in broken.by_kind.items():
        yield f"mutants: {kind:12} {score.noticed:>5} of {score.total:>5} noticed"
    yield f"mutation score: {broken.score:.2f} ({broken.noticed} of {broken.total}, of {broken.possible} possible)"


def evaluation_lines(found: Evaluation) -> Iterator[str]:
    """Ranks of solved cases, in all and by groups, and how far stated probabilities came true."""
    for outcome in found.cases:
        missing = "unmatched" if outcome.answered else "no answer"
        rank = missing if not outcome.accepted else "not listed" if outcome.rank is None else f"{outcome.rank}"
        stated = f"{outcome.first} ({outcome.posterior:.0%})" if outcome.posterior is not None else "nothing"
        yield f"{outcome.id:20} {rank:>10}  first: {stated}  true: {', '.join(outcome.accepted) or outcome.answer}"
    if found.total.cases:
        yield from _score_lines(found)
    else:
        yield "\nno case has an answer that names a cause: nothing to score"
    for id_ in found.unanswered:
        yield f'no answer: {id_} (give the line an "answer": a cause\'s id, title or alias)'
    for id_ in found.unmatched:
        yield f"unmatched answer: {id_}"


def _score_lines(found: Evaluation) -> Iterator[str]:
    yield f"\n{'':24}{'cases':>7}{'top-1':>8}{'top-3':>8}{'MRR':>7}"
    groups = [("all", found.total)]
    for label, scores in (("family", found.by_family), ("language", found.by_lang), ("kind", found.by_kind)):
        groups.extend((f"{label} {name}", score) for name, score in scores.items())
    for name, score in groups:
        yield f"{name:24}{score.cases:>7}{score.top1:>8.1%}{score.top3:>8.1%}{score.mrr:>7.2f}"
    yield f"\n{'stated':>12}{'cases':>8}{'mean':>8}{'right':>8}"
    for each in found.calibration.bins:
        yield f"{each.low:>5.0%} - {each.high:<4.0%}{each.cases:>8}{each.stated:>8.1%}{each.observed:>8.1%}"
    for name, interval in (("Brier score", found.calibration.brier), ("calibration error", found.calibration.ece)):
        if interval is not None:
            yield f"{name}: {interval.value:.3f} (95 %: {interval.low:.3f} to {interval.high:.3f})"


def placed(place: Any) -> str:
    """A first place: the cause and its posterior."""
    return f"{place.cause} ({place.posterior:.0%})" if place.cause else "nothing"


def weight_in_words(weight: float | None) -> str:
    """Decibans with their sign, or that there are none."""
    return "none" if weight is None else f"{weight:+.1f}"
