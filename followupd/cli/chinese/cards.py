"""What do the buyer's card, samples, facts, corrections and the live view say in Chinese?"""

from __future__ import annotations

from followupd.phrasebook import Phrasebook

CARD: dict[str, str] = {
    "{buyer} (last {ago})": "{buyer}（最近：{ago}）",
    "Threads": "会话",
    "Quotes": "报价",
    "Samples": "样品",
    "Timeline": "时间线",
    "Timeline (the last {count} of {all})": "时间线（共 {all} 条，最近 {count} 条）",
    "`followupd show THREAD` shows a thread with its mails; `followupd export` writes all of it to files.": (
        "`followupd show 会话编号` 查看会话和邮件；`followupd export` 把全部资料写成文件。"
    ),
    "country": "国家",
    "{country}{source}": "{country}{source}",
    "local time": "当地时间",
    "{time} ({zone})": "{time}（{zone}）",
    "address him as": "称呼",
    "{grade}: {why}": "{grade}（{why}）",
    "role": "客户类型",
    "with in Cc": "抄送",
    "last contact": "最近联系",
    "web": "网站",
    "writes": "来信语言",
    "came through": "来自平台",
    "{platform}, {way}": "{platform}，{way}",
    "they wrote {day}": "客户 {day} 来信",
    "they never wrote": "客户没有来过信",
    "we wrote {day}": "我方 {day} 去信",
    "we never wrote": "我方没有去过信",
    "{theirs}, {ours}; {count} mails since {day}": "{theirs}，{ours}；{day} 以来 {count} 封邮件",
    "{side} {what}": "{side}：{what}",
    "Samples of {account}": "{account} 的样品",
    "{account}: no sample is pending, on its way or delivered": "{account}：没有待寄、在途或已签收的样品",
}

EVENTS = Phrasebook(
    {
        "{Topic}, now intended": "{Topic}，准备写入",
        "{Topic}, now placed": "{Topic}，待发送",
        "{Topic}, now edited": "{Topic}，你已修改",
        "{Topic}, now sent": "{Topic}，已发送",
        "{Topic}, now deleted": "{Topic}，已删除",
        "{Topic}, now withdrawing": "{Topic}，撤回中",
        "{Topic}, now withdrawn": "{Topic}，已撤回",
        "{Topic}, now failed": "{Topic}，失败",
        "attached: {names}": "附件：{names}",
        "{terms}, until {day}": "{terms}，有效期至 {day}",
    }
)
"""What dossier/gather.py says of the events of a timeline."""

OWN: dict[str, str] = {
    "{name} is noted in {path}; drafts may speak of it from {day} on.": "{name} 已记入 {path}；自 {day} 起草稿可以用到。",
    "{name} is out.": "{name} 已删除。",
    "No facts in {path} yet: followupd fact add --help": "{path} 里还没有事实：followupd fact add --help",
    "Facts": "事实",
    "yes": "是",
    "no": "否",
    "{count} verdict of yours": "你更正过 {count} 次判断",
    "{count} verdicts of yours": "你更正过 {count} 次判断",
    "learnt: {sign}: {before} > {now} (from {count} inquiries)": "学到：{sign}：{before} > {now}（据 {count} 封询盘）",
    "Nothing learnt yet: a sign counts otherwise after {count} corrections that agree on it.": (
        "还没有学到什么：有 {count} 次一致的更正，某个特征的分数才会变。"
    ),
    " (we said {verdict})": "（原判为{verdict}）",
    "a mail no longer there": "邮件已不在",
    "Folders of {account}": "{account} 的文件夹",
    "a genuine buyer": "真买家",
    "a vague inquiry": "虚盘",
    "not a buyer at all": "根本不是买家",
    "a fraud": "诈骗",
    "no more drafts in this thread": "该会话不再写草稿",
    "send it in the buyer's next morning": "在客户的下一个早晨发出",
    "there": "已有",
    "made just now": "刚新建",
    "not there": "没有",
    "Make them: followupd folders --make": "新建：followupd folders --make",
}

LIVE: dict[str, str] = {
    "q quits": "按 q 退出",
    "in {days} d": "{days} 天后",
    "in {days} d {hours} h": "{days} 天 {hours} 小时后",
    "in {hours} h {minutes} min": "{hours} 小时 {minutes} 分后",
    "in {minutes} min": "{minutes} 分钟后",
    "New mail": "新邮件",
    "Drafts that wait for you": "待你处理的草稿",
    "Alarms, and what we owe": "提醒和待回复",
    "Due next": "即将到期",
    "Decided last": "最近的决定",
    "not running, and never was": "从未运行",
    "process {pid} gave its last sign of life {last}": "进程 {pid} 的最后动静：{last}",
    "process {pid}": "进程 {pid}",
    "last mail {last}; {mails} mails, {threads} threads": "最后邮件：{last}；{mails} 封邮件，{threads} 个会话",
    "no mail read yet": "还没有读过邮件",
    "{count} threads to look at": "待看会话 {count} 个",
    "{count} mails to you wait": "发给你的邮件待发 {count} 封",
    "{count} words of yours wait": "你的留言待处理 {count} 条",
    "mail": "邮件",
    "{topic} ({state})": "{topic}（{state}）",
    "{reason}: {detail}": "{reason}：{detail}",
    "{action}: {about}": "{action}：{about}",
}

TURN: dict[str, str] = {
    " (dry run: nothing was written to the mailbox)": "（试运行：没有改动邮箱）",
    "{read} new, {skipped} skipped, {judged} judged, {decided} decided, {drafted} drafted, {withdrawn} withdrawn, {alarms} alarms": (
        "新邮件 {read}，跳过 {skipped}，判断 {judged}，决定 {decided}，写草稿 {drafted}，撤回 {withdrawn}，提醒 {alarms}"
    ),
    "What it decided": "作出的决定",
    "Draft in {thread} to {buyer}: {subject}": "草稿，会话 {thread}，写给 {buyer}：{subject}",
}

CARDS: dict[str, str] = {**CARD, **OWN, **LIVE, **TURN}
