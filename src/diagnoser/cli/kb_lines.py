"""How answers of `diagnoser kb ...` are worded, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagnoser.authoring.approved import Change
    from diagnoser.authoring.cases import CaseResult
    from diagnoser.authoring.coverage import Coverage
    from diagnoser.authoring.diff import Diff
    from diagnoser.authoring.evaluation import Evaluation
    from diagnoser.authoring.mutation import Mutation
    from diagnoser.authoring.regression import Regression
    from diagnoser.authoring.stats import Stats
    from diagnoser.authoring.unknown_causes import UnknownCause


MOST_SHIFTS = 6
"""So many weights that move a first place are told."""


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def regression_as_json(run: Regression, covered: Coverage | None) -> dict[str, Any]:
    """What came of all cases, as JSON tells it."""
    return {
        "passed": run.passed,
        "failed": [_result_as_json(r) for r in run.failed],
        "gaps": [_result_as_json(r) for r in run.gaps],
        "changed": [{"id": c.key[0], "lang": c.key[1] or None, "differences": c.differences} for c in run.changes],
        "coverage": covered.model_dump(mode="json") if covered else None,
        "mutation": run.mutation.model_dump(mode="json") if run.mutation else None,
    }


def regression_lines(run: Regression, covered: Coverage | None) -> Iterator[str]:
    """Cases that do not hold, answers that have changed, and what no case touches or notices."""
    failing = (*run.failed, *run.gaps)
    for result in failing:
        for failure in result.failures:
            yield f"{result.location}: {'todo' if result.todo else 'failed'} ({result.lang}): {failure}"
    yield from unread_lines(run.results if covered else failing)
    places = {(r.case, r.lang): f"{r.location}: " for r in (*run.results, *run.alone)}
    for change in run.changes:
        yield places.get(change.key, "") + _change_line(change)
    if covered:
        yield from coverage_lines(covered)
    if run.mutation:
        yield from mutation_lines(run.mutation)


def _change_line(change: Change) -> str:
    id_, lang = change.key
    return f"changed ({lang or 'alone'}): {id_}: {'; '.join(change.differences)}"


def _result_as_json(result: Any) -> dict[str, Any]:
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


def unknown_lines(results: Iterable[UnknownCause]) -> Iterator[str]:
    """What leads in the place of a cause that was taken out, where the report does not say that it does not know."""
    for result in results:
        if not result.admitted and result.instead is not None:
            cause, posterior = result.instead
            yield f"{result.case} ({result.lang}): without {result.cause}, {cause} leads with {posterior:.1%}"


def difference_lines(found: Diff) -> Iterator[str]:
    """Cases whose first place changes, and the weights that move it."""
    for changed in found.changed:
        yield f"{changed.case} ({changed.lang}): {_placed(changed.before)} -> {_placed(changed.after)}: {changed.verdict}"
        for shift in changed.why[:MOST_SHIFTS]:
            yield f"  {shift.cause}: {shift.finding} {_weight(shift.before)} -> {_weight(shift.after)} dB"
        for note in changed.notes:
            yield f"  {note}"


def stats_lines(found: Stats) -> Iterator[str]:
    """A table of how much there is of each kind, a row for each base."""
    kinds = list(type(found.total).model_fields)
    yield f"{'':20}" + "".join(f"{kind[:12]:>14}" for kind in kinds)
    for name, counts in [*found.bases.items(), ("all", found.total)]:
        yield f"{name:20}" + "".join(f"{getattr(counts, kind):>14}" for kind in kinds)


def _placed(place: Any) -> str:
    """A first place: the cause and its posterior."""
    return f"{place.cause} ({place.posterior:.0%})" if place.cause else "nothing"


def _weight(weight: float | None) -> str:
    """Decibans with their sign, or that there are none."""
    return "none" if weight is None else f"{weight:+.1f}"
