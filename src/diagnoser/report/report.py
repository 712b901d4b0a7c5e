"""The answer with its reasons: one value that every output is read out of.

Its field descriptions are what a ticketing integrator reads in the API's documentation.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Probability = float

Verdict = Literal["known", "weak", "several", "none_known", "not_understood"]
"""How far the answer goes."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Bilingual(_Part):
    """A text in both languages."""

    en: str
    zh: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class KnowledgeUsed(_Part):
    """Which knowledge answered."""

    hash: str = Field(description="SHA-256 of the knowledge's content")
    bases: dict[str, str] = Field(description="bases used for this device, with their versions")


class SourceOut(_Part):
    """Where in the evidence a statement was read."""

    kind: Literal["report", "indicator", "log", "test", "alarm", "circumstance", "answer", "repair"]
    file: str | None = None
    line: int | None = Field(None, description="line in the file, from 1")
    start: int | None = Field(None, description="character offset in the report")
    end: int | None = None
    guessed: bool = Field(
        False, description="the words are none that the knowledge has; the symptom nearest to them was taken"
    )


class ObservationOut(_Part):
    """One statement read out of the evidence."""

    finding: str | None = Field(description="the finding or circumstance it stands for; null if it only measures")
    title: Bilingual | None
    state: Literal["present", "absent"]
    text: str = Field(description="the words or line it was read from")
    source: SourceOut
    component: str | None
    certainty: float
    value: float | None = None
    unit: str | None = None
    count: int = Field(1, description="how many equal lines it stands for")


class UnplacedOut(_Part):
    """Something reported that the knowledge has no place for."""

    kind: str
    text: str
    said: Bilingual | None = Field(
        None, description="where the program says it and not the reporter, in both languages"
    )
    nearest: list[str] = Field(description="ids of the nearest things known")
    nearest_titles: list[Bilingual] = Field(default_factory=list, description="the same in words, in the same order")
    count: int = 1


class ConflictOut(_Part):
    """Statements that contradict each other; both are kept and neither counts."""

    finding: str
    title: Bilingual
    component: str | None
    texts: list[str]


class WeightOut(_Part):
    """What one finding does for a cause."""

    finding: str
    title: Bilingual
    state: Literal["present", "absent"]
    decibans: float = Field(description="change of the cause's log-odds, 10 log10; positive speaks for it")
    text: str | None = Field(description="the words or line behind it")
    source: SourceOut | None


class PartOut(_Part):
    id: str
    title: Bilingual


class RepairOut(_Part):
    """One repair action."""

    do: Bilingual
    command: str | None
    parts: list[PartOut]
    tools: list[PartOut]
    minutes: int
    risk: Literal["none", "data", "service"]
    skill: str
    verify: Bilingual


class CauseOut(_Part):
    """A cause with its probability and the reasons for it."""

    id: str
    base: str
    title: Bilingual
    kind: str
    item: Bilingual
    probable_cause: str = Field(description="ITU-T X.733 probable cause")
    posterior: Probability = Field(description="probability of the cause, given the evidence; 0 to 1")
    state: Literal["open", "confirmed", "not_weighed"] = Field(
        description="`not_weighed`: suspected, but only the likeliest were weighed; its probability is at most the bound"
    )
    group: list[str] = Field(description="causes that nothing tells apart from this one, itself included")
    path: list[PartOut] = Field(description="events of the fault tree from what was seen down to the cause")
    weights: list[WeightOut] = Field(description="strongest first")
    repair: list[RepairOut]


class ExplanationOut(_Part):
    """These causes together, and no other."""

    causes: list[str]
    posterior: Probability


class AtOnceOut(_Part):
    """Two or more causes that are likely to be there at once."""

    causes: list[str] = Field(description="the likeliest of such sets")
    posterior: Probability = Field(description="probability of these together, and no other")
    in_all: Probability = Field(description="probability of any two or more at once, over the likeliest sets")


class MethodOut(_Part):
    """How the probabilities were computed."""

    name: Literal["exact", "bounded"]
    exact: bool
    bound: float = Field(description="largest error of any probability; 0 if exact")


class OutcomeOut(_Part):
    id: str
    title: Bilingual
    probability: Probability
    leading: str | None = Field(description="the cause that would then lead")
    leading_title: Bilingual | None
    posterior: Probability


class CostOut(_Part):
    minutes: int
    risk: Literal["none", "data", "service"]
    tools: list[PartOut]
    skill: str


class NextCheckOut(_Part):
    """A check worth doing next."""

    id: str
    title: Bilingual
    how: Bilingual
    command: str | None
    cost: CostOut
    gain: float = Field(description="expected information about the cause, in bits")
    required: bool
    outcomes: list[OutcomeOut]
    expected_cost: float = Field(
        description="of the whole repair with this check next, in minutes of a first-line engineer's working time"
    )
    why: Bilingual | None = Field(
        None, description="why a check that endangers service or data is proposed before one that does not"
    )


class NextStepOut(_Part):
    """The best thing to do now, by the expected cost of the whole repair."""

    action: Literal["check", "repair", "call"]
    check: str | None = Field(description="full id of the check, if that is the action")
    causes: list[str] = Field(description="full ids of the causes to repair, if that is the action")
    title: Bilingual
    expected_cost: float = Field(
        description="of the whole repair from here, in minutes of a first-line engineer's working time"
    )
    why: Bilingual | None = Field(
        None, description="why a repair that endangers service or data comes before a check that does not"
    )


class ChangedFindingOut(_Part):
    """A finding that is still open, and the state that it would have to have."""

    finding: str
    title: Bilingual
    state: Literal["present", "absent"]


class ChangeOut(_Part):
    """The smallest change found that would put another cause first."""

    findings: list[ChangedFindingOut]
    first: str = Field(description="full id of the cause that would then be first")
    first_title: Bilingual
    posterior: Probability = Field(description="of that cause, then")


class ReasonOut(_Part):
    id: str
    title: Bilingual
    by: str = Field(description="the policy rule, rule or cause that says so")


class EscalationOut(_Part):
    """Whether, to whom, why and by when to escalate."""

    functional: str | None = Field(description="the level to call for knowledge, rights or parts; null if none")
    hierarchic: bool = Field(description="whether management is told")
    level: str = Field(description="who should own the case now")
    level_title: Bilingual
    reasons: list[ReasonOut]
    deadline: str | None = Field(description="ISO 8601 duration from the report", examples=["PT30M"])
    collect: list[PartOut] = Field(description="what to hand over")
    missing: list[PartOut] = Field(description="what of it the evidence does not hold yet")


class RuledOutOut(_Part):
    id: str
    title: Bilingual
    rules: list[str]
    because: list[Bilingual]


class FiringOut(_Part):
    """One rule that fired."""

    rule: str
    facts: list[str]
    concluded: list[str]


class Report(_Part):
    """The answer to one evidence document."""

    id: str = Field(description="the same knowledge and evidence give the same id")
    lang: Literal["en", "zh"]
    known: bool = Field(description="false when the answer is: I do not know")
    verdict: Verdict = Field(
        description="`known`: the first cause has half or more; `weak`: it leads with less; `several`: others come near it; "
        "`none_known`: what was reported bears out none of the causes known here; `not_understood`: nothing reported could be placed"
    )
    knowledge: KnowledgeUsed
    device: str | None
    reported: str | None = Field(description="what the person said, as it came")
    observations: list[ObservationOut]
    unplaced: list[UnplacedOut]
    cleared: list[str] = Field(default_factory=list, description="alarms that are over; nothing is concluded from them")
    conflicts: list[ConflictOut]
    causes: list[CauseOut] = Field(description="most probable first")
    ruled_out: list[RuledOutOut]
    explanations: list[ExplanationOut]
    at_once: AtOnceOut | None = Field(None, description="null unless two or more causes at once are likely")
    would_change: ChangeOut | None = Field(
        None, description="what would put another cause first; null if nothing was found or it was not asked for"
    )
    unexplained: Probability = Field(description="probability that none of the known causes is there")
    method: MethodOut
    next_checks: list[NextCheckOut] = Field(description="best first, by expected cost of the whole repair")
    next_step: NextStepOut
    severity: str = Field(description="X.733 perceived severity")
    escalation: EscalationOut
    trace: list[FiringOut] = Field(description="every rule that fired, in order")

    def top(self, count: int) -> Report:
        """The same report with the first causes only."""
        return self.model_copy(update={"causes": self.causes[:count]})
