"""Knowledge as Experta rules: the catalogue, what experts added, and the walk down the fault tree.

Salience keeps the stages apart: what was observed becomes findings, settled groups follow, then the
authored rules in strata (a rule that asks for the absence of a finding runs after every rule that
can conclude it), then exclusions, and the walk last.

Actions and tests are small values and look at the knowledge through the engine that runs them, so
that a compiled network can be stored and does not hold the knowledge a second time.
"""

from __future__ import annotations

from typing import Any

from diagnoser.inference.authored_rules import authored_rules
from diagnoser.inference.catalogue_rules import catalogue_rules, settling_rule
from diagnoser.inference.walk_rules import exclusion_rules, walk_rules
from diagnoser.knowledge import KnowledgeBase


def rules_of(base: KnowledgeBase) -> list[Any]:
    """All rules of a knowledge base, in a fixed order.

    Raises:
        UnsupportedRule: an authored rule has too many combinations, or negates its own conclusion.
    """
    return [
        *catalogue_rules(base),
        settling_rule(base),
        *authored_rules(base),
        *exclusion_rules(),
        *walk_rules(base),
    ]
