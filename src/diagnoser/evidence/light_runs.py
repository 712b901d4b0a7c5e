"""Where one light ends and the next begins, where several are told in one breath: *PON灯闪LOS灯灭*, *RUN green ALM red*."""

from __future__ import annotations

import re

LOOK = (
    r"(?:(?:fast|quick|rapid|slow)\w*|blink\w*|flash\w*|alternat\w*|steady|solid|off|dark|red|amber|yellow|orange|green|blue|"
    r"white|purple|violet)\b|(?:快速|缓慢|快|慢|交替)?闪烁?|[常长]?灭|[常长]亮|[常长]?(?:红|琥珀|黄|橙|绿|蓝|白|紫)色?"
)
"""One word for what a light does."""
JOINED = (
    r"[ :=：]*(?:(?:is|was|are|now|turn(?:s|ed)|went|stays?|keeps|still|only|shows|not|never|no longer|isn't|doesn't|at) )*"
    r"[一直仍还是显示呈变为均都全在不没有未]*"
)
"""What may stand between the name of a light and what it does."""
_LABEL = (
    r"(?<![a-z0-9/-])(?:pwr|power|sys|syst|stat|status|alm|alarm|los|pon|lan|wlan|internet|lnk|link|act|rps|uid|hly|run|run/alm"
    r"|err|fault|led|d(?=\d))\d?(?![a-z0-9/-])"
)
_LIGHT = r"(?:lights?|leds?|lamps?|indicators?)\b"
_NAME = (
    rf"(?:{_LABEL}(?:\s?(?:{_LIGHT}|(?:指示)?灯))?|\b[a-z][\w/]* {_LIGHT}|(?<![a-z0-9/])[a-z0-9/]{{1,10}}\s?(?:指示)?灯"
    r"|(?:(?!灯)[\u3400-\u9fff]){1,5}灯)"
)
_SEEN = rf"{_NAME}{JOINED}(?:\s?(?:{LOOK}|on\b|lit\b|unlit\b|[不没未]?亮))+"
_ONLY_A_COLOUR = rf"(?:red|amber|yellow|orange|green|blue|white) {_LIGHT}|[红黄橙绿蓝白]色?灯"
"""What names no other light: *the LED shows red light green light in turns*."""
_NEXT = re.compile(rf"{_SEEN}[着了灯]*(?P<between>\s*(?:and\s+|和|而)?)(?!{_ONLY_A_COLOUR})(?={_SEEN})")
_ANY = re.compile(r"[灯闪亮灭]|\b(?:lights?|leds?|blink\w*|flash\w*|o(?:n|ff)|red|amber|green)\b")


def between_lights(plain: str) -> list[tuple[int, int]]:
    """Where a normalised text goes from one light that does something to the next, as character offsets."""
    if _ANY.search(plain) is None:
        return []
    return [match.span("between") for match in _NEXT.finditer(plain)]
