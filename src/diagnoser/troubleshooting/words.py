"""The fixed words of a session, in both languages."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "step": ("Step {n}", "第{n}步"),
    "leads": ("so far: {title}, {percent}", "目前首位：{title}，{percent}"),
    "nothing_leads": ("so far nothing fits", "目前没有符合的原因"),
    "check": ("check", "检查"),
    "repair": ("repair", "处理"),
    "call": ("escalate", "升级"),
    "what_came_out": ("What came out?", "结果如何？"),
    "light_in_doubt": ("which light is meant by “{light}”?", "“{light}”指哪个灯？"),
    "look_again": ("Look at the light again: no light is known by what was said.", "请再看一下该灯：按所述内容没有已知的灯。"),
    "which_light": ("Which of these is it? (skip if none)", "是下列哪一种？（都不是则跳过）"),
    "is_it_gone": ("Is the fault gone? ({verify})", "故障是否消除？（{verify}）"),
    "hand_over": ("Hand the case over, with what is listed.", "请移交，并附上所列信息。"),
    "gone": ("The fault is gone.", "故障已消除。"),
    "nothing_asked": ("the session has ended; undo takes the last answer back", "会话已结束；undo可撤销上一回答"),
    "yes_or_no": ("answer yes if the fault is gone, no if it is still there, or skip",
                  "故障消除答“是”，仍在答“否”，或答“跳过”"),
    "number": ("answer with a number from 1 to {n}, or skip", "请回答1到{n}的序号，或“跳过”"),
    "number_or_value": ("answer with a number from 1 to {n}, a value in {unit}, or skip",
                        "请回答1到{n}的序号、以{unit}为单位的数值，或“跳过”"),
    "no_such_value": ("no outcome is given for this value; answer with a number from 1 to {n}, or skip",
                      "该数值没有对应的结果；请回答1到{n}的序号，或“跳过”"),
    "answers_check": ("1-{n}, yes, no, skip, undo, why, more, quit", "1-{n}、是、否、跳过、undo、why、more、quit"),
    "answers_value": ("1-{n}, a value in {unit}, skip, undo, why, more, quit",
                      "1-{n}、以{unit}为单位的数值、跳过、undo、why、more、quit"),
    "answers_repair": ("yes, no, skip, undo, why, more, quit", "是、否、跳过、undo、why、more、quit"),
    "nothing_to_undo": ("there is no answer to take back", "没有可撤销的回答"),
    "expected": ("expected cost from here: {n} minutes", "预计后续成本：{n}分钟"),
    "would_say": ("what each outcome would do", "各结果的影响"),
    "record": ("Record", "记录"),
    "asked": ("{n}. {action}: {title}", "{n}. {action}：{title}"),
    "answered": ("answer: {said}", "回答：{said}"),
    "result_outcome": ("result: {title}", "结果：{title}"),
    "result_skipped": ("skipped", "跳过"),
    "result_gone": ("the fault is gone", "故障已消除"),
    "result_still_there": ("the fault is still there", "故障仍在"),
    "ended_fixed": ("Ended: the fault is gone", "结束：故障已消除"),
    "ended_called": ("Ended: {title}", "结束：{title}"),
    "ended_open": ("Left open", "未结束"),
    "hand": ("hand over: ", "移交："),
    "missing": ("still missing: ", "尚缺："),
}  # fmt: skip


def say(name: str, lang: str, **values: object) -> str:
    """A fixed word, filled in."""
    text = WORDS[name][lang == "zh"]
    return text.format(**values) if values else text
