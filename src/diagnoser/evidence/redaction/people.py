"""What points to a person or a customer: names given as such, phones, identity and card numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import re2

from diagnoser.evidence.redaction.spans import Kind, Span

_NAME_MENTIONED = re2.compile(
    r"(?i)customer|client name|company|account name|subscriber name|organi[sz]ation|contact|caller|report|request|engineer on site|full name|client|subscriber|my name"
    r"|客户|用户|单位|公司|企业|联系|联络|姓名|人|户主|机主|业主|我叫"
)
_NUMBER_MENTIONED = re2.compile(
    r"(?i)[0-9](?:[ ()-]{0,2}[0-9]){6}|\+[0-9][0-9 .()-]{7}|[A-Z]{1,3}[0-9]{5}|身份证|证件|护照|passport|licen"
)
_SERIAL_MENTIONED = re2.compile(r"(?i)s/?n|serial|esn|bar.?code|序列号|条码")
_ORGANISATION = re.compile(
    r".*(?:公司|集团|银行|支行|分行|医院|大学|学院|中学|小学|学校|幼儿园|局|厅|部|委|中心|研究所|研究院|工厂|厂|商店|酒店|宾馆|超市|网吧|园区|小区"
    r"|移动|联通|电信|广电|电力|地铁|机场|煤矿|法院|检察院|政府|社区|大厦|保险|证券|科技|网络|物流)"
)
_FAULT = re.compile(
    r"停电|断电|掉电|告警|故障|端口|网线|光纤|光缆|断网|掉线|机房|机柜|电源|市电|电池|光猫|路由|交换|服务器|硬盘|风扇|温度|高温|过热|[红绿黄]灯|灯"
    r"|信号|宽带|上网|业务|设备|单板|链路|网络|线路|异常|损坏|重启|不通|不亮|不在|无法|无光|无人|没有|不能|中断|断了|坏了|熄灭|闪|未知|已经"
)
"""Words of a fault or of its circumstances: what holds one of them after a label is no name of a person."""
_SAYS = re.compile(
    r"电话|手机|微信|邮箱|工号|地址|反馈|报障|报修|反映|来电|投诉|申告|称|表示|现场|说|要求|上报|报告|发现|的|告知|：|:"
)
_SYMPTOM = re.compile(r"[不没无断坏慢灯掉告警故障端口网线光口卡死]|up|down", re.I)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阳"

_ORG_ZH = re.compile(
    r"(?P<label>客户名称|客户单位|用户单位|公司名称|单位名称|客户全称|企业名称|客户名)(?:为|是)?\s{0,3}[:=：]?\s{0,3}(?P<v>[^\s,，。;；、|\"'“”<>{}\[\]\n]{2,60})"
    r"|(?:客户|用户)\s{1,2}(?P<x>[^\s,，。;；、:：]{2,30}?(?:公司|集团|银行|医院|大学|学校|中学|小学)(?:[\u4e00-\u9fff]{0,4}分行|[\u4e00-\u9fff]{0,4}分公司)?)"
    r"|(?:最终客户|最终用户|客户)(?:是|为)?\s{0,2}[:：=]\s{0,3}(?P<w>[^\s,，。;；、|\"'“”<>{}\[\]\n]{2,60})"
)
_PERSON_ZH = re.compile(
    r"(?:联系人|客户姓名|用户姓名|姓名|报障人|报修人|申告人|联络人|负责人|经办人|现场工程师|值班人员)(?:为|是)?\s{0,2}[:：=]?\s{0,3}(?P<v>[\u4e00-\u9fff·]{2,8}|[A-Z][a-z]+(?: [A-Z][a-z]+){0,3})"
)
_ORG_TOLD = re.compile(
    r"(?:客户|用户)(?:是|叫|为)\s?(?P<v>[\u4e00-\u9fff]{2,24}?(?:公司|集团|银行|医院|大学|学院|学校|中学|小学|支行|分行|酒店|局))"
    rf"|(?:客户|用户)(?:是|叫)?(?P<p>[{_SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}?(?=\s*(?:的?电话|手机|[，,]?\s?1[3-9]\d))|(?:先生|女士|小姐|总|工|经理)))"
)
_ORG_TOLD_EN = re.compile(
    r"\b[Cc]ustomer(?: is| name is)? (?P<p>(?:Mr|Mrs|Ms|Dr)\.? [A-Z][a-z'-]+(?: [A-Z][a-z'-]+)?)"
    r"|\b[Cc]ustomer(?: is| name is)? (?P<v>[A-Z][\w&'-]*(?: [A-Z&][\w&'-]*){0,4} (?:Ltd|Inc|LLC|GmbH|Corp|Co|PLC|plc|Bank|Hospital|University|School|Hotel)\b\.?)"
)
_PERSON_TOLD = re.compile(
    rf"(?:户主|机主|业主|我叫|本人)(?:是|为|叫)?\s{{0,2}}[:=：]?\s{{0,3}}(?P<v>[{_SURNAMES}][\u4e00-\u9fff]{{1,3}})(?=[\s,，.。;；!！?？、（(]|$|的?电话|手机|[，,]?1[3-9]\d)"
)
_SEVERAL_NAMES = r"[A-Z][a-z'’-]+(?:(?: (?:van|de|von|al|der|den|di|el|bin))* [A-Z][a-z'’-]+){1,3}"
_PERSON_TOLD_EN = re.compile(
    rf"(?:\b[Cc]lient\s{{0,2}}[:=：]|\b(?:[Rr]eported|[Rr]aised) by|\b(?:[Cc]ustomer|[Ss]ubscriber|[Cc]lient|[Cc]aller|[Cc]ontact)(?:'s)? name(?: is)?|\b[Cc]ontact (?:is|person(?: is)?))"
    rf"\s{{1,3}}(?P<v>{_SEVERAL_NAMES})|\b[Mm]y name is (?P<p>{_SEVERAL_NAMES}|[A-Z][a-z'’-]+)"
)
"""A name without a label's colon counts where it has two parts: *reported by Zabbix* names nobody."""
_WORD = r"(?:[A-Z0-9][\w&'.-]*|&|[\u4e00-\u9fff]+)"
_ORG_EN = re.compile(
    rf"\b(?P<label>customer(?: name)?|client name|company(?: name)?|account name|end[- ]customer|subscriber name|organi[sz]ation)\b\\?[\"']?\s{{0,2}}[:=：]\s{{0,3}}\\?[\"']?"
    rf"(?P<v>{_WORD}(?: (?:(?:of|and|the|de|for|und|et|du) )?{_WORD}){{0,7}}(?:, ?(?:Inc|Ltd|LLC|GmbH|S\.?A|Co)\b\.?)?)",
    re.I,
)
_PERSON_EN = re.compile(
    r"(?<![A-Za-z])(?i:contact(?: person| name)?|caller|reported by|reporter|requester|requestor|site contact|engineer on site|full name)\\?[\"']?\s{0,2}[:=：]\s{0,3}\\?[\"']?"
    r"(?P<v>(?:(?:Mr|Mrs|Ms|Dr)\.? )?[A-Z][\w'-]*(?: (?:van |de |von |al-)?[A-Z][\w'.-]*){0,3}|[\u4e00-\u9fff·]{2,8})",
)
_LABELLED_EN: tuple[tuple[Kind, re.Pattern[str]], ...] = (("customer", _ORG_EN), ("person", _PERSON_EN))
_NO_NAME = re.compile(
    r"(?:the|my|our|we|it|no|not|none|port|link|all|he|she|they|this|that|there|internet|please|after|when|since|cannot"
    r"|can|has|is|reports?|says?|unknown|n/a|says|complains?|see|call(?:ed)?|site|switch|router|server|network|both|some|two"
    r"|fib(?:re|er)|power|fan|disks?|drive|lights?|leds?|alarms?|device|card|board|module|optical|los|pon|olt|on[tu]|wi-?fi|cable|line"
    r"|service|packets?|interface|bgp|ospf|vpn|vlan|dhcp|dns|uplink|battery|mains|ups|psu|raid|loss|high|low|slow|lost)\b",
    re.I,
)

_ACCOUNT_MENTIONED = re2.compile(r"(?i)微信|wechat|weixin|QQ")
_ACCOUNT = re.compile(
    r"(?:微信号|(?<![A-Za-z])(?:wechat|weixin) id|(?:微信|(?<![A-Za-z])(?:wechat|weixin))\s{0,2}[:：=])\s{0,2}(?:[:：=]|是|为)?\s{0,3}(?P<v>[A-Za-z][\w-]{5,19})(?![\w-])"
    r"|(?<![A-Za-z])QQ(?:号码?|群)?\s{0,2}(?:[:：=]|是|为)?\s{0,3}(?P<q>[1-9]\d{4,10})(?!\d)",
    re.I | re.ASCII,
)

_MOBILE = re.compile(r"(?<![\w.+-])(?:\+86|0086|86)?[ -]?(?<!\d)(1[3-9]\d([ -]?)\d{4}\2\d{4})(?!\w|\.\d|-\d)", re.ASCII)
_LANDLINE = re.compile(
    r"(?<![\w.-])(?:(?:\+86|0086)[ -]?)?\(?(0[1-9]\d{1,2})(?:\) ?| ?- ?| )([2-9]\d{6,7})(?:\s?(?:-|转|ext\.?)\s?\d{1,5})?(?!\w|\.\d)",
    re.ASCII,
)
_HOTLINE = re.compile(r"(?<![\w.-])([48]00-?\d{3}-?\d{4})(?![\w-])", re.ASCII)
_INTERNATIONAL = re.compile(r"(?<![\w+.])(\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6})(?![\w])", re.ASCII)
_LOCAL = re.compile(
    r"(?<![\w.-])(\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\d{3,5} \d{3,4} \d{3,4}|\d{7,11})(?![\w-]|\.\d)", re.ASCII
)
_PHONE_LABEL = re.compile(
    r"(?:phone|tel(?:ephone)?|mobile|cell|call(?: \w{1,20})?(?: at| on| back)?|contact|fax|whatsapp|手机|电话|联系方式|联系|致电|传真|固话|微信|号码)\w{0,2}(?:\s?(?:no|number|号码|号)\.?)?\s{0,2}[:=：is为是]{0,3}\s{0,3}$",
    re.I,
)
_COUNTED = re.compile(
    r"\s{0,2}(?:bytes?|packets?|pkts?|bits?|octets?|frames?|errors?|drops?|times?|ms|us|ns|hz|kb|mb|b/s|bps|字节|报文|包|个|次|帧|条)\b|\s{0,2}(?:字节|报文|包|个|次|帧|条)",
    re.I | re.ASCII,
)
_COUNTER = re.compile(
    r"(?:bytes?|packets?|pkts?|octets?|count|total|sequence|seq|size|offset|id|ticks|uptime|usec|timestamp|pid|time|unicast|multicast|broadcast|input|output|value|length|sectors?|blocks?)\s{0,2}[:=]?\s{1,4}$",
    re.I,
)

_IDENTITY = re.compile(
    r"(?<![\w.-])(\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?!\w|\.\d)", re.ASCII
)
_IDENTITY_SPACED = re.compile(r"(?<![\w.-])(\d{6} \d{8} \d{3}[\dXx]|\d{6}-\d{8}-\d{3}[\dXx])(?!\w)", re.ASCII)
_IDENTITY_LABELLED = re.compile(
    r"(?:身份证(?:号码|号)?|证件号码?|护照(?:号码|号)?|passport(?: (?:no|number)\.?)?|id (?:card|number|no\.?)|identity (?:card|number|no\.?)|national id"
    r"|ssn|social security(?: (?:no|number)\.?)?|driv(?:er'?s?|ing) licen[cs]e(?: (?:no|number)\.?)?)(?:\s?(?:is|为|是))?\s{0,3}[:：=#]?\s{0,3}(?P<v>[A-Z]{0,3}\d[\dA-Z() -]{4,20}[\dA-Z)])(?!\w)",
    re.I | re.ASCII,
)
_SSN = re.compile(r"(?<![\w.-])((?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\w-])", re.ASCII)
_HONG_KONG = re.compile(r"(?<![\w])([A-Z]{1,2}\d{6}\([0-9A]\))", re.ASCII)
_CARD = re.compile(r"(?<![\w.-])(\d{4}([ -])\d{4}\2\d{4}\2\d{4}(?:\2\d{1,3})?)(?![\w-])", re.ASCII)
_CARD_LABELLED = re.compile(
    r"(?:card|卡号|银行卡|账号|帐号|account)[^\d\n]{0,16}(?P<v>\d(?:[ -]?\d){14,18})(?!\w)", re.I | re.ASCII
)
_SUBSCRIBER = re.compile(
    r"\b(?:loid|imsi|iccid|msisdn|supi)\w{0,3}\s{0,3}[:=：]?\s{0,3}(?P<v>\+?\d{10,20})(?!\w)", re.I | re.ASCII
)
_SERIAL = re.compile(
    r"(?:(?<![A-Za-z])(?:S/?N|serial(?:[ _-]?(?:number|num|no)\.?)?|ESN|bar[ _-]?code)|(?<=[a-z])(?:SerialNumber)|序列号|条码)(?:\s?(?:is|为|是))?\s{0,6}[:=：#]{0,2}\s{0,4}(?P<v>(?=[A-Z0-9-]{0,30}\d)[A-Z0-9][A-Z0-9-]{5,31})(?!\w)",
    re.I | re.ASCII,
)


def customers(line: str) -> Iterator[Span]:
    """Names of customers and of persons, where a label says that they are names."""
    if _NAME_MENTIONED.search(line) is None:
        return
    for pattern in (_ORG_TOLD_EN, _ORG_TOLD):
        for match in pattern.finditer(line):
            group = "v" if match["v"] else "p"
            yield Span(*match.span(group), "customer" if group == "v" else "person", match[group].rstrip("."))
    if not line.isascii():
        for match in _ORG_ZH.finditer(line):
            group = next(name for name in ("v", "w", "x") if match[name])
            name = _chinese_name(match[group], sure=group == "v")
            if name:
                yield Span(match.start(group), match.start(group) + len(name), "customer", name)
        for match in _PERSON_ZH.finditer(line):
            name = _SAYS.split(match["v"])[0]
            if len(name) >= 2 and not _FAULT.search(name):
                yield Span(match.start("v"), match.start("v") + len(name), "person", name)
        for match in _PERSON_TOLD.finditer(line):
            if not _FAULT.search(match["v"]):
                yield Span(*match.span("v"), "person", match["v"])
    for match in _PERSON_TOLD_EN.finditer(line):
        group = "v" if match["v"] else "p"
        if not _NO_NAME.match(match[group]):
            yield Span(*match.span(group), "person", match[group])
    if ":" in line or "=" in line or "：" in line:
        for kind, pattern in _LABELLED_EN:
            for match in pattern.finditer(line):
                value = match["v"].rstrip(".")
                if not _NO_NAME.match(value) and (value[0].isupper() or value[0].isdigit() or not value.isascii()):
                    capital = _capitalised(value)
                    yield Span(match.start("v"), match.start("v") + len(capital), kind, capital)


def accounts(line: str) -> Iterator[Span]:
    """Accounts of messengers, where they are called so: WeChat and QQ."""
    if _ACCOUNT_MENTIONED.search(line) is None:
        return
    for match in _ACCOUNT.finditer(line):
        group = "v" if match["v"] else "q"
        yield Span(*match.span(group), "person", match[group])


def _capitalised(value: str) -> str:
    """The leading words of a name: capitals, figures, and small words between them."""
    words = value.split(" ")
    end = 0
    for place, word in enumerate(words, 1):
        if not word[:1].islower():
            end = place
        elif word not in ("of", "and", "the", "de", "for", "und", "et", "du", "van", "von"):
            break
    return " ".join(words[:end]).rstrip(".,")


def _chinese_name(said: str, sure: bool) -> str:
    """The name at the head of what follows a label; empty if it is no name but a complaint."""
    organisation = _ORGANISATION.match(said)
    if organisation is not None and not (
        _FAULT.search(organisation[0]) and _SYMPTOM.search(said[organisation.end() :])
    ):
        return organisation[0]
    name = _SAYS.split(said)[0]
    if _FAULT.search(name):
        return ""
    if sure or (2 <= len(name) <= 4 and name[0] in _SURNAMES) or name.endswith(("先生", "女士", "小姐", "总", "工")):
        return name
    return "" if _SYMPTOM.search(name) and name == said else name


def phones(line: str) -> Iterator[Span]:
    """Phone numbers: Chinese mobile and landline, international with `+`, others where they are called so."""
    if _NUMBER_MENTIONED.search(line) is None:
        return
    for match in _MOBILE.finditer(line):
        if not (match[2] == "" and _is_counter(line, match.start(1), match.end()) and "+" not in match[0]):
            start = match.start() + (match[0][0] in " -")
            yield Span(start, match.end(), "phone", re.sub(r"\D", "", match[1]))
    for match in _LANDLINE.finditer(line):
        yield Span(*match.span(), "phone", f"{match[1]}{match[2]}")
    for match in _HOTLINE.finditer(line):
        if "-" in match[1] or _PHONE_LABEL.search(line[: match.start()]):
            yield Span(*match.span(), "phone", re.sub(r"\D", "", match[1]))
    for match in _INTERNATIONAL.finditer(line):
        digits = re.sub(r"\D", "", match[1])
        decimal = re.fullmatch(r"\+\d+\.\d+", match[1])
        if 8 <= len(digits) <= 15 and not decimal and not _COUNTED.match(line[match.end() :]):
            yield Span(*match.span(1), "phone", digits.removeprefix("86") if digits.startswith("861") else digits)
    for match in _LOCAL.finditer(line):
        if _PHONE_LABEL.search(line[: match.start()]):
            yield Span(*match.span(1), "phone", re.sub(r"\D", "", match[1]))


def _is_counter(line: str, start: int, end: int) -> bool:
    before = line[:start]
    if _PHONE_LABEL.search(before):
        return False
    return _COUNTED.match(line[end:]) is not None or _COUNTER.search(before) is not None


def identities(line: str) -> Iterator[Span]:
    """Identity, passport and card numbers; those without a label only where their check digit is right."""
    if _NUMBER_MENTIONED.search(line) is None:
        return
    for match in _IDENTITY.finditer(line):
        if is_chinese_identity(match[1]):
            yield Span(*match.span(1), "identity", match[1].upper())
    for match in _IDENTITY_SPACED.finditer(line):
        digits = re.sub(r"[ -]", "", match[1])
        if is_chinese_identity(digits):
            yield Span(*match.span(1), "identity", digits.upper())
    for match in _IDENTITY_LABELLED.finditer(line):
        yield Span(*match.span("v"), "identity", re.sub(r"[ -]", "", match["v"]).upper())
    for pattern in (_SSN, _HONG_KONG):
        for match in pattern.finditer(line):
            yield Span(*match.span(1), "identity", match[1])
    for match in _SUBSCRIBER.finditer(line):
        yield Span(*match.span("v"), "subscriber", match["v"])
    for match in _CARD.finditer(line):
        if passes_luhn(match[1]):
            yield Span(*match.span(1), "card", re.sub(r"\D", "", match[1]))
    for match in _CARD_LABELLED.finditer(line):
        if passes_luhn(match["v"]):
            yield Span(*match.span("v"), "card", match["v"])


def serials(line: str) -> Iterator[Span]:
    if _SERIAL_MENTIONED.search(line) is None:
        return
    for match in _SERIAL.finditer(line):
        yield Span(*match.span("v"), "serial", match["v"].upper())


def is_chinese_identity(digits: str) -> bool:
    """Whether 18 digits are a Chinese identity number: a date of birth and the check digit of GB 11643-1999."""
    try:
        datetime.date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    weighted = sum(int(d) * 2 ** (17 - i) for i, d in enumerate(digits[:17]))
    return "10X98765432"[weighted % 11] == digits[17].upper()


def passes_luhn(number: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1, Luhn's sum); other characters do not count."""
    digits = [int(c) for c in number if c.isdigit()][::-1]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * d, 10)) for d in digits[1::2]) % 10
