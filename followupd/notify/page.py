"""What does a mail to the owner look like in HTML, on a phone in the morning?

One column of cards. Every style stands on its element, because some mail programs throw style sheets away; the one sheet in
the head only adds the dark colours. Nothing is loaded from anywhere, every string is escaped, and what came from a mail
stands in ``bdi``, so that a name written from right to left turns nothing around (law 9).
"""

from __future__ import annotations

from html import escape

from followupd.notify.entry import Entry, Section, Tone

BODY = "margin:0;padding:0;background:#f2f4f7;color:#1c2430"
FONT = "font-family:-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',system-ui,sans-serif;font-size:16px;line-height:1.45"
COLUMN = f"{FONT};max-width:640px;margin:0 auto;padding:12px"
CARD = "background:#ffffff;border:1px solid #d9dee5;border-left:4px solid {edge};border-radius:8px;padding:12px 14px;margin:0 0 12px"
HEADING = "font-size:18px;line-height:1.3;margin:24px 0 8px"
QUIET = "color:#5a6472;font-size:14px"
STEP = "background:#eef3fb;border-radius:6px;padding:8px 10px;margin-top:8px"
LINK = "display:inline-block;margin:8px 16px 0 0;padding:8px 0;color:#1558b0;font-weight:bold;text-decoration:underline"
BADGE = "display:inline-block;margin-left:6px;padding:1px 8px;border-radius:10px;font-size:13px;white-space:nowrap;background:{ground};color:{ink}"
EDGES = {Tone.PLAIN: "#8a96a6", Tone.GOOD: "#1b7f4b", Tone.LATE: "#b86e00", Tone.BAD: "#b3261e"}
BADGES = {Tone.PLAIN: ("#e6eaf0", "#37414f"), Tone.GOOD: ("#d9f0e3", "#0f5c34"), Tone.LATE: ("#fbe8cc", "#7a4a00"), Tone.BAD: ("#f9dcda", "#8c1d18")}
DARK = """\
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body{background:#14181d!important;color:#e6eaf0!important}
.card{background:#1e242b!important;border-top-color:#36404c!important;border-right-color:#36404c!important;border-bottom-color:#36404c!important}
.quiet{color:#a3aebd!important}
.step{background:#26313f!important}
.link{color:#8ab4f8!important}
.plain{background:#37414f!important;color:#e6eaf0!important}
.good{background:#12452b!important;color:#b9ecd0!important}
.late{background:#533400!important;color:#ffdda8!important}
.bad{background:#5c1613!important;color:#ffd3cf!important}
}"""


def page(sections: tuple[Section, ...], language: str, label: str) -> str:
    """The whole page; ``label`` is what the link to an entry's mail says."""
    parts = [
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><style>{DARK}</style></head>'
        f'<body style="{BODY}"><div style="{COLUMN}">'
    ]
    for section in sections:
        if section.heading:
            parts.append(f'<h2 style="{HEADING}">{escape(section.heading)}</h2>')
        if section.hint:
            parts.append(f'<div class="quiet" style="{QUIET};margin:0 0 10px">{escape(section.hint)}</div>')
        parts += [_card(entry, label) if section.heading or entry.title else _aside(entry) for entry in section.entries]
    return "\n".join([*parts, "</div></body></html>\n"])


def _aside(entry: Entry) -> str:
    """Words at the top or bottom that are no card."""
    return f'<p class="quiet" style="{QUIET}">{"<br>".join(escape(line) for line in entry.lines)}</p>'


def _card(entry: Entry, label: str) -> str:
    parts = [f'<div><b style="font-size:17px"><bdi>{escape(entry.title)}</bdi></b>{_badges(entry)}</div>']
    if entry.lines:
        parts.append(f'<div class="quiet" style="{QUIET}">{"<br>".join(f"<bdi>{escape(line)}</bdi>" for line in entry.lines)}</div>')
    parts += [
        f'<div style="margin-top:6px"><span class="quiet" style="{QUIET}">{escape(name)}</span>&ensp;<bdi>{escape(value)}</bdi></div>'
        for name, value in entry.facts
    ]
    if entry.step:
        parts.append(f'<div class="step" style="{STEP}">{escape(entry.step)}</div>')
    parts += [f'<a class="link" style="{LINK}" href="{escape(link)}">{escape(name)}</a>' for name, link in entry.opens(label)]
    return f'<div class="card" style="{CARD.format(edge=EDGES[entry.tone])};overflow-wrap:anywhere">{"".join(parts)}</div>'


def _badges(entry: Entry) -> str:
    marks = ((entry.badge, entry.tone), (entry.fresh, Tone.PLAIN))
    return "".join(_badge(text, tone) for text, tone in marks if text)


def _badge(text: str, tone: Tone) -> str:
    ground, ink = BADGES[tone]
    return f'<span class="{tone}" style="{BADGE.format(ground=ground, ink=ink)}">{escape(text)}</span>'
