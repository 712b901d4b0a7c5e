"""Which light is meant, what it does, how fast, and since when."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import Observed, evidence_from, observe, relevance
from diagnoser.evidence.looks import mentions_light, only_tells_behaviour, read_light
from diagnoser.evidence.panels import panels


def read(knowledge: PreparedKnowledge, report: str, device: str) -> Observed:
    evidence = evidence_from({"report": report, "device": device})
    bases = relevance(knowledge.base, evidence, knowledge.base.active_bases(device))
    return observe(evidence, knowledge.observables, bases)


@pytest.mark.parametrize(
    ("words", "colour", "behaviour", "hertz", "changed"),
    [
        ("blinks red quickly", "red", "fast_blink", None, None),
        ("green flashing slowly", "green", "slow_blink", None, None),
        ("blinking at 2 Hz", None, "fast_blink", 2.0, None),
        ("amber, 0.5 Hz", "amber", "slow_blink", 0.5, None),
        ("红绿交替闪", "red", "alternating", None, None),
        ("red and green blinking in turn", "red", "alternating", None, None),
        ("每秒闪4次", None, "fast_blink", 4.0, None),
        ("ALM灯每秒闪两次", None, "fast_blink", 2.0, None),
        ("blinks four times per second", None, "fast_blink", 4.0, None),
        ("flashes once a second", None, "slow_blink", 1.0, None),
        ("ALM 8hz 红", "red", "fast_blink", 8.0, None),
        ("RUN灯常绿", "green", "steady", None, None),
        ("turned amber after the reseat", "amber", None, None, "after the reseat"),
        ("重新插拔后变红灯", "red", None, None, "重新插拔后"),
    ],
)
def test_colour_behaviour_frequency_and_time_are_read(
    words: str, colour: str | None, behaviour: str | None, hertz: float | None, changed: str | None
) -> None:
    reading = read_light(words)

    assert (reading.colour, reading.behaviour, reading.hertz, reading.changed) == (colour, behaviour, hertz, changed)


@pytest.mark.parametrize(
    "clause",
    [
        "STAT 4Hz green", "RUN steady green", "ALM off", "PON off", "LOS blinking red", "LOS is not red", "los red", "ALM 8hz 红",
        "ALM blinks four times per second", "ALM灯每秒两次", "PON灭", "LOS闪红", "LOS不闪",
    ],
)  # fmt: skip
def test_a_light_may_be_told_by_the_name_beside_it(clause: str) -> None:
    assert mentions_light(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "sys flash is full",
        "LINK闪断",
        "power off the switch",
        "the LAN cable is yellow",
        "alarm off",
        "PON down",
        "run it on slot 5",
    ],
)
def test_a_name_alone_is_no_light(clause: str) -> None:
    assert not mentions_light(clause)


@pytest.mark.parametrize(
    ("report", "device", "looks"),
    [
        ("PON off, LOS blinking red", "ONT", {("PON", "any", "off"), ("LOS", "red", "blink")}),
        ("RUN steady green, ALM off", "", {("SYS", "green", "steady"), ("ALM", "any", "off")}),
        ("ALM 8hz 红", "", {("ALM", "red", "fast_blink")}),
    ],
)
def test_lights_told_by_their_names_are_placed(
    shipped: PreparedKnowledge, report: str, device: str, looks: set[tuple[str, str, str]]
) -> None:
    lights = [o for o in read(shipped, report, device).observations if o.subject == "light"]

    assert looks <= {(o.id.rpartition("/")[2], o.colour or "", o.behaviour or "") for o in lights}


@pytest.mark.parametrize(
    ("words", "not_colour", "not_behaviour"),
    [
        ("LOS is not red", "red", None),
        ("LOS is not blinking red", "red", "blink"),
        ("the link light is not off", None, "off"),
        ("PON light doesn't blink any more", None, "blink"),
        ("no longer amber", "amber", None),
        ("never goes solid", None, "steady"),
        ("has never turned green", "green", None),
        ("LOS灯不闪", None, "blink"),
        ("LOS灯没有闪", None, "blink"),
        ("LOS灯不红也不闪", "red", "blink"),
        ("电源灯没灭", None, "off"),
        ("不断闪烁", None, None),
        ("not lit", None, None),
    ],
)
def test_what_a_light_does_not_do_is_not_what_it_does(
    words: str, not_colour: str | None, not_behaviour: str | None
) -> None:
    reading = read_light(words)

    assert (reading.not_colour, reading.not_behaviour) == (not_colour, not_behaviour)
    assert not reading.denies or (reading.colour, reading.behaviour) == (None, None)


@pytest.mark.parametrize("report", ["ONT LOS LED is not red", "ONT LOS灯没红"])
def test_of_what_a_light_does_not_do_the_one_state_that_is_left_is_meant(
    shipped: PreparedKnowledge, report: str
) -> None:
    lights = [o for o in read(shipped, report, "").observations if o.subject == "light"]

    assert {(o.colour, o.behaviour) for o in lights} == {("any", "off")}


@pytest.mark.parametrize(
    "report",
    [
        "link light is not off",
        "LOS灯不闪",
        "ONT LOS led not blinking",
        "PWR灯不红",
        "红灯灭了",
        "PWR红灯灭了",
        "绿灯不亮",
    ],
)
def test_a_light_that_may_be_in_several_states_has_no_place(shipped: PreparedKnowledge, report: str) -> None:
    observed = read(shipped, report, "")

    assert not [o for o in observed.observations if o.state == "present"]
    assert [u.text for u in observed.unplaced] == [report]


@pytest.mark.parametrize(
    ("report", "light"),
    [
        ("告警灯没亮", "ethernet:switch, alarm light/ALM"),
        ("the alarm LED is not lit", "ethernet:switch, alarm light/ALM"),
        ("PON灯灭，LOS灯红闪", "pon_access:ONT, PON side/PON"),
        ("RUN灯常绿，ALM灯常灭", "ethernet:switch, alarm light/ALM"),
    ],
)
def test_one_dark_light_is_no_dead_device_nor_a_light_of_another_colour(
    shipped: PreparedKnowledge, report: str, light: str
) -> None:
    observed = read(shipped, report, "")

    assert light in {o.id for o in observed.observations}
    assert not [
        o.id for o in observed.observations if o.id in ("ethernet:device_without_power", "huawei_switch:card_red_light")
    ]


@pytest.mark.parametrize("report", ["所有灯不亮", "灯全灭", "交换机灯不亮", "no lights at all on the switch"])
def test_where_all_lights_are_dark_the_device_is(shipped: PreparedKnowledge, report: str) -> None:
    assert "ethernet:device_without_power" in {o.id for o in read(shipped, report, "").observations}


@pytest.mark.parametrize(
    ("clause", "only"),
    [
        (" blinking at 2 Hz", True),
        ("每秒闪2次", True),
        (" it is green", True),
        ("the cable is green", False),
        ("the fan stopped", False),
        ("the disk blinks", False),
    ],
)
def test_a_clause_may_say_no_more_than_how_a_light_behaves(clause: str, only: bool) -> None:
    assert only_tells_behaviour(clause) is only


@pytest.mark.parametrize("report", ["port light off", "端口灯不亮"])
@pytest.mark.parametrize(("device", "other"), [("Huawei S5735", "cisco"), ("Cisco Catalyst 2960", "avaya")])
def test_lights_of_other_makers_are_not_meant(shipped: PreparedKnowledge, report: str, device: str, other: str) -> None:
    ids = [o.id for o in read(shipped, report, device).observations]

    assert ids
    assert not any(other in id_.casefold() for id_ in ids)


@pytest.mark.parametrize("report", ["the XYZ lamp is purple", "XYZ灯紫色"])
def test_an_unknown_light_is_told_with_the_nearest_of_the_device(shipped: PreparedKnowledge, report: str) -> None:
    [unplaced] = read(shipped, report, "Huawei S5735").unplaced

    assert len(unplaced.nearest) == 3


def test_a_panel_holds_the_lights_of_the_device_and_ids_that_can_be_answered(shipped: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "-", "device": "Huawei S5735"})
    bases = relevance(shipped.base, evidence, shipped.base.active_bases("Huawei S5735"))

    found = panels(shipped.base, bases)

    assert found[0].base == "huawei_switch"
    assert "storage" not in {panel.base for panel in found}
    assert all(s in shipped.base.findings for panel in found for light in panel.lights for s in light.states)


@pytest.mark.parametrize(
    ("device", "first", "others"),
    [
        ("CE6875EI", "CloudEngine data-centre switch port", ("S3900", "Moxa", "Cisco", "S12700")),
        ("Quidway S3928", "S3900", ("CloudEngine", "Moxa", "Cisco")),
        ("Cisco Catalyst 2960", "Cisco", ("ASUS", "Moxa", "S3900")),
    ],
)
def test_a_panel_is_of_the_makers_and_models_of_the_device(
    shipped: PreparedKnowledge, device: str, first: str, others: tuple[str, ...]
) -> None:
    evidence = evidence_from({"report": "-", "device": device})
    bases = relevance(shipped.base, evidence, shipped.base.active_bases(device))

    own = [panel for panel in panels(shipped.base, bases, device) if panel.own]

    assert own[0].part.startswith(first)
    assert not [panel.part for panel in own if panel.part.startswith(others)]


def test_the_nearest_of_an_unknown_light_are_of_the_device_itself(shipped: PreparedKnowledge) -> None:
    [unplaced] = read(shipped, "the XYZ light blinks purple", "CE6875EI").unplaced

    assert {name.partition(":")[0] for name in unplaced.nearest} == {"huawei_switch"}
    assert not [name for name in unplaced.nearest if "S3900" in name]


@pytest.mark.parametrize(
    ("report", "light", "component"),
    [
        ("the disk in slot 4 shows amber", "server:server disk carrier/disk status", "slot 4"),
        ("drive blinking orange", "server:server disk carrier/disk status", None),
        ("风扇红了", "ethernet:switch, fan light/FAN", None),
        ("电源2号亮红灯", "ethernet:switch, power light/PWR", "psu 2"),
    ],
)
def test_a_part_that_shows_the_colour_of_a_warning_speaks_of_its_light(
    shipped: PreparedKnowledge, report: str, light: str, component: str | None
) -> None:
    seen = read(shipped, report, "").observations

    assert (light, component) in {(o.id, o.component) for o in seen if o.subject == "light"}
    assert "storage:enclosure_alarm" not in {o.id for o in seen}


@pytest.mark.parametrize(
    "clause", ["the fan cable is red", "the disk is in a red caddy", "PSU 2 is yellow tagged", "红色的硬盘盒"]
)
def test_a_part_that_has_a_colour_is_no_light(clause: str) -> None:
    assert not mentions_light(clause)


@pytest.mark.parametrize(
    "report",
    [
        "两个电源一个灯全灭",
        "主控板灯全灭",
        "one of the two PSUs has all lights off",
        "link light green here, dark on theirs",
    ],
)
def test_the_dark_lights_of_one_part_or_one_end_are_no_dead_device(shipped: PreparedKnowledge, report: str) -> None:
    assert "ethernet:device_without_power" not in {o.id for o in read(shipped, report, "").observations}


def test_all_of_a_light_is_no_other_light(shipped: PreparedKnowledge) -> None:
    observed = read(shipped, "主控板ACT灯全红", "")

    assert not observed.observations
    assert [u.nearest for u in observed.unplaced] == [("huawei_router:ne_act_master", "huawei_router:ne_act_off")]


def test_of_a_light_that_may_be_in_several_states_those_that_look_so_come_first(shipped: PreparedKnowledge) -> None:
    [unplaced] = read(shipped, "disk 3 turned amber after the reseat", "").unplaced

    assert {"server:dell_disk_fault", "server:dell_disk_predict"} <= set(unplaced.nearest)


@pytest.mark.parametrize("light", ["GE0/0/24灯灭", "GE0/0/24 light off"])
def test_what_a_light_says_in_a_mode_is_not_said_by_the_light_alone(shipped: PreparedKnowledge, light: str) -> None:
    evidence = evidence_from({"report": "断网", "indicators": [light]})
    bases = relevance(shipped.base, evidence, shipped.base.active_bases(None))

    seen = {o.id for o in observe(evidence, shipped.observables, bases).observations}

    assert "ethernet:switch port, link light/LINK/ACT" in seen
    assert not [id_ for id_ in seen if " mode" in id_]
