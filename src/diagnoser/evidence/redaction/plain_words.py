"""What stands where a secret could and is none: the words of sentences and settings."""

from __future__ import annotations

import re

NO_SECRETS = frozenset(
    """
    true false yes no none null nil unknown incorrect wrong expired invalid failed fail failure required changed
    error mismatch ok set unset not is for the must reset empty missing denied accepted refused rejected correct
    valid sent received success successful passed pass n/a na disabled enabled default expire expires can cannot
    will was has authentication authorization protocol recovery policy prompt server manager service file timeout
    length change update rotation request string name read write both community password key secret token cipher
    simple plain does doesn't did didn't could couldn't won't keeps asked asks same different new old current all
    any from by on at in after before when under with without it its this that we they he she user users no. bent
    matches match undefined hidden removed redacted incorrect. simple_bind ring chain pair exchange board input
    management
    """.split()  # noqa: SIM905  (a list of words is read more easily as text)
)


def looks_secret(value: str) -> bool:
    """Whether a whole text is one word that nobody would write in a sentence."""
    return not any(map(str.isspace, value.strip())) and is_odd(value.strip())


def is_odd(value: str) -> bool:
    """Whether a word is one that nobody would write in a sentence: letters mixed with digits or signs."""
    if re.match(r"[a-z]+://|/|\.{1,2}/|\d+(?:\.\d+)*%?\)?$|\w+\(\)?$|\[", value, re.I):
        return False
    letters = any(c.isalpha() for c in value)
    digits = any(c.isdigit() for c in value)
    signs = any(c in "@#$%^&*!+=~?_" for c in value[:-1]) or value.endswith(("!", "@", "#", "$"))
    return len(value) >= 4 and (letters + digits + signs) >= 2


def is_jumbled(value: str) -> bool:
    """Whether the letters of a word change from small to capital more than once: what is meant to be guessed by nobody."""
    return value.isascii() and len(re.findall(r"[a-z][A-Z]", value)) > 1
