"""The last stage: everything the stages found, put into one report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from diagnoser.advice import Advice
from diagnoser.evidence import Evidence, Observation, Observed
from diagnoser.evidence.nearest import NEARLY_SAID
from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking import CALLED, WORDING, NextCheck, NextStep, RankedCause, Ranking, Weight, ways_down
from diagnoser.report import report as out
from diagnoser.report.at_once import at_once
from diagnoser.report.commands import Commands, commands_for
from diagnoser.report.verdict import knows, verdict
from diagnoser.report.wording import Wording, text
from diagnoser.report.words import word

MAX_EXPLANATIONS = 5

_NAMED = re.compile(r"[!-~]*[0-9][!-~]*")
"""Ports, addresses, values and what stands for secrets: they are of no language."""


def compose(
    base: KnowledgeBase,
    wording: Wording,
    evidence: Evidence,
    read: Evidence,
    active: frozenset[str],
    observed: Observed,
    inference: Inference,
    ranking: Ranking,
    advice: Advice,
    telling: Mapping[str, tuple[str, ...]],
    top: int | None = None,
) -> out.Report:
    """The report of one diagnosis; the same inputs give the same bytes.

    Args:
        evidence: what was reported.
        read: the same as it was read, with neutral values in place of secrets; it tells the language.
        telling: cause -> the words of the call that say most for it.
    """
    commands = commands_for(base, evidence.device, observed.observations)
    composer = _Composer(base, wording, inference, ranking, telling, commands)
    lang = language_of(read)
    seed = f"{base.hash}\n{evidence.digest()}\n{','.join(sorted(active))}"
    return out.Report(
        id=hashlib.sha256(seed.encode()).hexdigest()[:16],
        lang=lang,
        known=knows(ranking),
        verdict=verdict(ranking, bool(inference.placed)),
        knowledge=out.KnowledgeUsed(hash=base.hash, bases={name: base.bases[name].version for name in sorted(active)}),
        device=evidence.device,
        reported=evidence.report,
        observations=[composer.observation(o) for o in observed.observations if o in inference.placed],
        unplaced=[
            *(
                out.UnplacedOut(
                    kind=u.kind,
                    text=u.text if u.said is None else u.said[lang],
                    said=None if u.said is None else text(u.said),
                    nearest=list(u.nearest),
                    nearest_titles=[wording.title(n) for n in u.nearest],
                    count=u.count,
                )
                for u in observed.unplaced
            ),
            *composer.unused(observed.observations),
        ],
        cleared=list(observed.cleared),
        conflicts=composer.conflicts(),
        causes=[composer.cause(ranked) for ranked in ranking.causes[:top]],
        ruled_out=composer.ruled_out(),
        explanations=[
            out.ExplanationOut(causes=list(e.causes), posterior=_p(e.posterior))
            for e in ranking.explanations[:MAX_EXPLANATIONS]
            if e.posterior >= 0.0005
        ],
        at_once=at_once(ranking.explanations),
        unexplained=_p(ranking.unexplained),
        method=out.MethodOut(name=ranking.method.name, exact=ranking.method.exact, bound=_p(ranking.method.bound)),
        next_checks=composer.next_checks(advice),
        next_step=composer.next_step(advice),
        severity=advice.severity,
        escalation=composer.escalation(advice),
        trace=[
            out.FiringOut(rule=f.rule, facts=list(f.facts), concluded=list(f.concluded))
            for f in inference.trace
            if f.concluded
        ],
    )


def _p(value: float) -> float:
    """A probability to ten digits, so that the last bits of an addition do not show."""
    return round(value, 10)


def language_of(evidence: Evidence) -> Literal["en", "zh"]:
    """The language of the report: the one that is asked for, else that of most of the evidence."""
    return evidence.lang or ("zh" if _mostly_chinese(evidence.canonical()) else "en")


def _mostly_chinese(evidence: Evidence) -> bool:
    said = " ".join(
        (
            evidence.report or "",
            *(f"{t.check}{t.result}" for t in evidence.tests),
            *(i.words() for i in evidence.indicators),
        )
    )
    said = _NAMED.sub("", said)
    chinese = sum("\u3400" <= char <= "\u9fff" for char in said)
    return chinese * 4 > len(said.replace(" ", ""))


def _source(observation: Observation) -> out.SourceOut:
    source = observation.source
    guessed = observation.subject == "symptom" and source.kind == "report" and observation.certainty < NEARLY_SAID
    return out.SourceOut(
        kind=source.kind, file=source.file, line=source.line, start=source.start, end=source.end, guessed=guessed
    )


class _Composer:
    """Turns values of the stages into parts of the report."""

    def __init__(
        self,
        base: KnowledgeBase,
        wording: Wording,
        inference: Inference,
        ranking: Ranking,
        telling: Mapping[str, tuple[str, ...]],
        commands: Commands,
    ) -> None:
        self._base = base
        self._commands = commands
        self._telling = telling
        self._say = wording
        self._ranking = ranking
        self._inference = inference
        self._ways = ways_down(base, inference)
        self._known: dict[tuple[str, str], dict[str, Any]] = {}
        """Finding and its state -> the fields of its weights that are the same for every cause."""
        self._grounds: dict[tuple[str, str], Observation] = {}
        self._showing: dict[Observation, str] = {}
        """Observation -> the first finding that it shows to be present."""
        for state in inference.findings:
            for observation in state.observations:
                if state.state == "present":
                    self._showing.setdefault(observation, state.finding)
                ground = self._grounds.setdefault((state.finding, state.state), observation)
                if observation.certainty > ground.certainty:
                    self._grounds[state.finding, state.state] = observation
        self._circumstances: dict[str, Observation] = {}
        for observation in sorted(inference.placed, key=Observation.order):
            if observation.subject == "circumstance":
                self._circumstances.setdefault(observation.id, observation)

    def observation(self, o: Observation) -> out.ObservationOut:
        finding: str | None = o.id
        if o.subject in ("light", "measurement"):
            finding = self._showing.get(o)
        return out.ObservationOut(
            finding=finding,
            title=self._say.title(finding) if finding else None,
            state=o.state,
            text=o.text,
            source=_source(o),
            component=o.component,
            certainty=o.certainty,
            value=o.value,
            unit=o.unit,
            count=o.count,
        )

    def unused(self, observations: Iterable[Observation]) -> list[out.UnplacedOut]:
        """Observations that no rule could use: a value without a threshold, a state without a meaning."""
        return [
            out.UnplacedOut(kind=o.source.kind, text=o.text, nearest=[], count=o.count)
            for o in observations
            if o not in self._inference.placed
        ]

    def conflicts(self) -> list[out.ConflictOut]:
        states: dict[tuple[str, str], dict[str, list[str]]] = {}
        for state in self._inference.findings:
            texts = [o.text for o in state.observations]
            states.setdefault((state.finding, state.component), {})[state.state] = texts
        found: dict[tuple[str, ...], out.ConflictOut] = {}
        for (finding, component), by_state in sorted(states.items()):
            if len(by_state) == 2:
                texts = sorted({t for ts in by_state.values() for t in ts})
                found.setdefault(
                    (component, *texts),
                    out.ConflictOut(
                        finding=finding, title=self._say.title(finding), component=component or None, texts=texts
                    ),
                )
        return list(found.values())

    def cause(self, ranked: RankedCause) -> out.CauseOut:
        document = self._base.causes[ranked.id].document
        # Validated as a whole: the many weights are built within, which is quicker than one by one.
        return out.CauseOut.model_validate(
            {
                "id": document.cause,
                "base": ranked.id.partition(":")[0],
                "title": self._say.title(ranked.id),
                "kind": document.kind,
                "item": self._say.item(ranked.id),
                "probable_cause": document.probable_cause,
                "posterior": _p(ranked.posterior),
                "state": ranked.state,
                "group": ranked.group,
                "path": [self._say.node(node) for node in self._ways.get(ranked.id, (ranked.id,))],
                "weights": [
                    self._said(ranked.id, w) if w.finding == WORDING else self._weight(w)
                    for w in self._ranking.weights(ranked.id)
                ],
                "repair": [self._ready(repair) for repair in self._say.repairs(ranked.id)],
            }
        )

    def _ready(self, repair: out.RepairOut) -> out.RepairOut:
        command = self._commands.ready(repair.command)
        return repair if command == repair.command else repair.model_copy(update={"command": command})

    def _said(self, cause: str, weight: Weight) -> dict[str, Any]:
        """What the words of the call do for a cause: the fields of a `WeightOut`."""
        words = self._telling.get(cause, ())
        return {
            "finding": weight.finding,
            "title": self._say.words(words, weight.decibans > 0.0),
            "state": "present",
            "decibans": round(weight.decibans, 3),
            "text": " · ".join(words) or None,
            "source": None,
        }

    def _weight(self, weight: Weight) -> dict[str, Any]:
        """What a finding or circumstance does for a cause: the fields of a `WeightOut`."""
        key = (weight.finding, weight.state)
        known = self._known.get(key)
        if known is None:
            ground = self._grounds.get(key) or self._circumstances.get(weight.finding)
            known = self._known[key] = {
                "finding": weight.finding,
                "title": self._say.title(weight.finding),
                "state": "present" if weight.state == "present" else "absent",
                "text": ground.text if ground else None,
                "source": _source(ground) if ground else None,
            }
        return {**known, "decibans": round(weight.decibans, 3)}

    def ruled_out(self) -> list[out.RuledOutOut]:
        result = []
        for id_, rules in self._inference.ruled_out.items():
            authored = [
                self._base.rules[r.removeprefix("rule ")] for r in rules if r.removeprefix("rule ") in self._base.rules
            ]
            if id_ in self._base.causes:
                result.append(
                    out.RuledOutOut(
                        id=id_,
                        title=self._say.title(id_),
                        rules=list(rules),
                        because=[text(rule.document.because) for rule in authored],
                    )
                )
        return result

    def next_checks(self, advice: Advice) -> list[out.NextCheckOut]:
        result = []
        for proposal in advice.plan.checks:
            check = self._say.check(proposal.id)
            result.append(
                out.NextCheckOut(
                    id=proposal.id,
                    title=check.title,
                    how=check.how,
                    command=self._commands.ready(check.command),
                    cost=check.cost,
                    gain=round(proposal.gain_bits, 6),
                    required=proposal.required,
                    outcomes=[
                        out.OutcomeOut(
                            id=f.id,
                            title=self._say.outcome(f.id),
                            probability=_p(f.probability),
                            leading=f.leading,
                            leading_title=self._say.title(f.leading) if f.leading else None,
                            posterior=_p(f.posterior),
                        )
                        for f in proposal.outcomes
                    ],
                    expected_cost=round(proposal.expected_cost, 3),
                    why=self._why_early(proposal),
                )
            )
        return result

    def _why_early(self, proposal: NextCheck) -> out.Bilingual | None:
        if proposal.instead_of is None:
            return None
        risk = self._base.checks[proposal.id].document.cost.risk
        if proposal.required:
            return self._early("early_required", risk, None, proposal.instead_of)
        return self._early("early_saves", risk, proposal.saves, proposal.instead_of)

    def _early(self, key: str, risk: str, saves: float | None, other: str) -> out.Bilingual:
        """Why what endangers service or data comes before a check that does not."""
        minutes = "" if saves is None else f"{saves:.0f}"
        before = self._say.title(other)
        return out.Bilingual(
            en=word(key, "en", risk=word(f"risk_{risk}", "en"), n=minutes, other=before.en),
            zh=word(key, "zh", risk=word(f"risk_{risk}", "zh"), n=minutes, other=before.zh),
        )

    def next_step(self, advice: Advice) -> out.NextStepOut:
        step = advice.plan.step
        if step.check is not None:
            title = self._say.title(step.check)
        elif step.causes:
            titles = [text(self._base.causes[c].document.repair[0].do) for c in step.causes]
            title = out.Bilingual(en="; ".join(t.en for t in titles), zh="；".join(t.zh for t in titles))
        else:
            level = self._say.policy(advice.escalation.functional or CALLED).title
            title = out.Bilingual(en=word("call", "en", level=level.en), zh=word("call", "zh", level=level.zh))
        return out.NextStepOut(
            action=step.kind,
            check=step.check,
            causes=list(step.causes),
            title=title,
            expected_cost=round(step.expected_cost, 3),
            why=self._why_now(step),
        )

    def _why_now(self, step: NextStep) -> out.Bilingual | None:
        if step.instead_of is None:
            return None
        key = "early_settled" if step.saves is None else "early_saves"
        return self._early(key, self._risk(step.causes), step.saves, step.instead_of)

    def _risk(self, causes: Iterable[str]) -> str:
        """The first risk that a repair of some causes has."""
        risks = (r.cost.risk for cause in causes for r in self._base.causes[cause].document.repair)
        return next((risk for risk in risks if risk != "none"), "none")

    def escalation(self, advice: Advice) -> out.EscalationOut:
        decided = advice.escalation
        level = decided.functional or self._base.policy.levels[0].id

        return out.EscalationOut(
            functional=decided.functional,
            hierarchic=decided.hierarchic,
            level=level,
            level_title=self._say.policy(level).title,
            reasons=[out.ReasonOut(id=r.id, title=text(r.title), by=r.by) for r in decided.reasons],
            deadline=None if decided.deadline_minutes is None else duration(decided.deadline_minutes),
            collect=[self._say.policy(i) for i in decided.collect],
            missing=[self._say.policy(i) for i in decided.missing],
        )


def duration(minutes: int) -> str:
    """Minutes as an ISO 8601 duration."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")
