"""Why a cause, and why not: what speaks for and against it, what excluded it, what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from diagnoser.knowledge import KnowledgeBase
from diagnoser.report.columns import WIDTH, section, wrap
from diagnoser.report.report import Bilingual, CauseOut, ChangeOut, PartOut, Report, RuledOutOut
from diagnoser.report.sentences import change_text, percent
from diagnoser.report.text import weight_line
from diagnoser.report.wording import finding_title
from diagnoser.report.words import word


class ExpectedFinding(BaseModel):
    """A finding that the cause would show, and what is known of it."""

    model_config = ConfigDict(frozen=True)

    finding: str
    title: Bilingual
    strength: float = Field(description="how often the cause shows it, 0 to 1")
    state: Literal["present", "absent", "unknown"]


class CauseExplained(BaseModel):
    """Why, and why not, one cause."""

    model_config = ConfigDict(frozen=True)

    cause: str
    title: Bilingual
    rank: int | None = Field(description="place in the ranking, from 1; null if it is not suspected")
    posterior: float
    prior: float
    in_ranking: CauseOut | None
    ruled_out: RuledOutOut | None
    events: list[PartOut] = Field(description="events of the fault tree above it")
    expected: list[ExpectedFinding]
    would_change: ChangeOut | None = Field(
        description="what would put this cause first, or, if it is, another; null if nothing was found"
    )
    why: Bilingual = Field(description="where the numbers of the cause come from")


def explain(base: KnowledgeBase, report: Report, cause: str, change: ChangeOut | None = None) -> CauseExplained:
    """Read out of a report why a cause stands where it stands.

    Args:
        base: the knowledge that the report was made with.
        report: the report, with all its causes.
        cause: full id of the cause.
        change: what would put it first, or another if it is.
    """
    document = base.causes[cause].document
    ranked = next((c for c in report.causes if f"{c.base}:{c.id}" == cause), None)
    states = {o.finding: o.state for o in report.observations if o.finding}
    for each in report.causes:
        states.update({w.finding: w.state for w in each.weights})
    above = base.tree.above((cause,))
    parents = {cause, *above}
    expected = []
    for finding in base.findings.values():
        strength = max((q for p, q in finding.parents if p in parents), default=0.0)
        if strength > 0.0:
            state = states.get(finding.id, "unknown")
            expected.append(
                ExpectedFinding(
                    finding=finding.id,
                    title=finding_title(base, finding.id),
                    strength=strength,
                    state="present" if state == "present" else "absent" if state == "absent" else "unknown",
                )
            )
    direct = {f for f in base.findings if any(p == cause for p, _ in base.findings[f].parents)}
    order = {"present": 0, "absent": 1, "unknown": 2}
    expected.sort(key=lambda e: (order[e.state], e.finding not in direct, -e.strength, e.finding))
    return CauseExplained(
        cause=cause,
        title=Bilingual(en=document.title.en, zh=document.title.zh),
        rank=report.causes.index(ranked) + 1 if ranked else None,
        posterior=ranked.posterior if ranked else 0.0,
        prior=base.causes[cause].prior,
        in_ranking=ranked,
        ruled_out=next((r for r in report.ruled_out if r.id == cause), None),
        events=[
            PartOut(id=e, title=Bilingual(en=base.events[e].title.en, zh=base.events[e].title.zh))
            for e in sorted(above)
        ],
        expected=expected,
        would_change=change,
        why=Bilingual(en=document.why.en, zh=document.why.zh),
    )


_SAY: dict[str, tuple[str, str]] = {
    "place": ("number {rank} in the ranking, {percent}", "排第{rank}位，{percent}"),
    "not_weighed": (
        "suspected, but too many causes are for all to be weighed, and others are likelier",
        "被怀疑，但可疑原因太多，只计算了更可能的，未计入该原因",
    ),
    "not_suspected": ("not suspected: nothing that was seen leads to it", "未被怀疑：现有现象均不指向该原因"),
    "ruled_out": ("ruled out: {because} ({rules})", "已排除：{because}（{rules}）"),
    "way": ("The way to it", "推导路径"),
    "for": ("Speaks for it", "支持"),
    "against": ("Speaks against it", "反对"),
    "absent": ("Expected, but absent", "应出现但未出现"),
    "open": ("Not looked at yet", "尚未检查"),
    "change_first": ("What would put another first", "何以使其他原因居首"),
    "change_this": ("What would put it first", "何以使其居首"),
    "no_change": ("nothing was found that would", "未找到能做到这一点的结果"),
    "stays_ruled_out": ("nothing, as long as it is ruled out", "只要仍被排除，就不会居首"),
    "stays_confirmed": ("nothing: it is confirmed", "无：该原因已确认"),
    "numbers": ("Its numbers", "数值依据"),
    "prior": ("prior {percent}: ", "先验{percent}："),
    "nothing": ("nothing", "无"),
}


def as_text(explained: CauseExplained, lang: str) -> str:
    """The explanation for a person at a terminal."""
    return "\n".join(line.rstrip() for line in _lines(explained, lang)) + "\n"


def _say(name: str, lang: str, **values: object) -> str:
    return _SAY[name][lang == "zh"].format(**values)


def _lines(explained: CauseExplained, lang: str) -> Iterator[str]:
    if explained.ruled_out is not None:
        because = "; ".join(b[lang] for b in explained.ruled_out.because) or "-"
        state = _say("ruled_out", lang, rules=", ".join(explained.ruled_out.rules), because=because)
    elif explained.rank is None or explained.in_ranking is None:
        state = _say("not_suspected", lang)
    elif explained.in_ranking.state == "not_weighed":
        state = _say("not_weighed", lang)
    else:
        state = _say("place", lang, rank=explained.rank, percent=percent(explained.posterior))
    yield from wrap(f"{explained.title[lang]}  ({explained.cause})", WIDTH)
    yield from wrap(state, WIDTH)
    yield ""
    ranked = explained.in_ranking
    if ranked is not None:
        if len(ranked.path) > 1:
            yield from section(_say("way", lang), [f" {word('then', lang)} ".join(p.title[lang] for p in ranked.path)])
        for name, sign in (("for", 1), ("against", -1)) if ranked.state != "not_weighed" else ():
            told = [weight_line(w, lang) for w in ranked.weights if w.decibans * sign > 0.05]
            yield from section(_say(name, lang), told or [f"  {_say('nothing', lang)}"])
    direct = [e for e in explained.expected if e.state != "present"]
    for name, wanted in (("absent", "absent"), ("open", "unknown")):
        told = [f"  {e.title[lang]}  ({percent(e.strength)})" for e in direct if e.state == wanted][:8]
        if told:
            yield from section(_say(name, lang), told)
    change = explained.would_change
    told_change = _no_change(explained, lang) if change is None else change_text(change, lang)
    name = "change_first" if explained.rank == 1 else "change_this"
    yield from section(_say(name, lang), wrap(f"  {told_change}", WIDTH))
    yield from section(
        _say("numbers", lang),
        [f"  {_say('prior', lang, percent=f'{explained.prior * 100:.2g} %')}{explained.why[lang]}"],
    )


def _no_change(explained: CauseExplained, lang: str) -> str:
    if explained.ruled_out is not None:
        return _say("stays_ruled_out", lang)
    confirmed = explained.in_ranking is not None and explained.in_ranking.state == "confirmed"
    return _say("stays_confirmed" if confirmed else "no_change", lang)
