"""What the report says of the knowledge itself: titles, parts, repairs. Worded once, shared by all reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.documents import Repair, Text
from diagnoser.report import report as out
from diagnoser.report.words import word

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class CheckInWords:
    """A check as a report tells of it."""

    title: out.Bilingual
    how: out.Bilingual
    command: str | None
    cost: out.CostOut


class Wording:
    """The words of a knowledge base as parts of a report.

    Each is made when first asked for and kept; safe to share between threads, since making one twice
    makes the same.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._titles: dict[str, out.Bilingual] = {}
        self._repairs: dict[str, list[out.RepairOut]] = {}
        self._items: dict[str, out.Bilingual] = {}
        self._policy: dict[str, out.PartOut] = {}
        self._nodes: dict[str, out.PartOut] = {}
        self._checks: dict[str, CheckInWords] = {}
        self._outcomes: dict[str, out.Bilingual] = {}

    def __reduce__(self) -> tuple[type[Wording], tuple[KnowledgeBase]]:
        """Stored without what was worded: that is quickly made again."""
        return Wording, (self._base,)

    def title(self, id_: str) -> out.Bilingual:
        """The title of a finding, circumstance, cause, event or check; the id itself if it is none of them."""
        return _kept(self._titles, id_, self._title)

    def item(self, cause: str) -> out.Bilingual:
        """What would be replaced or changed."""
        return _kept(self._items, cause, self._item_of)

    def repairs(self, cause: str) -> list[out.RepairOut]:
        """What to do about a cause, in order."""
        return _kept(self._repairs, cause, self._repairs_of)

    def node(self, id_: str) -> out.PartOut:
        """An event or cause as a step of a way down the fault tree."""
        return _kept(self._nodes, id_, lambda i: out.PartOut(id=i, title=self.title(i)))

    def check(self, id_: str) -> CheckInWords:
        """How a check is done, and what it costs."""
        return _kept(self._checks, id_, self._check)

    def outcome(self, id_: str) -> out.Bilingual:
        """What a check may come out with, beside the name of the check."""
        return _kept(self._outcomes, id_, lambda i: text(self._base.findings[i].title))

    def part(self, name: str, owner: str, among: Mapping[str, Text]) -> out.PartOut:
        """A part or tool, by the name that an entry uses for it."""
        bare = name.partition(":")[2] or name
        own = owner.partition(":")[0]
        choices = [name] if ":" in name else [f"{own}:{name}", *(f"{b}:{name}" for b in sorted(self._base.bases))]
        title = next((among[c] for c in choices if c in among), Text(en=bare, zh=bare))
        return out.PartOut(id=bare, title=text(title))

    def words(self, telling: Iterable[str], alike: bool) -> out.Bilingual:
        """Whether the words of a call are like those of calls about a cause, and which are."""
        said = " · ".join(telling)
        if not alike or not said:
            key = "wording_like" if alike else "wording_unlike"
            return out.Bilingual(en=word(key, "en"), zh=word(key, "zh"))
        return out.Bilingual(en=word("words", "en", words=said), zh=word("words", "zh", words=said))

    def policy(self, id_: str) -> out.PartOut:
        """A level of support, or a piece of information to hand over, by the escalation policy."""
        return _kept(self._policy, id_, lambda i: out.PartOut(id=i, title=text(self._base.policy.title(i))))

    def _title(self, id_: str) -> out.Bilingual:
        base = self._base
        if id_ in base.findings:
            return finding_title(base, id_)
        if id_ in base.lights:
            return light_title(base, id_)
        if id_ in base.circumstances:
            return text(base.circumstances[id_].document.title)
        if id_ in base.causes:
            return text(base.causes[id_].title)
        if id_ in base.events:
            return text(base.events[id_].title)
        if id_ in base.checks:
            return text(base.checks[id_].document.title)
        return out.Bilingual(en=id_, zh=id_)

    def _check(self, id_: str) -> CheckInWords:
        document = self._base.checks[id_].document
        cost = out.CostOut(
            minutes=document.cost.minutes,
            risk=document.cost.risk,
            tools=[self.part(tool, id_, self._base.tools) for tool in document.cost.tools],
            skill=document.cost.skill,
        )
        return CheckInWords(text(document.title), text(document.how), document.command, cost)

    def _item_of(self, cause: str) -> out.Bilingual:
        item = self._base.causes[cause].document.item
        return text(item) if isinstance(item, Text) else out.Bilingual(en=item, zh=item)

    def _repairs_of(self, cause: str) -> list[out.RepairOut]:
        return [self._repair(repair, cause) for repair in self._base.causes[cause].document.repair]

    def _repair(self, repair: Repair, cause: str) -> out.RepairOut:
        return out.RepairOut(
            do=text(repair.do),
            command=repair.command,
            parts=[self.part(i, cause, self._base.parts) for i in repair.parts],
            tools=[self.part(i, cause, self._base.tools) for i in (*repair.tools, *repair.cost.tools)],
            minutes=repair.cost.minutes,
            risk=repair.cost.risk,
            skill=repair.cost.skill,
            verify=text(repair.verify),
        )


def text(given: Text) -> out.Bilingual:
    """A text of the knowledge as a text of the report."""
    return out.Bilingual(en=given.en, zh=given.zh)


def light_title(base: KnowledgeBase, id_: str) -> out.Bilingual:
    """A light with the part that carries it."""
    document = base.lights[id_].document
    part = next(iter(document.part_aliases.zh), document.part)
    return out.Bilingual(
        en=f"{document.part}: {document.light}",
        zh=f"{part}：{next(iter(document.aliases.zh), document.light)}",
    )


LOOKS = {
    "red": ("red", "红"), "amber": ("amber", "琥珀"), "yellow": ("yellow", "黄"), "orange": ("orange", "橙"), "green": ("green", "绿"),
    "blue": ("blue", "蓝"), "white": ("white", "白"), "purple": ("purple", "紫"), "steady": ("steady", "常亮"), "off": ("off", "灭"),
    "blink": ("blinking", "闪"), "slow_blink": ("blinking slowly", "慢闪"), "fast_blink": ("blinking fast", "快闪"),
    "alternating": ("alternating", "交替闪"), "on": ("on", "亮"),
}  # fmt: skip
"""Colours and behaviours of lights, in both languages."""


def state_title(base: KnowledgeBase, id_: str) -> out.Bilingual:
    """A state of a light as it looks, with its light and part, and what it means."""
    finding = base.findings[id_]
    assert finding.group is not None
    light = base.lights[finding.group]
    document = light.document.states[light.states.index(id_)]
    looks = [LOOKS[name] for name in (document.colour, document.behaviour) if name in LOOKS]
    title = light_title(base, finding.group)
    return out.Bilingual(
        en=f"{title.en} {' '.join(en for en, _ in looks)} ({finding.title.en})",
        zh=f"{title.zh}{''.join(zh for _, zh in looks)}（{finding.title.zh}）",
    )


def finding_title(base: KnowledgeBase, id_: str) -> out.Bilingual:
    """A finding in words that stand alone: an outcome with its check, a state with its light."""
    finding = base.findings[id_]
    title = finding.title
    if finding.kind == "outcome" and finding.group is not None:
        check = base.checks[finding.group].document.title
        return out.Bilingual(en=f"{check.en}: {title.en}", zh=f"{check.zh}：{title.zh}")
    if finding.kind == "light" and finding.group is not None:
        light = base.lights[finding.group].document.light
        return out.Bilingual(en=f"{light}: {title.en}", zh=f"{light}：{title.zh}")
    return text(title)


def _kept(made: dict[str, V], key: str, make: Callable[[str], V]) -> V:
    found = made.get(key)
    if found is None:
        found = made.setdefault(key, make(key))
    return found
