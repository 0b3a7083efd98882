"""What does a person see of an HTML mail?

inscriptis keeps tables readable, and prices stand in tables. Hidden elements, styles and scripts are no text; history
marked as such by the client (blockquote and its kin) gets the line that our splitter knows.
"""

from __future__ import annotations

import re

MAX_HTML = 600_000
MAX_DEPTH = 400
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "svg")
_OPENING = re.compile(rf"<(?:(!--)|({'|'.join(_UNSEEN)})\b)", re.IGNORECASE)
_CLOSING = {
    "!--": re.compile("-->"),
    **{name: re.compile(rf"</{name}\s{{0,20}}>", re.IGNORECASE) for name in _UNSEEN},
}
_HIDDEN = re.compile(
    r"<(\w+)\b[^<>]{0,400}?style\s*=\s*[\"'][^\"'<>]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt)?\s*[;\"'])"
    r"[^<>]{0,400}>[^<]{0,5000}</\1\s*>",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"<(?:blockquote\b[^<>]{0,400}?type\s*=\s*[\"']?cite|div\b[^<>]{0,400}?(?:gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix|"
    r"yahoo_quoted|qmbox|OutlookMessageHeader|isReplyContent)|hr\b[^<>]{0,400}?id\s*=\s*[\"']?stopSpelling)[^<>]{0,1000}>",
    re.IGNORECASE,
)
QUOTE_MARK = "-----Original Message-----"
_TAG = re.compile(r"<[^<>]{0,2000}>")


def html_to_text(html: str) -> str:
    """The visible text; never raises, and takes bounded time whatever the markup is."""
    html = _HIDDEN.sub(" ", _without_unseen(html[:MAX_HTML]))
    html = _QUOTE.sub(lambda m: f"<p>{QUOTE_MARK}</p>{m[0]}", html, count=1)
    if _depth(html) > MAX_DEPTH:
        return _plain(html)
    try:
        from inscriptis import get_text
        from inscriptis.css_profiles import RELAXED_CSS_PROFILE
        from inscriptis.model.config import ParserConfig

        return str(get_text(html, ParserConfig(css=RELAXED_CSS_PROFILE)))
    except Exception:  # noqa: BLE001 - lxml and inscriptis raise what they like on hostile markup
        return _plain(html)


def _without_unseen(html: str) -> str:
    """Comments, scripts and their like taken out in one pass; what is never closed is looked for only once."""
    kept: list[str] = []
    never_closed: set[str] = set()
    at = 0
    for opening in _OPENING.finditer(html):
        name = (opening[1] or opening[2]).lower()
        if opening.start() < at or name in never_closed:
            continue
        closing = _CLOSING[name].search(html, opening.end())
        if closing is None:
            never_closed.add(name)
            continue
        kept.append(html[at : opening.start()])
        at = closing.end()
    return " ".join([*kept, html[at:]])


def _depth(html: str) -> int:
    """The deepest nesting of tags, roughly: void and unclosed ones count as well."""
    deepest = depth = 0
    for tag in re.finditer(r"<(/?)([a-zA-Z]+)", html):
        if tag[2].lower() in {"br", "img", "hr", "meta", "input", "link", "col"}:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _plain(html: str) -> str:
    """Tags out, line breaks kept: for markup that no parser should be fed."""
    from html import unescape

    return unescape(_TAG.sub(" ", re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", "\n", html)))
