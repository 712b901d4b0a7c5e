"""Whether a restart is what is reported, or what somebody did about it."""

from __future__ import annotations

import re

from diagnoser.evidence.words import normalised

_BY_ITSELF = re.compile(
    r"\b(?:keeps?|kept|always|constantly) (?:on )?(?:re-?boot|re-?start|reset|reload|power)\w*"
    r"|\b(?:reboot|restart|reset|reload)\w*(?: itself| (?:on its|by it(?:self)?|for no|all|every|each|at random|random|again and|constant|spontan|unexpect|without)\b"
    r"|.{0,12}\b(?:times (?:a|per|in|last)|every|a day|at night|last night|overnight)\b)"
    r"|(?:自己|自动|自行|反复|频繁|不停|不断|老是|总是|经常|异常|突然|无故|莫名|每.{1,6}|隔.{1,6}|[分小]钟?时?就?)(?:重启|复位)"
)
"""What restarts in this way was not restarted by anybody."""
_COUNTED = re.compile(
    r"\b(?:re-?boot|re-?start|reset|reload)\w*.{0,12}\btwice\b|(?:重启|复位)(?:了?(?:[一两二三四五六几数好\d]+)次|一次)"
)
"""What restarts so many times did so by itself, if nobody says what came of it."""
_IN_VAIN = re.compile(
    r"\b(?:help|avail|vain|effect|luck|change|difference|better|nothing)\b|没用|没效|无效|不管用|不行|没变|没解决|没好"
)
"""What is only said of what somebody did."""
_RESTARTED = re.compile(r"\b(?:re-?boot|re-?start|reset|reload)\w*|重启|复位")
_BY_SOMEBODY = re.compile(
    r"\b(?:was|were|been|being|i|we|they|he|she|tried|after|manual\w*|did|do|by) (?:\w+ )?(?:re-?boot|re-?start|reset|reload|power[ -]?cycl)\w*"
    r"|(?:\A|[,.;] *|\band )(?:re-?boot|re-?start|reset|reload)\w*|\b(?:reboot|restart|reset|reload)(?:ed|ing)? (?:the|a|it|them|both|all|my|our)\b"
    r"|(?:手动|人工|已|给|把|将|试|我|让|先|远程|尝试|进行)[^，。,]{0,8}(?:重启|复位)|(?:重启|复位)(?:过|完|[^了过，。,\s])|\A(?:重启|复位)"
)


def restarted_by_itself(said: str, tried: str) -> bool:
    """Whether a restart is what is reported, and nothing that somebody did: *device rebooted twice*, *AP几分钟重启一次*.

    Args:
        said: the sentence, with what came of it if it says so.
        tried: its words that name a check.
    """
    plain = normalised(tried)
    if _RESTARTED.search(plain) is None:
        return False
    whole = normalised(said)
    counted = _COUNTED.search(whole) is not None and _IN_VAIN.search(whole) is None
    return counted or _BY_ITSELF.search(whole) is not None or _BY_SOMEBODY.search(whole) is None


def is_reported(clause: str, tried: str, result: str) -> bool:
    """Whether words that name a restart as a check tell of one that nobody did: *keeps rebooting*, *rebooted twice*.

    Args:
        clause: the clause that names it.
        tried: its words that name the check.
        result: the clause with all that follows in its sentence, if it is said there what came of it; else empty.
    """
    if _RESTARTED.search(normalised(tried)) is None:
        return False
    said = normalised(clause)
    counted = _COUNTED.search(said) is not None and not (result and _IN_VAIN.search(normalised(result)))
    return counted or _BY_ITSELF.search(said) is not None
