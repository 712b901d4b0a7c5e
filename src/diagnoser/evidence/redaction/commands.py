"""Secrets as configurations, command lines and headers write them: known by the command around them."""

from __future__ import annotations

from diagnoser.evidence.redaction.spans import Kind

_TYPE = (
    r"(?:(?:irreversible-cipher|cipher|simple|plain|plain-text|plaintext|ascii-text|hexadecimal|ascii|hex|[0-9])\s+)"
)
_V = r"(?P<v>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"']\S{0,400})"
_SNMP_TOOL = r"\bsnmp(?:bulk)?(?:walk|get|getnext|set|table|status)\b"

Commands = tuple[tuple[Kind, str, str], ...]
"""Kind, words of which a line holds one in lower case if the pattern can match, and the pattern with its group `v`."""

_SNMP: Commands = (
    ("community", "snmp-server", rf"snmp-server\s+community\s+{_TYPE}?{_V}"),
    ("community", "snmp-agent", rf"snmp-agent\s+community\s+(?:(?:read|write|complexity-check)\s+)?{_TYPE}?{_V}"),
    (
        "community", "snmp-server",
        r"snmp-server\s+host\s+(?:\S+\s+)??(?:\S+)\s+(?:(?:traps|informs)\s+)?(?:vrf\s+\S+\s+)?"
        rf"version\s+(?:1|2c|3(?:\s+\w+)?)\s+{_V}",
    ),
    ("community", "securityname", rf"securityname\s+(?:cipher\s+|simple\s+)?{_V}"),
    ("community", "2sec community", rf"\b(?:com2sec6?\s+\S+\s+\S+|r[ow]community6?)\s+{_V}"),
    ("community", "snmp", rf"{_SNMP_TOOL}[^\n]{{0,80}}?\s-c\s*{_V}"),
    ("password", "snmp", rf"{_SNMP_TOOL}[^\n]{{0,120}}?\s-A\s*{_V}"),
    ("password", "snmp", rf"{_SNMP_TOOL}[^\n]{{0,160}}?\s-X\s*{_V}"),
    ("password", "usm-user", rf"usm-user\s[^\n]{{0,80}}?(?:authentication-mode|auth)\s+(?:md5|sha\S*)\s+{_TYPE}?{_V}"),
    ("password", "privacy-mode priv", rf"(?:privacy-mode|\spriv)\s+(?:3?des\S*|aes\S*)\s+(?:\d{{3}}\s+)?{_TYPE}?{_V}"),
)  # fmt: skip
_KEYS: Commands = (
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
    ("key", "authentication", rf"\bauthentication\s+(?:md5|sha\S*|hmac\S*|keyed-\S+|meticulous-\S+)\s+key(?:-id\s+\d+|-string)?\s+{_TYPE}?{_V}"),
)  # fmt: skip
_LOGINS: Commands = (
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
)  # fmt: skip
_COMMAND_LINES: Commands = (
    ("password", "--pass --pwd", rf"--(?:password|passwd|pass|pwd)(?:=|\s+){_V}"),
    ("token", "--token --secret --api --access --auth --client", rf"--(?:token|secret|api-?key|access-?key|auth-?token|client-?secret)(?:=|\s+){_V}"),
    ("community", "--community", rf"--community(?:=|\s+){_V}"),
    ("password", "sshpass", rf"\bsshpass\s+-p\s*{_V}"),
    ("password", "ipmitool", rf"\bipmitool\b[^\n]{{0,160}}?\s-P\s*{_V}"),
    ("password", "mysql", r"\b(?:mysql|mysqldump|mysqladmin)\b[^\n]{0,160}?\s-p(?P<v>[^\s-]\S{2,200})"),
    ("password", "curl wget", r"\b(?:curl|wget)\b[^\n]{0,300}?\s(?:-u|--user)\s+['\"]?[^\s:'\"]{1,64}:(?P<v>[^\s'\"]{1,200})"),
    ("password", "redis", rf"\bredis-cli\b[^\n]{{0,160}}?\s(?:-a|--pass)\s+{_V}"),
    ("password", "net", rf"\bnet\s+user\s+\S+\s+(?!/){_V}"),
    ("password", "passwd", rf"\becho\s+(?:-n\s+)?{_V}\s*\|\s*(?:sudo\s+)?passwd\b"),
    ("password", "chpasswd", r"\becho\s+['\"]?[\w.-]{1,32}:(?P<v>[^\s'\"]{1,200})['\"]?\s*\|\s*(?:sudo\s+)?chpasswd\b"),
    ("password", "authpass privpass", rf"\b(?:auth|priv)pass(?:word|phrase)?\s+(?:(?:md5|sha\d*|3?des\S*|aes\S*)\s+)?{_V}"),
    ("password", "createuser", rf"\bcreateUser\s+\S+\s+(?:MD5|SHA\S*)\s+{_V}"),
    ("password", "createuser", rf"\bcreateUser\s+[^\n]{{0,160}}?\s(?:DES|AES\S*)\s+{_V}"),
    ("password", "type=", r"\btype=['\"]?password['\"]?[^>\n]{0,100}?\bvalue=['\"](?P<v>[^'\"\n]{1,200})"),
)  # fmt: skip
_HEADERS: Commands = (
    ("token", "authorization", r"authorization\\?['\"]?\s*[:=]\s*\\?['\"]?(?:(?:basic|bearer|digest|token|negotiate)\s+)?(?P<v>[^'\"\n\\]{4,2000})"),
    ("token", "bearer", r"\bbearer\s+(?P<v>[A-Za-z0-9._~+/=-]{8,2000})"),
    ("cookie", "cookie", r"(?:^|[\s'\"])(?:set-)?cookie\s*:\s*(?P<v>[^'\"\n]{4,4000})"),
    ("cookie", "session connect.sid csrf", r"(?:J?SESSIONID|PHPSESSID|ASP\.NET_SessionId|connect\.sid|csrf_?token)\s*=\s*(?P<v>[^\s;,&'\"]{4,400})"),
)  # fmt: skip

COMMANDS: Commands = (*_SNMP, *_KEYS, *_LOGINS, *_COMMAND_LINES, *_HEADERS)
"""All of them, the surer ones first."""
