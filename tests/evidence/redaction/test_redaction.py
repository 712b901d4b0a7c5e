"""What is replaced and what stays, and that tokens are stable."""

from __future__ import annotations

import itertools
import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.redaction.planted import planted

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import EvidenceError
from diagnoser.evidence import evidence_from
from diagnoser.evidence.redaction import RedactionSettings, Redactor, redact, redact_text, redact_value, stood_in

LOGS = Path(__file__).parents[4] / "shared" / "bench" / "logs"

STAYS = [
    "reported by Zabbix, client: 3 retries",
    "token是否过期，户主家里断网，我叫张师傅来换了光猫",
    "authentication md5 key mismatch",
    "the community string is wrong",
    "net user admin /delete",
    "微信登录不了 cannot pay",
    "wechat works slowly",
    "the wifi key is wrong",
    "QQ音乐打不开",
    "VRP (R) software, Version 5.170.6.10 (S5720 V200R021C10SPC600)",
    "iBMC firmware version: 6.36.1.4, BIOS (U47) 3.26.1.12",
    "固件版本5.170.6.10，升级到5.170.7.1之后",
    "upgraded from version 8.180.1.1 to 8.200.1.1",
    "OID 1.3.6.1.4.1.2011.5.25.41",
    "mask 255.255.255.0 wildcard 0.0.0.255 gateway 0.0.0.0 loopback 127.0.0.1 hello to 224.0.0.5",
    "May  1 2024 10:00:00.123+08:00 epoch 1714557600 and 1714557600123, at 20240501100530",
    "2024-05-01T10:00:00+08:00 12:30:45 took 00:00:12",
    "GE1/0/1.100 10GE1/0/48 Eth-Trunk10 XGigabitEthernet0/0/1 slot 3",
    "Input: 13812345678 bytes, 13912345678 packets; tx-bytes 13712345678",
    "SN: 2102351BTJ10L4000123, ESN 13812345678, barcode 21023518DLR04000",
    "Failed password for invalid user root from unknown port 4242 ssh2",
    "password: incorrect. Invalid password. Password expired, PSK mismatch",
    "ospf authentication key mismatch, key chain exchange failed",
    "apply community 65000:100 additive; community: 65000:200",
    "std::vector and Foo::bar at 0x1f3d5b7a8c9e",
    "客户：端口不UP",
    "Customer: the link is down",
    "rx -31.2 dBm, tx +2.5 dBm, +12 V, temperature 45.5",
    "PCI 0000:3b:00.0 uuid 123e4567-e89b-12d3-a456-426614174000",
    "the token bucket is full, secret sauce, pass the cable",
    "broadcast ffff-ffff-ffff and 01:80:c2:00:00:00",
    "port password 1 required, password length 123456 is too long, password expires in 100000 s",
    "the password was changed from the console, changed the password from default",
    "key: GigabitEthernet0/0/1 key: 10GE1/0/1Trunk",
    "customer Huawei CE6875EI is down, Customer Premises Equipment",
    "客户是说上不了网，客户名称：光纤断了，联系人：机房停电，负责人不在",
    "contact: Port down, reporter: Fibre broken, login with admin and reboot",
    "1310nm 1550.12nm error 0x0004A1B2 alarm 548998abcdef V200R021C10SPC600",
]


@pytest.mark.parametrize("line", STAYS)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact_text(line) == line


BECOMES = [
    ("community string is zZKObVeLpy", "community string is <community-1>"),
    ("the wifi key is vknepepJrwUBMMbL", "the wifi key is <psk-1>"),
    ("bfd authentication md5 key mlneJIZrlaB", "bfd authentication md5 key <key-1>"),
    ("token是ZNKrEOklwPqkAP19", "token是<token-1>"),
    ("redis://:cPymNmN9H1Nf@cache:6379/0", "redis://<login-1>@<host-1>:6379/0"),
    ("client: Maria Esposito", "client: <person-1>"),
    ("reported by Maria Esposito", "reported by <person-1>"),
    ("customer name is Dieter Krautwurst", "customer name is <person-1>"),
    ("My name is Dieter, the port is dark", "My name is <person-1>, the port is dark"),
    ("户主：李国栋", "户主：<person-1>"),
    ("机主赵雨桐，我叫欧阳明轩", "机主<person-1>，我叫<person-2>"),
    ("console密码改成了Xyz!2345", "console密码改成了<password-1>"),
    ("the wifi key is SunnyDay2024", "the wifi key is <psk-1>"),
    ("redis-cli -a r3disPw ping", "redis-cli -a <password-1> ping"),
    ("net user admin P@ssw0rd1 /add", "net user admin <password-1> /add"),
    ('echo "newpass1" | passwd --stdin root', 'echo "<password-1>" | passwd --stdin root'),
    ("echo root:NewPw2024 | sudo chpasswd", "echo root:<password-1> | sudo chpasswd"),
    ("authpass AuthPw123 privpass PrivPw123", "authpass <password-1> privpass <password-2>"),
    ('createUser ops SHA "AuthPw1234" AES "PrivPw1234"', 'createUser ops SHA "<password-1>" AES "<password-2>"'),
    ('<input type="password" value="abc123!">', '<input type="password" value="<password-1>">'),
    ("微信号 wx_lixm88，QQ：123456789", "微信号 <person-1>，QQ：<person-2>"),
    ("admin:$apr1$xyz$abcdefghijklmn", "admin:<cipher-1>"),
    ("银行卡号：6222 0200 0000 0000 034", "银行卡号：<card-1>"),
    ("peer 10.1.1.1/24 port 10.1.1.1:80", "peer <ip-1>/24 port <ip-1>:80"),
    ("http://10.0.0.1/x?password=abc1!&b=2", "http://<ip-1>/x?password=<password-1>&b=2"),
    ("ftp://bob:S3cret@files.example.com:21/a", "ftp://<login-1>@<host-1>:21/a"),
    ("2001:DB8::1 and 2001:db8:0:0:0:0:0:1", "<ipv6-1> and <ipv6-1>"),
    ("00e0-fc12-3456 00:E0:FC:12:34:56 00e0.fc12.3456 mac 00e0fc123456", "<mac-1> <mac-1> <mac-1> mac <mac-1>"),
    ("电话１３８１２３４５６７８", "电话<phone-1>"),
    ("+86 138-1234-5678 or 13812345678", "<phone-1> or <phone-1>"),
    ("身份证11010519491231002X", "身份证<identity-1>"),
    ("110105194912310021", "110105194912310021"),  # the check digit is wrong
    ("a@b.com, A@B.COM", "<email-1>, <email-1>"),
    ("snmp-agent community read cipher abc12", "snmp-agent community read cipher <community-1>"),
    ('{"password":"p@ss w0rd","ifName":"GE0/0/1"}', '{"password":"<password-1>","ifName":"GE0/0/1"}'),
    ("password=abc123X,ifName=GE0/0/1", "password=<password-1>,ifName=GE0/0/1"),
    (
        "the wifi password is 88888888, ONT password 12345678",
        "the wifi password is <password-1>, ONT password <password-2>",
    ),
    ("changed the password from Old123 to New@456", "changed the password from <password-1> to <password-2>"),
    ("00e0fc123456 learned, after MAC", "<mac-1> learned, after MAC"),
    ("key: AbCdEf123456 and ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB x", "key: <key-1> and ssh-rsa <key-2> x"),
    ("customer Acme Ltd, Customer Mr. Smith", "customer <customer-1>, Customer <person-1>"),
    ("客户是北京银行，客户张三 电话13812345678", "客户是<customer-1>，客户<person-1> 电话<phone-1>"),
    ("login with admin and Secret99", "login with admin and <password-1>"),
    ("10[.]1[.]2[.]3 is 10.1.2.3, LOID: 4401234567890", "<ip-1> is <ip-1>, LOID: <subscriber-1>"),
    ("客户：深圳宏远科技有限公司反馈断网", "客户：<customer-1>反馈断网"),
    (
        "key -----BEGIN PRIVATE KEY-----MIIEvQIBADANBg\\nAbc-----END PRIVATE KEY-----",
        "key -----BEGIN PRIVATE KEY-----<private-key-1>-----END PRIVATE KEY-----",
    ),
]


@pytest.mark.parametrize(("given_", "expected"), BECOMES)
def test_a_secret_becomes_a_token(given_: str, expected: str) -> None:
    assert redact_text(given_) == expected


def test_a_password_that_was_announced_once_is_found_again() -> None:
    assert redact_text("密码是Huawei@123\ntyped Huawei@123 twice").split("\n")[1] == "typed <password-1> twice"


def test_a_private_key_becomes_one_token_even_if_it_never_ends() -> None:
    body = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgHcTz6sE2I2yPB\n"

    assert redact_text(f"a\n-----BEGIN RSA PRIVATE KEY-----\n{body * 3}the link is down") == (
        "a\n-----BEGIN RSA PRIVATE KEY-----\n<private-key-1>\nthe link is down"
    )


def test_serial_numbers_are_replaced_when_asked() -> None:
    assert redact_text("SN: 2102351BTJ10L4000123", Redactor(RedactionSettings(serials=True))) == "SN: <serial-1>"


def test_only_the_kinds_that_are_wanted_are_replaced() -> None:
    assert redact_text("10.1.1.1 a@b.com", Redactor(RedactionSettings(kinds=frozenset(["ip"])))) == "<ip-1> a@b.com"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"dbPassword": "a long pass phrase"}, {"dbPassword": "<password-1>"}),
        ({"密码": "abc", "x": ["密码：abc"]}, {"密码": "<password-1>", "x": ["密码：<password-1>"]}),
        ({"check": "SNMP community", "result": "publ1cX"}, {"check": "SNMP community", "result": "<community-1>"}),
        ({"check": "PLOAM password", "result": "does not match"}, {"check": "PLOAM password", "result": "does not match"}),
        ({"softwareVersion": "5.170.6.10"}, {"softwareVersion": "5.170.6.10"}),
        ({"address": "5.170.6.10"}, {"address": "<ip-1>"}),
        ({"phone": 13812345678}, {"phone": "<phone-1>"}),
        ({"rxBytes": 13812345678, "a": 1, "b": None, "c": True}, {"rxBytes": 13812345678, "a": 1, "b": None, "c": True}),
        ({"10.1.1.1": "up"}, {"<ip-1>": "up"}),
        (["-----BEGIN PRIVATE KEY-----", "QUJD" * 16, "-----END PRIVATE KEY-----"], ["-----BEGIN PRIVATE KEY-----", "<private-key-1>", "-----END PRIVATE KEY-----"]),
    ],
)  # fmt: skip
def test_a_document_keeps_its_structure(document: Any, expected: Any) -> None:
    assert redact_value(document) == expected


def test_a_document_nested_too_deeply_is_refused() -> None:
    document: Any = "x"
    for _ in range(100):
        document = [document]

    with pytest.raises(EvidenceError, match="nested deeper than 64 levels"):
        redact(document)


def test_redacting_twice_changes_nothing() -> None:
    text = "\n".join(p.text for p in planted())
    once = redact_text(text)

    assert redact_text(once) == once
    document = {"logs": [p.text for p in planted()]}
    assert redact_value(redact_value(document)) == redact_value(document)


def test_a_token_of_an_earlier_redaction_is_not_given_to_another_value() -> None:
    assert redact_value({"logs": ["<ip-1> down", "10.1.1.1 up"]}) == {
        "logs": ["<ip-1> down", "<ip-2> up"]
    } or redact_value({"logs": ["<ip-1> down", "10.1.1.1 up"]}) == {"logs": ["<ip-2> down", "<ip-1> up"]}


def test_tokens_do_not_depend_on_the_order_of_the_evidence() -> None:
    lines = ["peer 10.0.0.9 down", "peer 10.0.0.1 down", "密码：abc123 peer 10.0.0.9"]
    results = []
    for order in itertools.permutations(lines):
        redacted = redact_value({"logs": list(order), "device": "x"})["logs"]
        results.append(sorted(zip(order, redacted, strict=True)))

    assert all(result == results[0] for result in results)


@given(st.text(max_size=200))
def test_any_text_can_be_redacted(text: str) -> None:
    assert redact_text(text).count("\n") <= text.count("\n")


@given(st.text(alphabet="0123456789abcdef:.-@=/ \"'<>{}$%^#\\密码:eyJ", max_size=120))
def test_redaction_is_stable(text: str) -> None:
    once = redact_text(text)

    assert redact_text(text) == once


@pytest.mark.parametrize(
    "line",
    ["a" * 200_000, "1" * 200_000, "a@" * 60_000, "0:" * 60_000, "1.1." * 50_000, "password " * 20_000, "key=" * 40_000, "密码" * 60_000,
     "%^%#" * 40_000, "eyJ" * 60_000, "-" * 200_000, "<" * 200_000, '"' * 200_000, "客户：" * 40_000, "A " * 80_000, "+1 " * 60_000, "snmp-server host " * 10_000,
     "createUser a " * 15_000, "echo a:" * 30_000, "QQ:1" * 50_000],
    ids=range(20),
)  # fmt: skip
def test_no_line_makes_it_slow(line: str) -> None:
    started = time.process_time()
    redact_text(line)

    assert time.process_time() - started < 8


def test_a_long_text_takes_constant_memory() -> None:
    def lines() -> Iterator[str]:
        for number in range(3_000):
            yield f"line {number} peer 10.1.1.{number % 250} down"

    redactor = Redactor()
    tracemalloc.start()
    total = sum(len(line) for line in redactor.lines(lines()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert total > 60_000
    assert peak < 1_000_000


@pytest.mark.skipif(not LOGS.is_dir(), reason="the benchmark's logs are not here")
def test_real_logs_hold_nothing_but_addresses() -> None:
    for path in sorted(LOGS.glob("*.log")):
        redactor = Redactor()
        for _ in redactor.lines(path.read_text(encoding="utf-8", errors="replace").split("\n")):
            pass
        others = {k: n for k, n in redactor.tokens.counts().items() if k not in ("ip", "ipv6", "mac")}

        assert others == ({"email": 1} if path.name == "Linux_2k.log" else {})  # bhcompile@bugs.build.redhat.com


def _ranking(knowledge: PreparedKnowledge, document: Any) -> list[tuple[str, float]]:
    return [(c.id, c.posterior) for c in diagnose(knowledge, evidence_from(document), top=10).causes]


def test_every_shipped_case_is_diagnosed_alike_when_redacted(
    shipped: PreparedKnowledge, small: PreparedKnowledge
) -> None:
    compared = 0
    for knowledge in (shipped, small):
        for case in knowledge.base.cases.values():
            for lang in ("en", "zh"):
                told = case.document.tells[lang]
                document = {**case.document.evidence, "lang": lang}
                document["report"] = f"{document.get('report', '')}\n{told}".strip()
                redacted = redact_value(document)
                if redacted == document:
                    continue
                compared += 1
                plain, hidden = _ranking(knowledge, document), _ranking(knowledge, redacted)
                assert hidden == plain, case.id

    assert compared > 20


def test_every_pattern_still_matches_its_examples_when_redacted(shipped: PreparedKnowledge) -> None:
    """With stand-ins for tokens, as evidence is read; components survive."""
    scanner = shipped.observables.scanner
    compared = 0
    for examples in _all_examples().values():
        for example in examples:
            redacted = redact_value({"logs": [example]})
            [readable] = stood_in(evidence_from(redacted)).evidence.logs
            before = {(h.pattern, _shape(h.component)) for line in example.splitlines() for h in scanner.scan(line)}
            after = {
                (h.pattern, _shape(h.component)) for line in str(readable).splitlines() for h in scanner.scan(line)
            }
            compared += redacted["logs"] != [example]

            assert after == before, example

    assert compared > 5


def _all_examples() -> dict[tuple[str, str], list[str]]:
    import yaml

    root = Path(__file__).parents[3] / "knowledge"
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(root.glob("*/logs*.yaml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or ():
            examples = entry.get("examples", [])
            found[path.parent.name, entry["id"]] = [examples] if isinstance(examples, str) else examples
    return found


def _shape(component: str | None) -> str | None:
    """A component, with addresses that redaction replaces as one word."""
    return (
        re.sub(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", "address", component)
        if component
        else component
    )
