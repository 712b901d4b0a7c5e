"""Passwords, communities, keys, tokens and cipher texts, as configurations, logs and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from diagnoser.evidence.redaction.spans import TOKEN, Kind, Span

_MENTIONED = re2.compile(
    r"(?i)pass|pw|secret|token|key|cipher|commun|psk|auth|cookie|session|bearer|wpa|wep|snmp|2sec|privacy|login|log in"
    r"|credential|account|usm-user|signature|\bsig\b|\bpin\b|ipmitool|mysql|curl"
    r"|密码|口令|密钥|秘钥|团体|共同体|令牌|验证码|账号|帐号|账户",
)
"""No line without one of these words goes through the patterns of keywords."""

_TYPE = (
    r"(?:(?:irreversible-cipher|cipher|simple|plain|plain-text|plaintext|ascii-text|hexadecimal|ascii|hex|[0-9])\s+)"
)
_V = r"(?P<v>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"']\S{0,400})"

_COMMANDS: tuple[tuple[Kind, str, str], ...] = (
    # SNMP
    ("community", "snmp-server", rf"snmp-server\s+community\s+{_TYPE}?{_V}"),
    ("community", "snmp-agent", rf"snmp-agent\s+community\s+(?:(?:read|write|complexity-check)\s+)?{_TYPE}?{_V}"),
    (
        "community", "snmp-server",
        r"snmp-server\s+host\s+(?:\S+\s+)??(?:\S+)\s+(?:(?:traps|informs)\s+)?(?:vrf\s+\S+\s+)?"
        rf"version\s+(?:1|2c|3(?:\s+\w+)?)\s+{_V}",
    ),
    ("community", "securityname", rf"securityname\s+(?:cipher\s+|simple\s+)?{_V}"),
    ("community", "2sec community", rf"\b(?:com2sec6?\s+\S+\s+\S+|r[ow]community6?)\s+{_V}"),
    ("community", "snmp", rf"\bsnmp(?:bulk)?(?:walk|get|getnext|set|table|status)\b[^\n]{{0,80}}?\s-c\s*{_V}"),
    ("password", "snmp", rf"\bsnmp(?:bulk)?(?:walk|get|getnext|set|table|status)\b[^\n]{{0,120}}?\s-A\s*{_V}"),
    ("password", "snmp", rf"\bsnmp(?:bulk)?(?:walk|get|getnext|set|table|status)\b[^\n]{{0,160}}?\s-X\s*{_V}"),
    ("password", "usm-user", rf"usm-user\s[^\n]{{0,80}}?(?:authentication-mode|auth)\s+(?:md5|sha\S*)\s+{_TYPE}?{_V}"),
    ("password", "privacy-mode priv", rf"(?:privacy-mode|\spriv)\s+(?:3?des\S*|aes\S*)\s+(?:\d{{3}}\s+)?{_TYPE}?{_V}"),
    # keys between devices
    ("psk", "isakmp", rf"isakmp\s+key\s+(?:[06]\s+)?{_V}"),
    (
        "psk", "pre-shared-key",
        r"pre-shared-key\s+(?:(?:local|remote|address\s+\S+(?:\s+\d+\.\S+)?\s+key|hostname\s+\S+\s+key)\s+)?"
        rf"{_TYPE}?{_V}",
    ),
    ("psk", "psk passphrase pass-phrase", rf"(?:wpa-psk|wpa-passphrase|pass-phrase|psk)\s+{_TYPE}+{_V}"),
    ("psk", "passphrase pass-phrase", rf"(?:wpa-passphrase|pass-phrase|wpa_passphrase)\s+(?!{_TYPE}){_V}"),
    ("key", "tacacs radius", rf"(?:tacacs|radius|hwtacacs)(?:-server)?\s[^\n]{{0,60}}?\b(?:shared-)?key\s+{_TYPE}?{_V}"),
    ("key", "shared-key", rf"\bshared-key\s+{_TYPE}?{_V}"),
    ("key", "key-string", rf"\bkey-string\s+{_TYPE}?{_V}"),
    ("key", "message-digest-key", rf"message-digest-key\s+\d+\s+(?:md5|sha\S*)\s+{_TYPE}?{_V}"),
    ("key", "authentication-key", rf"authentication-key(?:id)?\s+\d+\s+(?:md5|sha\S*|hmac\S*|cmac\S*|authentication-mode\s+\S+)\s+{_TYPE}?{_V}"),
    ("key", "authentication-key", rf"ospf\s+authentication-key\s+{_TYPE}?{_V}"),
    ("key", "standby", rf"standby\s+\d+\s+authentication\s+(?:md5\s+key-string\s+)?{_TYPE}?(?!md5){_V}"),
    (
        "key", "authentication-mode",
        rf"authentication-mode\s+(?:md5|hmac\S*|simple)\s+(?:(?:\d{{1,3}}|nonstandard|usual|ip|osi)\s+)?{_TYPE}?{_V}",
    ),
    # logins
    ("password", "enable", rf"\benable\s+(?:password|secret)\s+(?:level\s+\d+\s+)?{_TYPE}?{_V}"),
    ("password", "username local-user user", rf"\b(?:username|local-user|user)\s+\S+\s+(?:privilege\s+\d+\s+)?(?:password|secret)\s+{_TYPE}?{_V}"),
    ("password", "neighbor peer", rf"\b(?:neighbor|peer)\s+\S+\s+password\s+{_TYPE}?{_V}"),
    ("password", "super authentication chap pap", rf"\b(?:super|set\s+authentication|chap|pap)\s+password\s+(?:level\s+\d+\s+)?{_TYPE}?{_V}"),
    ("password", "encrypted-password plain-text", rf"\b(?:encrypted-password|plain-text-password-value)\s+{_V}"),
    (
        "password", "cipher",
        r"\b(?:password|passwd|secret|key|key-string|community|authentication|auth\w*|md5|sha\d*|hmac\S*|privacy\S*|chap|pap)"
        rf"\b[^\n]{{0,60}}?\s(?:irreversible-cipher|cipher)\s+{_V}",
    ),
    ("password", "simple plain ascii-text hash", rf"\b(?:password|passwd|secret|authentication)\s+(?:simple|plain|plain-text|ascii-text|hash)\s+{_V}"),
    ("password", "password secret", r"^\s*(?:password|secret)\s+(?:[05-9]\s+)?(?!is\b|was\b|for\b|of\b|has\b|and\b|or\b)(?P<v>\S{4,400})\s*$"),
    ("password", "password secret key md5", r"\b(?:password|secret|key|md5)\s+[05-9]\s+(?P<v>\S{4,400})"),
    # command lines
    ("password", "--pass --pwd", rf"--(?:password|passwd|pass|pwd)(?:=|\s+){_V}"),
    ("token", "--token --secret --api --access --auth --client", rf"--(?:token|secret|api-?key|access-?key|auth-?token|client-?secret)(?:=|\s+){_V}"),
    ("community", "--community", rf"--community(?:=|\s+){_V}"),
    ("password", "sshpass", rf"\bsshpass\s+-p\s*{_V}"),
    ("password", "ipmitool", rf"\bipmitool\b[^\n]{{0,160}}?\s-P\s*{_V}"),
    ("password", "mysql", r"\b(?:mysql|mysqldump|mysqladmin)\b[^\n]{0,160}?\s-p(?P<v>[^\s-]\S{2,200})"),
    ("password", "curl wget", r"\b(?:curl|wget)\b[^\n]{0,300}?\s(?:-u|--user)\s+['\"]?[^\s:'\"]{1,64}:(?P<v>[^\s'\"]{1,200})"),
    # headers
    ("token", "authorization", r"authorization\\?['\"]?\s*[:=]\s*\\?['\"]?(?:(?:basic|bearer|digest|token|negotiate)\s+)?(?P<v>[^'\"\n\\]{4,2000})"),
    ("token", "bearer", r"\bbearer\s+(?P<v>[A-Za-z0-9._~+/=-]{8,2000})"),
    ("cookie", "cookie", r"(?:^|[\s'\"])(?:set-)?cookie\s*:\s*(?P<v>[^'\"\n]{4,4000})"),
    ("cookie", "session connect.sid csrf", r"(?:J?SESSIONID|PHPSESSID|ASP\.NET_SessionId|connect\.sid|csrf_?token)\s*=\s*(?P<v>[^\s;,&'\"]{4,400})"),
)  # fmt: skip

_WORDS: dict[Kind, str] = {
    "psk": "psk shared wpa",
    "community": "communit",
    "key": "key",
    "token": "key token secret sig",
    "password": "pass pw secret pin",
}
_STRONG: tuple[tuple[Kind, str], ...] = (
    ("psk", r"pre[ _-]?shared[ _-]?(?:key|secret)|wpa2?[ _-]?(?:psk|key|pass[ _-]?phrase|password)|psk"),
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

_Patterns = tuple[tuple[Kind, tuple[str, ...], re.Pattern[str]], ...]
"""Patterns with their kind, and the words of which a line holds one, in lower case, if the pattern can match."""

_PATTERNS: _Patterns = (
    *((kind, tuple(words.split()), re.compile(source, re.I | re.ASCII)) for kind, words, source in _COMMANDS),
    *(
        (
            kind,
            tuple(_WORDS[kind].split()),
            re.compile(
                rf"<(?:[\w.-]{{0,40}}(?:{label}))(?:\s[^<>]{{0,100}})?>(?P<v>[^<>\n]{{1,400}})</", re.I | re.ASCII
            ),
        )
        for kind, label in _STRONG
    ),
)
_LABELLED: _Patterns = (
    *(
        (
            kind,
            tuple(_WORDS[kind].split()),
            re.compile(
                rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?:{label})\\?['\"]?\s{{0,4}}(?::=|=>|[:=：＝])\s{{0,4}}"
                rf"(?:{_QUOTED}|(?P<v>{_ASSIGNED}))",
                re.I | re.ASCII,
            ),
        )
        for kind, label in _STRONG
    ),
    *(
        (
            kind,
            tuple(label.split("|")),
            re.compile(
                rf"(?:{label})\s{{0,2}}(?:已|被|都|改|重置|重设|设置|设|修改|更改|统一){{0,3}}\s?"
                rf"(?:[:=：＝]|是|为|成|叫){{1,2}}\s{{0,4}}(?:{_QUOTED}|“(?P<z>[^”\n]{{1,200}})”|(?P<v>{_ASSIGNED}))"
            ),
        )
        for kind, label in _CHINESE
    ),
)
_TOLD: _Patterns = (
    *(
        (
            kind,
            tuple(_WORDS[kind].split()),
            re.compile(
                rf"(?<![A-Za-z])(?:{label})\b(?:\s+(?:for|of|on|to|the|that|this|user|account|admin|root|device|switch|router|\w+)){{0,4}}?"
                rf"\s+(?:is|was|are|to|as|now|still|being|=)\s+(?:now\s+|still\s+)?(?:{_QUOTED}|(?P<v>[!-~]{{3,200}}))",
                re.I | re.ASCII,
            ),
        )
        for kind, label in _STRONG
    ),
    *(
        (kind, tuple(label.split("|")), re.compile(rf"(?:{label})\s{{0,2}}(?P<v>[!-~]{{4,200}})"))
        for kind, label in _CHINESE
    ),
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

_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("cipher", re.compile(r"(?P<v>%\^%#[!-~]{4,400}?%\^%#|%@%@[!-~]{4,400}?%@%@|%\$%\$[!-~]{4,400}?%\$%\$)", re.ASCII)),
    ("cipher", re.compile(r"(?P<v>%#%#[!-~]{4,400}?%#%#|@%@%[!-~]{4,400}?@%@%|%\+%#[!-~]{4,400}?%\+%#)", re.ASCII)),
    ("cipher", re.compile(r"(?<![\w$])(?P<v>\$(?:1[a-z]|[15-9]|2[abxy]?|y|sha1|argon2\w{1,2}|pbkdf2[\w-]{0,12})\$[!-~]{8,400})", re.ASCII)),
    ("token", re.compile(r"(?<![\w.-])(?P<v>eyJ[\w-]{5,2000}\.eyJ[\w-]{5,4000}\.[\w-]{8,2000})", re.ASCII)),
    ("cloud-key", re.compile(r"(?<![A-Za-z0-9])(?P<v>(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{16})(?![A-Za-z0-9])", re.ASCII)),
    ("cloud-key", re.compile(r"(?<![A-Za-z0-9])(?P<v>LTAI[0-9A-Za-z]{12,26}|AKID[0-9A-Za-z]{13,40}|AIza[0-9A-Za-z_-]{35})(?![A-Za-z0-9])", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64})(?!\w)", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>xox[abeoprs]-[A-Za-z0-9-]{10,200}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,200})(?!\w)", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>sk-[A-Za-z0-9_-]{20,200}|npm_[A-Za-z0-9]{30,60}|pypi-[\w-]{30,300}|hf_[A-Za-z0-9]{30,60})(?!\w)", re.ASCII)),
    ("key", re.compile(r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})\s+(?P<v>AAAA[A-Za-z0-9+/]{20,4000}={0,2})", re.ASCII)),
    ("cloud-key", re.compile(r"(?:AccountKey|SharedAccessKey)=(?P<v>[A-Za-z0-9+/]{20,200}={0,2})", re.ASCII)),
)  # fmt: skip
_SHAPE_SEEN = re2.compile(
    r"AAAA|%\^%#|%@%@|%\$%\$|%#%#|@%@%|%\+%#|\$[\w-]{1,14}\$|eyJ|AKIA|ASIA|AGPA|AROA|LTAI|AKID|AIza|gh[pousr]_|github_pat_|glpat-|xox|[sr]k_|sk-|npm_|pypi-|hf_|Key="
)

_NO_SECRETS = frozenset(
    [
        "true",
        "false",
        "yes",
        "no",
        "none",
        "null",
        "nil",
        "unknown",
        "incorrect",
        "wrong",
        "expired",
        "invalid",
        "failed",
        "fail",
        "failure",
        "required",
        "changed",
        "error",
        "mismatch",
        "ok",
        "set",
        "unset",
        "not",
        "is",
        "for",
        "the",
        "must",
        "reset",
        "empty",
        "missing",
        "denied",
        "accepted",
        "refused",
        "rejected",
        "correct",
        "valid",
        "sent",
        "received",
        "success",
        "successful",
        "passed",
        "pass",
        "n/a",
        "na",
        "disabled",
        "enabled",
        "default",
        "expire",
        "expires",
        "can",
        "cannot",
        "will",
        "was",
        "has",
        "authentication",
        "authorization",
        "protocol",
        "recovery",
        "policy",
        "prompt",
        "server",
        "manager",
        "service",
        "file",
        "timeout",
        "length",
        "change",
        "update",
        "rotation",
        "request",
        "string",
        "name",
        "read",
        "write",
        "both",
        "community",
        "password",
        "key",
        "secret",
        "token",
        "cipher",
        "simple",
        "plain",
        "does",
        "doesn't",
        "did",
        "didn't",
        "could",
        "couldn't",
        "won't",
        "keeps",
        "asked",
        "asks",
        "same",
        "different",
        "new",
        "old",
        "current",
        "both",
        "all",
        "any",
        "from",
        "by",
        "on",
        "at",
        "in",
        "after",
        "before",
        "when",
        "under",
        "with",
        "without",
        "it",
        "its",
        "this",
        "that",
        "we",
        "they",
        "he",
        "she",
        "user",
        "users",
        "no.",
        "bent",
        "matches",
        "match",
        "undefined",
        "hidden",
        "removed",
        "redacted",
        "incorrect.",
        "simple_bind",
        "ring",
        "chain",
        "pair",
        "exchange",
        "board",
        "input",
        "management",
    ]
)
_WEAK_LABEL = re.compile(r"(?:pass|pin|pw|sig|signature|secret|token|psk|session[ _-]?(?:id|key))\\?['\"]?\s*$", re.I)


def credentials(line: str) -> Iterator[Span]:
    """Secrets of a line, the surest readings first; they may overlap."""
    if _SHAPE_SEEN.search(line):
        for kind, pattern in _SHAPES:
            yield from _found(kind, pattern, line, trim=kind == "cipher")
    if _MENTIONED.search(line) is None:
        return
    plain = line.lower()
    for kind, pattern in _worth_trying(_PATTERNS, plain):
        yield from _found(kind, pattern, line, trim=kind == "token" or kind == "cookie")
    for kind, pattern in _worth_trying(_LABELLED, plain):
        for span in _found(kind, pattern, line):
            if not _WEAK_LABEL.search(line[: span.start].rstrip(" :=：＝\"'\\")) or _looks_secret(span.value):
                yield span
    for kind, pattern in _worth_trying(_TOLD, plain):
        for span in _found(kind, pattern, line):
            if _looks_secret(span.value) or _told_plainly(line, span):
                yield span


def _told_plainly(line: str, span: Span) -> bool:
    """Whether a plain word or number can only be meant as the secret: in quotes, or figures right after 密码."""
    before = line[: span.start].rstrip()
    return (
        before.endswith(("'", '"'))
        or (span.value.isdigit() and 6 <= len(span.value) <= 20 and _FIGURES_ANNOUNCED.search(before) is not None)
        or re.search(r"snmp community(?: string| name)?(?: is| to)?$", before, re.I) is not None
    )


_FIGURES_ANNOUNCED = re.compile(
    r"[^\x00-\x7f]$|\b(?:password|passwd|passcode|passphrase|pwd|psk|pin(?: code)?)(?:\s+(?:is|was|now|to|=)){0,2}$",
    re.I,
)
"""What figures that can only be meant as the secret stand behind: 密码, or *password (is)*."""


def _worth_trying(patterns: _Patterns, plain: str) -> Iterator[tuple[Kind, re.Pattern[str]]]:
    for kind, words, pattern in patterns:
        for word in words:
            if word in plain:
                yield kind, pattern
                break


def _found(kind: Kind, pattern: re.Pattern[str], line: str, trim: bool = True) -> Iterator[Span]:
    for match in pattern.finditer(line):
        name = match.lastgroup or "v"
        start, end = match.span(name)
        if line[start] in "\"'" and end - start > 2 and line[end - 1] == line[start]:
            start, end = start + 1, end - 1
        elif name == "v" and trim:
            end = start + len(_without_tail(line[start:end]))
        value = line[start:end]
        if (
            value.casefold() in _NO_SECRETS
            or len(value) < 2
            or not any(map(str.isalnum, value))
            or set(value) <= set("*.-_xX#?")
            or _is_token(value)
        ):
            continue
        if kind == "community" and _is_bgp_community(value):
            continue
        yield Span(start, end, kind, value)


def _without_tail(value: str) -> str:
    """A value without the punctuation that ends the sentence or closes the bracket around it."""
    while value:
        last = value[-1]
        opening = {")": "(", "]": "[", "}": "{", ">": "<"}.get(last)
        if (
            last in ",;"
            or (opening is not None and opening not in value)
            or (last in "\"'`" and value.count(last) % 2)
            or (last in ".?:" and len(value) > 1)
        ):
            value = value[:-1]
        else:
            break
    return value


def _is_token(value: str) -> bool:
    return TOKEN.match(value) is not None


def _is_bgp_community(value: str) -> bool:
    return re.match(r"\d+:\d+|(?:no-export|no-advertise|internet|local-as|additive)\b", value) is not None


def _looks_secret(value: str) -> bool:
    """Whether a word is one that nobody would write in a sentence: letters mixed with digits or signs."""
    if re.match(r"[a-z]+://|/|\.{1,2}/|\d+(?:\.\d+)*%?\)?$|\w+\(\)?$|\[", value, re.I):
        return False
    letters = any(c.isalpha() for c in value)
    digits = any(c.isdigit() for c in value)
    signs = any(c in "@#$%^&*!+=~?_" for c in value[:-1]) or value.endswith(("!", "@", "#", "$"))
    return len(value) >= 4 and (letters + digits + signs) >= 2


_NAMED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    *((kind, re.compile(rf"(?:^|[^a-z])(?:{label})s?$", re.I)) for kind, label in _STRONG),
    *((kind, re.compile(rf"(?:{label})$")) for kind, label in _CHINESE),
)


def looks_secret(value: str) -> bool:
    """Whether a whole text is one word that nobody would write in a sentence."""
    return not any(map(str.isspace, value.strip())) and _looks_secret(value.strip())


def kind_named(name: str) -> Kind | None:
    """Which secret a field of that name holds (`dbPassword`, `snmp_community`, `密码`); None for others."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).strip()
    return next((kind for kind, pattern in _NAMED if pattern.search(spaced)), None)
