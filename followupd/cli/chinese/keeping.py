"""What do backup, restore, export, forget, login and logout say in Chinese?"""

from __future__ import annotations

COUNTS: dict[str, str] = {
    "{count} mail": "{count} 封邮件",
    "{count} mails": "{count} 封邮件",
    "{count} thread": "{count} 个会话",
    "{count} threads": "{count} 个会话",
    "{count} buyer": "{count} 位客户",
    "{count} buyers": "{count} 位客户",
    "{count} quoted price": "{count} 个报价",
    "{count} quoted prices": "{count} 个报价",
    "{count} sample": "{count} 个样品",
    "{count} samples": "{count} 个样品",
}

BACKUP: dict[str, str] = {
    "{path}: {ledgers} ledgers, {files} files of your own; readable by you alone": "{path}：账本 {ledgers} 份，你自己的文件 {files} 个；只有你能读",
    "made {made} by followupd {version}: ledgers of {names}": "{made} 由 followupd {version} 生成：{names} 的账本",
    "; what stood there is {file}": "；原来的存为 {file}",
    "{account}: the ledger of {made} is back{kept}; the index is built again at the next start": (
        "{account}：{made} 的账本已恢复{kept}；下次启动时重建索引"
    ),
    "{path}: {count} files": "{path}：{count} 个文件",
}

EXPORT: dict[str, str] = {
    "{mails} mails: {who}": "{mails} 封邮件：{who}",
    "{folder}: {mails}card, timeline, {quoted}, {samples}": "{folder}：{mails}名片、时间线、{quoted}、{samples}",
    " ({count} were there)": "（其中 {count} 封已有）",
    ", {mails} ({fresh} fetched now)": "，{mails}（本次取 {fresh} 封）",
    "{folder}: {buyers}{mails}; index.csv and README.md tell what is there": "{folder}：{buyers}{mails}；内容见 index.csv 和 README.md",
    "{mails} no longer where they lay in the mailbox; `followupd once` learns where they went, then export again": (
        "{mails}已不在原处；先运行 `followupd once` 找到新位置，再导出一次"
    ),
    "{mails} too large to be exported": "{mails}太大，没有导出",
}

FORGET: dict[str, str] = {
    "Erase all of it?": "全部删除？",
    "Of {email}{who} followupd keeps in {account}:": "关于 {email}{who}，followupd 在 {account} 里存有：",
    "{mails} in {threads}, and what was judged and decided": "{threads}里的 {mails}，以及判断和决定",
    "{mails} of others that name the address: kept, but his address and quoted words are struck out": (
        "别人提到该地址的 {mails}：保留，但抹去其地址和被引用的原话"
    ),
    "{count} record of drafts to him": "写给对方的草稿记录 {count} 条",
    "{count} records of drafts to him": "写给对方的草稿记录 {count} 条",
    "{count} word of yours (grade, stage, mute, verdict, samples)": "你的留言 {count} 条（等级、阶段、静音、判断、样品）",
    "{count} words of yours (grade, stage, mute, verdict, samples)": "你的留言 {count} 条（等级、阶段、静音、判断、样品）",
    "{count} letter to you about him that waits": "发给你、提到对方的待发邮件 {count} 封",
    "{count} letters to you about him that wait": "发给你、提到对方的待发邮件 {count} 封",
    "and what of it stands in {count} rolling copy of the ledger": "以及账本 {count} 份副本里的内容",
    "and what of it stands in {count} rolling copies of the ledger": "以及账本 {count} 份副本里的内容",
    "All of it is erased, for good. A salted hash of the address stays, so that your mailbox does not bring him back.": (
        "以上将永久删除。只留下该地址的加盐哈希，免得重读邮箱时又收进来。"
    ),
    "He asked not to be written to: that stays in force, by the hash.": "对方要求过不再联系：凭哈希继续有效。",
    'Your mailbox is not touched: search your mail client for "{email}" and delete the mails there, in Sent and Trash too.': (
        "不会改动你的邮箱：请在邮件客户端里搜索“{email}”，把邮件删掉，已发送和已删除里的也要删。"
    ),
    "In Drafts stands a draft to him: delete that there too.": "草稿箱里有一份写给对方的草稿：也请删掉。",
    "In Drafts stand {count} drafts to him: delete them there too.": "草稿箱里有 {count} 份写给对方的草稿：也请删掉。",
    "{path} names him: that file is yours, edit it yourself.": "{path} 提到了对方：那是你的文件，请自己修改。",
    "Exported folders, files of `followupd backup` and copies of this disk are yours to delete as well.": (
        "导出的文件夹、`followupd backup` 的文件和磁盘备份，也请你自己删除。"
    ),
    "{account}: waiting for the running daemon to come to it": "{account}：正在等守护进程处理",
    "{account}: the daemon has not come to it yet; it does so at its next turn (`followupd status`)": (
        "{account}：守护进程还没有处理，下一轮会做（`followupd status`）"
    ),
    "{account}: erased.": "{account}：已删除。",
}

SIGN_IN: dict[str, str] = {
    "{account}: signed in; {provider} takes it": "{account}：授权成功，{provider} 已接受",
    "{account}: forgotten{more}": "{account}：授权已清除{more}",
    "; take it back at the provider too, in your account's settings": "；请在服务商的账号设置里也撤销授权",
    "On any device open {address} and enter the code {code}": "在任一设备上打开 {address}，输入代码 {code}",
    "Open this address in a browser of this machine:": "请在本机浏览器中打开这个地址：",
    "Waiting ...": "等待中……",
}

KEEPING: dict[str, str] = {**COUNTS, **BACKUP, **EXPORT, **FORGET, **SIGN_IN}
