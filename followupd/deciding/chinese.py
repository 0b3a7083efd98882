"""How is the detail of a decision, kept in English with its figures, said in Chinese?

One line for every sentence of this room and of work/ that becomes a Decision's or a Refusal's ``detail``; a test finds them in the
code. Names of stages, topics and signs are those of the rules.
"""

from __future__ import annotations

from followupd.deciding.rulebook import Rulebook
from followupd.phrasebook import Names, Phrasebook, nobody

SPANS: dict[str, str] = {
    "{count} business day": "{count} 个工作日",
    "{count} business days": "{count} 个工作日",
    "{count} day": "{count} 天",
    "{count} days": "{count} 天",
    "{count} working hour": "{count} 个工作小时",
    "{count} working hours": "{count} 个工作小时",
}

PARTS: dict[str, str] = {
    "the delivery term": "贸易术语",
    "the minimum quantity": "起订量",
    "the lead time": "交期",
    "the payment terms": "付款方式",
    "which goods": "要哪种产品",
    "the port or place of delivery": "目的港或交货地",
    "the validity": "有效期",
    "the packing": "包装",
    "the sample": "样品",
    "the quantity": "数量",
    "the price": "价格",
    "the specification": "规格",
    "the certificates": "认证",
    "the goods": "要哪种产品",
    "the destination": "目的地",
    "ordered before": "下过单",
    "had samples": "拿过样品",
    "bargained with us": "与我方谈过价",
    "asked in earnest": "认真询过价",
    "asked vaguely": "询盘含糊",
    "an ordinary inquiry": "普通询盘",
    "you said so": "你定的",
    "suspicious": "可疑",
    "fraud": "诈骗",
    "pitch": "推销",
    "newsletter": "群发资讯",
    "auto reply": "自动回复",
    "bounce": "退信",
    "challenge": "发信验证",
    "calendar": "日程",
    "platform notice": "平台通知",
    "personal": "私人邮件",
    "an unknown country": "国家未知的客户",
}

TOPICS: dict[str, str] = {
    "{Detail}; too late by {day}": "{Detail}；{day} 起已太迟",
    "{Detail}; from {day}": "{Detail}；从 {day} 起",
    "{Topic} goes before": "“{Topic}”优先",
    "next: {Topic} on {day}": "下一步：{day}，{Topic}",
    "not in the stage '{Stage}'": "不用于“{Stage}”阶段",
    "only after an answer like '{Answers}'": "只在客户这样答复之后：{Answers}",
    "after an answer like '{Answer}' another topic speaks": "客户答复“{Answer}”之后用别的话题",
    "only as the first follow-up of a turn": "只能作为本轮第一封跟进",
    "the last draft of this thread had this topic": "该会话上一封草稿就是这个话题",
    "once per thread": "每个会话一次",
    "once per quote": "每份报价一次",
    "once per inquiry": "每封询盘一次",
    "at most {count} in {days} days to one buyer": "同一客户 {days} 天内最多 {count} 封",
    "{count} follow-up in this turn, the most is {most}": "本轮已跟进 {count} 次，上限 {most} 次",
    "{count} follow-ups in this turn, the most is {most}": "本轮已跟进 {count} 次，上限 {most} 次",
    "the stage has no close-out": "该阶段没有收尾信",
    "there is no offer of ours": "尚无我方报价",
    "there is no offer of ours to speak of": "没有可说的我方报价",
    "there is no offer of ours to follow up": "没有可跟进的我方报价",
    "nothing was followed up yet, so there is nothing to close": "还没有跟进过，无从收尾",
    "{Span} of silence after {count} follow-up": "跟进 {count} 次后沉默 {Span}",
    "{Span} of silence after {count} follow-ups": "跟进 {count} 次后沉默 {Span}",
    "the buyer did not speak of the price": "客户没有谈价格",
    "the stage has no threshold of silence for this step": "该阶段这一步没有设沉默天数",
    "{Span} of silence after we answered on the price": "我方答复价格后沉默 {Span}",
    "the offer names no last day": "报价没有写有效期",
    "the last day of the offer can be read in two ways": "报价的有效期有两种读法",
    "the offer ended on {day}": "报价已于 {day} 到期",
    "the offer ends before a business day is left to speak of it": "到期之前已没有工作日可提醒",
    "the offer is valid until {until}; the business day to say so is {day}": "报价有效期至 {until}；宜在 {day}（工作日）提醒",
    "the offer ended on {day}, too long ago to speak of it": "报价已于 {day} 到期，时间太久，不再提起",
    "we wrote on {day}, after the offer had ended: its end is no news": "报价到期后我方已于 {day} 去信，到期不再是新消息",
    "the offer was valid until {until}; the next business day is {day}": "报价有效期到 {until} 为止；下一个工作日是 {day}",
    "the offer is valid until {until}; the next business day is {day}": "报价有效期至 {until}；其后的工作日是 {day}",
    "{Span} of silence since it arrived on {day}": "{day} 签收后沉默 {Span}",
    "{Span} since the goods were due on {day}": "{day} 应到货，已过 {Span}",
    "no event is known that this buyer was not told: followupd fact add event --says ...": "没有尚未告知该客户的消息：followupd fact add event --says ...",
    "event {fact} of {day}": "消息 {fact}（{day}）",
    "the stage '{Stage}' does not end with a notice": "“{Stage}”阶段不以通知结束",
    "{Span} of silence after the proforma of {day}": "{day} 的形式发票之后沉默 {Span}",
    "no production slot is known: followupd fact add slot --confirm-by DAY --ready-by DAY": (
        "没有已知的排产档期：followupd fact add slot --confirm-by DAY --ready-by DAY"
    ),
    "slot {fact}: confirmed by {day}, ready by {ready}": "档期 {fact}：{day} 前确认，{ready} 完工",
    "not before the third follow-up": "第三次跟进起才用",
    "no shipment to this region is known: followupd fact add shipment --region ... --countries ...": (
        "没有已知的发往该地区的货：followupd fact add shipment --region ... --countries ..."
    ),
    "shipments to {region} ({fact})": "发往 {region} 的货（{fact}）",
    "nothing was ordered in this thread": "该会话没有下过单",
    "orders come every {days} days, the last on {day}": "约每 {days} 天下一次单，最近一次是 {day}",
    "{Span} since {day}": "{day} 起已 {Span}",
    "nothing moved by {least} % since the offer: followupd fact add price --what ... --old ... --new ...": (
        "报价以来没有成本变动达到 {least} %：followupd fact add price --what ... --old ... --new ..."
    ),
    "{fact}: {what} moved by {percent} % since {day}": "{fact}：{what} 自 {day} 起变动 {percent} %",
    "the buyer did not answer": "客户没有答复",
    "offered {count} times since that answer": "那次答复之后已提过 {count} 次",
    "the buyer waits for somebody; {Span} since that answer": "客户在等别人；那次答复已过 {Span}",
    "not as the first follow-up": "不能作为第一封跟进",
    "the terms of samples are not known: followupd fact add sample --fee 'USD 40' --refundable": (
        "样品条件未知：followupd fact add sample --fee 'USD 40' --refundable"
    ),
    "our offer speaks of samples already": "我方报价里已写样品",
    "no sample was spoken of; terms of {fact}": "还没有谈过样品；条件按 {fact}",
    "{Span} of silence": "沉默 {Span}",
    "this turn had its follow-ups; what comes next is the close-out": "本轮跟进已满，接下来是收尾信",
    "paused, nobody knows since when": "已暂缓，起始日期不明",
    "the pause ends on {day}": "暂缓到 {day} 结束",
    "asked once after the loss; that was enough": "丢单后已问过一次，不再问",
    "{Span} since the loss": "丢单已过 {Span}",
    "the buyer's last word is of {day}, longer ago than {Span} ({law})": "客户最后一次来信是 {day}，已超过 {Span}（{law}）",
    "the buyer's last word is of {day}, longer ago than {Span}": "客户最后一次来信是 {day}，已超过 {Span}",
    "{law} asks for your postal address: put it into the signature of the account": "{law} 要求写明通讯地址：请写进账号的签名",
    "{Span} since our last mail, grade {grade} ({Why})": "距我方上一封邮件 {Span}，等级 {grade}（{Why}）",
    "the offer lacks nothing": "报价内容齐全",
    "the offer ends on {day}, which is the better reason": "报价 {day} 到期，用它作理由更好",
    "{Span} of silence; the offer lacks {Parts}": "沉默 {Span}；报价未写：{Parts}",
    "only before our first mail, which went out on {day}": "只用于我方第一封邮件之前，而它已于 {day} 发出",
    "no feast within {days} days is known for {Country}": "{days} 天内没有 {Country} 的已知节日",
    "the wish for {Feast} was written": "{Feast}的祝福已写过",
    "{Feast} on {day}": "{day} 是{Feast}",
    "no closing of ours is known: followupd fact add shutdown --first DAY --last DAY": "没有已知的停工：followupd fact add shutdown --first DAY --last DAY",
    "the closing of {day} was told": "{day} 的停工已告知",
    "closed from {day} to {last} ({fact})": "停工 {day} 至 {last}（{fact}）",
}
"""What triggers and limits of topics say."""

DECISIONS: dict[str, str] = {
    "{Topic} is due, but today is no business day of the buyer": "“{Topic}”已到期，但今天不是客户的工作日",
    "a draft to this buyer already stands in another thread": "给该客户的草稿已在另一会话里",
    "no topic speaks in the stage '{Stage}'": "“{Stage}”阶段没有合适的话题",
    "you are asked to call on {day}": "{day} 会提醒你打电话",
    "you were asked to call on {day}": "{day} 已提醒你打电话",
    "{Stage}: {Span} of silence": "{Stage}：沉默 {Span}",
    "everything that may be written was written": "该写的都已写",
    "this buyer got enough mail lately": "近来写给该客户的邮件已够多",
    "there is nothing new and true to say": "没有新的真实信息可说",
    "the follow-ups of the stage '{Stage}' are used up": "“{Stage}”阶段的跟进次数已用完",
    "{Stage}: the next step is ours": "{Stage}：下一步在我方",
    "there is neither a buyer's mail nor an offer of ours": "既没有客户来信，也没有我方报价",
    "after the buyer's last mail you said: {Stage}": "客户最后来信之后，你说：{Stage}",
    "{Stage}: it should arrive on {day} (assumed)": "{Stage}：估计 {day} 签收",
    "{Stage}: it should arrive on {day}": "{Stage}：应于 {day} 签收",
    "the buyer wrote on {day} and waits for an answer; {Unreached}": "客户 {day} 来信，等待回复；{Unreached}",
    "the buyer wrote on {day} and waits for an answer": "客户 {day} 来信，等待回复",
    "the buyer answered on {day} and nobody could say what is meant: please read it": "客户 {day} 的答复看不出意思，请你自己读一下",
    "the mail that a colleague passed on does not tell the buyer's address: ask for it": "同事转来的邮件没有买家邮箱，请询问",
    "the buyer came through {platform}, where a mail reaches nobody: answer on the site": "客户来自 {platform}，邮件无法送达，请在平台上回复",
    "we have not written in this thread": "我方还没有在该会话写过信",
    "the buyer is away; looked at again on {day}": "客户不在；{day} 再看",
    "the buyer will come back; until {day} nothing": "客户会再联系；{day} 之前不动",
    "followupd's draft stands in Drafts": "followupd 的草稿在草稿箱里",
    "a person's draft stands in Drafts": "你的草稿在草稿箱里",
    "the buyer asked not to be written to": "客户要求不再联系",
    "our last mail could not be delivered: find another contact": "我方上一封邮件被退回：请另找联系人",
    "muted by you": "你已静音",
    "snoozed by you until {day}": "你已延后到 {day}",
    "our last mail was answered on {day} from {address}, an address not of this thread: read that mail; "
    "if it is not the buyer's, `followupd stage` goes on here": (
        "{day} 有人从 {address} 回复了我方上一封邮件，该地址不在此会话里：请先读那封信；若不是该客户，用 `followupd stage` 继续"
    ),
    "{Risk}: {Signs}": "{Risk}：{Signs}",
    "you said that this is not a buyer": "你说过这不是买家",
    "you called this a fraud": "你说过这是诈骗",
    "you called this inquiry vague": "你说过这是虚盘",
    "nobody from outside takes part in this thread": "该会话没有外部人员",
    "the first mail is a {Kind}: answer on the platform's site": "第一封是{Kind}：请在平台上回复",
    "the first mail is a {Kind}": "第一封是{Kind}",
    "a vague inquiry that was not quoted": "虚盘，未报价",
    "quiet since {day}, long before followupd was installed": "自 {day} 起没有往来，远在安装 followupd 之前",
    "the inquiry does not say {Parts}": "询盘没有写：{Parts}",
    "only to an inquiry that is genuine, likely or unsure, and for goods of yours": "只用于真盘、可能真盘或待确认、且产品是你方的询盘",
    "more was written since in another thread: answer it yourself": "之后在另一会话里又有往来：请你自己回复",
    "the thread holds more than the inquiry: answer it yourself": "该会话不止这封询盘：请你自己回复",
    "the inquiry is older than {Span}": "询盘已超过 {Span}",
    "nothing is missing: quote it": "信息齐全：请直接报价",
    "a draft stands in this thread": "该会话里已有草稿",
    "the buyer wrote after the draft was prepared": "草稿写好后客户又来信",
    "we wrote ourselves after the draft was prepared": "草稿写好后我方自己去了信",
    "nothing may be written in this thread any more": "该会话不可再写信",
    "nothing may be written in this thread any more: {Detail}": "该会话不可再写信：{Detail}",
    "you said where the thread stands now: {Stage}": "你已说明进展：{Stage}",
    "the draft says that the offer is valid until {until}, and that day is over": "草稿说报价有效期至 {until}，而这天已过",
    "our last mail was answered from another address, {address}": "有人从另一地址 {address} 回复了我方上一封邮件",
    "what the draft says held until {day}": "草稿的内容只到 {day} 有效",
    "the draft speaks of {facts}, which is no longer in facts.yaml or no longer true": "草稿说到 {facts}，它已不在 facts.yaml 里或已失效",
    "we answered the inquiry ourselves": "我方已自己回复询盘",
    "more came from the buyer than the inquiry that the draft answers": "除草稿所答的询盘外，客户又来了信",
    "more was written since the inquiry, in another thread with this buyer": "询盘之后，与该客户在另一会话里又有往来",
}
"""What is decided in a thread as a whole."""

STAGES: dict[str, str] = {
    "our mail of {day} names {price}": "我方 {day} 的邮件报了 {price}",
    "our mail of {day}: {words}": "我方 {day} 的邮件：{words}",
    "the buyer's mail of {day} was read as {Answer}": "客户 {day} 的邮件读作“{Answer}”",
    "the buyer wrote again on {day}": "客户 {day} 又来信",
}
"""On what the stage of a thread rests (judging/stage.py)."""

OF_TURNS: dict[str, str] = {
    "{count} drafts a day are enough to read; this one waits for tomorrow": "一天 {count} 份草稿已够看；这份等明天",
    "another thread of this buyer gets its draft now": "该客户的另一会话现在写草稿",
    "the account has no Drafts folder": "账号没有草稿箱",
    "drafts are switched off in the config": "配置里关闭了写草稿",
    "no decision was possible ({fault}): please read this thread yourself": "无法作出决定（{fault}）：请你自己看这个会话",
    "this thread could not be judged ({fault}): please read it yourself": "无法判断这个会话（{fault}）：请你自己看",
}
"""What work/ says when it settles the decisions of a turn."""

DETAILS: dict[str, str] = {**SPANS, **PARTS, **TOPICS, **DECISIONS, **STAGES, **OF_TURNS}
BOOK = Phrasebook(DETAILS)


def detail_zh(detail: str, names: Names = nobody) -> str:
    """The detail in Chinese; empty where it has none. ``names``: how the rules in force call stages, topics and signs."""
    return BOOK.told(detail, names) or ""


def names_in(book: Rulebook) -> Names:
    """How the rules in force call stages, topics and feasts in Chinese, by their English and by their id."""
    rules = [(one.id, one.rule.en, one.rule.zh) for one in book.stages.values()]
    rules += [(one.id, one.rule.en, one.rule.zh) for one in book.topics]
    rules += [(one.id, one.rule.en, one.rule.zh) for one in book.festivals]
    return {english: zh or en for id, en, zh in rules for english in (id, id.replace("_", " "), en)}.get
