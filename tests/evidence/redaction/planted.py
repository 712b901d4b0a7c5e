"""Two hundred secrets of twenty kinds in configurations, logs, e-mails and chats, from a fixed seed."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

SEED = 20240501
PER_KIND = 10

_Maker = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A secret, and the text that gives it away."""

    kind: str
    secret: str
    text: str


def _word(r: random.Random, low: int = 4, high: int = 9) -> str:
    return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(low, high)))


def _password(r: random.Random) -> str:
    return f"{_word(r).capitalize()}{r.choice('@#!_-$')}{r.randint(10, 9999)}{r.choice(['', 'x', 'Q'])}"


def _cipher(r: random.Random) -> str:
    body = "".join(r.choice(string.ascii_letters + string.digits + "!*()+,-./:;<=>?[]^_`{|}~") for _ in range(24))
    mark = r.choice(["%^%#", "%@%@", "%$%$"])
    return f"{mark}{body}{mark}"


def _hash(r: random.Random) -> str:
    body = "".join(r.choice(string.ascii_letters + string.digits + "./") for _ in range(31))
    return f"${r.choice(['1c', '5', '6', '1', '9'])}${body[:8]}${body[8:]}"


def _key_body(r: random.Random) -> str:
    return base64.b64encode(r.randbytes(150)).decode()


def _jwt(r: random.Random) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'sub': _word(r)})}.{base64.urlsafe_b64encode(r.randbytes(32)).decode().rstrip('=')}"


def _bearer(r: random.Random) -> str:
    return base64.urlsafe_b64encode(r.randbytes(24)).decode()


def _cloud(r: random.Random) -> str:
    prefix, length = r.choice([("AKIA", 16), ("LTAI", 20), ("ghp_", 36), ("AKID", 32)])
    return prefix + "".join(r.choice(string.ascii_uppercase + string.digits) for _ in range(length))


def _customer_zh(r: random.Random) -> str:
    return r.choice(["深圳", "杭州", "成都", "西安", "武汉"]) + "".join(r.choice("宏远恒信博创瑞康华泰天和") for _ in range(3)) + r.choice(
        ["科技有限公司", "人民医院", "第一中学", "商业银行", "物流集团"]
    )  # fmt: skip


def _customer_en(r: random.Random) -> str:
    return (
        f"{_word(r).capitalize()} {_word(r).capitalize()} {r.choice(['Ltd', 'Networks', 'Hospital', 'Bank', 'GmbH'])}"
    )


def _ip(r: random.Random) -> str:
    return r.choice(["10.{}.{}.{}", "192.168.{1}.{2}", "172.20.{}.{}", "203.{}.{}.{}"]).format(
        r.randint(1, 254), r.randint(1, 254), r.randint(1, 254)
    )


def _ipv6(r: random.Random) -> str:
    return r.choice(
        [
            f"2408:8{r.randint(100, 999)}:{r.randint(1, 99)}::{r.randint(1, 9999):x}",
            f"fe80::2e0:fcff:fe{r.randint(16, 99)}:{r.randint(1000, 9999)}",
        ]
    )


def _mac(r: random.Random) -> str:
    digits = f"{r.getrandbits(40) | 1:010x}"
    digits = f"a{r.choice('02468ace')}{digits}"
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    fours = [digits[i : i + 4] for i in range(0, 12, 4)]
    return r.choice([":".join(pairs), "-".join(pairs).upper(), "-".join(fours), ".".join(fours)])


def _mobile(r: random.Random) -> str:
    digits = f"1{r.choice('3456789')}{r.randint(10**8, 10**9 - 1)}"
    return r.choice([digits, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", f"{digits[:3]} {digits[3:7]} {digits[7:]}"])


def _landline(r: random.Random) -> str:
    return r.choice(
        [f"0755-{r.randint(20000000, 89999999)}", f"010-{r.randint(60000000, 89999999)}", f"+44 20 {r.randint(7000, 7999)} {r.randint(1000, 9999)}",
         f"+1-202-555-{r.randint(1000, 9999)}", f"+49 89 {r.randint(1000000, 9999999)}"]
    )  # fmt: skip


def _email(r: random.Random) -> str:
    return f"{_word(r)}.{_word(r)}@{_word(r)}.{r.choice(['com', 'com.cn', 'net', 'org'])}"


def identity_number(r: random.Random) -> str:
    """A Chinese identity number with the right check digit."""
    digits = f"{r.choice(['110105', '440301', '330106'])}{r.randint(1950, 2004)}{r.randint(1, 12):02}{r.randint(1, 28):02}{r.randint(0, 999):03}"
    return digits + "10X98765432"[sum(int(d) * 2 ** (17 - i) for i, d in enumerate(digits)) % 11]


def _passport(r: random.Random) -> str:
    return f"{r.choice('EGP')}{r.randint(10000000, 99999999)}"


def _card(r: random.Random) -> str:
    digits = f"6222{r.randint(10**10, 10**11 - 1)}"
    total = sum(int(d) for d in digits[-2::-2]) + sum(sum(divmod(2 * int(d), 10)) for d in digits[::-2])
    digits += str(-total % 10)
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def _person(r: random.Random) -> str:
    return r.choice("王李张刘陈杨赵黄") + r.choice("伟芳敏静磊洋艳勇") + r.choice("国建文志玉海云宏")


_TEMPLATES: dict[str, tuple[_Maker, tuple[str, ...]]] = {
    "password in a configuration": (
        _password,
        (" local-user admin password cipher {}", "username bob password 0 {}", " super password level 3 simple {}", " set authentication password cipher {}",
         "enable secret {}", "neighbor 203.0.113.9 password {}"),
    ),
    "password told": (
        _password,
        ("登录密码是{}，麻烦看一下", "密码：{} 用户名admin", "the password is {} please log in and look", "I log in with admin/{} and see nothing", "Password: {}",
         "账号admin，密码{}，端口22", 'the root password is now "{}".'),
    ),
    "password in a program": (
        _password,
        ("export DB_PASSWORD={}", '{{"user": "ops", "password": "{}"}}', "sshpass -p {} ssh ops@switch", "ERROR auth failed: user=ops, passwd={}, ifName=GE0/0/1",
         "<password>{}</password>", "curl -u ops:{} -k https://nms.example/api", "ipmitool -I lanplus -H bmc -U root -P {} sel list"),
    ),
    "community": (
        lambda r: f"{_word(r)}{r.randint(1, 99)}RO",
        ("snmp-agent community read {}", "snmp-server community {} RO 10", "snmpwalk -v2c -c {} switch sysDescr", "SNMP团体字：{}", "rocommunity {} default",
         "snmp-agent community write cipher {}", "community string: {}"),
    ),
    "key string": (
        _password,
        ("  key-string cipher {}", " ospf authentication-mode md5 1 cipher {}", "ip ospf message-digest-key 1 md5 {}", "radius-server shared-key cipher {}", "tacacs-server key 0 {}",
         "ntp authentication-key 3 md5 {}", " isis authentication-mode md5 plain {}"),
    ),
    "pre-shared key": (
        _password,
        (" pre-shared-key cipher {}", "crypto isakmp key {} address 198.51.100.7", " security wpa2 psk pass-phrase {} aes", "wpa_passphrase={}", "无线密码：{}", "PSK: {}"),
    ),
    "cipher text": (_cipher, (" password cipher {}", " snmp-agent community read cipher {}", "配置里是 {} 这一串", " shared-key cipher {}")),
    "hash": (_hash, (" local-user x password irreversible-cipher {}", "enable secret 5 {}", "root:{}:19000:0:99999:7:::")),
    "JSON web token": (_jwt, ("Authorization: Bearer {}", "token={}", "GET /api?access_token={} 401", "session says {} expired")),
    "bearer": (_bearer, ("Authorization: Bearer {}", '"Authorization": "Basic {}"', "X-Auth-Token: {}", "curl -H 'Authorization: Bearer {}' https://nms.example")),
    "cloud key": (_cloud, ("accessKeyId: {}", "aws configure says {} is invalid", "AK是{}", "uploaded with {} to the bucket")),
    "login in a URL": (
        _password, ("git clone https://deploy:{}@git.example.com/x.git", "ftp://backup:{}@10.0.0.9/cfg.zip", "备份到 sftp://root:{}@nas.example.cn/bak"),
    ),
    "customer": (lambda r: _customer_zh(r) if r.random() < 0.5 else _customer_en(r), ("客户：{}", "客户名称：{}，三级网络", "Customer: {}", "Customer name: {}, site 4", "最终客户：{} 反馈业务中断")),
    "person": (_person, ("联系人：{}，", "报障人：{} 早上来电", "Contact: {}", "客户姓名：{}")),
    "IPv4": (_ip, ("peer {} is down", "从{}可以ping通网关", "%BGP-5-ADJCHANGE: neighbor {} Down", "ip address {} 255.255.255.0", "访问{}:8080不通", "src={};proto=tcp")),
    "IPv6": (_ipv6, ("neighbor {} unreachable", "地址{}不通", "ping ipv6 {}", "inet6 {}/64 scope link")),
    "MAC": (_mac, ("MAC {} flapping between GE0/0/1 and GE0/0/2", "终端{}上不了线", "hwaddr={}", "arp: {} moved")),
    "phone": (lambda r: _mobile(r) if r.random() < 0.6 else _landline(r), ("电话{}", "手机号：{}，随时联系", "call me at {}", "Tel: {}", "联系方式 {} 王工")),
    "e-mail": (_email, ("From: {}", "请发到{}谢谢", "mail {} please", "Cc: <{}>")),
    "identity": (
        lambda r: r.choice([identity_number, lambda r: "passport " + _passport(r), _card])(r), ("身份证 {}", "持证 {} 进机房", "ID: {} entered the site"),
    ),
}  # fmt: skip


def planted() -> list[Planted]:
    """Ten secrets of each of twenty kinds."""
    r = random.Random(SEED)
    result = []
    for kind, (make, templates) in _TEMPLATES.items():
        for index in range(PER_KIND):
            secret = make(r)
            result.append(
                Planted(kind, secret.removeprefix("passport "), templates[index % len(templates)].format(secret))
            )
    return result


def private_keys() -> list[Planted]:
    """Private keys, in blocks of several lines."""
    r = random.Random(SEED + 1)
    result = []
    for name in ("RSA ", "", "OPENSSH ", "EC "):
        body = _key_body(r)
        lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
        result.append(
            Planted(
                "private key", body[:64], f"-----BEGIN {name}PRIVATE KEY-----\n{lines}\n-----END {name}PRIVATE KEY-----"
            )
        )
    return result
