"""What do backtest, tune, rules, judge and lab say in Chinese?"""

from __future__ import annotations

BACKTEST: dict[str, str] = {
    "rules in force": "现行规则",
    "{account}: replaying": "{account}：正在回放",
    "none to count": "没有可统计的",
    "; too few to tell": "；太少，不作准",
    "{part} of {whole} ({share}; truth between {low} and {high}{few})": "{whole} 中 {part}（{share}；实际在 {low} 至 {high} 之间{few}）",
    "{days} days after our mail": "我方去信后 {days} 天",
    "threads": "会话",
    "needless: answered within {days} days anyway": "多余：{days} 天内客户本来会回",
    "you wrote yourself first": "你自己先写了",
    "too late to tell": "时间太近，看不出",
    "silences of {days} days and more that a draft met": "跟进到的 {days} 天以上的沉默",
    "half of them were met within": "其中半数跟进于",
    "topics": "话题",
    "{account}: {day} to {end}": "{account}：{day} 至 {end}",
    "A draft counts as sent at once; what the buyer wrote stays what it was. So this tells when silence is met, not what an answer would "
    "have been. Texts are not composed here, and drafts_per_day does not hold.": (
        "这里假定草稿立即发出，客户来信照旧不变；所以只能看出何时跟进到沉默，看不出客户会怎么回。不生成正文，也不受 drafts_per_day 限制。"
    ),
    "Only {name}: {all} drafts, the latest {count}": "只在 {name} 中：{all} 份草稿，最近 {count} 份",
}

TUNE: dict[str, str] = {
    "{account}: reading threads": "{account}：正在读会话",
    "{account}: {mails} mails of yours waited for an answer, {offers} of them offers; {answered} offers were answered.": (
        "{account}：你有 {mails} 封邮件等过回复，其中报价 {offers} 份；{answered} 份报价得到回复。"
    ),
    "There is nothing to tell yet: no offer of yours is indexed.": "还没有可说的：没有读到你的报价。",
    "within {days} more": "再过 {days} 天内",
    "After an offer": "报价之后",
    "Too little to propose anything: it takes {offers} offers and {answers} answers, so that the next ten mails do not say otherwise.": (
        "数据太少，不作建议：要有 {offers} 份报价和 {answers} 个回复，结论才不会被后面十封邮件推翻。"
    ),
    "Nothing to propose: your thresholds stand where your buyers' habits put them.": "没有可建议的：你的天数正合客户的习惯。",
    "{share} ({low} to {high})": "{share}（{low} 至 {high}）",
    "Who answers when": "谁何时回复",
    "Your thresholds after an offer": "报价之后你的跟进天数",
    "Proposed for rules/stages.yaml of your own:": "建议写进你自己的 rules/stages.yaml：",
    "Replayed over {days} days": "回放 {days} 天",
    "A replay tells when silence would have been met, never what an answer would have been.": "回放只能看出何时会跟进到沉默，看不出客户会怎么回。",
}

RULES: dict[str, str] = {
    "warning: {file}: no such table is shipped, so nothing reads it": "注意：{file}：自带规则里没有这张表，不会被读取",
    "ok: {entries} entries in {tables} tables, {templates} templates": "正常：{tables} 张表，{entries} 条，模板 {templates} 个",
    "{path}: yours to change; then `followupd rules check {root}`": "{path}：可以修改了；改完运行 `followupd rules check {root}`",
    "{path}: {count} schemas written": "{path}：写了 {count} 个 schema",
    "{path}: all up to date": "{path}：都是最新的",
    "Rule tables": "规则表",
    "yours: {place}": "你的：{place}",
    "yours: {place} instead of {other}": "你的：{place}，替代 {other}",
    "pass": "通过",
    "ok: {count} story passed": "正常：{count} 个故事通过",
    "ok: {count} stories passed": "正常：{count} 个故事通过",
    "{passed} passed, {failed} failed": "通过 {passed} 个，失败 {failed} 个",
}

JUDGE: dict[str, str] = {
    "judging": "正在判断",
    "warning: {problem}": "注意：{problem}",
    ", {verdict} ({points} points)": "，{verdict}（{points} 分）",
    "{where}: {kind}{verdict}, risk {risk}, language {language}": "{where}：{kind}{verdict}，风险：{risk}，语言：{language}",
    "as an answer it would mean: {answer}": "作为答复，意思是：{answer}",
    "Classes": "类别",
    "macro-F1 {f1}, right {share} of {count}": "宏平均 F1 {f1}，{count} 封中 {share} 判对",
    "Fraud: warned of {warned}; false alarms over ordinary mail: {wrong}": "诈骗：已警示 {warned}；正常邮件误报：{wrong}",
    "Genuine inquiries not lost (unsure is no loss): {kept}": "真盘未漏（待确认不算漏）：{kept}",
    "Languages": "语言",
    "Confusion": "混淆表",
    "Mistakes, the worst {count} of {all}": "错判，共 {all} 条，最严重的 {count} 条",
    "{part} of {whole} ({share})": "{whole} 中 {part}（{share}）",
}

SHAPES: dict[str, str] = {
    "JSON of the commands": "各命令的 JSON",
    " Or: ": " 或：",
    "One line: what was looked at, ok, warn or fail, what was found or is to do, and the hint alone.": (
        "一行一项：看了什么，ok、warn 或 fail，结果或该怎么做，以及单独的提示。"
    ),
    "What one account's turn did.": "一个账号一轮做了什么。",
    "One account, as `status` sees it. folders and drafts_waiting are null where the store cannot be read.": (
        "一个账号，如 `status` 所见。状态文件读不了时 folders 和 drafts_waiting 为 null。"
    ),
    "One account as it stands. All instants UTC; trouble says what could not be read.": "一个账号的现状。时间都是 UTC；trouble 说明什么读不了。",
    "One entry of the inquiry register.": "询盘登记表的一条。",
    "One thread with what was judged and decided.": "一个会话及其判断和决定。",
    "One draft and what became of it.": "一份草稿及其结果。",
    "All that the morning mail tells of one account. now is UTC, shown in the owner's zone.": "一个账号的日报全部内容。now 是 UTC，显示时用你的时区。",
    "A thread with all its mails.": "一个会话及其全部邮件。",
    "A buyer over all his threads, where `show` was given a person. Everything but the texts of his mails.": (
        "一位客户的全部会话（`show` 后写的是人时）。除邮件正文外的全部资料。"
    ),
    "Why a thread stands where it stands.": "一个会话为什么是现在这样。",
    "One recorded mail as judged; where it could not be, error says why and only id and where are there.": (
        "一封邮件的判断；无法判断时 error 说明原因，此外只有 id 和 where。"
    ),
    "Something wrong with a rule file.": "规则文件里的一个错误。",
    "A table of rules, where none was asked for.": "一张规则表（没有指定时）。",
    "One rule in force, with file:line of each key; its other keys are those of its table. Of a template: its text.": (
        "一条现行规则，每个键注明所在文件和行号；其余的键由所在的表决定。模板则给出正文。"
    ),
    "A story, and whether it came out as it says.": "一个故事，及结果是否如其所说。",
    "What rules would have done in the mail of the past. Shares are given with the range in which the truth lies.": (
        "规则用于过去的邮件会怎样。比例附有实际值所在的范围。"
    ),
    "What the mailbox says about the thresholds of silence.": "从邮箱看，跟进天数是否合适。",
    "A word of yours that was left for the next turn; forget: its like is taken back.": "你的一条留言，下一轮处理；forget 表示收回同类留言。",
    "A sample that is asked for, on its way or delivered.": "一个样品：待寄、在途或已签收。",
    "A fact of yours; its other keys are those of facts.yaml, by its kind.": "你的一条事实；其余的键同 facts.yaml，随种类而定。",
    "Your verdicts beside ours, and what they taught.": "你的判断与我们的对照，以及学到了什么。",
    "A folder into which a mail is dragged, and what that says.": "一个可拖入邮件的文件夹，及其含义。",
    "A buyer's folder. mails is null with --no-mail.": "一位客户的文件夹。用 --no-mail 时 mails 为 null。",
    "What was kept of a person and is erased, or will be at the daemon's next turn.": "存有某人的哪些资料，已删除或待守护进程下一轮删除。",
    "Everything that the report tells.": "报告里的全部数字。",
    "Judgements compared with labels.": "判断与标签的对照。",
    "What a backup holds.": "备份里有什么。",
}

STUDIES: dict[str, str] = {**BACKTEST, **TUNE, **RULES, **JUDGE, **SHAPES}
