"""The fixed words of a report, in both languages."""

from __future__ import annotations

from typing import NamedTuple

WORDS: dict[str, tuple[str, str]] = {
    "not_understood": ("I do not know: nothing that was reported could be placed.", "无法判断：上报的信息均未能识别。"),
    "all_cleared": ("I do not know: every alarm that was reported has cleared.", "无法判断：上报的告警均已清除。"),
    "by_wording": ("What follows rests on the wording alone.", "以下仅凭用词相近推断。"),
    "say_more": (
        "Say what is seen: lights, log lines, measured values, what does not work.",
        "请补充看到的现象：指示灯、日志、测量值，以及哪些功能异常。",
    ),
    "none_known_likely": (
        "I do not know: what was reported bears out none of the causes known here.",
        "无法判断：上报的信息不足以认定任何已知原因。",
    ),
    "several_unknown": (
        "I do not know: several causes fit about equally, and it may be none of them.",
        "无法判断：几个原因可能性相近，也可能都不是。",
    ),
    "several": ("No cause stands out: several fit about equally.", "没有明显突出的原因：几个原因可能性相近。"),
    "weak_unknown": (
        "I do not know: of the causes known here the first fits best, but it may well be none of them.",
        "无法判断：已知原因中第1项最符合，但也可能都不是。",
    ),
    "weak": (
        "Not certain: the first cause leads, but with no more than {percent}.",
        "尚不能断定：第1项领先，但可能性只有{percent}。",
    ),
    "none_known": ("none of the causes known here", "不属于已知原因"),
    "said": ("you said", "您的描述"),
    "guessed": ("as I understand", "据描述推断"),
    "perhaps": ("perhaps: ", "可能："),
    "indicator": ("light", "指示灯"),
    "log": ("log", "日志"),
    "log_line": ("log line {line}", "日志第{line}行"),
    "test": ("test", "测试"),
    "alarm": ("alarm", "告警"),
    "circumstance": ("circumstance", "场景"),
    "repair": ("repair", "处理"),
    "answer": ("answer", "回答"),
    "not_seen": ("not seen: ", "未出现："),
    "check_next": ("Check next", "下一步检查"),
    "do": ("Then do", "处理措施"),
    "do_if": ("If it is 1", "若属第1项"),
    "do_too": ("And do", "并处理"),
    "bring": ("bring: ", "备件与工具："),
    "done_when": ("done when: ", "完成标准："),
    "escalate": ("Escalate", "升级建议"),
    "no_escalation": ("not needed so far", "暂不需要"),
    "to": ("functional: to {level}, {deadline}", "技术升级：转{level}，{deadline}"),
    "management": ("hierarchic: management on duty is told, {deadline}", "管理升级：通报值班主管，{deadline}"),
    "words": ("worded like calls about it: {words}", "用词相近：{words}"),
    "wording_like": ("worded like calls about it", "用词与该原因的报障相近"),
    "wording_unlike": ("not worded like calls about it", "用词与该原因的报障不同"),
    "because": ("because: ", "原因："),
    "missing": ("still missing: ", "尚缺信息："),
    "within": ("within {time}", "{time}内"),
    "hours": ("{n} h", "{n}小时"),
    "minutes": ("{n} min", "{n}分钟"),
    "risk_none": ("no risk", "无风险"),
    "risk_service": ("interrupts service", "影响业务"),
    "risk_data": ("data at risk", "有数据风险"),
    "would_change": ("Would change", "何以改变"),
    "if_seen": ("if seen: {titles}", "若出现{titles}"),
    "if_not_seen": ("if not seen: {titles}", "若未出现{titles}"),
    "then_first": ("{title} is first, {percent}", "{title}居首，{percent}"),
    "early_saves": (
        "{risk}, but saves about {n} minutes on average against: {other}",
        "{risk}，但比“{other}”平均节省约{n}分钟",
    ),
    "early_settled": (
        "{risk}, but no check without that risk would be likely to change the first place, not even: {other}",
        "{risk}，但没有这种风险的检查都不大可能改变首位原因，包括“{other}”",
    ),
    "early_required": ("{risk}, but a rule requires it before: {other}", "{risk}，但规则要求先于“{other}”进行"),
    "call": ("call {level}", "联系{level}"),
    "no_tools": ("no tools", "无需工具"),
    "skill": ("needs {skill}", "需{skill}技能"),
    "not_placed": ("Not placed", "未识别信息"),
    "cleared": ("Cleared", "已清除告警"),
    "nearest": ("nearest known: ", "最接近："),
    "conflict": ("Which is it", "请确认"),
    "conflict_several": ("{said}? They contradict each other ({title})", "{said}？说法互相矛盾（{title}）"),
    "conflict_one": ("{said} says both yes and no ({title})", "{said}自相矛盾（{title}）"),
    "or": (" or ", "还是"),
    "quoted": ('"{text}"', "“{text}”"),
    "ask": ("Ask me", "继续查询"),
    "ask_text": ("why not, what speaks against it", "查看排除理由与反证"),
    "together": ("Together", "组合原因"),
    "for_it": ("{title} ({ground})", "{title}（{ground}）"),
    "in_all": ("; any two or more at once: {percent}", "；两个以上原因同时存在共{percent}"),
    "alike": ("not told apart: ", "无法区分："),
    "confirmed": ("confirmed", "已确认"),
    "required": ("first of all", "必须先做"),
    "ruled_out": ("Ruled out", "已排除"),
    "knowledge": ("knowledge", "知识库"),
    "exact": ("exact", "精确计算"),
    "approximate": ("approximate: likeliest causes only", "近似：仅计最可能的原因"),
    "bounded": ("within {bound}", "误差不超过{bound}"),
    "less_likely": ("and {n} less likely", "另有{n}种可能性更小的结果"),
    "more": ("and {n} more", "另有{n}项"),
    "collect": ("collect: ", "需收集："),
    "then": ("->", "→"),
}  # fmt: skip


class Signs(NamedTuple):
    """What stands between parts of a sentence, blanks included."""

    colon: str
    stop: str
    comma: str
    semicolon: str
    listing: str
    """Between the items of a list."""


SIGNS = {"en": Signs(": ", ". ", ", ", "; ", ", "), "zh": Signs("：", "。", "，", "；", "、")}

SEVERITY: dict[str, tuple[str, str]] = {
    "critical": ("CRITICAL", "紧急"),
    "major": ("MAJOR", "重要"),
    "minor": ("MINOR", "次要"),
    "warning": ("WARNING", "提示"),
    "indeterminate": ("INDETERMINATE", "级别不明"),
}

KIND: dict[str, tuple[str, str]] = {
    "hardware": ("hardware", "硬件"),
    "software": ("software", "软件"),
    "configuration": ("configuration", "配置"),
    "environment": ("environment", "环境"),
    "external": ("external", "外部"),
}


def word(name: str, lang: str, **values: object) -> str:
    """A fixed word, filled in."""
    text = WORDS[name][lang == "zh"]
    return text.format(**values) if values else text


def time_span(deadline: str, lang: str) -> str:
    """An ISO 8601 duration (PT2H30M) as a person says it."""
    hours, _, minutes = deadline.removeprefix("PT").rpartition("H")
    said = []
    if hours:
        said.append(word("hours", lang, n=hours))
    if minutes:
        said.append(word("minutes", lang, n=minutes.removesuffix("M")))
    return " ".join(said)
