"""What does --help say in Chinese?"""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "Set up an account: servers, login, config, service.": "设置账号：服务器、登录、配置、常驻服务。",
    "Look at config, rules, state, login and folders; say what to do.": "检查配置、规则、数据目录、登录和文件夹，并告诉你该怎么做。",
    "What is wrong, and what mends it? More than check, at any time.": "哪里有问题，怎么解决？比 check 查得更细，随时可用。",
    "Sign in at a provider that wants OAuth2 instead of a password.": "邮箱服务商不收密码、要求 OAuth2 时，在这里登录。",
    "Give the sign-in back and forget its tokens.": "撤销登录授权，删除令牌。",
    "Watch all accounts until stopped.": "持续监看所有账号，直到你停下它。",
    "Show it all on an embedded mailbox; no account needed.": "用内嵌邮箱演示全过程，不需要账号。",
    "Take one turn for every account; --dry-run leaves the mailbox alone.": "每个账号处理一轮；加 --dry-run 不动邮箱。",
    "When was the last mail seen, and is anything wrong?": "最后看到的邮件是什么时候，有没有问题？",
    "Watch the daemon at work: what it sees, drafts and decides.": "实时查看它在做什么：来了什么邮件、写了什么草稿、怎么决定。",
    "List inquiries, threads, drafts or what is owed.": "列出询盘、会话、草稿，或待你回复的邮件。",
    "Show the digest of the morning as it would stand now.": "查看此刻的日报会是什么样。",
    "Show a thread with its mails, or the card of a buyer.": "查看一个会话的全部邮件，或一位客户的名片。",
    "Write a buyer's mails, card, timeline and quotes to a folder.": "把客户的邮件、名片、时间线、报价导出到文件夹。",
    "Why was this decided, and what comes next?": "为什么这样决定，接下来做什么？",
    "Judge recorded mail: .eml, mbox, Maildir, .jsonl; no account needed.": "判断存下来的邮件（.eml、mbox、Maildir、.jsonl），不需要账号。",
    "Check, show and test the rules in force.": "检查、查看、测试现行规则。",
    "What would your rules have done in the mail of the past?": "拿过去的邮件回测：你的规则当时会怎么做？",
    "What your own mailbox says about the thresholds of silence.": "从你自己的邮箱看，沉默几天该跟进。",
    "One page with pictures: what became of the inquiries.": "一页带图的报告：询盘后来怎样了。",
    "No more drafts for a thread or a buyer.": "静音：不再为某个会话或客户写草稿。",
    "Take a mute back.": "取消静音。",
    "Leave a thread alone until a date.": "延后：到某天之前不动这个会话。",
    "Say what stage a thread is in.": "指定会话所处的阶段。",
    "Grade a buyer, A to E.": "给客户分级，A 到 E。",
    "Note a buyer's birthday; the digest reminds you.": "记下客户生日，日报会提醒你。",
    "Log a sample that was sent or delivered.": "登记已寄出或已签收的样品。",
    "Price changes, slots, closings, events: what only you know.": "只有你知道的事：调价、排产空档、停工、事件。",
    "Correct the verdict on an inquiry.": "更正对询盘的判断。",
    "Copy what cannot be derived from mail into one file.": "把邮件里推不出来的数据备份成一个文件。",
    "Put the ledgers of a backup back.": "从备份恢复账本。",
    "Erase what is kept of a buyer who asks for it.": "应客户要求，删除所保存的他的一切。",
    "The folders into which you drag a mail to correct followupd; --make makes them.": "用来更正判断的文件夹：把邮件拖进去即可；--make 新建它们。",
    "What did you correct, and what was learnt from it?": "你更正过什么，它从中学到了什么？",
    "Print the completion script for bash, zsh or fish.": "输出 bash、zsh、fish 的命令补全脚本。",
    "Show the JSON Schema of what a command prints with --json.": "查看各命令 --json 输出的 JSON Schema。",
    "Measure judging on mail whose truth is known.": "在已知答案的邮件上测判断有多准。",
}
"""The list of commands."""

ABOUT: dict[str, str] = {
    "Usage:": "用法：",
    "Commands": "命令",
    "Watch a salesperson's mailbox, and put follow-up drafts where silence has lasted too long.": (
        "守着外贸业务员的邮箱，客户沉默太久时，把跟进草稿放进草稿箱。"
    ),
    "Set up an account: find the servers, try the login, write the config, start the service.": (
        "设置账号：查找服务器，试登录，写配置，启动常驻服务。"
    ),
    "Look at config, rules, state, password, login, capabilities, folders and SMTP. Exit code 0 when nothing fails.": (
        "检查配置、规则、数据目录、密码、登录、服务器功能、文件夹和 SMTP。没有失败项时退出码为 0。"
    ),
    "Say what is wrong and what mends it, one line each: service, daemon, stores, clock, disk, servers, rules.": (
        "逐行说明哪里有问题、怎么解决：服务、守护进程、数据、时钟、磁盘、服务器、规则。"
    ),
    "The daemon may run on. Exit code 0 when nothing fails; warnings fail nothing.": "守护进程可以照常运行。没有失败项时退出码为 0；警告不算失败。",
    "Sign in at the provider (OAuth2), in the browser, and keep the tokens.": "在浏览器里登录邮箱服务商（OAuth2），并保存令牌。",
    "Give the sign-in back to the provider and forget the tokens.": "向服务商撤销授权，删除令牌。",
    "Watch all accounts in the foreground until SIGTERM or Ctrl-C.": "在前台持续监看所有账号，直到 SIGTERM 或 Ctrl-C。",
    "Fill an embedded mailbox with a month of a salesperson's mail and let followupd work on it.": (
        "往内嵌邮箱里放入一位业务员一个月的邮件，让 followupd 处理给你看。"
    ),
    "Read what is new in every account, decide, place drafts, and stop.": "读各账号的新邮件，作出决定，放好草稿，然后结束。",
    "When was the last mail seen in each folder, and is anything wrong?": "各文件夹最后看到的邮件是什么时候，有没有问题？",
    "Watch the daemon at work: what came, what it drafted and decided, what waits and what is due next.": (
        "实时查看守护进程：来了什么邮件，写了什么草稿，怎么决定，什么在等你，接下来什么到期。"
    ),
    "On a terminal a live view; q or Ctrl-C quits. Elsewhere a line for everything that is new. Nothing is ever written.": (
        "在终端里是实时画面，按 q 或 Ctrl-C 退出；不在终端时，每件新事输出一行。只看，不写入任何东西。"
    ),
    "List inquiries, threads, drafts and what became of them, or what we owe.": (
        "列出询盘（inquiries）、会话（threads）、草稿及其下落（drafts），或待你回复的（owed）。"
    ),
    "Show the digest as it would stand now: new inquiries, what you owe, drafts that wait, offers that end. Nothing is sent.": (
        "查看此刻的日报：新询盘、待回复、待发送的草稿、将到期的报价。不会发送。"
    ),
    "It comes by mail at digest.at of the config, in your time zone; `followupd once --digest` sends it at once.": (
        "每天按配置里的 digest.at（你的时区）发到邮箱；`followupd once --digest` 立即发送。"
    ),
    "Colours: on a terminal (auto), always, or never.": "颜色：在终端上才用（auto）、总用（always）或不用（never）。",
    "Send the digest at once, whatever the hour.": "不管几点，立即发送日报。",
    "The hour of the digest in your time zone; default: 08:30.": "日报的钟点（你的时区）；默认 08:30。",
    "After the look: place the drafts, and send the first digest.": "看过之后：放好草稿，发出第一份日报。",
    "Show a thread with its quotes and mails, or the card of a buyer over all his threads.": "查看一个会话的报价和邮件，或一位客户跨所有会话的名片。",
    "THREAD is the start of a thread's id. BUYER is an address, a company's domain, or a name; if several fit, they are listed.": (
        "THREAD 是会话编号的开头几位。BUYER 是邮箱地址、公司域名或姓名；有多个符合时会列出来。"
    ),
    "Write a folder for BUYER (an address, a domain or a name): his mails, card, timeline, quotes and samples.": (
        "为 BUYER（邮箱地址、域名或姓名）写一个文件夹：邮件、名片、时间线、报价和样品。"
    ),
    "Mails are fetched whole, attachments included, by the account's own login. What lies there already is not fetched again, "
    "so an export that was broken off goes on. Exit code 75 when mails are missing.": (
        "邮件连同附件用该账号自己的登录完整取回。已经取到的不再重取，中断后再运行即可接着导出。有邮件缺失时退出码为 75。"
    ),
    "Every verdict with the words that counted, the stage, the decision and its reason, and what is due when.": (
        "每个判断及其依据的原话、阶段、决定和理由，以及什么时候该做什么。"
    ),
    "Judge recorded mail: .eml, mbox, Maildir and other directories, .jsonl of subject, text, from_domain and so on.": (
        "判断存下来的邮件：.eml、mbox、Maildir 等目录，或含 subject、text、from_domain 等字段的 .jsonl。"
    ),
    "Needs no account; with --account that account's own addresses count as ours. Exit code 65 when nothing could be judged.": (
        "不需要账号；加 --account 时，该账号的地址算我方地址。一封都判断不了时退出码为 65。"
    ),
    "Check, show and test the rules in force: the shipped ones with your own laid over them.": "检查、查看、测试现行规则：自带规则加上你自己的改动。",
    "Show the rules in force as YAML, each key with the file and line whose word holds.": "以 YAML 显示现行规则，每个键都注明出自哪个文件的哪一行。",
    "Without TABLE: which tables there are. TABLE may also be a template, like templates/en/close_out.j2.": (
        "不写 TABLE 时列出有哪些表。TABLE 也可以是模板，例如 templates/en/close_out.j2。"
    ),
    "Begin a file of your own: entries of TABLE to change, or the whole table as comments.": (
        "新建你自己的规则文件：复制 TABLE 里要改的条目，或整张表（作为注释）。"
    ),
    "TABLE may also be a template, like templates/en/close_out.j2, or `tests` for a first story. What is yours already is never written over.": (
        "TABLE 也可以是模板，例如 templates/en/close_out.j2；写 `tests` 则生成第一个测试故事。已有的文件不会被覆盖。"
    ),
    "Write the JSON Schema of every YAML file; default: into schema/ of your rules, where their first lines look.": (
        "写出每个 YAML 文件的 JSON Schema；默认写入你的规则目录下的 schema/，各文件首行就指向那里。"
    ),
    "Play stories (mails and facts by day) through the real turn; no server, no account.": (
        "用真实的处理流程演练故事（按日期排好的邮件和事实），不需要服务器和账号。"
    ),
    "PATH is a file of stories, or a directory of rules with stories in its tests/. Without PATH: your own stories if there are any, "
    "else the shipped ones. Exit code 1 when a story comes out otherwise than it says.": (
        "PATH 是故事文件，或 tests/ 里放有故事的规则目录。不写 PATH 时用你自己的故事，没有就用自带的。结果与故事不符时退出码为 1。"
    ),
    "Read and validate every rule, template and story; all problems at once, each with its file and line.": (
        "读取并校验所有规则、模板和故事；一次列出全部问题，注明文件和行号。"
    ),
    "DIR is a directory of your own rules; default: that of the config. With --json one object per problem, none where all is well.": (
        "DIR 是你自己的规则目录，默认用配置里的。加 --json 时每个问题输出一个对象，没有问题就没有输出。"
    ),
    "Replay the indexed mail under your rules: which drafts would have been made, needless ones, silences met.": (
        "用你的规则重放已读的邮件：会写哪些草稿，哪些是多余的，多少次沉默跟进到了。"
    ),
    "Needs no mailbox: what was indexed is replayed from event to event. A draft counts as sent at once; what the buyer wrote stays what it was.": (
        "不用连邮箱：按先后重放已读的邮件。草稿视为马上发出；客户写过的话照旧。"
    ),
    "How long your buyers take to answer, what the thresholds cost, and a proposal with its backtest.": (
        "你的客户多久回复，现行沉默天数的代价，以及一套建议和它的回测。"
    ),
    "From what is indexed, without the mailbox. Nothing is changed: the proposal is a few lines for your own stages.yaml.": (
        "只用已读的邮件，不连邮箱，也不改任何东西：建议是几行文字，可放进你自己的 stages.yaml。"
    ),
    "One page with pictures: from inquiry to order, silence, what follow-ups did, how fast we answer, countries, verdicts.": (
        "一页带图的报告：从询盘到订单、沉默、跟进的作用、回复速度、国家、判断。"
    ),
    "Counted from what is indexed, without the mailbox. The page is one HTML file that loads nothing from anywhere.": (
        "只统计已读的邮件，不连邮箱。报告是单个 HTML 文件，不加载任何外部内容。"
    ),
    "No more drafts for a thread (its id) or a buyer (the address).": "静音：不再为某个会话（编号）或客户（邮箱地址）写草稿。",
    "Take a mute back: of a thread (its id) or of a buyer (the address).": "取消静音：会话（编号）或客户（邮箱地址）。",
    "Leave a thread alone until a day (2026-12-24) or for a while (10d, 2w).": "延后：到某天（2026-12-24）或一段时间内（10d、2w）不动这个会话。",
    "Say what stage a thread is in; your word wins over what the mails tell.": "指定会话所处的阶段；以你说的为准，邮件内容不能推翻它。",
    "Grade a buyer (address) or the buyer of a thread: A orders, B samples, C serious, D ordinary, E poor.": (
        "给客户（邮箱地址）或某会话的客户分级：A 已下单，B 要过样品，C 有诚意，D 一般，E 较差。"
    ),
    "The grade says how often a buyer without an open offer is asked for his need; yours goes before ours.": (
        "等级决定没有在谈报价的客户多久问一次需求；你定的等级优先。"
    ),
    "Note the birthday of a buyer (address, or thread) as 04-17; the digest reminds you three days before.": (
        "记下客户（邮箱地址或会话）的生日，写成 04-17；日报提前三天提醒你。"
    ),
    "Log a sample that was sent or delivered, or list them all.": "登记已寄出或已签收的样品，或列出全部样品。",
    "The sample is on its way; from its arrival on the buyer's silence is counted.": "样品已寄出；从签收之日起计算客户沉默的天数。",
    "The sample has arrived: the buyer's silence is counted from now on.": "样品已签收：从现在起计算客户沉默的天数。",
    "Samples asked for, on their way or delivered, with what is known of the parcel.": "客户要的、在途的、已签收的样品，以及已知的快递信息。",
    "What only you know: price changes, slots, closings, events. Follow-ups speak of it while it is true.": (
        "只有你知道的事：调价、排产空档、停工、事件。在其有效期内，跟进草稿会提到。"
    ),
    "Note a fact. Drafts speak of it from the next turn on.": "记下一件事。下一轮起草稿就会提到。",
    "Take a fact out; drafts that stand already stay yours.": "删除一件事；已写好的草稿不受影响。",
    "All facts, and whether each is true today.": "列出所有事实，以及今天是否还有效。",
    "Correct the verdict on an inquiry and its buyer. Corrections teach; see `followupd corrections`.": (
        "更正对询盘及其客户的判断。它会从更正中学习，见 `followupd corrections`。"
    ),
    "Copy the ledgers and your own config, rules and facts into FILE (default: followupd-DATE.tar.gz here).": (
        "把账本和你的配置、规则、事实备份到 FILE（默认：当前目录下的 followupd-日期.tar.gz）。"
    ),
    "The daemon may run on. No password is copied unless it stands in the config itself, and never the index.": (
        "守护进程可以照常运行。不备份密码（除非你把它写在配置里），也不备份索引。"
    ),
    "Put the ledgers of FILE back. followupd must not be running; what stands there now is kept beside it.": (
        "从 FILE 恢复账本。恢复时 followupd 不能在运行；现有的账本会另存在旁边。"
    ),
    "Your config, rules and facts are left as they are; --files DIR unpacks those of the backup for you to look at.": (
        "你现有的配置、规则和事实不变；加 --files DIR 可把备份里的解到该目录供你查看。"
    ),
    "Erase what is kept of BUYER (an address, a domain or a name): mails read, judgements, your words, drafts' records, copies.": (
        "删除所保存的关于 BUYER（邮箱地址、域名或姓名）的一切：读过的邮件、判断、你说过的话、草稿记录、副本。"
    ),
    "Your mailbox is not touched. A salted hash of the address keeps him out when the index is built anew, and a wish not to be written to "
    "stays in force by it. What he writes from now on is read as a new buyer's.": (
        "不动你的邮箱。只留下地址的加盐哈希，重建索引时不再读入他，他要求不再联系的意愿也因此继续有效。他今后来信按新客户处理。"
    ),
    "The folders for corrections: drag a mail into one, and followupd takes it as your word and puts the mail back.": (
        "更正用的文件夹：把邮件拖进去，followupd 就按你的意思更正，并把邮件放回原处。"
    ),
    "Their names stand in the config under folders.corrections; an empty name switches one off.": "名称写在配置的 folders.corrections 下；名称留空即停用。",
    "Make those that are missing.": "新建缺少的文件夹。",
    "Your verdicts beside ours, and the signals that count otherwise because of them.": "你的判断和它的判断对照，以及因此调整了分值的信号。",
    "A verdict is taken back with `followupd verdict THREAD --off`; what it taught goes with it.": (
        "用 `followupd verdict THREAD --off` 收回一个判断，由它学到的也一并撤销。"
    ),
    "Print the completion script for a shell.": "输出某种 shell 的命令补全脚本。",
    "Show the JSON Schema of what COMMAND prints with --json, such as `followupd schema list drafts`.": (
        "查看 COMMAND 加 --json 时输出的 JSON Schema，例如 `followupd schema list drafts`。"
    ),
    "Every line of output is one object of that schema. Without COMMAND: which commands there are. Keys are only ever added.": (
        "输出的每一行都是符合该 Schema 的一个对象。不写 COMMAND 时列出有哪些命令。字段只增不减。"
    ),
    "Try the rules in force on recorded mail. Nothing here touches a mailbox.": "在存下来的邮件上试现行规则，不碰任何邮箱。",
    "Compare judgements with the labels of recorded mail: recall and F1 per class, the worst mistakes.": (
        "把判断与已标注的邮件对照：各类的召回率和 F1，以及错得最离谱的。"
    ),
}
"""What a command says of itself, one paragraph at a time."""

OPTIONS: dict[str, str] = {
    "The config file.": "配置文件。",
    "Say more in the log.": "日志写得更详细。",
    "Show the version and exit.": "显示版本并退出。",
    "Print JSON, one object per line.": "输出 JSON，每行一个对象。",
    "Only this account.": "只看这个账号。",
    "The address buyers write to.": "客户来信的邮箱地址。",
    "The IMAP server; default: by the address.": "IMAP 服务器；默认按邮箱地址查找。",
    "The SMTP server for mail to yourself; 'none' for none.": "只用来给你自己发信的 SMTP 服务器；不用就写 none。",
    "Default: by the port; none only to this machine.": "默认按端口；none（不加密）只允许连本机。",
    "A CA certificate of your own.": "你自己的 CA 证书。",
    "Default: the address.": "默认用邮箱地址。",
    "A command whose first line of output is the password.": "一条命令，其输出的第一行就是密码。",
    "A file of mode 0600 with the password.": "存放密码的文件，权限须为 0600。",
    "An environment variable with the password.": "存放密码的环境变量。",
    "Where the provider wants OAuth2: of the app that you registered there; `followupd login` signs in.": (
        "服务商要求 OAuth2 时：你在那里注册的应用的 client id；再用 `followupd login` 登录。"
    ),
    "Where a typed password is kept; default: the key ring if there is one.": "输入的密码存在哪里；默认存入密钥环（如果有）。",
    "Your name, as you sign.": "你的署名。",
    "Two letters.": "两个字母的国家代码。",
    "IANA name.": "IANA 时区名。",
    "Default: the XDG state directory.": "默认：XDG 状态目录。",
    "Of these questions and of the digest; default: your locale's.": "提问和日报用的语言；默认随系统语言。",
    "Make the folders for corrections in the mailbox.": "在邮箱里新建更正用的文件夹。",
    "Read the last 90 days at once, writing nothing.": "马上读最近 90 天的邮件，不写入任何东西。",
    "Install and start the user service.": "安装并启动用户级常驻服务。",
    "Ask nothing: flags and defaults only.": "不提问，只用参数和默认值。",
    "Replace a config that is there; it is kept as .bak.": "替换已有的配置，原来的另存为 .bak。",
    "Leave the mail servers alone.": "不连邮件服务器。",
    "Show what is in order, too.": "正常的项目也列出来。",
    "Sign in with a code, in the browser of another machine.": "用验证码在另一台电脑的浏览器里登录。",
    "Print the address instead of opening it.": "只显示网址，不打开浏览器。",
    "Leave the mail server up and keep watching it; Ctrl-C ends both.": "演示后邮件服务器和监看继续运行；按 Ctrl-C 一起结束。",
    "Port of the embedded server (default: a free one).": "内嵌服务器的端口（默认：任一空闲端口）。",
    "Look and decide, but write nothing to the mailbox.": "只看、只决定，不往邮箱写任何东西。",
    "Print one view and stop.": "输出一屏就结束。",
    "Where the folders go.": "导出到哪个目录。",
    "All buyers, with an index: for a handover or a backup.": "导出全部客户并附目录，用于交接或备份。",
    "Card and tables only; the mail server is not asked.": "只导出名片和表格，不连邮件服务器。",
    "Print it for people instead of JSON.": "输出给人看的文字，而不是 JSON。",
    "Print JSON, one object per line (the default).": "输出 JSON，每行一个对象（默认）。",
    "Your rules; default: those of the config.": "你的规则目录；默认用配置里的。",
    "Your rules; default: those of the config, else ./rules.": "你的规则目录；默认用配置里的，没有则用 ./rules。",
    "Your rules. Default: DIR of the DIR/tests that the stories lie in, else those of the config.": (
        "你的规则目录。默认：故事在 DIR/tests 里就用 DIR，否则用配置里的。"
    ),
    "Play the shipped stories too, under the same rules.": "自带的故事也用同样的规则演练。",
    "Only stories whose title has these words.": "只演练标题含这些词的故事。",
    "Other rules to compare with, side by side.": "另一套规则，并排比较。",
    "Default: a year before the last look.": "默认：最近一次读取之前一年。",
    "What counts as an answer anyway.": "几天内回复算“本来就会回”。",
    "Default: all that is indexed.": "默认：全部已读邮件。",
    "Do not replay the proposal.": "不回测建议。",
    "Count only what began on that day or later; default: all.": "只统计从这天起的会话；默认全部。",
    "Language of the page; default: your locale's.": "报告的语言；默认随系统语言。",
    "- prints it.": "写 - 则直接输出。",
    "Print the figures as JSON instead of writing a page.": "只输出 JSON 数字，不写报告页。",
    "Take it back.": "收回。",
    "Print JSON, one object per word left.": "输出 JSON，每条留言一个对象。",
    "Why: what won or lost the order, for your own memory.": "原因：赢单或丢单是因为什么，供你自己查看。",
    "Who carries it: DHL, FedEx, SF ...": "快递公司：DHL、FedEx、SF……",
    "The number of the parcel.": "运单号。",
    "When it should arrive: 2026-12-04, or 6d from now.": "预计签收日：2026-12-04，或 6d（六天后）。",
    "A name for it; default: the kind and the day.": "给它起个名；默认用种类加日期。",
    "From when it is true; default: today.": "从哪天起有效；默认今天。",
    "The last day on which it is worth a mail.": "最后值得写进邮件的一天。",
    "Words of the goods it concerns, comma-separated; default: all.": "涉及哪些产品（关键词，用逗号分隔）；默认全部。",
    "Countries it concerns, like DE,SA; default: all.": "涉及哪些国家，例如 DE,SA；默认全部。",
    "Where you have it from; for yourself only.": "消息来源，只供你自己看。",
    'price, freight, fx: how a draft calls it: "the price of copper".': 'price、freight、fx：草稿里怎么称呼它，例如 "the price of copper"。',
    "price, freight, fx: the same for other languages: copper, raw_material, energy, labour, packaging ...": (
        "price、freight、fx：供其他语言使用的同一项：copper、raw_material、energy、labour、packaging……"
    ),
    "price, freight, fx: the figure before.": "price、freight、fx：原来的数字。",
    "price, freight, fx: the figure now.": "price、freight、fx：现在的数字。",
    "slot: orders confirmed by this day ...": "slot：这天之前确认的订单……",
    "slot: ... are ready by this one.": "slot：……这天可以交货。",
    "shutdown: the first day closed.": "shutdown：停工第一天。",
    "shutdown: the last day closed.": "shutdown：停工最后一天。",
    "shutdown: orders confirmed by this day are finished before.": "shutdown：这天之前确认的订单，停工前能做完。",
    "event: the news in one English sentence.": "event：用一句英文写这条消息。",
    "event: the same in another language: de=...": "event：同一消息的其他语言：de=……",
    "shipment: where goods went, as a draft says it.": "shipment：货发往哪里，按草稿里的写法。",
    'sample: what one costs: "USD 40"; empty: free.': 'sample：样品费，例如 "USD 40"；不写即免费。',
    "sample: the fee is paid back with the order.": "sample：下单后退还样品费。",
    "Unpack config, rules and facts into this empty directory.": "把配置、规则和事实解到这个空目录。",
    "Say what is in it, and change nothing.": "只说明里面有什么，不作改动。",
    "Do not ask.": "不再询问。",
    "How many mistakes to show.": "显示多少条错判。",
}
"""What an option is for."""

HELPS: dict[str, str] = {**COMMANDS, **ABOUT, **OPTIONS}
