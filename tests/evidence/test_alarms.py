"""Alarms of several standards become observations; a clear takes back what its alarm supported."""

from __future__ import annotations

import dataclasses
import itertools
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import EvidenceError
from diagnoser.evidence import evidence_from
from diagnoser.evidence.alarm_records import probable_cause, records_of
from diagnoser.evidence.alarms import component_of, standing
from diagnoser.report import Report
from diagnoser.report.markdown import as_markdown
from diagnoser.report.text import as_text

T1, T2, T3 = "2024-05-01T10:00:00Z", "2024-05-01T10:05:00Z", "2024-05-01T10:10:00+00:00"

X733 = {
    "managedObjectClass": "port", "managedObjectInstance": "NE=5,port=GE0/0/1", "eventType": "communications-alarm",
    "eventTime": T1, "probableCause": "lossOfSignal", "specificProblems": ["link down"], "perceivedSeverity": "major",
    "vendorExtension": {"anything": [1, 2.5, None]},
}  # fmt: skip
RFC8632 = {
    "ietf-alarms:alarms": {
        "alarm-list": {
            "number-of-alarms": 1,
            "alarm": [
                {
                    "resource": "/ietf-interfaces:interfaces/interface[name='GE0/0/1']",
                    "alarm-type-id": "acme:link-alarm", "alarm-type-qualifier": "", "time-created": T1,
                    "is-cleared": False, "last-changed": T1, "perceived-severity": "major", "alarm-text": "Link down",
                }
            ],
        }
    }
}  # fmt: skip
TMF642 = {
    "@type": "Alarm", "id": "alarm-17", "alarmType": "communicationsAlarm", "perceivedSeverity": "major",
    "probableCause": "lossOfSignal", "specificProblem": "link down", "alarmRaisedTime": T1, "state": "raised",
    "alarmedObject": {"id": "GE0/0/1", "href": "http://inventory.invalid/GE0/0/1"},
}  # fmt: skip
REDFISH = {
    "@odata.type": "#Event.v1_7_0.Event", "Id": "1", "Name": "Events",
    "Events": [
        {
            "EventType": "Alert", "EventId": "4711", "EventTimestamp": T1, "MessageSeverity": "Critical",
            "Message": "link is down", "MessageId": "NetworkDevice.1.0.LinkFlap", "MessageArgs": ["GE0/0/1"],
            "OriginOfCondition": {"@odata.id": "/redfish/v1/Chassis/1/NetworkAdapters/GE0/0/1"},
        }
    ],
}  # fmt: skip
SYSLOG = (
    f'<131>1 {T1} sw1 alarmd - linkDown [alarm@32473 resource="GE0/0/1" probableCause="29" '
    'perceivedSeverity="major" eventType="communicationsAlarm"][origin@32473 ip="x"] IFNET/4/LINK_DOWN: interface GE0/0/1 down'
)
ALERTMANAGER = {
    "version": "4", "status": "firing", "receiver": "diagnosis", "commonLabels": {"alertname": "InterfaceDown"},
    "alerts": [
        {"status": "firing", "labels": {"alertname": "InterfaceDown", "instance": "sw1:9116", "ifName": "GE0/0/1", "severity": "major"},
         "annotations": {"summary": "link down"}, "startsAt": T1, "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "b1"}
    ],
}  # fmt: skip
TRAP = (
    "2024-05-01 10:00:00 sw1 [UDP: [192.0.2.1]:161->[192.0.2.2]:162]:\n"
    "DISMAN-EVENT-MIB::sysUpTimeInstance = Timeticks: (12) 0:00:00.12\tSNMPv2-MIB::snmpTrapOID.0 = OID: IF-MIB::linkDown\t"
    "IF-MIB::ifIndex.3 = INTEGER: 3\tIF-MIB::ifOperStatus.3 = INTEGER: down(2)\tIF-MIB::ifDescr.3 = STRING: GE0/0/1"
)


def _cleared(alarm: Any) -> Any:
    """The clear of each of the alarms above, at the second moment."""
    if alarm is TRAP:
        return TRAP.replace("10:00:00", "10:05:00").replace("linkDown", "linkUp").replace("down(2)", "up(1)")
    if alarm is ALERTMANAGER:
        return _alert({"status": "resolved", "endsAt": T2})
    if isinstance(alarm, str):
        return (
            alarm.replace(T1, T2)
            .replace('perceivedSeverity="major"', 'perceivedSeverity="cleared"')
            .replace("down", "up")
        )
    if alarm is X733:
        return {**X733, "perceivedSeverity": "cleared", "eventTime": T2}
    if alarm is TMF642:
        return {**TMF642, "state": "cleared", "alarmClearedTime": T2, "perceivedSeverity": "cleared"}
    if alarm is REDFISH:
        event = {**REDFISH["Events"][0], "MessageSeverity": "OK", "EventTimestamp": T2, "EventId": "4712"}  # type: ignore[index,dict-item]
        return {**REDFISH, "Events": [event]}
    return {
        "ietf-alarms:alarm-notification": {
            "resource": "/ietf-interfaces:interfaces/interface[name='GE0/0/1']", "alarm-type-id": "acme:link-alarm",
            "time": T2, "perceived-severity": "cleared", "alarm-text": "Link up",
        }
    }  # fmt: skip


def _alert(change: dict[str, Any]) -> Any:
    return {**ALERTMANAGER, "alerts": [{**ALERTMANAGER["alerts"][0], **change}]}  # type: ignore[dict-item]


ALARMS = [X733, RFC8632, TMF642, REDFISH, SYSLOG, ALERTMANAGER, TRAP]
NAMES = ["X.733", "RFC 8632", "TMF642", "Redfish", "RFC 5424", "Alertmanager", "snmptrapd"]


def _report(small: PreparedKnowledge, *alarms: Any, **more: Any) -> Report:
    return diagnose(small, evidence_from({"alarms": list(alarms), **more}))


def _answer(report: Report) -> dict[str, Any]:
    """What a report says, without its identifier and what had no place."""
    return report.model_dump(exclude={"id", "unplaced", "cleared"})


@pytest.mark.parametrize("alarm", ALARMS, ids=NAMES)
def test_an_alarm_is_evidence(small: PreparedKnowledge, alarm: Any) -> None:
    report = _report(small, alarm)

    [seen] = report.observations
    assert seen.finding in ("small:port_down", "small:log_link_down")
    assert (seen.source.kind, seen.state) == ("alarm", "present")
    assert (seen.component or "").endswith("GE0/0/1")
    assert report.causes[0].posterior > 0.05


@pytest.mark.parametrize("alarm", ALARMS, ids=NAMES)
def test_an_alarm_and_its_clear_equal_never_having_had_it(small: PreparedKnowledge, alarm: Any) -> None:
    without = _report(small, report="the fan is loud", lang="en")
    for pair in itertools.permutations([alarm, _cleared(alarm)]):
        both = _report(small, *pair, report="the fan is loud", lang="en")

        assert _answer(both) == _answer(without)
        assert both.unplaced == without.unplaced
        assert len(both.cleared) == 1


@pytest.mark.parametrize("alarm", ALARMS, ids=NAMES)
def test_an_alarm_raised_again_after_its_clear_stands(small: PreparedKnowledge, alarm: Any) -> None:
    again = _again(alarm)
    for given_ in itertools.permutations([alarm, _cleared(alarm), again]):
        assert _report(small, *given_).observations

    assert standing([alarm, _cleared(alarm), again])[1] == ()


def _again(alarm: Any) -> Any:
    if alarm is TRAP:
        return TRAP.replace("10:00:00", "10:10:00")
    if alarm is ALERTMANAGER:
        return _alert({"startsAt": T3})
    if isinstance(alarm, str):
        return alarm.replace(T1, T3)
    if alarm is X733:
        return {**X733, "eventTime": T3}
    if alarm is TMF642:
        return {**TMF642, "alarmRaisedTime": T3}
    if alarm is REDFISH:
        return {**REDFISH, "Events": [{**REDFISH["Events"][0], "EventTimestamp": T3}]}  # type: ignore[index,dict-item]
    return {
        "ietf-alarms:alarm-notification": {
            "resource": "/ietf-interfaces:interfaces/interface[name='GE0/0/1']", "alarm-type-id": "acme:link-alarm",
            "time": T3, "perceived-severity": "major", "alarm-text": "Link down",
        }
    }  # fmt: skip


_MOMENTS = st.sampled_from([T1, T2, T3, None])
_OBJECTS = st.sampled_from(["GE0/0/1", "GE0/0/2"])


@given(
    st.lists(st.tuples(_OBJECTS, st.booleans(), _MOMENTS), max_size=6).flatmap(
        lambda reports: st.tuples(st.just(reports), st.permutations(reports))
    )
)
def test_the_order_of_reports_does_not_matter(given_: tuple[list[Any], list[Any]]) -> None:
    def alarm(named: str, clear: bool, time: str | None) -> dict[str, Any]:
        return {"managedObjectInstance": named, "probableCause": "lossOfSignal",
                "perceivedSeverity": "cleared" if clear else "major", **({"eventTime": time} if time else {})}  # fmt: skip

    one, other = ([alarm(*report) for report in reports] for reports in given_)

    assert standing(one) == standing(other)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ALARMS), st.sampled_from(ALARMS))
def test_a_clear_takes_back_its_own_alarm_only(small: PreparedKnowledge, kept: Any, over: Any) -> None:
    if kept is over:
        return

    assert _answer(_report(small, kept, over, _cleared(over))) == _answer(_report(small, kept))


def test_a_clear_without_a_time_ends_its_alarm() -> None:
    clear = {k: v for k, v in X733.items() if k != "eventTime"} | {"perceivedSeverity": "cleared"}

    assert standing([X733, clear])[0] == ()


PARTIAL = {"perceivedSeverity": "cleared", "state": "cleared", "alarmClearedTime": T2}


@pytest.mark.parametrize(
    "clear",
    [
        {**PARTIAL, "id": "alarm-17"},
        {**PARTIAL, "externalAlarmId": "5123", "sourceSystemId": "NCE-1"},
        {**PARTIAL, "id": "alarm-17", "externalAlarmId": "5123", "sourceSystemId": "NCE-1"},
        {"eventType": "AlarmStateChangeEvent", "event": {"alarm": {**PARTIAL, "id": "alarm-17"}}},
    ],
)
def test_a_tmf642_clear_may_tell_only_which_alarm_and_what_has_changed(clear: dict[str, Any]) -> None:
    alarm = {**TMF642, "externalAlarmId": "5123", "sourceSystemId": "NCE-1"}

    for order in ([alarm, clear], [clear, alarm]):
        raised, cleared = standing(order)
        assert (len(raised), len(cleared)) == (0, 1)
        assert cleared[0].resource == "GE0/0/1"


def test_an_alarm_of_which_only_the_severity_changed_is_still_read() -> None:
    change = {"id": "alarm-17", "perceivedSeverity": "critical", "alarmChangedTime": T2, "externalAlarmId": "9"}

    (alarm,), _ = standing([TMF642, change])

    assert (alarm.severity, alarm.resource, alarm.texts) == ("critical", "GE0/0/1", ("link down",))


def test_a_clear_that_has_both_names_joins_reports_that_have_one_each() -> None:
    by_id = {**TMF642}
    by_other = {**{k: v for k, v in TMF642.items() if k != "id"}, "externalAlarmId": "5123"}

    raised, cleared = standing([by_id, by_other, {**PARTIAL, "id": "alarm-17", "externalAlarmId": "5123"}])

    assert (len(raised), len(cleared)) == (0, 1)


def test_thousands_of_reports_of_one_alarm_take_the_time_of_their_number() -> None:
    started = time.process_time()

    standing([{**TMF642, "alarmRaisedTime": f"2024-05-01T10:{n % 60:02}:00Z"} for n in range(5000)])

    assert time.process_time() - started < 3


def test_a_restconf_notification_holds_an_alarm() -> None:
    alarm = RFC8632["ietf-alarms:alarms"]["alarm-list"]["alarm"][0]  # type: ignore[index]
    wrapped = {"ietf-restconf:notification": {"eventTime": T1, "ietf-alarms:alarm-notification": alarm}}

    (record,), _ = standing([wrapped])

    assert record.texts[0] == "Link down"


def test_a_clear_may_name_the_notifications_that_it_ends() -> None:
    one = {**X733, "notificationIdentifier": 1}
    two = {**X733, "notificationIdentifier": 2, "specificProblems": ["other"]}
    clear = {"managedObjectInstance": "NE=5,port=GE0/0/1", "perceivedSeverity": "cleared", "eventTime": T2,
             "correlatedNotifications": [{"notificationIdentifiers": [1]}]}  # fmt: skip

    raised, cleared = standing([clear, two, one])

    assert [r.notification for r in raised] == ["2"]
    assert len(cleared) == 1


@pytest.mark.parametrize(
    "change", [{"managedObjectInstance": "NE=6"}, {"probableCause": "powerProblem"}, {"specificProblems": "b"}]
)
def test_the_clear_of_another_alarm_ends_nothing(change: dict[str, Any]) -> None:
    assert len(standing([X733, {**X733, **change, "perceivedSeverity": "cleared", "eventTime": T2}])[0]) == 1


def test_a_corrected_error_of_redfish_ends_the_detected_one() -> None:
    def event(key: str, severity: str, time: str) -> dict[str, Any]:
        return {"MessageId": f"ResourceEvent.1.2.{key}", "MessageArgs": ["DIMM 3", "ECC"], "MessageSeverity": severity,
                "EventTimestamp": time, "OriginOfCondition": {"@odata.id": "/redfish/v1/Systems/1/Memory/3"}}  # fmt: skip

    detected, corrected = event("ResourceErrorsDetected", "Critical", T1), event("ResourceErrorsCorrected", "OK", T2)

    assert standing([corrected, detected])[0] == ()
    assert [r.severity for r in standing([detected])[0]] == ["critical"]


@pytest.mark.parametrize(
    ("wrong", "over"),
    [
        ("PowerSupplyInputLost", "PowerSupplyInputRestored"),
        ("FanFailed", "FanRestored"),
        ("DriveFailure", "DriveOK"),
        ("CableRemoved", "CableInserted"),
        ("ConnectionDropped", "ConnectionEstablished"),
    ],
)
def test_a_message_of_redfish_that_says_that_all_is_well_again_ends_the_one_before(wrong: str, over: str) -> None:
    def event(key: str, severity: str, time: str, part: str = "PSU1") -> dict[str, Any]:
        return {"MessageId": f"Environmental.1.0.{key}", "MessageArgs": [part], "MessageSeverity": severity,
                "EventTimestamp": time, "OriginOfCondition": {"@odata.id": f"/redfish/v1/Chassis/1/{part}"}}  # fmt: skip

    before, after = event(wrong, "Critical", T1), event(over, "OK", T2)

    assert standing([before, after])[0] == ()
    assert len(standing([before, event(over, "OK", T2, part="PSU2")])[0]) == 1
    assert len(standing([event(wrong, "Critical", T3), after])[0]) == 1


def test_an_alarm_that_nothing_knows_is_listed_and_its_severity_counts(small: PreparedKnowledge) -> None:
    report = _report(
        small,
        {"managedObjectInstance": "rack 7", "specificProblem": "quux frobnicated", "perceivedSeverity": "critical"},
    )

    assert report.observations == []
    assert [(u.kind, u.text) for u in report.unplaced] == [("alarm", "rack 7: quux frobnicated")]
    assert report.severity == "critical"
    assert _report(small, X733).severity == "major"


def test_the_probable_cause_names_findings_where_the_knowledge_says_so(small: PreparedKnowledge) -> None:
    findings = {**small.base.findings}
    findings["small:port_down"] = dataclasses.replace(findings["small:port_down"], probable_cause="lossOfSignal")
    told = dataclasses.replace(small.base, findings=findings)
    alarm = {"managedObjectInstance": "GE0/0/9", "probableCause": "loss-of-signal", "specificProblem": "quux 12"}

    from diagnoser.diagnosis import prepare

    [seen] = _report(prepare(told), alarm).observations

    assert (seen.finding, seen.component, seen.certainty) == ("small:port_down", "GE0/0/9", 0.85)
    assert _report(small, alarm).observations == []


@pytest.mark.parametrize(
    ("said", "name"),
    [("lossOfSignal", "lossOfSignal"), ("loss-of-signal", "lossOfSignal"), ("LOSS_OF_SIGNAL", "lossOfSignal"), ("29", "lossOfSignal"),
     ("57", "versionMismatch"), ("114", "rectifierFailure"), ("x", None), ("9999", None)],
)  # fmt: skip
def test_a_probable_cause_is_known_by_name_and_by_number(said: str, name: str | None) -> None:
    assert probable_cause(said) == name


@pytest.mark.parametrize(
    ("resource", "component"),
    [
        ("/ietf-interfaces:interfaces/interface[name='GigabitEthernet0/0/1']", "GigabitEthernet0/0/1"),
        ("NE=5,shelf=1,slot=3", "slot=3"),
        ("/redfish/v1/Chassis/1/Drives/3", "Drives/3"),
        ("rack 7", "rack 7"),
        ("ONT 0/1/5", "0/1/5"),
        ("SubNetwork=1,ManagedElement=OLT1,Port=0/1/3", "0/1/3"),
        ("OLT-3/0/1/5", "0/1/5"),
        ("", None),
    ],
)
def test_the_component_is_the_part_that_the_resource_names(resource: str, component: str | None) -> None:
    assert component_of(resource) == component


def test_structured_data_is_understood_with_its_escapes() -> None:
    [record] = records_of('<165>1 - - app - ID47 [alarm resource="a \\"b\\" \\]" perceivedSeverity="minor"] \ufeffsaid')

    assert (record.resource, record.severity, record.texts[0], record.time) == ('a "b" ]', "minor", "said", None)


@pytest.mark.parametrize(
    ("alarm", "message"),
    [
        ({"text": "a\0b"}, "NUL byte"),
        ({"text": {"inner": ["\ud800"]}}, "half of a surrogate pair"),
        ({"x": 10**60}, "more than 128 bits"),
        ({"x": "y" * 1_000_001}, "more than 1000000 characters"),
    ],
)
def test_an_alarm_that_cannot_be_stored_is_refused(alarm: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError, match=message) as caught:
        evidence_from({"alarms": [alarm]})

    assert caught.value.pointer.startswith("/alarms/0")


def test_an_alarm_nested_too_deeply_is_refused() -> None:
    alarm: dict[str, Any] = {}
    for _ in range(40):
        alarm = {"inner": alarm}

    with pytest.raises(EvidenceError, match="nested deeper than 24 levels"):
        evidence_from({"alarms": [alarm]})


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["resource", "alarm-type-id", "perceivedSeverity", "alarmedObject", "MessageId", "MessageArgs", "Events", "alarm", "eventTime",
     "correlatedNotifications", "Links", "state", "alarmRaisedTime", "probableCause", "@odata.type", "Severity"]
)  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.dictionaries(_KEYS, _JSON, max_size=6) | st.text(max_size=30), min_size=1, max_size=3))
def test_no_alarm_breaks_the_diagnosis(small: PreparedKnowledge, alarms: list[Any]) -> None:
    try:
        evidence = evidence_from({"report": "x y", "alarms": alarms})
    except EvidenceError:
        return

    diagnose(small, evidence).model_dump_json()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_person_reads_about_alarms_in_both_languages(small: PreparedKnowledge, lang: str) -> None:
    text = as_text(_report(small, SYSLOG, X733, _cleared(X733), lang=lang))

    assert {"en": "(alarm)", "zh": "(告警)"}[lang] in text
    assert re.search({"en": r'^Cleared +"', "zh": r'^已清除告警 +"'}[lang], text, re.M)


@pytest.mark.parametrize("alarm", ALARMS, ids=NAMES)
def test_where_all_alarms_have_cleared_the_answer_says_so_and_not_that_nothing_was_understood(
    small: PreparedKnowledge, alarm: Any
) -> None:
    report = _report(small, alarm, _cleared(alarm), lang="en")

    assert "I do not know: every alarm that was reported has cleared." in as_text(report)
    assert "- Cleared: " in as_markdown(report)


def test_an_alert_whose_severity_changed_is_the_same_alert_and_one_of_another_port_is_not() -> None:
    labels = ALERTMANAGER["alerts"][0]["labels"]  # type: ignore[index]
    graver = _alert({"labels": {**labels, "severity": "critical"}, "status": "resolved", "endsAt": T2})
    other = _alert({"labels": {**labels, "ifName": "GE0/0/2"}, "status": "resolved", "endsAt": T2})

    assert standing([ALERTMANAGER, graver])[0] == ()
    assert len(standing([ALERTMANAGER, other])[0]) == 1


@pytest.mark.parametrize(
    ("over", "stand"),
    [
        ({}, 0),
        ({"port": ""}, 0),
        ({"what": ".1.3.6.1.6.3.1.1.5.4"}, 0),
        ({"what": "SNMPv2-MIB::coldStart"}, 2),
        ({"index": 4, "port": ""}, 1),
        ({"host": "sw2"}, 1),
        ({"time": "2024-05-01 09:59:00"}, 1),
    ],
)
def test_a_trap_ends_the_one_before_it_of_its_own_host_and_port(over: dict[str, Any], stand: int) -> None:
    down = _trap("IF-MIB::linkDown", "2024-05-01 10:00:00")
    up = _trap(**{"what": "IF-MIB::linkUp", "time": "2024-05-01 10:05:00", **over})

    assert len(standing([down, up])[0]) == stand


def _trap(what: str, time: str, host: str = "sw1", index: int = 3, port: str = "GE0/0/1") -> str:
    described = f"\tIF-MIB::ifDescr.{index} = STRING: {port}" if port else ""
    return (
        f"{time} {host} [UDP: [192.0.2.1]:161->[192.0.2.2]:162]: SNMPv2-MIB::snmpTrapOID.0 = OID: {what}"
        f"\tIF-MIB::ifIndex.{index} = INTEGER: {index}{described}"
    )
