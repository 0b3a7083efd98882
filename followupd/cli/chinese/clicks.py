"""What does click itself say in Chinese?

click asks the standard library's gettext, which reads compiled catalogues only. ``python -m followupd.cli.chinese.clicks`` writes
``followupd/locale/zh/LC_MESSAGES/followupd.mo`` anew from this table; a test holds the file to it. The format is that of
GNU gettext: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
"""

from __future__ import annotations

import struct

from followupd.cli.tongue import DOMAIN, LOCALES

HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
FILE = LOCALES / "zh" / "LC_MESSAGES" / f"{DOMAIN}.mo"
MAGIC = 0x950412DE
TEXTS: dict[str | tuple[str, str], str] = {
    "Options": "选项",
    "Commands": "命令",
    "Usage:": "用法：",
    "Show this message and exit.": "显示本帮助并退出。",
    "Show the version and exit.": "显示版本并退出。",
    "required": "必填",
    "default: {default}": "默认：{default}",
    "(dynamic)": "（自动）",
    "env var: {var}": "环境变量：{var}",
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "用法见：{command} {option}",
    "Missing command.": "缺少命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "No such option {name!r}.": "没有选项 {name!r}。",
    "No such option: {name}": "没有选项 {name}",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"): "是不是想写 {possibilities}？",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"): "多出参数：{args}",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."): "选项 {name!r} 后面要带值。",
    ("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given."): "需要 {nargs} 个值。",
    "Option {name!r} does not take a value.": "选项 {name!r} 不带值。",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是有效的数字。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 范围内。",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."): "{value!r} 不在可选值之列：{choices}。",
    ("{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}."): "{value!r} 不符合格式 {formats}。",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "{name} {filename!r} does not exist.": "{filename!r} 不存在。",
    "{name} {filename!r} is a file.": "{filename!r} 是文件，不是目录。",
    "{name} {filename!r} is a directory.": "{filename!r} 是目录，不是文件。",
    "{name} {filename!r} is not readable.": "{filename!r} 不可读。",
    "{name} {filename!r} is not writable.": "{filename!r} 不可写。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename!r}：{message}",
    "Repeat for confirmation": "再输入一次",
    "Error: The two entered values do not match.": "错误：两次输入不一致。",
    "Error: invalid input": "错误：输入无效",
    "Aborted!": "已中止。",
}
"""click's English > Chinese; of a text with a plural: both of its forms."""


def compiled() -> bytes:
    """The table as a .mo file: two lists of (length, place), sorted by the English, then the texts with a zero after each."""
    pairs = {"": HEADER} | {"\0".join(key) if isinstance(key, tuple) else key: told for key, told in TEXTS.items()}
    rows = sorted((key.encode(), told.encode()) for key, told in pairs.items())
    keys_at, texts_at = 28, 28 + 8 * len(rows)
    place, lists, blob = 28 + 16 * len(rows), b"", b""
    for column in (0, 1):
        for row in rows:
            lists += struct.pack("<II", len(row[column]), place + len(blob))
            blob += row[column] + b"\0"
    return struct.pack("<7I", MAGIC, 0, len(rows), keys_at, texts_at, 0, 0) + lists + blob


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(compiled())
