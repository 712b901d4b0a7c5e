"""What kinds of sentences say, and what they do not say, with all knowledge loaded."""

from __future__ import annotations

import itertools

import pytest

from diagnoser.evidence import evidence_from, relevance
from diagnoser.evidence.observe import read_told
from diagnoser.evidence.statements import MENTIONED, Said
from diagnoser.evidence.words import LONGEST_CLAUSE, LONGEST_SENTENCE, clause_spans, sentence_ends
from diagnoser.prepared import PreparedKnowledge


def read(knowledge: PreparedKnowledge, report: str) -> Said:
    bases = relevance(knowledge.base, evidence_from({"report": report}), knowledge.base.active_bases(None))
    return read_told(report, knowledge.observables, bases)


@pytest.mark.parametrize("text", ["the port is down and " * 500, "端口断了" * 2000, "x" * 5000, "a, " * 3000])
def test_nothing_is_said_in_a_breath_without_end(text: str) -> None:
    ends = [0, *sentence_ends(text), len(text)]

    assert max(b - a for a, b in clause_spans(text)) <= LONGEST_CLAUSE
    assert max(b - a for a, b in itertools.pairwise(ends)) <= LONGEST_SENTENCE + 1


@pytest.mark.parametrize("text", ["alm led flashes red ", "告警灯红灯快闪"])
def test_a_red_light_in_a_text_without_a_full_stop_is_read(shipped: PreparedKnowledge, text: str) -> None:
    said = read(shipped, text * 400)

    assert any(o.colour == "red" or o.id.endswith(("_red", "_red_light")) for o in said.observations)


def test_a_look_that_no_light_has_is_told_as_not_placed(shipped: PreparedKnowledge) -> None:
    said = read(shipped, "灯红，闪，" * 400)

    assert (said.observations, len(said.unplaced)) == ((), 400)


def told(said: Said) -> set[str]:
    """What is said, by bare ids and names of quantities; `not_` before what is denied."""
    return {("not_" if o.state == "absent" else "") + o.id.rpartition(":")[2] for o in said.observations}


SAYS = [
    # what restarts by itself was not restarted by anybody
    ("AP keeps rebooting every few mins", "ap_restarts", "ap_restart_no_change"),
    ("AP几分钟重启一次", "ap_restarts", "ap_restart_no_change"),
    ("device rebooted twice last night", "device_restarted", "power_cycle_no_change after_restart"),
    ("rebooted the switch, still down", "power_cycle_no_change", "device_restarted after_restart"),
    ("交换机重启过，没用", "power_cycle_no_change", "device_restarted"),
    ("重启后端口不起", "after_restart", "device_restarted"),
    ("rebooting doesn't help", "", "device_restarted"),
    ("a password reset", "", "after_restart device_restarted"),
    # what was tried, and where the fault is then, is no symptom
    ("did not help after replacing the module", "swap_transceiver_no_change", "false_alarm"),
    ("it did not help after replacing", "", "false_alarm"),
    ("gi1/0/24 keeps flaping, changed patch cord, no diff", "link_flapping swap_cable_no_change", ""),
    ("GE1/0/24老是UP/DOWN，换过网线没用", "link_flapping swap_cable_no_change", "swap_port_no_change"),
    ("port 3 down, it did not help after replacing the module", "port_down swap_transceiver_no_change", ""),
    ("对调光模块，故障还在原端口", "swap_transceiver_no_change", "port_block_dead network_port_of_device_bad"),
    ("cleaned the connectors, rx went from -29.5 to -18.2", "rx_power", "clean_no_change"),
    ("rebooted the modem twice, did not help", "modem_restart_no_change", "ont_restarts ont_needs_reboot"),
    ("光猫重启两次了没用", "modem_restart_no_change", "ont_restarts ont_needs_reboot"),
    ("the port came back after I reseated the module", "reseat_helped", "reseat_no_change"),
    ("重插模块以后口就起来了", "reseat_helped", "reseat_no_change"),
    ("the second PSU has no green light and the fan in it is not spinning", "fan_fault", "swap_fan_no_change"),
    # each of several parts was tried
    ("swapped the sfp and the fibre, no change", "swap_transceiver_no_change swap_cable_no_change", ""),
    ("the sfp and the fibre were swapped, no change", "swap_transceiver_no_change swap_cable_no_change", ""),
    (
        "swapped the sfp, the fibre and the port, no change",
        "swap_transceiver_no_change swap_cable_no_change swap_port_no_change",
        "",
    ),
    ("换了光模块、尾纤，都没用", "swap_transceiver_no_change swap_cable_no_change", ""),
    ("光模块和尾纤都换了，还是不行", "swap_transceiver_no_change swap_cable_no_change", ""),
    ("swapped the sfp, port down", "swap_transceiver_no_change port_down", "swap_port_no_change"),
    (
        "swapped the sfp with port 12 and the fault moved to port 12",
        "swap_transceiver_helped",
        "swap_port_no_change port_dead_others_fine",
    ),
    ("对调了模块，故障转移到12口", "swap_transceiver_helped", "swap_transceiver_no_change port_dead_others_fine"),
    ("power cycled the switch and the router, no change", "power_cycle_no_change", ""),
    # a negation speaks of its own statement
    (
        "LVM cannot activate the volume group because a physical volume is missing",
        "volume_missing",
        "not_volume_missing",
    ),
    ("no alarm and the port is down", "port_down", "not_port_down"),
    ("没有告警而且端口down了", "port_down", "not_port_down"),
    ("iBMC web page won't load after the firmware update", "bmc_no_answer after_upgrade", ""),
    # an alarm that has cleared is there no longer, unless it came back
    ("temperature alarm cleared after the aircon was mended", "not_overtemperature", "overtemperature"),
    ("温度告警已消除", "not_overtemperature", "overtemperature"),
    ("温度告警消除后又出现", "overtemperature", "not_overtemperature"),
    ("温度告警一直没有消除", "overtemperature", "not_overtemperature"),
    # a question says nothing for sure, and denies nothing
    ("光纤是不是断了？对端收不到光", "rx_signal_lost", "not_fibre_was_cut"),
    # what is denied
    ("端口down了，没有dying gasp", "port_down not_dying_gasp", "log_dying_gasp"),
    ("device off, no power cut", "", "fibre_was_cut cable_is_bad after_power_failure"),
    ("昨晚重启两次，没停过电", "device_restarted not_mains_out", "mains_out"),
    ("nothing works since the excavator was here", "after_construction_work", ""),
    ("it is not the fan, fan is spinning", "", "device_dead full_speed_without_heat fan_fault"),
    # a phrase is not said by what is left when words that make it are missing
    ("link still down", "port_down", "link_flapping"),
    ("uplink down, no alarm", "port_down no_alarm", "internet_unreachable failover_failed"),
    ("bad power cord", "", "after_power_failure power_cord_out"),
    ("GE0/0/1不通，GE0/0/2正常", "port_down", "port_dead_others_fine inbound_unreachable"),
    ("raid degraded since last night", "raid_degraded", "gradual same_hour_daily"),
    ("fans at full speed", "fan_loud", "under_load"),
    ("fans are screaming", "fan_loud", "fan_grinds fan_fault"),
    ("加了内存以后开不了机", "after_part_added", "after_power_failure"),
    ("otdr曲线正常", "", "wired_fine_wifi_bad"),
    # values that are read are no reason to guess
    ("收光０dBm", "rx_power", "rx_power_low"),
    ("CPU at 15%", "cpu_usage", "cpu_high"),
    ("core sw cpu 3% mem 95%", "cpu_usage", "cpu_high under_load"),
    # typing slips
    ("servre does not powr on", "device_without_power", ""),
    ("intermitent packet los on the uplink", "slow_or_lossy_network intermittent", "rx_signal_lost"),
    ("customer says internet is out", "no_connectivity", ""),
    # what is not there at one end may be at the other
    ("A side no alarm, B side has errors", "", "no_alarm false_alarm"),
    ("本端没有误码，对端有误码", "remote_errors_only", "not_bit_errors not_link_errors"),
]


@pytest.mark.parametrize(("sentence", "says", "does_not_say"), SAYS, ids=[sentence for sentence, _, _ in SAYS])
def test_a_sentence_says_what_it_says_and_no_more(
    shipped: PreparedKnowledge, sentence: str, says: str, does_not_say: str
) -> None:
    found = told(read(shipped, sentence))

    assert set(says.split()) <= found
    assert not set(does_not_say.split()) & found


@pytest.mark.parametrize(
    ("sentence", "looks"),
    [
        ("alarm led red, went green after reboot", set()),
        ("LOS was red, now off", {("any", "off")}),
        ("SYS灯由绿变红", {("red", "any")}),
        ("PSU LED went from green to amber after the storm", {("amber", "any")}),
        ("PON light did not turn green until I reseated the fibre", set()),
        ("STAT led was red until the reboot", set()),
        ("status LED alternates red/green", set()),
        ("RUN/ALM slow green", {("green", "slow_blink")}),
        ("SYS灯黄灯1Hz闪", {("amber", "slow_blink")}),
        ("uid off", {("any", "off")}),
        ("we get no light at all on the fibre", set()),
        ("灯一直闪", set()),
    ],
)
def test_a_light_is_read_as_it_looks_now(shipped: PreparedKnowledge, sentence: str, looks: set[object]) -> None:
    said = read(shipped, sentence)

    assert {(o.colour, o.behaviour) for o in said.observations if o.subject == "light"} == looks
    assert not {"los_red", "card_red_light", "ont_fails_register"} & told(said)


@pytest.mark.parametrize("sentence", ["the lights are all off", "灯全灭了", "all LEDs are off"])
def test_that_no_light_is_lit_is_said_of_the_device(shipped: PreparedKnowledge, sentence: str) -> None:
    said = read(shipped, sentence)

    assert "device_without_power" in told(said)
    assert not any(o.subject == "light" for o in said.observations)


@pytest.mark.parametrize(
    ("sentence", "changed", "hertz"),
    [
        ("3槽ALM灯重插后变红", "重插后", None),
        ("SYS灯黄灯1Hz闪", None, 1.0),
        ("slot 3 ALM turned red after the reseat", "after the reseat", None),
    ],
)
def test_when_a_light_changed_and_how_often_it_blinks_is_told(
    shipped: PreparedKnowledge, sentence: str, changed: str | None, hertz: float | None
) -> None:
    lights = [o for o in read(shipped, sentence).observations if o.subject == "light"]

    assert {(o.changed, o.hertz) for o in lights} == {(changed, hertz)}


@pytest.mark.parametrize(("sentence", "at"), [("slot 4 port 2 is down", "port 2"), ("4槽2口down", "port 2")])
def test_a_port_of_a_slot_is_one_place(shipped: PreparedKnowledge, sentence: str, at: str) -> None:
    assert {o.component for o in read(shipped, sentence).observations if o.component} == {at}


def test_what_was_asked_is_only_mentioned(shipped: PreparedKnowledge) -> None:
    asked = [o for o in read(shipped, "Is the fibre broken?").observations if o.id == "ethernet:fibre_was_cut"]

    assert all(o.certainty <= MENTIONED for o in asked)
