"""In which words does the owner hear from us?

One table per language, same keys in each (a test compares them). A further language is one more table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EN: Mapping[str, str] = MappingProxyType(
    {
        "digest": "followupd: {date}",
        "digest_counts": "{inquiries} new, {owed} to answer, {drafts} drafts",
        "inquiries": "New inquiries",
        "owed": "We owe an answer",
        "drafts": "Drafts waiting for you",
        "warnings": "Warnings",
        "quarantine": "{n} mails could not be read and were skipped. followupd status lists them.",
        "nothing": "Nothing new today.",
        "company": "Company",
        "country": "Country",
        "local_time": "{time} there now",
        "asked": "Asks for",
        "missing": "Does not say",
        "verdict": "Verdict",
        "risk": "Risk",
        "why": "Why",
        "since": "since {date} ({days} days)",
        "today": "since today",
        "open": "Open the mail",
        "unknown": "unknown",
        "genuine": "genuine",
        "likely": "likely genuine",
        "unsure": "unsure: please look yourself",
        "vague": "vague",
        "suspicious": "suspicious",
        "fraud": "likely fraud",
        "alarm_risk": "Careful: {who}",
        "alarm_owed": "Answer owed: {who}",
        "alarm_silent": "Silent, please call: {who}",
        "alarm_other": "Please look: {who}",
        "who": "Who",
        "subject": "Subject",
        "step_risk": "Next step: change no bank account and pay nothing on the word of this mail. "
        "Ask by phone, at a number you had before.",
        "step_owed": "Next step: answer this mail.",
        "step_silent": "Next step: call the buyer, or say where it stands with followupd stage.",
        "step_other": "Next step: open the thread and decide.",
        "what_risk": "This mail shows signs of fraud. No follow-up will be drafted in this thread.",
        "what_owed": "The buyer wrote last and still has no answer from us.",
        "what_silent": "Money is due and the buyer has been silent past the last threshold. Nothing more will be drafted about it.",
        "what_other": "followupd needs your eyes here.",
        "footer": "followupd wrote this to you alone. Drafts lie in your Drafts folder; nothing was sent to any buyer.",
    }
)

ZH: Mapping[str, str] = MappingProxyType(
    {
        "digest": "followupd：{date}",
        "digest_counts": "新询盘 {inquiries}，待回复 {owed}，草稿 {drafts}",
        "inquiries": "新询盘",
        "owed": "轮到我们回复",
        "drafts": "等您处理的草稿",
        "warnings": "提醒",
        "quarantine": "有 {n} 封邮件无法读取，已跳过。用 followupd status 查看。",
        "nothing": "今天没有新情况。",
        "company": "公司",
        "country": "国家",
        "local_time": "当地时间 {time}",
        "asked": "询问内容",
        "missing": "未说明",
        "verdict": "判断",
        "risk": "风险",
        "why": "理由",
        "since": "自 {date}（{days} 天）",
        "today": "自今天",
        "open": "打开邮件",
        "unknown": "未知",
        "genuine": "真实询盘",
        "likely": "很可能真实",
        "unsure": "不确定，请您亲自看一下",
        "vague": "泛泛询盘",
        "suspicious": "可疑",
        "fraud": "很可能是诈骗",
        "alarm_risk": "小心：{who}",
        "alarm_owed": "待回复：{who}",
        "alarm_silent": "久无回音，请致电：{who}",
        "alarm_other": "请看一下：{who}",
        "who": "对方",
        "subject": "主题",
        "step_risk": "下一步：不要凭这封邮件更改收款账户或付款，请用您原来就有的电话号码核实。",
        "step_owed": "下一步：回复这封邮件。",
        "step_silent": "下一步：给买家打电话，或用 followupd stage 说明进展。",
        "step_other": "下一步：打开邮件往来，由您决定。",
        "what_risk": "这封邮件有诈骗迹象。此往来不会再生成跟进草稿。",
        "what_owed": "买家最后来信，我们还没有回复。",
        "what_silent": "款项到期，买家沉默已超过最后一个天数。此事不会再生成草稿。",
        "what_other": "此处需要您看一眼。",
        "footer": "本邮件只发给您本人。草稿在您的草稿箱里，没有向任何买家发送邮件。",
    }
)

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": EN, "zh": ZH})


def words(language: str) -> Mapping[str, str]:
    """The table of a language; English where there is none."""
    return TABLES.get(language, EN)
