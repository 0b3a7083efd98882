"""In which words does the report speak?

One table per language, same keys and same places to fill in each (a test compares them). A further language is one more table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EN: Mapping[str, str] = MappingProxyType(
    {
        "lang": "en",
        "date": "{d.day} {month} {d.year}",
        "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "kicker": "followupd report",
        "title": "What became of the inquiries",
        "of": "{accounts}",
        "and": ", ",
        "span": "{first} to {last}",
        "size": "{mails} mails in {threads} conversations",
        "since": "Counted from {day} on.",
        "made": "Made on {day} at {time} ({zone}).",
        "nothing": "No mail has been read from this mailbox yet. Run followupd once or followupd run; this page fills as mail is read.",
        "table": "The figures",
        "how": "How it is counted",
        "few_left": "fewer than {few}, too few for a share",
        "range": "{low} to {high}",
        "other": "other countries",
        "nowhere": "not known",
        "total": "all",
        "n": "number",
        "share": "share",
        "truth": "range",
        # from inquiry to order
        "funnel": "From inquiry to order",
        "funnel_none": "No inquiry has come in yet.",
        "funnel_one": "{quotes} of {inquiries} inquiries were quoted.",
        "funnel_two": "Of these {quotes} quotes {sample} led to a sample, {pi} to a proforma, {order} to an order.",
        "funnel_desc": "Bars: how many inquiries ever reached each step.",
        "funnel_note": "{young} of these inquiries came in the last 30 days and may still go further.",
        "funnel_how": "An inquiry is a conversation that a buyer began by asking for goods, or that we quoted. Frauds, and mails that you called "
        "no buyer, are "
        "left out. A step counts once it was reached at any time, by what mail tells or by your own word. A sample can be skipped, so the steps "
        "need not fall one "
        "below the other.",
        "step": "step",
        "of_inquiries": "of inquiries",
        "of_quotes": "of quotes",
        "inquiry": "Inquiry",
        "quote": "Quote",
        "sample": "Sample sent",
        "pi": "Proforma stage",
        "order": "Order",
        # silence
        "silences": "How long buyers are silent",
        "silences_none": "No mail of ours waits or waited for an answer yet.",
        "silences_few": "{n} silences have been seen so far, in no stage {few} or more: too few to draw a curve.",
        "silences_one": "Of the buyers who answer in the stage “{stage}”, half have done so by working day {half}, nine of ten by day {most}.",
        "silences_two": "Of those silent for {days} working days, {share} still answered within the next {soon}.",
        "silences_desc": "Share of buyers still silent after so many working days. {told}",
        "silences_told": "{stage}: after 5 working days {five}, after 10 {ten}, of {n} silences.",
        "silences_note": "Line: the share still silent after so many working days. The band is the range in which the truth lies 19 times of 20. "
        "Dashed lines: the days after which your rules write. "
        "Lower row of figures: how many silences lasted so long.",
        "silences_left": "Too few to draw: {stages}.",
        "silences_how": "Kaplan and Meier’s estimate. A silence begins with each mail of ours and ends with the buyer’s next mail. It is cut off "
        "when we write "
        "again or where the record ends, and counts for as long as it lasted. Days are the buyer’s own working days.",
        "stage": "stage",
        "count": "silences",
        "answered": "answered",
        "silent_after": "silent after {days} days",
        "panel": "{stage} ({n})",
        "day": "day",
        "lasted": "n",
        # follow-ups
        "followups": "What follow-ups did",
        "followups_none": "No silence has been broken by a mail of ours yet, so there is nothing to tell.",
        "followups_few": "{sent} follow-ups were sent and {answered} of them answered within {soon} working days: too few to say what they changed.",
        "followups_lone": "{answered} of {sent} follow-ups were answered within {soon} working days. There are too few silences without a "
        "follow-up to say how many "
        "would have been answered anyway.",
        "followups_more": "{after} of follow-ups were answered within {soon} working days; about {anyway} would have been answered anyway.",
        "followups_chance": "The two ranges overlap: the difference may be chance.",
        "followups_apart": "The two ranges do not overlap.",
        "followups_desc": "For each topic the share answered after a follow-up, and the share answered anyway, with ranges. {told}",
        "followups_told": "{topic}: {after} against {anyway}.",
        "followups_note": "Compared are silences of other buyers in the same stage that were as long and in which nobody followed up. No "
        "experiment: whom to write to was "
        "your choice.",
        "followups_how": "A follow-up is a mail of ours that broke a silence of one working day or more and was no new offer: a draft of ours "
        "that you sent, or your own "
        "words. Answered: the buyer wrote within {soon} of the buyer’s working days. Both shares are Kaplan and Meier’s: whoever was cut off, by "
        "our next mail or "
        "by the end of the record, counts for as long as it lasted. The comparison takes for each follow-up all silences of other buyers of this "
        "mailbox that stood in the "
        "same stage and were still unanswered and not followed up on the same working day, and asks how many of them were answered in the days "
        "after. Ranges are Wilson’s, "
        "on as many as were watched to the end. Below {few} no share is shown.",
        "topic": "topic",
        "all_topics": "All follow-ups",
        "own_words": "in your own words",
        "sent": "sent",
        "answered_soon": "answered within {soon}",
        "open": "not over yet",
        "after": "after a follow-up",
        "anyway": "answered anyway",
        "compared": "silences compared",
        "row_sent": "{sent} sent",
        "row_few": "{answered} of {sent} answered: too few for a share",
        "row_lone": "too few silences to compare with",
        # our own side
        "response": "How fast we answer",
        "response_none": "No inquiry that deserves an answer has come in yet.",
        "response_unanswered": "None of the {n} inquiries has an answer of ours yet.",
        "response_few": "Within {hours} working hours {within} of {whole} inquiries had our first answer.",
        "response_one": "Half of our first answers went out within {half} working hours, nine of ten within {most}.",
        "response_desc": "First answers of ours by the working hours they took.",
        "response_note": "Working hours are ours, from {opens}:00 to {closes}:00 on our working days.",
        "response_more": "{n} inquiries came by platforms whose own site takes the answers; these are not seen here.",
        "response_how": "From the buyer’s first mail to our first mail after it. Inquiries that are vague by your word or ours are left out. The "
        "shares within 4 and "
        "24 hours are of all inquiries that are at least as old as that, answered or not; median and nine of ten are of the answered ones.",
        "hours_axis": "working hours until our first answer",
        "not_yet": "none yet",
        "up_to": "to {high}",
        "between": "{low}–{high}",
        "longer": "over {low}",
        "took": "hours",
        "median": "half within",
        "p90": "nine of ten within",
        "within": "within {hours} hours",
        "hours": "{h} h",
        "waiting": "Waiting longest for our first answer",
        "who": "who",
        "subject": "subject",
        "came": "since",
        # countries
        "countries": "Where inquiries come from",
        "countries_none": "The country of no inquiry is known yet.",
        "countries_one": "{country} sends the most inquiries: {n} of {all}. They come from {places} countries in all.",
        "countries_single": "All {n} inquiries whose country is known come from one country: {country}.",
        "countries_desc": "Bars by country: inquiries, of these quoted, of these ordered. {told}",
        "countries_told": "{country}: {inquiries}, {quoted}, {ordered}.",
        "countries_note": "Full length: inquiries. Dark part: quoted. Figures behind: inquiries, quotes, orders.",
        "countries_how": "The country is read from signature, telephone number, domain or time zone of the buyer’s mail.",
        "country": "country",
        "inquiries": "inquiries",
        "quoted": "quoted",
        "ordered": "ordered",
        # verdicts
        "verdicts": "How right our verdicts were",
        "verdicts_none": "You have not said yet what you think of our verdicts. followupd verdict, or a mail dragged into Followup/Genuine, does.",
        "verdicts_one": "You spoke on {spoken} of {judged} inquiries and agreed with our verdict on {agreed}.",
        "verdicts_worst": "Of those you called genuine, we had called {n} vague.",
        "verdicts_safe": "Of those you called genuine, we had called none vague.",
        "verdicts_desc": "Table of counts: our verdict across, yours down.",
        "verdicts_note": "Who corrects speaks mostly where we were wrong: the share over all inquiries is better than this, how much cannot be told.",
        "verdicts_how": "Your words from the ledger beside what the signals say of the same mail without what your words taught.",
        "we_said": "we said",
        "you_said": "you said",
        "genuine": "genuine",
        "likely": "likely",
        "unsure": "unsure",
        "vague": "vague",
        "differing": "Where you said otherwise",
        # source
        "source": "What this page stands on",
        "account": "mailbox",
        "first": "first mail",
        "last": "last mail",
        "mails": "mails",
        "threads": "conversations",
        "looked": "last looked at",
        "rules_own": "followupd {version}, the shipped rules with yours laid over them (digest {digest}).",
        "rules_shipped": "followupd {version}, the shipped rules (digest {digest}).",
        "alone": "Everything was counted on this machine from your own mail. The page loads nothing from anywhere.",
        "never": "never",
    }
)

ZH: Mapping[str, str] = MappingProxyType(
    {
        "lang": "zh-Hans",
        "date": "{d.year}年{d.month}月{d.day}日",
        "months": "1 2 3 4 5 6 7 8 9 10 11 12",
        "kicker": "followupd 报告",
        "title": "询盘的去向",
        "of": "{accounts}",
        "and": "、",
        "span": "{first}至{last}",
        "size": "{threads} 个往来，{mails} 封邮件",
        "since": "自{day}起统计。",
        "made": "生成于{day} {time}（{zone}）。",
        "nothing": "还没有从这个邮箱读取邮件。请运行 followupd once 或 followupd run，读到邮件后这里就有内容。",
        "table": "数字",
        "how": "怎样统计",
        "few_left": "少于 {few}，不足以给出比例",
        "range": "{low} 至 {high}",
        "other": "其他国家",
        "nowhere": "不明",
        "total": "合计",
        "n": "数量",
        "share": "比例",
        "truth": "区间",
        "funnel": "从询盘到订单",
        "funnel_none": "还没有收到询盘。",
        "funnel_one": "{inquiries} 个询盘中，{quotes} 个已报价。",
        "funnel_two": "{quotes} 个报价中，{sample} 个寄了样品，{pi} 个到了 PI，{order} 个成了订单。",
        "funnel_desc": "条形图：曾经到达每一步的询盘数。",
        "funnel_note": "其中 {young} 个询盘是最近 30 天内来的，可能还会继续推进。",
        "funnel_how": "询盘是买家来信询购开始的往来，或我们报过价的往来。诈骗邮件和您标为非买家的不计。只要曾经到达某一步就计入，"
        "依据是邮件内容或您自己的话。"
        "样品可以跳过，所以各步不一定逐级减少。",
        "step": "步骤",
        "of_inquiries": "占询盘",
        "of_quotes": "占报价",
        "inquiry": "询盘",
        "quote": "报价",
        "sample": "已寄样",
        "pi": "PI 阶段",
        "order": "订单",
        "silences": "买家会沉默多久",
        "silences_none": "还没有我们的邮件在等回复。",
        "silences_few": "目前只有 {n} 次沉默，没有哪个阶段达到 {few} 次，不足以画曲线。",
        "silences_one": "在“{stage}”阶段，会回复的买家有一半在第 {half} 个工作日前回复，九成在第 {most} 个工作日前回复。",
        "silences_two": "沉默了 {days} 个工作日的，之后 {soon} 个工作日内仍有 {share} 回复。",
        "silences_desc": "过了若干工作日仍然沉默的买家比例。{told}",
        "silences_told": "{stage}：5 个工作日后 {five}，10 个工作日后 {ten}，共 {n} 次沉默。",
        "silences_note": "曲线是过了若干工作日仍沉默的比例，阴影是真实值 20 次中有 19 次所在的区间。虚线是您的规则开始写跟进的日子。"
        "下面一行数字是持续到那时的沉默次数。",
        "silences_left": "数量太少，未画：{stages}。",
        "silences_how": "用 Kaplan-Meier 方法估计。每次沉默从我们的一封邮件开始，到买家下一封邮件为止。我们再次写信或记录结束时即截断，"
        "按已持续的时间计入。天数按买家当地的工作日算。",
        "stage": "阶段",
        "count": "沉默次数",
        "answered": "已回复",
        "silent_after": "{days} 天后仍沉默",
        "panel": "{stage}（{n}）",
        "day": "天",
        "lasted": "数",
        "followups": "跟进起了什么作用",
        "followups_none": "还没有我们的邮件打破过沉默，所以没有可说的。",
        "followups_few": "共发出 {sent} 封跟进，其中 {answered} 封在 {soon} 个工作日内得到回复：数量太少，说不出起了什么作用。",
        "followups_lone": "{sent} 封跟进中，{answered} 封在 {soon} 个工作日内得到回复。没有跟进的沉默太少，说不出有多少本来也会回复。",
        "followups_more": "跟进后 {soon} 个工作日内有 {after} 得到回复；不跟进的，大约也有 {anyway} 会回复。",
        "followups_chance": "两个区间有重叠，差别可能只是偶然。",
        "followups_apart": "两个区间没有重叠。",
        "followups_desc": "每个主题：跟进后得到回复的比例，以及不跟进也会回复的比例，附区间。{told}",
        "followups_told": "{topic}：{after}，对照 {anyway}。",
        "followups_note": "对照的是其他买家在同一阶段、沉默同样久而没有人跟进的情况。这不是实验：写给谁由您选择。",
        "followups_how": "跟进是我们打破至少一个工作日沉默的邮件，且不是新报价：您发出的草稿，或您自己写的信。买家在 {soon} "
        "个买家工作日内来信即为回复。两个比例都用 Kaplan-Meier "
        "方法：因我们的下一封信或记录结束而截断的，按已持续的时间计入。对照组：对每封跟进，取本邮箱中其他买家处于同一阶段、"
        "到同一工作日仍未回复也未被跟进的所有沉默，看之后几天有多少回复。"
        "区间为 Wilson 区间，按观察到底的次数计算。少于 {few} 不给比例。",
        "topic": "主题",
        "all_topics": "全部跟进",
        "own_words": "您自己写的",
        "sent": "已发",
        "answered_soon": "{soon} 天内回复",
        "open": "尚未到期",
        "after": "跟进后",
        "anyway": "本来也会回复",
        "compared": "对照的沉默",
        "row_sent": "发出 {sent}",
        "row_few": "{sent} 封中 {answered} 封得到回复：不足以给出比例",
        "row_lone": "可对照的沉默太少",
        "response": "我们回复得多快",
        "response_none": "还没有值得回复的询盘。",
        "response_unanswered": "{n} 个询盘都还没有我们的回复。",
        "response_few": "{whole} 个询盘中，{within} 个在 {hours} 个工作小时内得到我们的首次回复。",
        "response_one": "我们的首次回复有一半在 {half} 个工作小时内发出，九成在 {most} 个工作小时内。",
        "response_desc": "我们的首次回复，按所用工作小时分组。",
        "response_note": "工作时间按我们自己的：工作日 {opens}:00 至 {closes}:00。",
        "response_more": "另有 {n} 个询盘来自只能在平台网站上回复的渠道，这里看不到。",
        "response_how": "从买家第一封邮件到我们之后的第一封邮件。您或我们判为泛泛的询盘不计。4 小时和 24 小时内的比例，"
        "分母是来了至少那么久的全部询盘，不论是否已回复；中位数和九成只算已回复的。",
        "hours_axis": "到首次回复所用的工作小时",
        "not_yet": "尚未",
        "up_to": "≤{high}",
        "between": "{low}–{high}",
        "longer": ">{low}",
        "took": "小时",
        "median": "一半在",
        "p90": "九成在",
        "within": "{hours} 小时内",
        "hours": "{h} 小时",
        "waiting": "等我们首次回复最久的",
        "who": "对方",
        "subject": "主题",
        "came": "自",
        "countries": "询盘从哪里来",
        "countries_none": "还没有已知国家的询盘。",
        "countries_one": "询盘最多的是{country}：{all} 个中有 {n} 个。总共来自 {places} 个国家。",
        "countries_single": "已知国家的 {n} 个询盘都来自{country}。",
        "countries_desc": "按国家的条形图：询盘、其中已报价、其中已下单。{told}",
        "countries_told": "{country}：{inquiries}、{quoted}、{ordered}。",
        "countries_note": "全长为询盘，深色为已报价。后面的数字依次是询盘、报价、订单。",
        "countries_how": "国家由买家邮件的签名、电话号码、域名或时区得出。",
        "country": "国家",
        "inquiries": "询盘",
        "quoted": "已报价",
        "ordered": "已下单",
        "verdicts": "我们的判断有多准",
        "verdicts_none": "您还没有说过对判断的看法。用 followupd verdict，或把邮件拖进 Followup/Genuine，即可告诉我们。",
        "verdicts_one": "{judged} 个询盘中，您对 {spoken} 个给了意见，其中 {agreed} 个与我们的判断一致。",
        "verdicts_worst": "您认为真实的询盘中，有 {n} 个我们判成了泛泛。",
        "verdicts_safe": "您认为真实的询盘，没有一个被我们判成泛泛。",
        "verdicts_desc": "计数表：横向是我们的判断，纵向是您的。",
        "verdicts_note": "人们多半在我们判错时才纠正，所以就全部询盘而言比这更准，准多少无法得知。",
        "verdicts_how": "台账中您的意见，对照同一封邮件在未计入您的教导时信号给出的判断。",
        "we_said": "我们的判断",
        "you_said": "您的意见",
        "genuine": "真实",
        "likely": "很可能真实",
        "unsure": "不确定",
        "vague": "泛泛",
        "differing": "您有不同意见的",
        "source": "本页的依据",
        "account": "邮箱",
        "first": "最早邮件",
        "last": "最新邮件",
        "mails": "邮件",
        "threads": "往来",
        "looked": "最近查看",
        "rules_own": "followupd {version}，随附规则加上您自己的规则（摘要 {digest}）。",
        "rules_shipped": "followupd {version}，随附规则（摘要 {digest}）。",
        "alone": "全部在本机上由您自己的邮件统计得出。本页不从任何地方加载内容。",
        "never": "从未",
    }
)

TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": EN, "zh": ZH})


class Words:
    """The words of one language: ``words("key", n=3)``."""

    def __init__(self, language: str) -> None:
        self.language = language if language in TABLES else "en"
        self._table = TABLES[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that key with its places filled. Raises KeyError for a key or a place that is not there."""
        return self._table[key].format(**values)
