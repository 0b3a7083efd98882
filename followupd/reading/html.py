"""What does a person see of an HTML mail?

inscriptis keeps tables readable, and prices stand in tables. Hidden elements, styles and scripts are no text; history
marked as such by the client (blockquote and its kin) gets the line that our splitter knows.
"""

from __future__ import annotations

import re

MAX_HTML = 600_000
MAX_DEPTH = 400
_DROP = re.compile(r"<(script|style|head|title|template|noscript|svg)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HIDDEN = re.compile(
    r"<(\w+)\b[^<>]{0,400}?style\s*=\s*[\"'][^\"'<>]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt)?\s*[;\"'])"
    r"[^<>]{0,400}>[^<]{0,5000}</\1\s*>",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"<(?:blockquote\b[^>]*type\s*=\s*[\"']?cite|div\b[^>]*(?:gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix|"
    r"yahoo_quoted|qmbox|OutlookMessageHeader|isReplyContent)|hr\b[^>]*id\s*=\s*[\"']?stopSpelling)[^>]*>",
    re.IGNORECASE,
)
QUOTE_MARK = "-----Original Message-----"
_TAG = re.compile(r"<[^>]{0,2000}>")


def html_to_text(html: str) -> str:
    """The visible text; never raises, and takes bounded time whatever the markup is."""
    html = _COMMENT.sub(" ", html[:MAX_HTML])
    html = _HIDDEN.sub(" ", _DROP.sub(" ", html))
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
