"""How does the buyer pay, in one short normal form?

``30% TT in advance and the balance against B/L copy`` becomes ``T/T, 30% deposit, 70% against B/L copy``, in whichever of
the ten languages it was said.
"""

from __future__ import annotations

import regex

from followupd.judging.trade_words import TradeWords

WINDOW = 220
"""Characters that terms of payment may take."""
DAYS = r"(?:days?|d\b|Tagen?|jours?|j\b|d[ií]as?|giorni|gg\b|дн\w+|день|gün\w*|يوم\w*|أيام|天|日)"
_SORT = r"(?:(?:calendar|banking|Kalender|календарн\w+|банковск\w+)[\s-]*)?"
_TENORED = frozenset({"L/C", "D/P", "D/A", "O/A"})
_PERCENT = regex.compile(
    r"(?<![\d.,])(?P<p>\d{1,3})\s?(?:[%٪]|per\s?cent\b|Prozent|pour\s?cent|por\s?ciento|por\s?cento|процент\w*|في\s+المئة)|"
    r"[%٪]\s?(?P<q>\d{1,3})(?![\d.,]\d)",
    regex.IGNORECASE,
)
_STOP = regex.compile(r"[;。]|\.(?=\s|$)|(?<=\s)(?:lead\s+time|Lieferzeit|délai|plazo|prazo\s+de|срок|teslim|مدة)\b", regex.IGNORECASE)
_SPLIT = regex.compile(r"(?<![\d/])(?P<a>[1-9]0)\s?/\s?(?P<b>[1-9]0)(?![\d/%])")
_TENOR = regex.compile(rf"(?<!\d)(?P<days>\d{{2,3}}(?:[-/]\d{{2,3}})*)[\s-]*{_SORT}{DAYS}", regex.IGNORECASE)
_NET = regex.compile(
    rf"\b(?:net|netto|credit(?:\s+terms?)?(?:\s+of)?)\s+(\d{{2,3}})\s*{DAYS}|"
    rf"(?<!\d)(\d{{2,3}})\s*{DAYS}[\s,]*(?:from\s+(?:the\s+)?(?:date\s+of\s+)?invoice|from\s+invoice|net\b|netto|credit|after|date|d\.?f|data\s+f|d[aei]l?(?:la)?\s+fa[tc]|fa[tc]t?ur[ae]|fattura|ab\s+Rechnung|der\s+Rechnung|от\s+даты|с\s+даты|fin\s+de\s+mois|fecha|f\.?f|vade|nach\s+(?:Rechnung|Erhalt|Lieferung|Wareneingang|Eingang\s+der\s+Ware))|"
    rf"(?:solde|saldo|restante|Rest\w*|остаток|kalan|الباقي)\s+(?:à|a|zu|через|içinde)?\s*(\d{{2,3}})\s*{DAYS}|"
    rf"(?:payments?|pay|terms|Zahlungsziel|zahlbar|[Zz]ahlung|paiement|r[eè]gl\w+|pag[ao]\w*|Zahlen|zahlen|pay(?:ons|er)|оплат\w+|плат[её]ж\w*|überweis\w+|отсрочк\w+|ödeme|vade\w*|الدفع|نسدد|付款(?!后)|账期)"
    rf"[^\d.%,;]{{0,35}}(?<!\d)(\d{{2,3}})\s*{DAYS}",
    regex.IGNORECASE,
)
_DISCOUNT = regex.compile(
    r"^\s*(?:discount|off|cheaper|less|higher|lower|vat|tax|duty|of\s+the\s+goods|cotton|polyester|Rabatt|Skonto|remise|descuento|"
    r"desconto|sconto|скидк|indirim|KDV|خصم|折|НДС|IVA|TVA|MwSt)",
    regex.IGNORECASE,
)
_WHEN = regex.compile(
    r"\b(?:before|prior\s+to|against|after|upon|on|by|within|at)\s+[^,;.%\d]{0,45}?\b(?:shipment|shipping|delivery|loading|"
    r"dispatch|B\s?/?\s?L(?:\s+copy)?|bill\s+of\s+lading|documents?|inspection|arrival|completion|receipt|sight|production|leaving)\b",
    regex.IGNORECASE,
)
_LABEL = regex.compile(r"\bpayment(?:\s+terms?)?\s*[:=-]\s*(?P<t>[^.;\n]{3,80})", regex.IGNORECASE)


def payment_of(sentence: str, words: TradeWords, start: int = 0) -> str:
    """The normal form of the terms of payment around ``start`` in a sentence; empty if it names none."""
    text = _in_figures(_window(sentence, start))
    parts = _ways(text, words)
    shares = _shares(text, words)
    net = _net(text, words) if not any(regex.search(r"\d", p) for p in parts) else ""
    if not shares and not net and words.note("in_full").first(text):
        shares = ["100% in advance"]
    found = list(dict.fromkeys([*parts, *shares, *filter(None, (net, _cash_discount(text)))]))
    if found:
        return ", ".join(found)
    label = _LABEL.search(text)
    return " ".join(str(label["t"]).split()) if label else ""


def split_of(sentence: str, words: TradeWords) -> str:
    """Terms of payment of a sentence that has no word for them but shares that make a whole: "%50 siparişte, %50 teslimde"."""
    text = _in_figures(sentence)
    found = [_share(m) for m in _PERCENT.finditer(text)]
    whole = (len(found) > 1 and sum(found) == 100) or (len(found) == 1 and found[0] < 100 and words.note("balance").first(text) and words.spoken("moment", text))
    return payment_of(sentence, words) if whole else ""


_TENTHS = {"一": 10, "二": 20, "两": 20, "三": 30, "四": 40, "五": 50, "六": 60, "七": 70, "八": 80, "九": 90}
_TENTH = regex.compile(r"(?P<n>[一二两三四五六七八九])成")
_THIRD = regex.compile(
    r"\b(?:(?:ein|one|un|um)\s+(?:Drittel|third|tiers|tercio|terço|terzo)|a\s+third|(?:одна\s+)?треть|üçte\s+bir[ıi]?)\b|الثلث|ثلث", regex.IGNORECASE
)
_HALF = regex.compile(r"\b(?:die\s+Hälfte|half|la\s+moitié|la\s+mitad|metade|la\s+metà|половин[ау]|yarısı)\b|النصف|一半", regex.IGNORECASE)


def _in_figures(text: str) -> str:
    """Shares in words as figures: "三成" is 30%."""
    text = _TENTH.sub(lambda m: f"{_TENTHS[m['n']]}%", text)
    return str(_HALF.sub("50%", _THIRD.sub("33%", text)))


_ON = regex.compile(r"\s*[;；]\s*(?=(?:\p{L}{1,3}\s+)?(?:\d{1,2}\s?%|%\s?\d))")
"""A mark before the next share ends nothing: "anticipo del 30%; el 70% restante"."""


def _window(sentence: str, start: int) -> str:
    """From a little before to the end of the clause; a full stop ends it, a comma does not."""
    before = sentence[max(0, start - 60) : start]
    before = regex.split(r"[;。]|\.\s", before)[-1]
    after = str(_ON.sub(", ", sentence[start : start + WINDOW]))
    stop = _STOP.search(after, min(8, len(after)))
    return str(before) + (after[: stop.start()] if stop else after)


def _ways(text: str, words: TradeWords) -> list[str]:
    """Ways to pay by place, with their tenor: "L/C at sight", "D/A 60 days"."""
    places: dict[str, tuple[int, int]] = {}
    for start, end, say in words.spoken("way", text):
        if words.note("unwanted").first(regex.split(r"[,;.]", text[end : end + 40])[0]) or words.note("unwanted").first(text[max(0, start - 22) : start]):
            continue
        places.setdefault(say, (start, end))
    return [_with_tenor(say, text, *span, words) for say, span in sorted(places.items(), key=lambda item: item[1])]


def _with_tenor(say: str, text: str, start: int, end: int, words: TradeWords) -> str:
    if say not in _TENORED:
        return say
    rest = text[end : end + 40]
    tenor = _TENOR.search(rest) or regex.search(rf"(?P<days>\d{{2,3}})\s*{DAYS}(?:远期|期)?\s*$", text[max(0, start - 12) : start])
    sight = words.note("sight").first(text[max(0, start - 8) : end + 40])
    if tenor and not (tenor.re is _TENOR and sight and sight.start() + max(0, start - 8) < end + tenor.start()):
        return f"{say} {tenor['days']} days"
    return f"{say} at sight" if sight else say


def _shares(text: str, words: TradeWords) -> list[str]:
    """Such as "30% deposit", "70% before shipment"; a balance without a figure gets what is left."""
    found = [m for m in _PERCENT.finditer(text) if 0 < _share(m) <= 100 and not _DISCOUNT.match(text[m.end() :])]
    out: list[str] = []
    total = 0
    for number, match in enumerate(found):
        until = found[number + 1].start() if number + 1 < len(found) else len(text)
        what = _own_part(text, match, until, words)
        if total + _share(match) > 100:
            break
        total += _share(match)
        out.append(f"{_share(match)}% {_moment(what, _share(match), words, first=not out)}")
    if not out:
        split = _SPLIT.search(text)
        pair = split and int(split["a"]) + int(split["b"]) == 100
        return [f"{split['a']}% deposit", f"{split['b']}% balance"] if split and pair else []
    rest = words.note("balance").first(text[found[0].end() :])
    if rest and total < 100:
        what = text[found[0].end() + rest.end() :][:70]
        out.append(f"{100 - total}% {_moment(what, 100 - total, words, first=False)}")
    return out


def _share(match: regex.Match[str]) -> int:
    return int(match["p"] or match["q"])


def _own_part(text: str, match: regex.Match[str], until: int, words: TradeWords) -> str:
    """What is said of a share: up to the next one or the balance; what stands right before it where nothing follows."""
    what = text[match.end() : min(until, match.end() + 75)]
    rest = words.note("balance").first(what)
    if rest and rest.start() > 3:
        what = what[: rest.start()]
    return what if regex.search(r"\w{2}|\p{Han}", what) else text[max(0, match.start() - 30) : match.start()]


def _moment(what: str, share: int, words: TradeWords, *, first: bool) -> str:
    """Before shipment, against documents, as a deposit."""
    hits = words.spoken("moment", what)
    plain = _WHEN.search(what)
    if plain and (not hits or hits[0][2] != "deposit" or plain.start() < hits[0][0]):
        return " ".join(plain.group(0).split())
    say = hits[0][2] if hits else ("deposit" if first else "balance")
    return "in advance" if say == "deposit" and share == 100 else say


def _net(text: str, words: TradeWords) -> str:
    """Days until an invoice is due: those of a discount are not meant."""
    text = _CASH_DISCOUNT.sub(" ", text)
    if (match := _NET.search(text)) and not _SEVERAL.search(text[: match.end()][-16:]):
        return f"net {next(g for g in match.groups() if g)} days"
    credit = words.note("on_credit").first(text)
    if credit is None:
        return ""
    behind = _TENOR.search(text[credit.end() : credit.end() + 40])
    before = list(_TENOR.finditer(text[max(0, credit.start() - 25) : credit.start()]))
    due = behind or (before[-1] if before else None)
    return f"net {due['days'].replace('-', '/')} days" if due else ""


_SEVERAL = regex.compile(rf"\d[-/]\d{{2,3}}\s*{DAYS}$", regex.IGNORECASE)
"""Instalments: "28/56 dias"."""
_OFF = r"(?:Skonto|(?:cash\s+)?discount|escompte|descuento|dto|desconto|sconto|скидк\w+|iskonto|خصم)"
_CASH_DISCOUNT = regex.compile(
    rf"(?<!\d)(?P<d1>\d{{1,2}})\s*{DAYS}\s*(?:abzüglich\s+|mit\s+|with\s+|con\s+(?:il\s+)?|à\s+|avec\s+)?(?P<p1>\d(?:[.,]\d)?)\s?%\s*{_OFF}|"
    rf"(?P<p2>\d(?:[.,]\d)?)\s?%\s*(?:de\s+|di\s+|d['’])?{_OFF}[^.;\d]{{0,25}}(?P<d2>\d{{1,2}})\s*{DAYS}",
    regex.IGNORECASE,
)


def _cash_discount(text: str) -> str:
    """What early payment saves: "2% discount within 14 days"."""
    match = _CASH_DISCOUNT.search(text)
    return f"{match['p1'] or match['p2']}% discount within {match['d1'] or match['d2']} days" if match else ""
