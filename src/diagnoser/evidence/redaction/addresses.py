"""Addresses of devices and people: IP, MAC, e-mail, and the login and host of a URL.

What looks like an address and identifies nobody stays: masks and wildcards, unspecified, loopback
and broadcast addresses, well-known multicast groups, versions and object identifiers.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

import re2

from diagnoser.evidence.redaction.spans import Span

_IPV4 = re.compile(r"(?<![\w.])(?<!\d-)(\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)", re.ASCII)
_DOTTED = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,4}){3}(?![\w]|\.\d)", re.ASCII)
_VERSION_MENTIONED = re2.compile(
    r"(?i)ver|firm|fw|soft|rel|build|patch|driver|bios|cpld|bmc|rev|oid|kernel|package|chapter|section|clause|step|upgrade|vrp"
    r"|版本|固件|软件|补丁|驱动|内核|章节|步骤|升级|回退"
)
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:version|versions|ver|firmware|fw|software|release|rel|build|patch|driver|bios|cpld|ibmc|bmc|revision|rev|oid"
    r"|kernel|package|chapter|section|clause|step|upgraded? (?:from|to)|vrp|vrp \(r\))|版本|固件|软件|补丁|驱动|内核|章节|步骤|升级到|升级至|升级为|回退到)"
    r"(?:\s?\([\w.-]{1,12}\))?(?:\s?(?:is|was|no|number|号|为|是|from|to)\.?)?(?:\s{0,2}[:=(\[\"',：（]{0,2}\s{0,2}v?)$",
    re.I,
)
_VERSION_CONTEXT = re.compile(r"(?:version|firmware|upgrade|版本|固件|升级)[^\n]{0,30}(?:to|->|→|至|到|为)\s?v?$", re.I)
_IPV6 = re.compile(r"(?<![\w:.])([0-9A-Fa-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?:%[\w.-]{1,20})?(?![\w:])", re.ASCII)
_MAC = re.compile(
    r"(?<![\w:.-])(?:"
    r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}(?:(?::[0-9A-Fa-f]{2}){2})?(?!:[0-9A-Fa-f]|\w)"
    r"|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}(?:(?:-[0-9A-Fa-f]{2}){2})?(?!-[0-9A-Fa-f]|\w)"
    r"|[0-9A-Fa-f]{4}([-.:])[0-9A-Fa-f]{4}\1[0-9A-Fa-f]{4}(?![\w]|\1[0-9A-Fa-f])"
    r"|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}(?![\w-])"
    r")",
    re.ASCII,
)
_BARE_MAC = re.compile(
    r"\bmac(?:[ _-]?addr(?:ess)?)?(?:\s?(?:is|为|是))?\s{0,3}[:=：]?\s{0,3}(?P<v>[0-9A-Fa-f]{12})(?!\w)",
    re.I | re.ASCII,
)
_BARE_MAC_ZH = re.compile(
    r"(?:MAC\s?地址|物理地址)(?:为|是)?\s{0,3}[:=：]?\s{0,3}(?P<v>[0-9A-Fa-f]{12})(?!\w)", re.I | re.ASCII
)
_BEFORE_MAC = re.compile(
    r"(?<![\w.-])(?P<v>(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{12})(?=\s+(?:learn|flap|mov|is the mac|\(mac\)))"
    r"|(?<![\w.-])(?P<w>(?=[0-9A-F]*[A-F])(?=[A-F]*[0-9])[0-9A-F]{12})(?=\s+(?:learn|flap|mov|is the mac|\(mac\)))",
    re.ASCII,
)
_SPARED = re.compile(r"(?<![\w.])(\d{1,3}(?:\[\.\]\d{1,3}){3})(?!\w)", re.ASCII)
"""An address as it is written so that nobody clicks on it."""
_EMAIL = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24})(?![\w-])",
    re.ASCII,
)
_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://(?P<login>[^\s/@:\"'<>]{0,128}(?::[^\s@\"'<>]{0,256})?)@(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]{1,253})",
    re.I | re.ASCII,
)

_QUIET_MAC = frozenset({"0" * 12, "f" * 12, "0" * 16, "f" * 16})


def urls(line: str) -> Iterator[Span]:
    """The login and the host of URLs that carry a login."""
    if "://" not in line:
        return
    for match in _URL.finditer(line):
        yield Span(*match.span("login"), "login", match["login"])
        host = match["host"]
        if not re.fullmatch(r"\[.*\]|\d{1,3}(?:\.\d{1,3}){3}", host):
            yield Span(*match.span("host"), "host", host.casefold())


def emails(line: str) -> Iterator[Span]:
    if "@" in line:
        for match in _EMAIL.finditer(line):
            yield Span(*match.span(1), "email", match[1].casefold())


def macs(line: str) -> Iterator[Span]:
    """MAC addresses and EUI-64, in all usual spellings; twelve digits in a row only where they are called so."""
    for match in _MAC.finditer(line):
        digits = "".join(part.zfill(2) for part in re.split(r"[-.:]", match[0].lower()))
        if len(match[0]) < 17 and match[1] is None and not re.search("[a-f]", digits) and "-" not in match[0]:
            continue
        if match[1] == ":" and not re.search("[a-f]", digits) and "mac" not in line[: match.start()].lower()[-24:]:
            continue
        yield Span(*match.span(), None if _quiet(digits) else "mac", digits)
    if "mac" in line.lower() or "物理地址" in line:
        for pattern in (_BARE_MAC, _BARE_MAC_ZH):
            for match in pattern.finditer(line):
                digits = match["v"].lower()
                yield Span(*match.span("v"), None if _quiet(digits) else "mac", digits)

    if "mac" in line.lower():
        for match in _BEFORE_MAC.finditer(line):
            yield Span(*match.span(), "mac", match[0].lower())


def _quiet(digits: str) -> bool:
    return digits in _QUIET_MAC or digits.startswith("0180c2")


def ips(line: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses; the length of a prefix and a port stay."""
    if "." in line:
        for match in _DOTTED.finditer(line) if _VERSION_MENTIONED.search(line) else ():
            before = line[max(0, match.start() - 48) : match.start()]
            if _VERSION_BEFORE.search(before) or _VERSION_CONTEXT.search(before):
                yield Span(*match.span(), None, match[0])
        for match in _IPV4.finditer(line):
            octets = [int(o) for o in match[1].split(".")]
            if max(octets) <= 255:
                value = ".".join(map(str, octets))
                yield Span(*match.span(1), None if _identifies_nobody(value) else "ip", value)
    if "[.]" in line:
        for match in _SPARED.finditer(line):
            octets = [int(o) for o in match[1].split("[.]")]
            if max(octets) <= 255:
                value = ".".join(map(str, octets))
                yield Span(*match.span(1), None if _identifies_nobody(value) else "ip", value)
    if line.count(":") >= 2:
        for match in _IPV6.finditer(line):
            yield from _ipv6(match)


def _ipv6(match: re.Match[str]) -> Iterator[Span]:
    said = match[1]
    kept = said.rstrip(":") if not said.endswith("::") else said
    if kept.count(":") < 2 or ("::" not in kept and kept.count(":") + kept.count(".") not in (7, 9)):
        return
    try:
        address = ipaddress.IPv6Address(kept)
    except ValueError:
        return
    quiet = address.is_loopback or address.is_unspecified or str(address).startswith(("ff01:", "ff02:", "fe80::%"))
    yield Span(match.start(1), match.start(1) + len(kept), None if quiet else "ipv6", str(address))


def _identifies_nobody(value: str) -> bool:
    number = int(ipaddress.IPv4Address(value))
    ones = number ^ 0xFFFFFFFF
    is_mask = (ones & (ones + 1)) == 0 and number >= 0xFF000000
    is_wildcard = (number & (number + 1)) == 0
    return is_mask or is_wildcard or value.startswith(("127.", "169.254.", "224.0.0."))
