"""When a log line was written: the time stamps that devices print, as moments that can be compared.

Understood are RFC 3164 and RFC 5424, VRP, ISO 8601 and its relatives, `dmesg` with and without
`-T`, the IPMI SEL, web servers, klog, Linux audit, seconds since 1970, and Chinese dates. A stamp counts only near
the start of a line; one that might be something else (seconds since 1970, a date with hour and minute) at the very start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

HEAD = 120
"""Characters of a line in which its time stamp is looked for."""

Clock = Literal["dated", "no_year", "boot"]

_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_HMS = r"(?P<{0}h>[01]?\d|2[0-3])[:：](?P<{0}m>[0-5]\d)[:：](?P<{0}s>[0-5]\d|60)(?:(?:[.,]|:(?=\d{{3}}\b))(?P<{0}f>\d{{1,9}}))?"
_ZONE = r"(?:\s?(?:(?:UTC|GMT)(?=[+-]))?(?P<{0}z>Z|UTC|GMT|[+-][01]\d:?[0-5]\d)\b)?"

_TIME_OF_DAY = re.compile(r"\d\s?[:：时點点]\s?\d|20\d{6}[T ]?\d{4}")
"""What every stamp has in it that does not have to stand at the start: a quick look whether a line can have one."""
_TO_THE_MINUTE = r"(?P<{0}h>[01]?\d|2[0-3])[:：](?P<{0}m>[0-5]\d)(?![:：.,\d])"

_SINCE_1970 = r"(?P<{0}>[1-3]\d{{9}})(?:[.,]?(?P<{0}f>\d{{3}}(?:\d{{3}}){{0,2}}))?"

_STAMP = re.compile(
    "|".join(
        (
            # 2023-06-14T15:16:01.123+08:00, 2023/06/14 15:16:01, 2023-6-14 15:16:01
            rf"(?<!\d)(?P<ay>(?:19|20)\d\d)[-/.](?P<amo>[01]?\d)[-/.](?P<ad>[0-3]?\d)[T \t_-]+{_HMS.format('a')}{_ZONE.format('a')}",
            # Jun 14 2023 15:16:01+08:00 (VRP), Jun 14 15:16:01:123 2023 (Comware), Wed Jun 14 15:16:01 2023 (dmesg -T), Jun 14 15:16:01 (RFC 3164)
            rf"\b(?P<bmo>{_MONTH})\s+(?P<bd>[0-3]?\d),?\s+(?:(?P<by>(?:19|20)\d\d),?\s+)?{_HMS.format('b')}{_ZONE.format('b')}"
            r"(?:\s+(?:[A-Z]{3,5}\s+)?(?P<by2>(?:19|20)\d\d)\b)?",
            # 2023年6月14日 15时16分01秒, 2023年6月14日 下午3:16:01
            r"(?P<cy>(?:19|20)\d\d)\s?年\s?(?P<cmo>[01]?\d)\s?月\s?(?P<cd>[0-3]?\d)\s?日\s*(?:(?:星期|周)\S\s*)?(?P<cpm>上午|下午|凌晨|早上|中午|晚上)?\s*"
            r"(?P<ch>[0-2]?\d)\s?[:：时點点]\s?(?P<cm>[0-5]?\d)(?:\s?[:：分]\s?(?P<cs>[0-5]?\d)(?:[.,](?P<cf>\d{1,9}))?秒?|分)?",
            # 06/14/2023 | 15:16:01 (SEL), 06/14/2023 15:16:01, with AM or PM
            rf"(?<!\d)(?P<dmo>[01]?\d)/(?P<dd>[0-3]?\d)/(?P<dy>(?:19|20)\d\d|\d\d)[ |]+{_HMS.format('d')}(?:\s?(?P<dpm>[AaPp][Mm]))?{_ZONE.format('d')}",
            # 14/Jun/2023:15:16:01 +0800
            rf"(?<!\d)(?P<ed>[0-3]?\d)[/ -](?P<emo>{_MONTH})[/ -](?P<ey>(?:19|20)\d\d)[: ]{_HMS.format('e')}{_ZONE.format('e')}",
            # 20230614 15:16:01, 20230614T151601Z
            r"(?<!\d)(?P<fy>20\d\d)(?P<fmo>[01]\d)(?P<fd>[0-3]\d)[T ]?(?P<fh>[0-2]\d):?(?P<fm>[0-5]\d):?(?P<fs>[0-5]\d)(?:[.,](?P<ff>\d{1,9}))?"
            + _ZONE.format("f")
            + r"(?!\d)",
            # 14.06.2023 15:16:01
            rf"(?<![\d.])(?P<hd>[0-3]?\d)\.(?P<hmo>[01]?\d)\.(?P<hy>(?:19|20)\d\d),?[T ]{_HMS.format('h')}{_ZONE.format('h')}",
            # audit(1686755761.123:42)
            rf"\baudit\({_SINCE_1970.format('audit')}:\d+",
        )
    ),
    re.IGNORECASE,
)
_AT_START = re.compile(
    "|".join(
        (
            # I0614 15:16:01.123456 (klog)
            rf"[IWEF](?P<gmo>[01]\d)(?P<gd>[0-3]\d) {_HMS.format('g')}",
            # 2023-06-14 15:16, 14.06.2023 15:16
            rf"[\[(]?(?P<iy>(?:19|20)\d\d)[-/.](?P<imo>[01]?\d)[-/.](?P<id>[0-3]?\d)[T ]{_TO_THE_MINUTE.format('i')}{_ZONE.format('i')}",
            rf"[\[(]?(?P<jd>[0-3]?\d)\.(?P<jmo>[01]?\d)\.(?P<jy>(?:19|20)\d\d),?[T ]{_TO_THE_MINUTE.format('j')}{_ZONE.format('j')}",
            # 1686755761, 1686755761.123, 1686755761123: since 1970; from 2001 on, when they came to have ten digits
            rf"\[?{_SINCE_1970.format('epoch')}(?=[\s\],;:|]|\Z)",
            # [  123.456789] since the system started
            r"(?:<\d{1,3}>)?(?:kernel: )?\[\s*(?P<boot>\d{1,9}\.\d{1,9})\]",
        )
    ),
    re.IGNORECASE,
)
"""Stamps that count at the very start of a line only, where they cannot be something else."""
_DATED = "abcdefghij"
"""What the names of the groups of a form with a date begin with."""
_DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\Z")
_NO_YEAR = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_YEAR = 183 * 86400.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as far as a log tells it.

    Attributes:
        clock: `dated`; `no_year`, where the stamp leaves it out; `boot`, seconds since a start.
        seconds: since 1970 by the wall clock that wrote it, in the year 2000 where there is no
            year, or since the start.
        offset: that clock's distance from UTC in minutes; None if it was not said.
    """

    clock: Clock
    seconds: float
    offset: int | None = None

    def minus(self, other: Moment) -> float | None:
        """Seconds from the other moment to this one; None where nobody can say.

        A clock that names its zone and one that does not are taken to be in the same zone. Without
        a year, the shorter way round the year is taken.
        """
        if "boot" in (self.clock, other.clock):
            return self.seconds - other.seconds if self.clock == other.clock else None
        if self.clock == other.clock == "dated":
            if self.offset is not None and other.offset is not None:
                return self.seconds - self.offset * 60 - (other.seconds - other.offset * 60)
            return self.seconds - other.seconds
        apart = _in_any_year(self) - _in_any_year(other)
        year = 366 * 86400.0
        return apart - year if apart > _HALF_YEAR else apart + year if apart < -_HALF_YEAR else apart

    def text(self) -> str:
        """ISO 8601: a date with time, `--06-14T15:16:01` without a year, `PT123.456S` since a start."""
        if self.clock == "boot":
            return f"PT{_plain(self.seconds)}S"
        when = _EPOCH + timedelta(seconds=self.seconds)
        shown = when.strftime("%Y-%m-%dT%H:%M:%S")
        if when.microsecond:
            shown += f".{when.microsecond:06}".rstrip("0")
        if self.clock == "no_year":
            return "--" + shown[5:]
        if self.offset is None:
            return shown
        if self.offset == 0:
            return shown + "Z"
        sign, minutes = ("-", -self.offset) if self.offset < 0 else ("+", self.offset)
        return f"{shown}{sign}{minutes // 60:02}:{minutes % 60:02}"


def moment_in(line: str) -> Moment | None:
    """The moment at which a line was written, if it says."""
    found = _stamp_in(line)
    return _moment(found.group(0)) if found is not None else None


def without_stamp(line: str) -> str:
    """The line after its time stamp; the whole line if it has none."""
    found = _stamp_in(line)
    return line if found is None else re.sub(r"\A[\])|,;:\s]+", "", line[found.end() :])


def _stamp_in(line: str) -> re.Match[str] | None:
    head = line[:HEAD]
    return _AT_START.match(head) or (_STAMP.search(head) if _TIME_OF_DAY.search(head) else None)


def moment_of(text: str | None) -> Moment | None:
    """What `Moment.text` wrote, read again; also a date with time in any form that logs use."""
    if text is None:
        return None
    if text.startswith("PT") and text.endswith("S"):
        return Moment("boot", float(text[2:-1]))
    if text.startswith("--"):
        dated = moment_in(f"{_NO_YEAR}-{text[2:]}")
        return None if dated is None else Moment("no_year", dated.seconds)
    short = re.sub(r"([T ]\d\d:\d\d)(?=$|Z|[+-])", r"\1:00", text.strip())
    return moment_in(short)


def span_of(text: str) -> tuple[Moment, Moment] | None:
    """A time as people give it, from its first to its last moment; a bare date is a whole day."""
    date = _DATE.match(text.strip())
    if date is not None:
        text = f"{date['y']}-{date['m']}-{date['d']}T00:00:00"
    start = moment_of(text)
    if start is None:
        return None
    return (start, Moment(start.clock, start.seconds + 86399, start.offset)) if date else (start, start)


@lru_cache(maxsize=4096)
def _moment(stamp: str) -> Moment | None:
    found = _stamp_in(stamp)
    if found is None:
        return None
    part = found.groupdict()
    if part.get("boot") is not None:
        return Moment("boot", float(part["boot"]))
    for name in ("epoch", "audit"):
        if part.get(name) is not None:
            return Moment("dated", float(f"{part[name]}.{part[f'{name}f'] or 0}"), 0)
    kind = next(k for k in _DATED if part.get(f"{k}d") is not None)
    year = part.get(f"{kind}y") or part.get(f"{kind}y2")
    month = part[f"{kind}mo"]
    hour = int(part[f"{kind}h"])
    half = part.get(f"{kind}pm")
    if half is not None:
        late = half.lower() in ("pm", "下午", "晚上") or (half == "中午" and hour < 11)
        hour = hour % 12 + 12 if late else hour % 12 if half.lower() in ("am", "上午", "凌晨", "早上") else hour
    try:
        when = datetime(
            _NO_YEAR if year is None else int(year) + (2000 if len(year) == 2 else 0),
            _MONTHS[month[:3].lower()] if month[0].isalpha() else int(month),
            int(part[f"{kind}d"]),
            hour,
            int(part[f"{kind}m"]),
            min(59, int(part.get(f"{kind}s") or 0)),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    seconds = (when - _EPOCH).total_seconds() + float(f"0.{part.get(f'{kind}f') or 0}")
    return Moment("no_year" if year is None else "dated", seconds, _offset(part.get(f"{kind}z")))


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def _in_any_year(moment: Moment) -> float:
    """Seconds into the leap year 2000, for moments of which one has no year."""
    when = _EPOCH + timedelta(seconds=moment.seconds)
    return (when.replace(year=_NO_YEAR) - _EPOCH).total_seconds()


def _plain(seconds: float) -> str:
    return f"{seconds:.6f}".rstrip("0").rstrip(".")
