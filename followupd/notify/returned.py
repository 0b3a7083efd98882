"""What is the owner told of a mail that was to be sent?

Only what needs a person: it was not sent and why, or it may have gone out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from types import MappingProxyType

from followupd.model import Identity
from followupd.notify.entry import Entry, Section, Tone, clean
from followupd.notify.letter import letter

EN: Mapping[str, str] = MappingProxyType(
    {
        "title": "Not sent: {subject}",
        "title_doubt": "May have gone out, please look: {subject}",
        "back": "The mail was not sent. It lies in your Drafts folder again.",
        "stays": "The mail was not sent. It stays in the folder for sending and is not tried again: please take it out.",
        "unreadable": "It cannot be read, or has no Message-ID.",
        "large": "It is too large to be sent by followupd.",
        "sender": "Its sender is not the address of this account.",
        "no_thread": "It answers no mail of a conversation that followupd knows.",
        "recipients": "It is not addressed to the buyer of its conversation alone (in Cc only who was in Cc on the buyer's side, no Bcc).",
        "written": "Something was written in this conversation after this mail.",
        "stop": "This buyer must not be written to now (stop wish, mute, bounce, risk or a verdict of yours).",
        "two": "Two mails of one conversation lie in the folder for sending.",
        "lately": "Another mail of this conversation went out, or may have gone out, within the last day.",
        "again": "A mail of this Message-ID has gone out before, or may have.",
        "refused": "The mail server refuses it.",
        "patience": "The mail server has not taken it for three mornings.",
        "doubt": "The connection was cut while the mail was handed over. Nobody knows whether it went out. followupd will not send it again. "
        "Look in Sent, and ask the buyer before you send it yourself.",
        "said": "Details",
        "step": "Next step: open it, decide, and send it yourself or lay it into the folder once more.",
        "open": "Open the mail",
        "footer": "followupd wrote this to you alone.",
    }
)

ZH: Mapping[str, str] = MappingProxyType(
    {
        "title": "未发送：{subject}",
        "title_doubt": "可能已发出，请查看：{subject}",
        "back": "这封邮件没有发送，已放回您的草稿箱。",
        "stays": "这封邮件没有发送。它仍在待发文件夹里，不会再试：请把它移出。",
        "unreadable": "无法读取，或没有 Message-ID。",
        "large": "邮件太大，followupd 不能发送。",
        "sender": "发件人不是本账号的地址。",
        "no_thread": "它没有回复 followupd 所知道的任何往来。",
        "recipients": "收件人不只是该往来的买家（抄送只能是买家一方抄送过的人，不能有密送）。",
        "written": "在这封邮件之后，此往来里又有新邮件。",
        "stop": "现在不能给这位买家写信（对方要求停止、已静音、退信、有风险，或您自己的判断）。",
        "two": "待发文件夹里有同一往来的两封邮件。",
        "lately": "此往来在最近一天内已发出、或可能已发出另一封邮件。",
        "again": "同一 Message-ID 的邮件已经发出，或可能已经发出。",
        "refused": "邮件服务器拒收这封邮件。",
        "patience": "邮件服务器连续三个早晨没有接收这封邮件。",
        "doubt": "交付邮件时连接中断，无法知道是否已发出。followupd 不会再发。请查看已发送文件夹，自己发送之前先问问买家。",
        "said": "详情",
        "step": "下一步：打开邮件，由您决定，自己发送或再次放入该文件夹。",
        "open": "打开邮件",
        "footer": "本邮件只发给您本人。",
    }
)

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": EN, "zh": ZH})


def returned(
    why: str, said: str, place: str, *, subject: str, message_id: str, owner: str, identity: Identity, now: datetime, occasion: str,
    language: str,
) -> EmailMessage:  # fmt: skip
    """The letter for one mail: ``why`` and ``place`` (``back``, ``stays``) are keys of the tables, ``said`` the server's own words."""
    w = TABLES.get(language, EN)
    details = (f"{w['said']}: {clean(said, 300)}",) if said else ()
    where = () if why == "doubt" else (w[place],)
    step = "" if why == "doubt" else w["step"]
    entries = (Entry(w[why], (*where, *details), message_id, tone=Tone.BAD if why == "doubt" else Tone.LATE, step=step),)
    return letter(
        w["title_doubt" if why == "doubt" else "title"].format(subject=clean(subject, 60)),
        (Section("", entries), Section("", (Entry("", (w["footer"],)),))),
        owner=owner,
        identity=identity,
        now=now,
        occasion=occasion,
        language=language,
        open_label=w["open"],
    )
