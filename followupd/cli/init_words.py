"""What does init say, in English and in Chinese?"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "hello": (
        "followupd asks a few questions, tries the login, and writes its config at the very end. Ctrl-C leaves nothing behind.",
        "followupd 会问几个问题，试登录，最后才写配置。随时按 Ctrl-C 退出，不留痕迹。",
    ),
    "address": ("The address buyers write to", "客户来信的邮箱地址"),
    "provider": ("That is {title}.", "识别为 {title}。"),
    "which": ("Who hosts mail for {domain}?", "{domain} 的邮箱由谁提供？"),
    "other": ("another server", "其他服务器"),
    "choose": ("Number", "编号"),
    "imap": ("Incoming mail server (IMAP; name, or name:port)", "IMAP 服务器（主机 或 主机:端口）"),
    "smtp": ("Outgoing mail server, for a daily digest to yourself (SMTP; empty: no digest)", "SMTP 服务器，只用来给你自己发日报（留空则没有日报）"),
    "client_id": (
        "The client id of the app that you or your company registered there (docs/security.md, Signing in)",
        "你或公司在那里注册的应用的 client id（见 docs/zh/security.md）",
    ),
    "sign_in": ("Now sign in once: followupd login {address}", "现在登录一次：followupd login {address}"),
    "password": ("Password (not shown)", "密码（输入不显示）"),
    "trying": ("Trying {host}:{port} ...", "正在连接 {host}:{port} ..."),
    "in": ("Logged in. {count} folders are read; {parts}.", "登录成功。将读取 {count} 个文件夹；{parts}。"),
    "lacks": ("No {box} folder was found: {lost}. Name it later under folders.{box}.", "没有找到 {box} 文件夹：{lost}。稍后可在 folders.{box} 指定。"),
    "refused": ("The server refused the login: {why}", "服务器拒绝登录：{why}"),
    "again": ("Once more, please.", "请再输入一次。"),
    "smtp_ok": ("{host}:{port} takes the login too; digest and alarms can be sent to you.", "{host}:{port} 也可登录，日报和提醒可以发给你。"),
    "smtp_no": ("{host}:{port} does not: {why}. Left out; add smtp later.", "{host}:{port} 不行：{why}。先不配置，以后可加 smtp。"),
    "name": ("Your name, as you sign", "你的署名"),
    "company": ("Your company (may be empty)", "公司名称（可留空）"),
    "phone": ("Phone or WhatsApp for the signature (may be empty)", "签名中的电话或 WhatsApp（可留空）"),
    "country": ("Your country, two letters", "你所在国家（两个字母）"),
    "zone": ("Your time zone", "你的时区"),
    "bad_country": ("two capital letters, such as CN", "请用两个大写字母，例如 CN"),
    "bad_zone": ("an IANA name, such as Asia/Shanghai", "请用 IANA 名称，例如 Asia/Shanghai"),
    "bad_address": ("an address, such as you@example.com", "请输入邮箱地址，例如 you@example.com"),
    "kept_keyring": ("The password lies in the key ring ({where}).", "密码已存入密钥环（{where}）。"),
    "kept_file": ("The password lies in {where}, readable by you alone.", "密码存于 {where}，只有你能读。"),
    "written": ("The config is {path}.", "配置已写入 {path}。"),
    "folders": (
        "Make folders in your mailbox ({names}) into which you drag a mail to correct followupd",
        "在邮箱里新建几个文件夹（{names}）？把邮件拖进去即可更正判断",
    ),
    "folders_made": (
        "{count} folders were made. Drag a mail into one: while followupd runs it learns from it and puts it back.",
        "已新建 {count} 个文件夹。followupd 运行时，拖进去的邮件会被学习并放回原处。",
    ),
    "folders_no": (
        "The folders could not be made: {why}. Later: followupd folders --make",
        "文件夹未能新建：{why}。以后可运行：followupd folders --make",
    ),
    "look": (
        "Read the last 90 days now and see what would be drafted? Nothing is written to the mailbox",
        "现在读取最近 90 天的邮件，看看会写哪些草稿？不会改动邮箱",
    ),
    "found": (
        "{read} read: {inquiries} ({genuine} genuine or likely, {vague} vague, {risky} with signs of fraud), {quotes} followed, "
        "{drafts} would be placed now, {owed} owed. Which and why: followupd once --dry-run",
        "读了 {read}：{inquiries}（真盘或可能 {genuine}，虚盘 {vague}，疑似诈骗 {risky}），跟踪 {quotes}，现在会写 {drafts}，待你回复 {owed}。"
        "具体是哪些、为什么：followupd once --dry-run",
    ),
    "digest_at": ("When shall the daily digest come, in your time zone", "每天几点发日报（你的时区）"),
    "bad_hour": ("an hour such as 08:30", "请写钟点，例如 08:30"),
    "place": ("Place {drafts} in your Drafts folder now, and send the first digest to {owner}", "现在把 {drafts}放进草稿箱，并把第一份日报发到 {owner}"),
    "place_digest": ("Send the first digest to {owner} now", "现在把第一份日报发到 {owner}"),
    "folders_there": ("The folders are there already.", "这些文件夹都已有了。"),
    "place_only": ("Place {drafts} in your Drafts folder now", "现在把 {drafts}放进草稿箱"),
    "placed": (
        "{drafts} placed: look into Drafts in your mail client. `followupd digest` shows the digest.",
        "已放好 {drafts}：请在邮件客户端的草稿箱里查看。`followupd digest` 可查看日报。",
    ),
    "digest_sent": (
        "The first digest is on its way to {owner}; from now on it comes at {hour} when there is something new (digest.at in the config).",
        "第一份日报已发往 {owner}；以后有新情况时每天 {hour} 发（配置里的 digest.at）。",
    ),
    "service": ("Install and start the service that keeps watching", "安装并启动常驻服务"),
    "running": ("The service runs: systemctl --user status followupd", "服务已启动：systemctl --user status followupd"),
    "linger": ("To run on after logout: loginctl enable-linger $USER", "注销后继续运行：loginctl enable-linger $USER"),
    "no_service": (
        "The unit lies in {path}, but systemd did not start it: {why}. Start it by hand: followupd run",
        "单元文件在 {path}，但 systemd 没有启动它：{why}。可手动运行：followupd run",
    ),
    "next": (
        "Next: `followupd run` keeps watching; `followupd status` and `followupd list inquiries` show what it saw.",
        "下一步：`followupd run` 持续监看；`followupd status`、`followupd list inquiries` 查看结果。",
    ),
}


COUNTS: dict[str, tuple[str, str, str]] = {
    "read": ("1 mail", "{n} mails", "{n} 封邮件"),
    "inquiries": ("1 inquiry", "{n} inquiries", "{n} 封询盘"),
    "quotes": ("1 quote", "{n} quotes", "{n} 份报价"),
    "drafts": ("1 draft", "{n} drafts", "{n} 份草稿"),
    "owed": ("1 answer", "{n} answers", "{n} 封"),
}
"""One, several, and Chinese."""


def counted(key: str, count: int, language: str) -> str:
    """``1 mail``, ``2 mails``; of what has no noun here the figure alone."""
    one, many, chinese = COUNTS.get(key, ("{n}", "{n}", "{n}"))
    return (chinese if language == "zh" else one if count == 1 else many).format(n=count)


def word(key: str, language: str, **values: object) -> str:
    """A sentence with its values."""
    return WORDS[key][1 if language == "zh" else 0].format(**values)
