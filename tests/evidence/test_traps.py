"""Lines of snmptrapd tell who sent which trap, about which part."""

from __future__ import annotations

import pytest

from diagnoser.evidence.traps import MAX_TRAP, Trap, trap_in, with_headers

HEADER = "2023-06-14 15:16:01 sw1 [UDP: [192.0.2.1]:161->[192.0.2.2]:162]:"
BEHIND = 'SNMPv2-MIB::snmpTrapOID.0 = OID: IF-MIB::linkDown\tIF-MIB::ifIndex.3 = INTEGER: 3\tIF-MIB::ifDescr.3 = STRING: "ge-0/0/3"'


def told(trap: Trap | None) -> tuple[str, str, str, str, str] | None:
    if trap is None:
        return None
    return trap.name, trap.host, "" if trap.moment is None else trap.moment.text(), trap.index, trap.port


@pytest.mark.parametrize(
    ("line", "trap"),
    [
        (f"{HEADER} {BEHIND}", ("linkDown", "sw1", "2023-06-14T15:16:01", "3", "ge-0/0/3")),
        (f"{HEADER} {BEHIND}".replace("\t", " "), ("linkDown", "sw1", "2023-06-14T15:16:01", "3", "ge-0/0/3")),
        (
            f"Jun 14 15:17:00 nms snmptrapd[811]: {HEADER}#012{BEHIND}".replace("\t", "#011").replace(
                "sw1", "<UNKNOWN>"
            ),
            ("linkDown", "192.0.2.1", "2023-06-14T15:16:01", "3", "ge-0/0/3"),
        ),
        (
            '.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.4\t.1.3.6.1.2.1.2.2.1.1.7 = INTEGER: 7\t.1.3.6.1.2.1.31.1.1.1.1.7 = STRING: "GE0/0/7"',
            ("linkUp", "", "", "7", "GE0/0/7"),
        ),
        (
            'iso.3.6.1.6.3.1.1.4.1.0 = OID: iso.3.6.1.4.1.2011.5.25.1\tiso.3.6.1.2.1.2.2.1.2.7 = STRING: "GE0/0/7"',
            ("iso.3.6.1.4.1.2011.5.25.1", "", "", "7", "GE0/0/7"),
        ),
        (
            "2023-06-14 15:16:01 192.0.2.1(via UDP: [192.0.2.1]:161->[192.0.2.2]:162) TRAP, SNMP v1, community x\t"
            "IF-MIB::linkDown Link Down Trap (0) Uptime: 0:00:01.23\tIF-MIB::ifIndex.3 = INTEGER: 3",
            ("linkDown", "192.0.2.1", "2023-06-14T15:16:01", "3", ""),
        ),
        ("SNMPv2-MIB::snmpTrapOID.0 = OID: BGP4-MIB::bgpBackwardTransition", ("bgpBackwardTransition", "", "", "", "")),
        (HEADER, None),
        ("Jun 14 15:16:01 sw1 link down", None),
        ("x" * MAX_TRAP + BEHIND, None),
    ],
)
def test_a_line_is_understood_as_the_trap_that_it_holds(line: str, trap: tuple[str, ...] | None) -> None:
    assert told(trap_in(line)) == trap


def test_a_header_on_a_line_of_its_own_goes_with_the_variables_behind_it() -> None:
    other = "Jun 14 15:16:01 sw1 link down"

    assert list(with_headers([HEADER, BEHIND, other])) == [f"{HEADER}\t{BEHIND}", other]
    assert list(with_headers([HEADER, other, HEADER])) == [HEADER, other, HEADER]
