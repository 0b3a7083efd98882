"""How is a reason said to a person, in English and Chinese?

One sentence for every value of Reason; a test keeps them in step.
"""

from __future__ import annotations

from followupd.model import Reason

TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.SILENCE: ("the buyer has been silent past the threshold", "客户沉默已超过设定天数"),
    Reason.NEWS: ("there is something new and true to tell", "有新的真实信息可告知"),
    Reason.VALIDITY_ENDING: ("the offer ends soon", "报价有效期将到"),
    Reason.VALIDITY_ENDED: ("the offer has ended", "报价有效期已过"),
    Reason.WAITING_CLIENT: ("the buyer waits for his client", "客户在等其终端客户"),
    Reason.NURTURE_DUE: ("it is time to ask for the need again", "到了再次询问需求的时间"),
    Reason.CLOSE_OUT_DUE: ("the series of follow-ups ends here", "跟进到此收尾"),
    Reason.REPLY_OWED: ("we owe the buyer an answer", "我方尚未回复客户"),
    Reason.INQUIRY_LACKS: ("the inquiry does not say what a price needs", "询盘缺少报价所需的信息"),
    Reason.ASK_HUMAN: ("silent for so long that a call does more than a mail", "沉默过久，打电话比写信有用"),
    Reason.RISK_ALARM: ("the mail looks like fraud", "邮件有诈骗嫌疑"),
    Reason.BUYER_WROTE: ("the buyer wrote, so the draft is withdrawn", "客户已来信，草稿撤回"),
    Reason.OVERTAKEN: ("the draft no longer holds, so it is withdrawn", "草稿已过时，撤回"),
    Reason.NOT_DUE: ("not yet due", "尚未到时间"),
    Reason.OUR_MOVE: ("the next step is ours", "下一步在我方"),
    Reason.DRAFT_OPEN: ("a draft already stands in this thread", "该会话已有草稿"),
    Reason.STEP_DONE: ("this step was already taken", "该步骤已完成"),
    Reason.HUMAN_DECIDED: ("a person decided about this step", "该步骤已由人处理"),
    Reason.NO_FACT: ("there is no new and true fact to tell", "没有新的真实信息可说"),
    Reason.NO_TOPIC: ("no topic speaks here", "此处没有合适的话题"),
    Reason.LIMIT_THREAD: ("the limit of this thread is reached", "该会话已达上限"),
    Reason.LIMIT_BUYER: ("the limit of this buyer is reached", "该客户已达上限"),
    Reason.LIMIT_DAY: ("enough drafts for one day", "当天草稿已够多"),
    Reason.MIN_GAP: ("too soon after our last mail", "距上一封邮件太近"),
    Reason.OUTSIDE_WINDOW: ("not a business morning of the buyer", "不在客户的工作时间"),
    Reason.BUYER_AWAY: ("the buyer is away", "客户不在办公室"),
    Reason.PAUSED: ("paused by the buyer", "客户暂缓"),
    Reason.MUTED: ("muted by you", "已静音"),
    Reason.SNOOZED: ("snoozed by you", "已延后"),
    Reason.LOST: ("the order went elsewhere", "订单已失"),
    Reason.SUPPRESSED: ("the buyer asked not to be written to", "客户要求不再联系"),
    Reason.BOUNCED: ("our mail could not be delivered", "邮件被退回"),
    Reason.RISKY: ("looks like fraud: nothing is drafted", "疑似诈骗，不跟进"),
    Reason.VAGUE: ("a vague inquiry that was not quoted", "虚盘，未报价"),
    Reason.NOT_A_BUYER: ("not a buyer", "不是买家"),
    Reason.UNCLEAR_ANSWER: ("the buyer's answer is unclear: please read it", "客户回复不明，请人工查看"),
    Reason.TOO_OLD: ("quiet since long before the installation", "安装之前早已沉寂"),
    Reason.LINT_FAILED: ("the draft did not pass the check", "草稿未通过检查"),
    Reason.NO_QUOTE: ("there is no offer of ours", "尚无我方报价"),
    Reason.FINISHED: ("everything that may be written was written", "该写的都已写"),
    Reason.ANSWER_ON_SITE: ("a mail does not reach this buyer: answer on the platform's site", "邮件无法送达该买家，请在平台上回复"),
    Reason.ADDRESS_UNKNOWN: ("the forwarded mail does not tell the buyer's address: ask for it", "转发邮件未含买家邮箱，请询问同事"),
    Reason.DRY_RUN: ("only looked at, nothing was written", "仅预览，未写入"),
}


def text(reason: Reason, language: str = "en") -> str:
    """The sentence for a reason."""
    return TEXTS[reason][1 if language == "zh" else 0]
