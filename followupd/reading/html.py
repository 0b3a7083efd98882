"""What does a person see of an HTML mail, and which of it is history?

One parse with lxml. Hidden elements go; what a mail program marks as quoted (by tag, id or class, rules/quoting.yaml)
comes out with ``>`` in front or below a dividing line, so that reading/history.py knows it; a signature comes out below
``--``. inscriptis draws the rest and keeps tables readable, because prices stand in tables.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from followupd.reading.marks import Marks, shipped_marks

MAX_HTML = 600_000
MAX_DEPTH = 150
MAX_TAGS = 15_000
RULER = "__________"
QUOTE_MARK = "-----Original Message-----"
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Stand around quoted elements until the text is drawn; taken out of what comes from a mail."""
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "svg", "object", "select", "textarea")
_OPENING = re.compile(rf"<(?:(!--)|({'|'.join(_UNSEEN)})\b)", re.IGNORECASE)
_CLOSING = {
    "!--": re.compile("-->"),
    **{name: re.compile(rf"</{name}\s{{0,20}}>", re.IGNORECASE) for name in _UNSEEN},
}
_ADDRESS = re.compile(r"<([^\s<>@/\"'=]{1,64}@[^\s<>@/\"'=]{1,190})>")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_NESTING = re.compile(r"<(/?)([a-zA-Z]+)")
_VOID = frozenset({"br", "img", "hr", "meta", "input", "link", "col", "wbr", "area", "base"})
_CLOSE_THEMSELVES = frozenset({"p", "li", "td", "tr", "th", "dd", "dt", "option", "font", "o:p"})
_INVISIBLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|mso-hide:all|opacity:0(?:\.0+)?(?:;|!|$)|(?:left|text-indent):-\d{4,}|"
    r"max-height:0(?:px|pt|em)?(?:;|!|$)"
)
_TINY = re.compile(r"font-size:[01](?:\.\d+)?(?:px)?(?:;|!|$)|font-size:0(?:\.0+)?(?:pt|em|rem|%)")
_LEADING = re.compile(r"(?m)^ +(?=\S+(?: \S+)*$)")
"""Indents of nested elements; rows of tables keep theirs."""
_BLOCKS = frozenset({"div", "blockquote", "span", "section", "p", "article", "includetail", "table", "td", "body"})


def html_to_text(html: str, marks: Marks | None = None) -> str:
    """The visible text; never raises, and takes bounded time whatever the markup is."""
    marks = marks or shipped_marks()
    html = _without_unseen(html[:MAX_HTML].replace(_OPEN, "").replace(_CLOSE, ""))
    html = _ADDRESS.sub(r"&lt;\1&gt;", html)
    if html.count("<") > MAX_TAGS or _depth(html) > MAX_DEPTH:
        return _plain(html)
    try:
        return _draw(html, marks)
    except Exception:  # noqa: BLE001 - lxml and inscriptis raise what they like on hostile markup
        return _plain(html)


def _draw(html: str, marks: Marks) -> str:
    from inscriptis.css_profiles import RELAXED_CSS_PROFILE
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig
    from lxml.html import document_fromstring  # type: ignore[import-untyped]

    tree = document_fromstring(html.encode("utf-8", "replace"), parser=_parser())
    _prune(tree)
    _mark(tree, marks)
    text = str(Inscriptis(tree, ParserConfig(css=RELAXED_CSS_PROFILE)).get_text())
    text = _LEADING.sub("", text)
    return _prefixed(text, marks) if _OPEN in text else text


@cache
def _parser() -> Any:
    from lxml.html import HTMLParser

    return HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


# ---- before it is parsed --------------------------------------------------------------------------


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
    """The deepest nesting of tags, roughly: unclosed ones count as well."""
    deepest = depth = 0
    for tag in _NESTING.finditer(html):
        name = tag[2].lower()
        if name in _VOID or name in _CLOSE_THEMSELVES:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _plain(html: str) -> str:
    """Tags out, line breaks kept: for markup that no parser should be fed."""
    from html import unescape

    return unescape(_TAG.sub(" ", re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", "\n", html)))


# ---- the tree -------------------------------------------------------------------------------------


def _prune(tree: Any) -> None:
    """Take out what nobody sees."""
    for element in [e for e in tree.iter() if isinstance(e.tag, str) and _is_hidden(e)]:
        if element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    attributes = element.attrib
    if "hidden" in attributes and element.tag != "body":
        return True
    style = "".join(attributes.get("style", "").lower().split())
    if not style or element.tag in ("body", "html"):
        return False
    return bool(_INVISIBLE.search(style)) or bool(_TINY.search(style) and not _grows_again(element))


def _grows_again(element: Any) -> bool:
    """``font-size:0`` closes gaps between columns; the text inside then has a size of its own."""
    return any(
        "font-size" in style and not _TINY.search("".join(style.lower().split()))
        for child in element.iterdescendants()
        if (style := child.get("style") or ("font-size" if child.get("size") else ""))
    )


def _mark(tree: Any, marks: Marks) -> None:
    """Put signs around quoted elements, a divider above unmarked history, ``--`` above a signature."""
    cut = False
    inside = None
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or (inside is not None and inside in element.iterancestors()):
            continue
        names = f"{element.tag} {element.get('id') or ''} {element.get('class') or ''}"[:300]
        if _is_quote(element, names, marks):
            _enclose(element)
            inside = element
        elif not cut and marks.cuts.search(names):
            _put_above(element, QUOTE_MARK)
            cut = True
        elif element.tag == "hr":
            _put_above(element, RULER)
        elif not cut and (marks.signs.search(names) or element.get("data-signatureblock")):
            _put_above(element, "--")


def _is_quote(element: Any, names: str, marks: Marks) -> bool:
    """By its name, or a blockquote that is not only an indent."""
    if element.tag not in _BLOCKS:
        return False
    if marks.quotes.search(names):
        return True
    if element.tag != "blockquote":
        return False
    style = "".join((element.get("style") or "").lower().split())
    if element.get("type") == "cite" or element.get("cite") or re.search(r"border-left(?!:none|:0|-width:0)", style):
        return True
    return "border:none" not in style and _above(element).rstrip().endswith((":", "："))


def _above(element: Any) -> str:
    """The text that stands right before the element."""
    previous = element.getprevious()
    if previous is not None:
        text = (previous.tail or "").strip() or "".join(previous.itertext())[-300:].strip()
        return text or (_above(previous) if previous.tag in ("br", "div", "p") and previous is not element else "")
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""


def _enclose(element: Any) -> None:
    if element.tag == "table":
        return _put_above(element, QUOTE_MARK)
    element.text = _OPEN + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + _CLOSE
    else:
        element.text += _CLOSE
    return None


def _put_above(element: Any, line: str) -> None:
    if element.getparent() is None or element.getparent().tag in ("table", "tr", "tbody", "html"):
        return
    divider = element.makeelement("div")
    divider.text = line
    element.addprevious(divider)


# ---- the drawn text -------------------------------------------------------------------------------


def _prefixed(text: str, marks: Marks) -> str:
    """``>`` in front of every line between the signs, unless they hold a forwarded mail."""
    new, *quoted = text.split(_OPEN)
    parts = [new.rstrip(" ")]
    for piece in quoted:
        inner, _, after = piece.partition(_CLOSE)
        lines = inner.strip("\n").split("\n")
        first = next((line for line in lines if line.strip()), "")
        if not marks.forwarded.search(first[:300]):
            lines = [f"> {line}" for line in lines]
        parts.append("\n" + "\n".join(lines) + "\n" + after)
    return "".join(parts).replace(_CLOSE, "")
