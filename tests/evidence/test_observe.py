"""What is read out of evidence, in both languages, and what is said to have no place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from diagnoser.cli.reading import open_log
from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import EvidenceError
from diagnoser.evidence import Observed, evidence_from, observe, relevance
from diagnoser.evidence.bundles import LogPart
from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.log_reading import outputs_in
from diagnoser.evidence.text import read_report


def read(knowledge: PreparedKnowledge, **document: object) -> Observed:
    return observe(evidence_from(document), knowledge.observables, {"common": 1.0, "small": 1.0}, open_log)


def seen(observed: Observed) -> dict[str, str]:
    return {o.id.partition(":")[2]: o.state for o in observed.observations}


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("the link is down", {"port_down": "present"}),
        ("Interface went DOWN!", {"port_down": "present"}),
        ("there is no link light", {"port_down": "present"}),
        ("the interface is not down", {"port_down": "absent"}),
        ("端口灯不亮", {"port_down": "present"}),
        ("端口 ｄｏｗｎ", {"port_down": "present"}),
        ("端口没有down", {"port_down": "absent"}),
        ("端口燈不亮", {"port_down": "present"}),
        ("The devise does not power up", {"box_dead": "present"}),
        ("link down after the upgrade", {"port_down": "present", "after_upgrade": "present"}),
        ("修路之后端口down", {"port_down": "present", "after_construction_work": "present"}),
    ],
)
def test_symptoms_and_circumstances_are_found_in_running_text(
    small: PreparedKnowledge, report: str, expected: dict[str, str]
) -> None:
    assert seen(read(small, report=report)) == expected


def test_each_statement_knows_its_span(small: PreparedKnowledge) -> None:
    report = "Since noon, the link is down."

    [observation] = read(small, report=report).observations

    assert report[observation.source.start : observation.source.end] == "link is down"


def test_what_has_no_place_is_listed(small: PreparedKnowledge) -> None:
    observed = read(small, report="The link is down. The cabinet smells strange.", logs=["something else entirely"])

    assert [(u.kind, u.text) for u in observed.unplaced] == [
        ("log", "something else entirely"),
        ("report", "The cabinet smells strange"),
    ]


@pytest.mark.parametrize(
    ("light", "state"),
    [
        ({"light": "PWR", "colour": "red", "behaviour": "blinking"}, ("red", "blink")),
        ({"part": "PWR red blinking"}, ("red", "blink")),
        ({"part": "power light off"}, ("any", "off")),
        ({"part": "电源灯红色闪烁"}, ("red", "blink")),
        ({"light": "电源灯", "behaviour": "不亮"}, ("any", "off")),
        ({"light": "PWR", "colour": "绿", "behaviour": "常亮"}, ("green", "steady")),
    ],
)
def test_lights_are_placed_by_name_colour_and_behaviour(
    small: PreparedKnowledge, light: dict[str, str], state: tuple[str, str]
) -> None:
    [observation] = read(small, indicators=[light]).observations

    assert observation.subject == "light"
    assert (observation.colour, observation.behaviour) == state


def test_a_light_nobody_knows_is_kept_with_the_nearest_known(small: PreparedKnowledge) -> None:
    observed = read(small, indicators=[{"part": "power supply", "light": "XYZ", "colour": "red"}])

    assert observed.observations == ()
    assert [(u.text, u.nearest) for u in observed.unplaced] == [("power supply XYZ red", ("small:power supply/PWR",))]


@pytest.mark.parametrize(
    ("check", "result", "value"),
    [
        ("rx power", "-31 dBm", -31.0),
        ("收光功率", "-31dBm", -31.0),
        ("optical receive power", "about -16.5 dBm", -16.5),
        ("receive power", "−20.25", -20.25),
    ],
)
def test_measured_values_are_read_with_or_without_unit(
    small: PreparedKnowledge, check: str, result: str, value: float
) -> None:
    measured = [
        o for o in read(small, tests=[{"check": check, "result": result}]).observations if o.subject == "measurement"
    ]

    assert [(o.id, o.value, o.unit) for o in measured] == [("rx_power", value, "dbm")]


@pytest.mark.parametrize(
    ("check", "result", "outcome"),
    [
        ("swap the transceiver", "still down", "swap_no_change"),
        ("replaced the module", "works again", "swap_helped"),
        ("更换光模块", "依旧", "swap_no_change"),
        ("rx power", "normal", "rx_power_ok"),
    ],
)
def test_results_in_words_become_outcomes(small: PreparedKnowledge, check: str, result: str, outcome: str) -> None:
    assert outcome in seen(read(small, tests=[{"check": check, "result": result}]))


@pytest.mark.parametrize(
    "content",
    [
        b"IFNET/4/LINK_DOWN: interface GE0/0/1 down\n",
        "\ufeffIFNET/4/LINK_DOWN: interface GE0/0/1 down\r\n".encode(),
        "端口告警 IFNET/4/LINK_DOWN: interface GE0/0/1 down\n".encode("gb18030"),
        "IFNET/4/LINK_DOWN: interface GE0/0/1 down\n".encode("utf-16"),
        b"\x1b[31mIFNET/4/LINK_DOWN: interface GE0/0/1 down\x1b[0m\n",
        b"\xfd\xff\x80 IFNET/4/LINK_DOWN: interface GE0/0/1 down\n",
        b"\0\0IFNET/4/LINK_DOWN: interface GE0/0/1 down\0\n",
        b"x" * 300_000 + b"\nIFNET/4/LINK_DOWN: interface GE0/0/1 down\n",
    ],
)
def test_log_files_are_read_whatever_wrote_them(small: PreparedKnowledge, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(content)

    observed = read(small, logs=[{"file": str(path)}])

    [found] = [o for o in observed.observations if o.id == "small:log_link_down"]
    assert (found.component, found.source.line) == ("GE0/0/1", content.count(b"\n"[:1]) if b"x" in content[:1] else 1)


def test_equal_lines_are_folded_and_counted(small: PreparedKnowledge) -> None:
    line = "IFNET/4/LINK_DOWN: interface GE0/0/1 down"

    [found] = read(small, logs=["\n".join([line] * 12)]).observations

    assert found.count == 12


DATED = "Jun 14 2023 15:16:01 all is well\nJun 14 2023 18:00:00 all is still well\n"


@pytest.mark.parametrize(
    ("content", "time", "absent"),
    [
        (DATED, None, 0),
        ("all is well\nall is well\n", None, 0),
        (DATED, "2023-06-14T16:00:00", 1),
        (DATED, "2023-06-14", 1),
        (DATED, "2023-06-14T19:00:00", 0),
        (DATED, "2023-06-13", 0),
        ("Jun 14 15:16:01 well\nJun 14 18:00:00 well\n", "2023-06-14T16:00:00", 1),
        ("Jun 14 15:16:01 well\nJun 14 18:00:00 well\n", "2023-06-15T16:00:00", 0),
        ("[ 12.345678] well\n[ 99.345678] well\n", "2023-06-15T16:00:00", 0),
    ],
)
def test_a_pattern_missing_from_a_log_that_covers_the_fault_is_probably_absent(
    small: PreparedKnowledge, tmp_path: Path, content: str, time: str | None, absent: int
) -> None:
    path = tmp_path / "a.log"
    path.write_text(content)

    found = [o for o in read(small, logs=[{"file": str(path)}], time=time).observations if o.state == "absent"]

    assert [(o.id, o.certainty) for o in found] == [("small:log_link_down", 0.85)] * absent


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        (
            {},
            "",
            "nothing was reported; give report, indicators, logs, tests, alarms, circumstances, answers or repaired",
        ),
        (
            {"device": "x"},
            "",
            "nothing was reported; give report, indicators, logs, tests, alarms, circumstances, answers or repaired",
        ),
        (
            {"report": " "},
            "",
            "nothing was reported; give report, indicators, logs, tests, alarms, circumstances, answers or repaired",
        ),
        ({"reprot": "x"}, "/reprot", "unknown field 'reprot'; did you mean 'report'?"),
        ({"report": "x", "answer": {}}, "/answer", "'answer' is a solution, not evidence; leave it out"),
        ({"report": "a\0b"}, "/report", "contains a NUL byte; remove it"),
        ({"report": "a\ud800b"}, "/report", "contains half of a surrogate pair; send valid Unicode"),
        ({"answers": {"x": "maybe"}}, "/answers/x", "must be 'present' or 'absent'"),
        ([], "", "an evidence document is a JSON object, this is an array"),
    ],
)
def test_a_bad_document_is_refused_with_a_pointer(document: object, pointer: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        evidence_from(document)

    assert (caught.value.pointer, caught.value.message) == (pointer, message)


def test_an_answer_to_nothing_names_the_nearest(small: PreparedKnowledge) -> None:
    with pytest.raises(
        EvidenceError, match=r"evidence/answers/rx_power_lo: unknown finding 'rx_power_lo'; did you mean"
    ):
        read(small, answers={"rx_power_lo": "present"})


def test_what_a_check_is_called_is_not_what_was_seen(small: PreparedKnowledge) -> None:
    asked = read(small, tests=[{"check": "is a link down", "result": "none of them"}])
    told = read(small, tests=[{"check": "look at it", "result": "the link is down"}])

    assert "port_down" not in seen(asked)
    assert seen(told)["port_down"] == "present"


def test_what_a_log_file_holds_beyond_the_patterns_is_told_in_both_languages(small: PreparedKnowledge) -> None:
    def opened(name: str) -> list[LogPart]:
        return [LogPart(name, iter([b"Jul 14 16:02:11 host something nobody knows\n"]))]

    evidence = evidence_from({"report": "x", "logs": [{"file": "sw.log"}]})

    [unplaced] = [u for u in diagnose(small, evidence, open_log=opened).unplaced if "sw.log" in u.text]

    assert unplaced.text == "sw.log: lines that no pattern knows"
    assert unplaced.said is not None
    assert (unplaced.said.en, unplaced.said.zh) == (unplaced.text, "sw.log：没有模式能识别的日志行")


def test_what_a_clause_denies_is_no_log_line(shipped: PreparedKnowledge) -> None:
    bases = dict.fromkeys(shipped.base.bases, 1.0)
    denied = read_report("One PON is down. No dying gasp from anybody.", shipped.observables, bases)
    told = read_report("One PON is down. Dying gasp received from all.", shipped.observables, bases)

    assert "pon_access:log_dying_gasp" not in {o.id for o in denied.observations}
    assert "pon_access:log_dying_gasp" in {o.id for o in told.observations}


def test_a_component_belongs_to_the_clause_that_names_it(shipped: PreparedKnowledge) -> None:
    read = read_report(
        "第二块电源ALM红灯快闪，收光 -31 dBm，GE0/0/1 down", shipped.observables, dict.fromkeys(shipped.base.bases, 1.0)
    )

    components = {o.component for o in read.observations if "ALM" in o.text}
    assert components == {"psu 2"}
    assert {o.component for o in read.observations if "GE0/0/1" in o.text} == {"ge0/0/1"}
    assert {o.component for o in read.observations if "-31" in o.text} == {None}  # of either: the words do not tell


@pytest.mark.parametrize(
    ("report", "read", "not_read"),
    [
        ("no alarm", "equipment:no_alarm", "pon_access:los_port_alarm"),
        ("没有任何告警", "equipment:no_alarm", "pon_access:los_port_alarm"),
        ("slot 3 board offline, no alarm", "equipment:no_alarm", "transmission:interface_board_alarm"),
        ("光纤没断", "ethernet:mentions_fibre_broken", "pon_access:los_port_alarm"),
        ("fan 2 is fine", None, "equipment:full_speed_without_heat"),
    ],
)
def test_what_is_denied_or_well_is_no_reason_to_guess(
    shipped: PreparedKnowledge, report: str, read: str | None, not_read: str
) -> None:
    said = read_report(report, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))
    ids = {o.id for o in said.observations}

    assert ids >= ({read} if read else set())
    assert not_read not in ids


PASTED = """PSU 2 was replaced last week. Since then:
<HUAWEI> display interface GigabitEthernet 0/0/1
GigabitEthernet0/0/1 current state : DOWN
Line protocol current state : DOWN
Description:
Switch Port, PVID : 1, TPID : 8100(Hex), The Maximum Frame Length is 9216
IP Sending Frames' Format is PKTFMT_ETHNT_2, Hardware address is 00e0-fc12-3456
Last physical down time : 2023-06-14 15:16:01 UTC+08:00
Speed : 1000,  Loopback: NONE
  Unicast:  0,  Multicast:  0
Output:  0 packets, 0 bytes
The fan is loud too.
"""


def test_the_times_that_an_output_prints_make_no_log_of_it(shipped: PreparedKnowledge, tmp_path: Path) -> None:
    output = PASTED.partition("\n")[2].replace("Speed", "Last physical up time : 2023-06-14 18:00:00\nSpeed")
    (tmp_path / "a.txt").write_text(output)
    evidence = evidence_from({"logs": [{"file": str(tmp_path / "a.txt")}], "time": "2023-06-14T16:00:00"})

    observed = observe(evidence, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0), open_log)

    assert {o.state for o in observed.observations} == {"present"}


@pytest.mark.parametrize("lines", [PASTED, PASTED.replace("\n", "\r\n")])
def test_an_output_in_a_report_is_read_as_an_output(shipped: PreparedKnowledge, lines: str) -> None:
    bases = dict.fromkeys(shipped.base.bases, 1.0)
    observed = observe(evidence_from({"report": lines}), shipped.observables, bases)
    prose = "\n".join((lines.splitlines()[0], lines.splitlines()[-1]))
    told = observe(evidence_from({"report": prose}), shipped.observables, bases)

    [state] = [o for o in observed.observations if o.source.kind == "log"]
    assert (state.id, state.component) == ("huawei_switch:current_state_down", "GigabitEthernet0/0/1")
    assert {o.id for o in observed.observations if o.source.kind == "report"} == {o.id for o in told.observations}
    assert all(lines[o.source.start : o.source.end] == o.text for o in observed.observations if o.source.start)
    assert observed.unplaced == told.unplaced


def test_a_command_that_is_only_mentioned_begins_no_output(shipped: PreparedKnowledge) -> None:
    report = "display interface shows that the port is down.\nThe fan is loud too."
    bases = dict.fromkeys(shipped.base.bases, 1.0)

    assert outputs_in(shipped.observables.logs, report, frozenset(bases)) == []


LINES = " ".join(f"GE0/0/{n} link down." for n in range(3_000))
LIGHTS = tuple(
    IndicatorSeen(part="power supply", light="PWR", colour="red", behaviour="steady", component=f"PSU{n}")
    for n in range(5_000)
)


@pytest.mark.parametrize("much", [{"report": LINES}, {"indicators": LIGHTS}], ids=["a long report", "many lights"])
def test_much_evidence_takes_the_time_of_its_length(small: PreparedKnowledge, much: dict[str, object]) -> None:
    evidence = evidence_from({"report": "link down"}).model_copy(update=much)
    started = time.process_time()

    assert len(diagnose(small, evidence).observations) >= 3_000
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    ("part", "light", "behaviour", "finding"),
    [
        ("switch", "all", "off", "ethernet:device_without_power"),
        ("交换机", "所有灯", "不亮", "ethernet:device_without_power"),
        ("ONT", "all LEDs", "off", "pon_access:ont_no_lights"),
        ("UPS", "", "all dark", "site_power:ups_off"),
    ],
)
def test_what_all_lights_show_is_a_symptom(
    shipped: PreparedKnowledge, part: str, light: str, behaviour: str, finding: str
) -> None:
    evidence = evidence_from({"indicators": [{"part": part, "light": light, "behaviour": behaviour}]})
    bases = relevance(shipped.base, evidence, shipped.base.active_bases(None))

    observed = observe(evidence, shipped.observables, bases)

    assert finding in {o.id for o in observed.observations}
    assert observed.unplaced == ()
