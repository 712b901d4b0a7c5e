"""Every complaint that the shipped knowledge knows says how grave it is."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from

NO_COMPLAINT: dict[str, frozenset[str]] = {
    "what was done, or when it began: nothing is said of what came of it": frozenset(
        {
            "customer_premises:fails_since_firmware",
            "customer_premises:lan_address_was_changed",
            "ethernet:changed_since_upgrade",
            "ethernet:someone_restarted_it",
            "ethernet:traffic_is_peak",
            "ip_network:provider_notice",
            "pon_access:board_replaced",
            "pon_access:module_replaced_on_olt",
            "pon_access:ont_moved",
            "pon_access:ont_was_replaced",
            "pon_access:since_olt_upgrade",
            "pon_access:since_ont_update",
            "pon_access:someone_at_odf",
            "pon_access:someone_pressed_reset",
            "pon_access:voice_moved",
            "pon_access:wan_changed",
            "server:fstab_mentioned",
            "server:since_update_broken",
            "server:zoning_mentioned",
            "transmission:after_adding_wavelengths",
            "transmission:after_readding",
            "transmission:after_transient_fault",
            "transmission:appears_after_protection_config",
            "transmission:board_handled_bare",
            "transmission:span_was_rerouted",
        }
    ),
    "how it is built or set: as right as it may be wrong": frozenset(
        {
            "customer_premises:double_nat_mentioned",
            "customer_premises:powerline_in_path",
            "customer_premises:same_subnet_mentioned",
            "ethernet:converter_suspect",
            "ethernet:injector_suspect",
            "ethernet:many_pollers",
            "ethernet:old_device_100m",
            "ethernet:third_party_module_warning",
            "huawei_pon:hw_module_series",
            "huawei_pon:hw_once_on_seen",
            "ip_network:policy_route_mentioned",
            "pon_access:third_party_ont_used",
            "server:lacp_and_pxe",
            "server:power_cap_mentioned",
            "server:second_socket_empty",
            "transmission:lpt_named",
        }
    ),
    "a value or a name that is told: another finding says what is wrong with it": frozenset(
        {
            "customer_premises:router_qos_value_told",
            "huawei_transmission:xcs_involved",
            "transmission:dispersion_module_told",
            "transmission:label_values_told",
            "transmission:lan_and_wan_named",
            "transmission:peer_id_told",
            "transmission:radio_mode_values_told",
            "transmission:trace_values_told",
            "transmission:wavelength_values_told",
        }
    ),
    "what a trial showed, or where it is seen and where not: the complaint is told beside it": frozenset(
        {
            "customer_premises:works_without_router",
            "pon_access:original_ont_fine",
            "pon_access:other_lan_port_works",
            "server:memory_back_after_reseat",
            "transmission:attenuator_clears",
            "transmission:fault_moves_with_slot",
            "transmission:interop_other_vendor",
            "transmission:laser_restarted_by_hand",
            "transmission:only_upgraded_affected",
        }
    ),
    "what the caller suspects, not what is seen": frozenset({"ethernet:known_bug_suspected", "server:driver_suspect"}),
}
"""Symptoms that say nothing of how grave a fault is, by why."""


def test_every_complaint_says_how_grave_it_is(shipped: PreparedKnowledge) -> None:
    """Told alone, a symptom is `indeterminate` if, and only if, it is no complaint: the list has no spare names."""
    symptoms = [f.id for f in shipped.base.findings.values() if f.kind == "symptom" and not f.normal]

    silent = {s for s in symptoms if _severity_of(shipped, s) == "indeterminate"}

    assert silent == frozenset().union(*NO_COMPLAINT.values())


@pytest.mark.parametrize(
    ("report", "severity"),
    [
        ("the VPN tunnel is up but no traffic passes", "major"),
        ("VPN隧道建立了但是不通流量", "major"),
        ("the SFP is not recognised", "minor"),
        ("光模块不识别", "minor"),
        ("只有一台笔记本获取不到IP地址，其他都正常", "minor"),
        ("all PCs get no IP address", "major"),
        ("所有电脑都获取不到IP地址", "major"),
    ],
)
def test_a_complaint_in_words_is_as_grave_as_it_is(shipped: PreparedKnowledge, report: str, severity: str) -> None:
    assert diagnose(shipped, evidence_from({"report": report})).severity == severity


def test_a_service_that_one_device_lacks_is_less_grave(shipped: PreparedKnowledge) -> None:
    told = {"report": "no IP address by DHCP", "circumstances": ["one_unit_only"]}

    assert diagnose(shipped, evidence_from(told)).severity == "minor"


def _severity_of(shipped: PreparedKnowledge, symptom: str) -> str:
    return diagnose(shipped, evidence_from({"answers": {symptom: "present"}})).severity
