"""The only place that imports Experta.

Experta 1.9.4 pins frozendict 1.2, which still looks for `collections.Mapping`, and it installs a
log handler on the root logger. Both are undone here, so that importing diagnoser leaves the
process as it was.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from typing import Any

_root = logging.getLogger()
_handlers = list(_root.handlers)
_had_mapping = hasattr(collections, "Mapping")
if not _had_mapping:
    setattr(collections, "Mapping", collections.abc.Mapping)  # noqa: B010  (mypy knows that it is gone)
try:
    import experta
    from experta import abstract, activation, factlist, fieldconstraint
finally:
    if not _had_mapping:
        delattr(collections, "Mapping")
    for _handler in [h for h in _root.handlers if h not in _handlers]:
        _root.removeHandler(_handler)

AND: Any = experta.AND
OR: Any = experta.OR
NOT: Any = experta.NOT
TEST: Any = experta.TEST
MATCH: Any = experta.MATCH
L: Any = experta.L
W: Any = experta.W
P: Any = experta.P
ANDFC: Any = fieldconstraint.ANDFC
ORFC: Any = fieldconstraint.ORFC
NOTFC: Any = fieldconstraint.NOTFC
FieldConstraint: Any = fieldconstraint.FieldConstraint
Rule: Any = experta.Rule
ExpertaFact: Any = experta.Fact
InitialFact: Any = experta.InitialFact
KnowledgeEngine: Any = experta.KnowledgeEngine
Activation: Any = activation.Activation
FactList: Any = factlist.FactList
Matcher: Any = abstract.Matcher
Strategy: Any = abstract.Strategy
