"""SNMP traps as snmptrapd writes them: a line of text becomes who sent what, about which part.

Understood are notifications of SNMP v2c and v3 with names or bare numbers, traps of v1, and both as syslog passes them on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diagnoser.evidence.times import Moment, moment_in

_GENERIC = {
    "1": "coldStart",
    "2": "warmStart",
    "3": "linkDown",
    "4": "linkUp",
    "5": "authenticationFailure",
    "6": "egpNeighborLoss",
}
"""Last number of the identifiers of RFC 3418 and RFC 2863, 1.3.6.1.6.3.1.1.5, and its name."""

MAX_TRAP = 16 * 1024
"""Characters of a line in which a trap is looked for."""

_HEADER = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<host>[^\s(\[]+) ?[\[(](?:via )?(?:UDP|TCP|TLS|DTLS)\w*: \[(?P<address>[^\]]+)\]"
)
_NOTIFICATION = re.compile(
    r"(?:snmpTrapOID(?:\.0)?|(?:\.?1|\biso)\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0) = OID: (?:[\w-]+::(?P<name>\w+)|(?P<number>[\w.-]+))"
)
_GENERIC_NUMBER = re.compile(r"(?:\.?1|iso)\.3\.6\.1\.6\.3\.1\.1\.5\.(\d)")
_V1 = re.compile(
    r"TRAP2?, SNMP v1,.*?[\s.:](?P<name>Cold Start|Warm Start|Link Down|Link Up|Authentication Failure) Trap \(0\)"
)
_BETWEEN = re.compile(r"\t|#011|#012| (?=[\w.:-]{1,200} = [A-Z])")
_VARIABLE = re.compile(
    r"(?:[\w-]+::)?(?P<name>(?!iso\.)[A-Za-z]\w*|(?:\.?1|iso)\.3\.6\.1\.2\.1\.(?P<column>2\.2\.1\.\d+|31\.1\.1\.1\.\d+))"
    r"\.(?P<index>[\d.]+) = (?:[\w -]{1,40}: )?(?P<value>.*)"
)
_PORT_NAMES = ("ifName", "31.1.1.1.1", "ifDescr", "2.2.1.2")
"""Variables of RFC 2863 that name an interface, by name and by number, the shortest first."""
_OF_EVERY_TRAP = frozenset(
    ("sysUpTime", "sysUpTimeInstance", "snmpTrapOID", "snmpTrapAddress", "snmpTrapCommunity", "snmpTrapEnterprise")
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap.

    Attributes:
        name: of the notification, without its module; its number where there is no name.
        said: the words of the line that name it.
        host: who sent it, by name or address; empty if it does not say.
        moment: when it came in; None if it does not say.
        index: which row it is about, as in `ifIndex.3`; empty if about none.
        port: name of the interface it is about; empty if it names none.
    """

    name: str
    said: str
    host: str
    moment: Moment | None
    index: str
    port: str


def trap_in(line: str) -> Trap | None:
    """The trap that a line holds; None if it holds none."""
    line = line[:MAX_TRAP]
    named = _named(line)
    if named is None:
        return None
    header = _HEADER.search(line)
    host = "" if header is None else header["host"] if header["host"][0] != "<" else header["address"]
    variables = [each for each in _variables(line) if each[0] not in _OF_EVERY_TRAP]
    port = next((value for wanted in _PORT_NAMES for name_, _, value in variables if name_ == wanted), "")
    return Trap(*named, host, moment_in(header["time"] if header else line), variables[0][1] if variables else "", port)


def with_headers(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are, but one in which snmptrapd says who sent a trap is put before the next, which says what."""
    head = ""
    for line in lines:
        if head and trap_in(f"{head}\t{line}") is not None:
            yield f"{head}\t{line.strip()}"
            head = ""
            continue
        if head:
            yield head
        head = line.strip() if _HEADER.search(line[:MAX_TRAP]) and _named(line[:MAX_TRAP]) is None else ""
        if not head:
            yield line
    if head:
        yield head


def _named(line: str) -> tuple[str, str] | None:
    """The name of the trap of a line, and the words that say it."""
    told = _NOTIFICATION.search(line)
    if told is not None:
        generic = _GENERIC_NUMBER.fullmatch(told["number"] or "")
        name = told["name"] or (_GENERIC.get(generic[1]) if generic else None) or told["number"]
        return str(name), told[0]
    old = _V1.search(line)
    if old is None:
        return None
    first, second = old["name"].split()
    return first.lower() + second, old[0]


def _variables(line: str) -> Iterator[tuple[str, str, str]]:
    """Name, index and value of what a trap carries."""
    for part in _BETWEEN.split(line):
        found = _VARIABLE.fullmatch(part.strip())
        if found is not None:
            yield found["column"] or found["name"], found["index"], found["value"].strip().strip('"')
