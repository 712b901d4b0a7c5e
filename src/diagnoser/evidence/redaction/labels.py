"""Words that announce a secret, in English and Chinese: as labels of a value, as tags, and in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

from diagnoser.evidence.redaction.spans import Kind

_WORDS: dict[Kind, str] = {
    "psk": "psk shared wpa wifi wi-fi wlan wireless",
    "community": "communit",
    "key": "key",
    "token": "key token secret sig",
    "password": "pass pw secret pin",
}
_STRONG: tuple[tuple[Kind, str], ...] = (
    (
        "psk",
        r"pre[ _-]?shared[ _-]?(?:key|secret)|wpa[23]?[ _-]?(?:psk|key|pass[ _-]?phrase|password)|(?:wi-?fi|wlan|wireless)[ _-]?(?:psk|key)|psk",
    ),
    ("community", r"(?:snmp[ _-]?)?community(?:[ _-]?(?:string|name))?"),
    ("key", r"key[ _-]?string|shared[ _-]?(?:key|secret)|encryption[ _-]?key|authentication[ _-]?key|auth[ _-]?key"),
    (
        "token",
        r"api[ _-]?key|access[ _-]?key(?:[ _-]?(?:id|secret))?|secret[ _-]?access[ _-]?key|account[ _-]?key"
        r"|(?:auth|access|refresh|session|id|x-auth|x-api)?[ _-]?token|client[ _-]?secret|app[ _-]?secret|secret[ _-]?key"
        r"|private[ _-]?key|session[ _-]?key|signature|sig",
    ),
    ("password", r"pass[ _-]?word|passwd|pass[ _-]?phrase|passcode|pass|pwd|pw|secret|pin(?:[ _-]?code)?"),
)
_CHINESE: tuple[tuple[Kind, str], ...] = (
    ("psk", "预共享密钥|无线密码|wifi密码|WiFi密码|Wi-Fi密码|WIFI密码"),
    ("community", "团体字|团体名|团体|共同体名|共同体"),
    ("key", "共享密钥|认证密钥|密钥|秘钥"),
    ("token", "令牌"),
    ("password", "密码|口令|验证码"),
)

_ASSIGNED = r"(?:(?![,;&]\s*[\w.-]+\s*[=:])[!-~]){1,400}"
"""A value up to the next blank or the next `name=`."""

_QUOTED = r"\\?\"(?P<q>[^\"\n\\]{1,400})\\?\"|'(?P<s>[^'\n]{1,400})'"

Patterns = tuple[tuple[Kind, tuple[str, ...], re.Pattern[str]], ...]
"""Patterns with their kind, and the words of which a line holds one, in lower case, if the pattern can match."""


def _in_english(form: Callable[[str], str]) -> Patterns:
    """For each kind of secret, the pattern that a form makes of its English labels."""
    return tuple(
        (kind, tuple(_WORDS[kind].split()), re.compile(form(label), re.I | re.ASCII)) for kind, label in _STRONG
    )


def _in_chinese(form: Callable[[str], str]) -> Patterns:
    """For each kind of secret, the pattern that a form makes of its Chinese labels."""
    return tuple((kind, tuple(label.split("|")), re.compile(form(label))) for kind, label in _CHINESE)


TAGGED: Patterns = _in_english(
    lambda label: rf"<(?:[\w.-]{{0,40}}(?:{label}))(?:\s[^<>]{{0,100}})?>(?P<v>[^<>\n]{{1,400}})</"
)
LABELLED: Patterns = (
    *_in_english(
        lambda label: (
            rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?:{label})\\?['\"]?\s{{0,4}}(?::=|=>|[:=：＝]|是|为|改[为成]|换成)\s{{0,4}}"
            rf"(?:{_QUOTED}|(?P<v>{_ASSIGNED}))"
        )
    ),
    *_in_chinese(
        lambda label: (
            rf"(?:{label})\s{{0,2}}(?:已|被|都|改|重置|重设|设置|设|修改|更改|统一){{0,3}}\s?"
            rf"(?:[:=：＝]|是|为|成了?|叫){{1,2}}\s{{0,4}}(?:{_QUOTED}|“(?P<z>[^”\n]{{1,200}})”|(?P<v>{_ASSIGNED}))"
        )
    ),
)
TOLD: Patterns = (
    *_in_english(
        lambda label: (
            rf"(?<![A-Za-z])(?:{label})\b(?:\s+(?:for|of|on|to|the|that|this|user|account|admin|root|device|switch|router|\w+)){{0,4}}?"
            rf"\s+(?:is|was|are|to|as|now|still|being|=)\s+(?:now\s+|still\s+)?(?:{_QUOTED}|(?P<v>[!-~]{{3,200}}))"
        )
    ),
    *_in_chinese(lambda label: rf"(?:{label})\s{{0,2}}(?P<v>[!-~]{{4,200}})"),
    (
        "password",
        ("pass", "pw", "pin", "secret", "psk"),
        re.compile(
            r"\b(?:password|passwd|pwd|pw|pass|passphrase|pin|secret|psk)\s+(?P<v>[!-~]{4,200})", re.I | re.ASCII
        ),
    ),
    (
        "password",
        ("pass", "pw", "pin", "secret", "psk"),
        re.compile(
            r"\b(?:password|passwd|pwd|passphrase|pin|secret|psk)\s+(?:\w+\s+){0,3}?from\s+(?P<v>[!-~]{4,200})",
            re.I | re.ASCII,
        ),
    ),
    (
        "password",
        ("log in", "login", "logged in"),
        re.compile(
            r"\b(?:log ?in|logged in)\s+(?:as|with|using)\s+[\w.-]{1,32}\s+(?:and|with)\s+(?P<v>[!-~]{4,100})",
            re.I | re.ASCII,
        ),
    ),
    (
        "key",
        ("key",),
        re.compile(
            r"(?<![\w-])[Kk][Ee][Yy]\s{0,2}[:=]\s{0,2}(?P<v>(?=[A-Z0-9]{0,40}[a-z])(?=[a-z0-9]{0,40}[A-Z])(?=[A-Za-z]{0,40}\d)[A-Za-z0-9+=_-]{10,200})(?![\w/-])",
            re.ASCII,
        ),
    ),
    (
        "community",
        ("community",),
        re.compile(r"\bcommunity(?:\s+(?:string|name))?\s+(?P<v>[!-~]{4,200})", re.I | re.ASCII),
    ),
    (
        "password",
        ("/",),
        re.compile(
            r"(?:log ?in|logged in|login|credentials?|account|账号|帐号|账户|用户名密码|账号密码)[^\n/]{0,24}?"
            r"(?:\s|[:：为是])[A-Za-z][\w.-]{1,32}\s?/\s?(?P<v>[!-~]{4,100})",
            re.I | re.ASCII,
        ),
    ),
)

_NAMED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    *((kind, re.compile(rf"(?:^|[^a-z])(?:{label})s?$", re.I)) for kind, label in _STRONG),
    *((kind, re.compile(rf"(?:{label})$")) for kind, label in _CHINESE),
)


def kind_named(name: str) -> Kind | None:
    """Which secret a field of that name holds (`dbPassword`, `snmp_community`, `密码`); None for others."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).strip()
    return next((kind for kind, pattern in _NAMED if pattern.search(spaced)), None)
