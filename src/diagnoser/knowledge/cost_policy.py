"""What doing something costs (`common/costs.yaml`): minutes, risk, tools and skill as one number."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from diagnoser.knowledge.documents import Cost, Document, Sourced

Minutes = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Worth = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class SkillFactor(Document):
    """What a minute of somebody with this skill is worth, in minutes of the first line."""

    L1: Worth
    L2: Worth
    L3: Worth
    vendor: Worth


class RiskMinutes(Document):
    """What a risk is worth: authorisation, a window, a backup, and what may go wrong."""

    none: Minutes
    data: Minutes
    service: Minutes


class HandoverMinutes(Document):
    """What calling a level costs beside the repair itself."""

    L2: Minutes
    L3: Minutes
    vendor: Minutes


class CostPolicy(Sourced):
    """`common/costs.yaml`. The unit is a minute of a first-line engineer's working time."""

    setup_minutes: Minutes = Field(description="turning to a check or repair / 准备时间")
    tool_minutes: Minutes = Field(description="fetching one tool / 取一件工具")
    verify_minutes: Minutes = Field(description="seeing whether a repair helped / 验证时间")
    skill_factor: SkillFactor = Field(description="worth of a minute by skill / 各级技能的时间系数")
    risk_minutes: RiskMinutes = Field(description="worth of a risk / 风险折算")
    handover_minutes: HandoverMinutes = Field(description="calling the next level, beside the repair / 升级耗时")
    interrupts_early_if_it_saves: Minutes = Field(
        description="what a risky check must save to come before one without risk / 有风险的检查提前所需节省的分钟"
    )

    def price(self, cost: Cost) -> float:
        """A cost as one number, in minutes of the first line."""
        working = (cost.minutes + self.setup_minutes) * float(getattr(self.skill_factor, cost.skill))
        return working + self.tool_minutes * len(cost.tools) + float(getattr(self.risk_minutes, cost.risk))
