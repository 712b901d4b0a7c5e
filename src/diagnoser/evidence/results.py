"""What came of something that was tried, as people say it: *still dead*, *故障依旧*, *went with the module*.

How that is said is the same for all things that can be tried, so it is read here once.
"""

from __future__ import annotations

import re
from enum import Enum

from diagnoser.evidence.words import normalised


class Result(Enum):
    """What came of a trial."""

    HELPED = "helped"
    NO_CHANGE = "no change"
    FOLLOWS = "the fault went with the part"
    STAYS = "the fault stayed in its place"


_FOLLOWS = re.compile(
    r"\bfollow(?:s|ed)\b|\b(?:moves?|moved|goes|went|travel(?:s|led)|came) (?:along )?with\b|跟|随(?!机|时|后|着时)"
)
_STAYS = re.compile(
    r"\b(?:stay(?:s|ed)?|remain(?:s|ed)?) (?:with|in|at|on) (?:the |its )?(?:same |old )?(?:slot|bay|port|place|position|socket|channel|module)"
    r"|\bdoes not (?:follow|move)|留在|不跟|不随|仍在原|还在原|跟(?:着)?(?:槽|位置|端口|机框)"
)
_NO_CHANGE = re.compile(
    r"\b(?:no (?:change|diff|difference|dice|improvement|effect|help|luck|better|success|result|joy|link|service)"
    r"|(?:did|does|do|has|have|had|is|was|are) ?n[o']t (?:help|change|solve|fix|cure|work|matter|improve|make|any|come|power|light)\w*"
    r"|not (?:solved|better|cured|there|working|recogni[sz]ed|detected)"
    r"|did nothing|makes? no|made no|in vain|to no avail|without (?:success|effect|any effect|result|change|improvement)"
    r"|unchanged|as before|same(?! (?:cable|port|slot|socket|model|type|module|switch|device|card|bay)\b)|still|persist\w*|continu\w*|remain\w*|stay(?:s|ed)?(?! (?:good|stable|fine|so|up|normal|quiet|clean))|go(?:es)? on|went on|identical|likewise|too$|either$"
    r"|(?:fails?|failed|down|lost|drops?|appears?|appeared|happens?|happened|there|dead|worse|errors?|alarms?) again"
    r"|as well$|keeps? on\b|also \d\w*|keeps? (?!working|running)\w+ing"
    r"|(?:alarms?|errors?|faults?|problems?|issues?|it|they|drops|losses) (?:comes?|came) back|returns?|returned|fails?|failed|dead|bad|again$)(?!\w)"
    r"|依旧|依然|仍|还是|没有?(?:变化|用|效果?|作用|改善|好转|恢复|解决|区别|效)|无(?:变化|效|用|改善|作用|区别)|不(?:变|行|管用|起作用|见效|亮|通|能)"
    r"|未(?:变|恢复|解决|改善|消失|消除)|照旧|照样|一样|同样|相同|也(?:不|没|是|有|报|差|失败)|又(?:出现|断|掉|报|不|坏)|还(?:在|有|会|报|断|掉|丢|闪|跳)|复现|再次|失败"
)
_HELPED = re.compile(
    r"\b(?:works?|working|fine|ok|okay|gone|fixed|solved|resolved?|resolves|cured?|cures|stable|clean|recover(?:s|ed)|normal|disappear(?:s|ed)"
    r"|cleared|(?:came|comes|come|is|are|goes|went|link) (?:back |right )?up|good|healthy|quiet|stop|stops|stopped|vanish(?:es|ed)|helped|helps|steady"
    r"|(?:is|are|was|were|come|comes|came|all|everything|services?|link|signal|light|power|online|traffic) (?:back|again)|better|(?:it|device|server|machine|router|switch) (?:now |then )?starts|connects|powers on|dial tone|fast|right|pass(?:es)?|full speed|boots?|runs?"
    r"|(?:all|both|is|are|now|gets?|got|be) (?:detected|recogni[sz]ed|seen|registered|online|reachable)|^(?:detected|recogni[sz]ed|registered|online|reachable)|survive[sd]?"
    r"|gets? (?:an )?(?:address|lease|ip)|(?:zero|0) (?:errors?|alarms?|drops|loss)|back (?:to|at) (?:about |normal|\d)|(?:reachable|running|serving|alive) again"
    r"|no (?:new |single )?(?:more|further|longer|errors?|alarms?|drops?|loss(?:es)?|problems?|events?|messages?|flaps?|resets?|reboots?|restarts?|crash(?:es)?|hangs?))\b"
    r"|没(?:有)?问题|没(?:有)?异常|没事|无(?:告警|异常|丢包)|没有(?:再|告警|误码|死机|重启|掉|丢|断)|不(?:丢|掉|断|报|死机|重启|闪)(?!电)|能(?:进|识别|注册|上网|打开)|可(?:以)?(?:识别|上网|登录)|(?<!不)上线"
    r"|恢复(?!出厂|默认)|正常|好了|好转|消失|解决|可以了|稳定|不再|起来了|通了|亮了|正确|没再|无误码|消除|停止|上电|(?:(?<=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff] ))up(?![a-z])|可启动|能(?:开机|开得了机|启动|起来|点亮|亮|连上|解析|用|通)|拨号音"
)
_OF_THE_FAULT = re.compile(
    r"\b(?:works?|working|fixed|solved|resolve[sd]|cure[sd]|recover(?:s|ed)|helped|no (?:more|further|longer)|stable"
    r"|(?:alarms?|errors?|faults?|problems?|issues?|symptoms?|noise|drops|loss(?:es)?|it|they|that) (?:is |are |was |were |has |have |all )*"
    r"(?:gone|cleared|disappears?|disappeared|vanish(?:es|ed)|stops?|stopped|over|away)"
    r"|(?:all|everything|services?|traffic|link|it) (?:is |are |was |were |has been )*(?:back|ok|okay|fine|normal|good|well|quiet|up)"
    r"|(?:comes?|came|goes|went) (?:right |straight )?(?:back|up|alive))\b"
    r"|恢复(?!出厂|默认)|解决|好了|好转|不再|起来了|通了|亮了|可以了|没再|(?:告警|故障|现象|问题|误码|报错|丢包).{0,4}(?:消失|消除|没了|停止)"
    r"|(?:一切|业务|全部|设备|链路|网络|都|就|现在|用着)正常"
)
"""Good news of the fault itself, and not of something else that was looked at besides."""


_EXCHANGED = re.compile(r"\b(?:swap|exchang|interchang|cross)|对调|互换|交换|调换")
_MOVED = re.compile(r"\b(?:now|moved|moves|shifted|went|new)\b|现在|转移|变成|变为|改到|跑到|移到")
_AT_HOME = re.compile(r"\b(?:still|remain\w*|stay\w*|same)\b|仍|还|依旧|依然")
_PLACE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{2,}_?)?([A-Z]?\d{1,4}[A-Z]?)(?![A-Za-z0-9])|(?<![A-Za-z0-9])([A-Z])(?![A-Za-z0-9])"
)
"""The number or letter of a place: *3* of *slot 3*, *B1* of *DIMM_B1*, *A* of *IOM A*."""


_FAULT_MOVED = re.compile(
    r"\b(?:faults?|problems?|issues?|errors?|alarms?|symptoms?|trouble|it) (?:has |have |also |then )*(?:moved|moves|shifted|jumped|switched)\b"
    r"|(?:故障|问题|现象|告警|误码|报错)\S{0,3}(?:转移|移|跑|换)"
)
"""What moved is the fault, and nothing that somebody moved."""


def fault_moved(text: str) -> bool:
    """Whether some words say that the fault went elsewhere: *the fault moved to port 12*."""
    return _FAULT_MOVED.search(normalised(text)) is not None


def after_exchange(tried: str, result: str) -> Result | None:
    """Where the fault is after two like parts changed places: *B3 swapped with A3: errors on A3*.

    The part that was at fault is named first. None if the words tell of no exchange, or not where the fault is.
    """
    if not _EXCHANGED.search(normalised(tried)):
        return None
    places = _places(tried)
    if not places and fault_moved(result):
        return Result.FOLLOWS
    here = [place for place in _places(result) if place in places]
    plain = normalised(result)
    if len(set(here)) == 1 and _MOVED.search(plain):
        return Result.FOLLOWS
    if len(set(places)) < 2 or len(set(here)) != 1:
        return Result.STAYS if "仍在" in plain or "还在" in plain else None
    if _AT_HOME.search(plain):
        return Result.STAYS
    return Result.STAYS if here[0] == places[0] else Result.FOLLOWS


def _places(text: str) -> list[str]:
    return [match.group(1) or match.group(2) for match in _PLACE.finditer(text)]


def result_of(text: str) -> Result | None:
    """What some words say came of a trial; None if they do not tell."""
    plain = normalised(text)
    if _STAYS.search(plain):
        return Result.STAYS
    if _FOLLOWS.search(plain):
        return Result.FOLLOWS
    bad, good = _NO_CHANGE.search(plain), _HELPED.search(plain)
    if bad and good:
        return Result.NO_CHANGE if bad.start() <= good.start() or _negated(plain, good.start()) else Result.HELPED
    if good and not _negated(plain, good.start()):
        return Result.HELPED
    return Result.NO_CHANGE if bad or good else None


_THE_FAULT = re.compile(
    r"\b(?:faults?|problems?|issues?|errors?|alarms?|symptoms?|trouble)\b|故障|问题|现象|告警|误码|报错"
)
_STILL_THERE = re.compile(
    r"\b(?:faults?|problems?|issues?|trouble)\b.{0,12}\b(?:still|remain|persist)|(?:故障|问题|现象)(?:还|仍|依)"
)


def tells_where_the_fault_is(text: str) -> bool:
    """Whether some words only tell where the fault is after something was tried: *fault stays on the port*, *故障跟着光纤走*."""
    plain = normalised(text)
    moved = _FOLLOWS.search(plain) is not None or _STAYS.search(plain) is not None
    return (
        (moved and _THE_FAULT.search(plain) is not None) or fault_moved(plain) or _STILL_THERE.search(plain) is not None
    )


_NO_BLAME = re.compile(
    r"\b(?:is|are|was|were|it'?s) ?(?:not|n[o']t) (?:a |an |the |any |due to |because of |caused by |related to )?[\w -]{2,24}?\b(?:problem|issue|fault|related|cause)\b"
    r"|\b(?:it'?s|it is|that'?s|its) not (?:the|a|an) |\bnot [\w-]+ related\b|不是[^，。]{1,12}(?:问题|原因|故障|毛病|的事)|(?:与|和|跟)[^，。]{1,10}无关"
)


def denies_blame(text: str) -> bool:
    """Whether some words say what is not to blame: *it is not the fan*, *不是网线的问题*."""
    return _NO_BLAME.search(normalised(text)) is not None


def _negated(plain: str, start: int) -> bool:
    return (
        re.search(r"(?:\bno|\bnot|n't|\bnever|不|没|未|无)\W?(?:\w+ )?$", plain[max(0, start - 12) : start]) is not None
    )


_LASTS = re.compile(
    r"\b(?:still|even|same|unchanged|persist\w*|continu\w*|remain\w*|stay\w*|again|keeps?|kept|returns?|returned|c[ao]mes? back|as (?:before|well)|identical"
    r"|(?:no|without|any|n[o']t|nothing) (?:\w+ )?(?:change|diff\w*|effect|help|better|improve\w*|success|solve\w*|fix\w*|cure\w*))\b"
    r"|仍|依旧|依然|还|又|也|照[旧样]|一样|同样|无效|没用|再次|(?:没有?|无|未)(?:变化|效果?|作用|改善|好转|恢复|解决|消[失除])"
)


def tells_that_it_lasts(text: str) -> bool:
    """Whether bad news is that nothing changed, and not only that something is wrong: *still dark*, *告警依旧*."""
    return _LASTS.search(normalised(text)) is not None


def tells_of_the_fault(text: str) -> bool:
    """Whether good news that stands apart from what was tried is about the fault: *the alarm is gone*, *业务恢复*.

    *memtest clean* and *OTDR 正常* are not: something else was looked at.
    """
    return _OF_THE_FAULT.search(normalised(text)) is not None
