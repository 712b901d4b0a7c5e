"""Whom to call, why, by when, and what to hand over: the policy, run by the rule engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from diagnoser.evidence import Evidence
from diagnoser.evidence.looks import Reading, mentions_light, read_light
from diagnoser.inference import Inference
from diagnoser.inference.engine import Engine, Fact
from diagnoser.inference.experta_door import MATCH, TEST, P, Rule
from diagnoser.inference.network import Network
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.documents import Text
from diagnoser.knowledge.escalation_policy import EscalationPolicy, PolicyRule, Threshold
from diagnoser.ranking import Ranking
from diagnoser.x733 import SEVERITY_ORDER

LEADS = 0.3
"""Posterior from which a cause's own escalation counts."""


class Assessment(Fact):
    """severity, unexplained, top, skill, risk, kind, repair_failed: what the diagnosis came to."""


class Noted(Fact):
    """circumstance: one that was reported."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is called. `by` is the policy rule, rule or cause that says so."""

    id: str
    title: Text
    by: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """The decision.

    Attributes:
        functional: the level to call, or None.
        hierarchic: whether management is told.
        deadline_minutes: from now; None without escalation.
        collect: what to hand over, as ids of the policy.
        missing: what of it the evidence does not hold yet.
    """

    functional: str | None
    hierarchic: bool
    reasons: tuple[Reason, ...]
    deadline_minutes: int | None
    collect: tuple[str, ...]
    missing: tuple[str, ...]


def compile_policy(policy: EscalationPolicy) -> Network:
    """The policy as a rule network."""
    return Network([_policy_rule(rule) for rule in policy.policy])


def _policy_rule(rule: PolicyRule) -> Any:
    when = rule.when
    slots: dict[str, Any] = {"top": MATCH.top}
    if when.severity is not None:
        least = SEVERITY_ORDER[when.severity]
        slots["severity"] = P(AtLeast(least))
    if when.unexplained is not None:
        slots["unexplained"] = P(ShareWithin(when.unexplained))
    for name in ("skill", "risk", "kind", "repair_failed"):
        if getattr(when, name) is not None:
            slots[name] = getattr(when, name)
    conditions: list[Any] = [Assessment(**slots)]
    if when.circumstance is not None:
        conditions.append(Noted(circumstance=when.circumstance))
    if when.top_posterior is not None:
        conditions.append(TEST(ShareWithin(when.top_posterior)))
    compiled = Rule(*conditions)(Fire(rule))
    compiled.__name__ = rule.id
    return compiled


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Whether a number is not below another one."""

    least: int

    def __call__(self, value: int) -> bool:
        return value >= self.least


@dataclass(frozen=True, slots=True)
class ShareWithin:
    """Whether a probability is within bounds."""

    bounds: Threshold

    def __call__(self, top: float) -> bool:
        return self.bounds.holds(top)


@dataclass(frozen=True, slots=True)
class Fire:
    """Note that a rule of the policy applies."""

    rule: PolicyRule

    def __call__(self, engine: Any) -> None:
        engine.fired.append(self.rule)


class _PolicyRun(Engine):
    def __init__(self, network: Network) -> None:
        self.fired: list[PolicyRule] = []
        super().__init__(network)


def escalate(
    base: KnowledgeBase,
    policy_network: Network,
    evidence: Evidence,
    inference: Inference,
    ranking: Ranking,
    severity: str,
) -> Escalation:
    """Decide by the policy, by rules that fired, and by the leading cause's own word."""
    policy = base.policy
    fired = _fired(policy_network, base, inference, ranking, severity, bool(evidence.repaired))
    reasons = [Reason(r.then.reason, policy.title(r.then.reason), f"policy {r.id}") for r in fired]
    levels = [r.then.functional for r in fired if r.then.functional is not None]
    hierarchic = any(r.then.hierarchic for r in fired)
    deadlines = [r.then.deadline_minutes for r in fired]
    collect = list(policy.always_collect)
    for to, when, by in inference.escalations:
        reasons.append(Reason(when, policy.title(when), by))
        if to == "management":
            hierarchic = True
        else:
            levels.append(to)  # type: ignore[arg-type]
    leading = ranking.causes[0] if ranking.causes else None
    if leading is not None and leading.posterior >= LEADS:
        own = base.causes[leading.id].document.escalate
        if own is not None:
            levels.append(own.to)
            reasons.append(Reason(own.when, policy.title(own.when), f"cause {leading.id}"))
            collect.extend(own.collect)
    if not reasons:
        return Escalation(None, False, (), None, (), ())
    wanted = tuple(dict.fromkeys(collect))
    at_hand = _at_hand(evidence, base, inference)
    return Escalation(
        functional=max(levels, key=policy.rank, default=None),
        hierarchic=hierarchic,
        reasons=tuple(_distinct(reasons)),
        deadline_minutes=min(deadlines, default=240),
        collect=wanted,
        missing=tuple(c for c in wanted if not at_hand.get(c, False)),
    )


def _fired(
    network: Network,
    base: KnowledgeBase,
    inference: Inference,
    ranking: Ranking,
    severity: str,
    repair_failed: bool,
) -> list[PolicyRule]:
    leading = ranking.causes[0] if ranking.causes else None
    cause = base.causes[leading.id].document if leading else None
    repair = cause.repair[0].cost if cause and cause.repair else None
    run = _PolicyRun(network)
    run.reset()
    run.declare(
        Assessment(
            severity=SEVERITY_ORDER[severity],
            unexplained=ranking.unexplained,
            top=leading.posterior if leading else 0.0,
            skill=repair.skill if repair else "",
            risk=repair.risk if repair else "",
            kind=cause.kind if cause else "",
            repair_failed=repair_failed,
        ),
        *(Noted(circumstance=c.partition(":")[2]) for c in inference.circumstances),
    )
    run.run()
    return run.fired


def _distinct(reasons: list[Reason]) -> list[Reason]:
    kept: dict[str, Reason] = {}
    for reason in reasons:
        kept.setdefault(reason.id, reason)
    return list(kept.values())


_TIME = re.compile(
    r"\d{1,2}[:：]\d{2}|\d{4}[-/.年]\d{1,2}|\d{1,2}\s*(?:am\b|pm\b|点|月|日(?!志))"
    r"|\b(?:yesterday|today|tonight|(?:this|last) (?:morning|afternoon|evening|night|week|weekend)|just now|ago"
    r"|(?:since|on|last) (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|昨[天晚夜日]|今[天晚早晨日]|前天(?!气)|前晚|当[天晚]|刚刚|刚才|凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|半夜|夜里"
    r"|(?:分钟|小时|天|周)以?前|上周|(?<![一二两三每\d])周[一二三四五六日]|星期[一二三四五六日天]",
    re.IGNORECASE,
)
_VERSION = re.compile(r"V\d{3}R\d{3}|\bversion\b|版本|\b\d+\.\d+\.\d+\b", re.IGNORECASE)
_SERIAL = re.compile(r"\bserial\b|\bS/?N\b|序列号", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:site|room|rack|floor|building|data cent(?:re|er)|office)\b|机房|机柜|站点|楼|局|办公室", re.IGNORECASE
)


def _at_hand(evidence: Evidence, base: KnowledgeBase, inference: Inference) -> dict[str, bool]:
    """For everything that may be handed over, whether the evidence already holds it."""
    said = " ".join((evidence.report or "", evidence.device or "", *(f"{t.check} {t.result}" for t in evidence.tests)))
    logged = " ".join(line for line in evidence.logs if isinstance(line, str))
    kinds = {base.circumstances[c].document.kind for c in inference.circumstances}
    found = {base.findings[s.finding].kind for s in inference.findings if s.state == "present"}
    return {
        "fault_time": "time" in kinds or _tells_when(evidence, inference, f"{said} {logged}"),
        "fault_place": bool(_PLACE.search(said)),
        "phenomenon": bool(evidence.report) or any(s.state == "present" for s in inference.findings),
        "frequency": "frequency" in kinds,
        "lights": bool(evidence.indicators) or "light" in found or _tells_a_light(inference),
        "logs": bool(evidence.logs),
        "tests_done": bool(evidence.tests) or "outcome" in found,
        "causes_ruled_out": bool(inference.ruled_out),
        "software_version": bool(_VERSION.search(said)),
        "serial_number": bool(_SERIAL.search(said)),
        "recent_changes": "change" in kinds,
        "optical_readings": "dbm" in said.casefold(),
    }


def _tells_when(evidence: Evidence, inference: Inference, said: str) -> bool:
    """Whether the time of the fault was given, told in words, or stands in a log or alarm that was understood."""
    return bool(evidence.time or _TIME.search(said)) or any(o.first is not None for o in inference.placed)


def _tells_a_light(inference: Inference) -> bool:
    """Whether some symptom was told as the state of a light: `LOS red blinking`, `the link light is off`."""
    told = {o.text for s in inference.findings for o in s.observations if o.source.kind == "report"}
    return any(mentions_light(words) or _is_a_state(read_light(words)) for words in told)


def _is_a_state(reading: Reading) -> bool:
    return reading.colour is not None and reading.behaviour is not None
