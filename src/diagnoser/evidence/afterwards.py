"""How people say that something went before a fault, or was going on: *after the reboot*, *升级之后*."""

from __future__ import annotations

import re

from diagnoser.evidence.words import normalised

_AFTER_IT = re.compile(r"\b(?:after|since|at|on|during|while|when)\b")
_IT_BEFORE = re.compile(r"\A了?(?:后(?!台|面|备|端(?!口))|之后|以后|过程|期间|时|中)")


def goes_before(ahead: str, behind: str) -> bool:
    """Whether the words around something say that it went before, or was going on: *after it*, *它之后*."""
    return _AFTER_IT.search(normalised(ahead)) is not None or _IT_BEFORE.search(normalised(behind)) is not None
