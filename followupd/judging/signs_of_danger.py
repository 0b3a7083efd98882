"""Which signs of fraud cannot be said by a pattern?

One small function per sign (DOMAIN 1.3): the words that counted, or "" when the sign is not there.
"""

from __future__ import annotations

import re

from followupd.freemail import FREE_MAIL
from followupd.judging.lookalike import company_of
from followupd.judging.seen import Seen, once
from followupd.judging.signs_of_intent import SPECIFIC, addresses_us, model, product, quantity

DANGEROUS = frozenset(
    "exe scr com pif bat cmd js jse vbs vbe wsf hta lnk jar msi ps1 iso img vhd html htm shtml svg zip rar 7z ace gz cab "
    "docm xlsm pptm xlam one".split()
)
ARCHIVES = frozenset("zip rar 7z ace gz cab iso img html htm shtml".split())
LURE = re.compile(
    r"\b(?:PO|order|purchase|rfq|quot\w*|inquiry|enquiry|invoice|payment|swift|specification|contract|document|scan|proforma|"
    r"shipping|remittance|inv)\b|订单|询价|发票",
    re.IGNORECASE,
)
GREAT_NAMES = frozenset(
    """
    tesla walmart ikea asda tesco carrefour lidl siemens samsung unicef pfizer aramco sainsbury shell toyota bosch
    """.split()
) | {"john lewis", "united nations", "world bank", "marks & spencer"}
"""Who fakes claim to buy for; their real domains begin with the name."""
SHOWN_NAMES = frozenset(
    {"alibaba", "dhl", "fedex", "microsoft", "paypal", "amazon", "walmart", "unicef", "united nations", "world bank"}
)
"""Names that fakes show as the sender's."""
_ATTACHED = re.compile(
    r"\b(?:attach\w*|enclosed|(?:find|see|check|view|open|kindly)\s+(?:\w+\s+){0,2}(?:below|required|our|order)|adjunt\w*|anexo|ci-joint\w*|anbei|"
    r"beigefügt\w*|allegat\w*|во\s+вложении|ekte\w*)\b|附件",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:purchase\s*[_-]?\s*orders?|purchase_order\w*|(?:new|final|urgent|our|my|the)\s+orders?|P\.?O\.?\b(?!\s*box)|RFQ|quotation|quote|inquiry|enquiry|invoice|"
    r"contract|bid|orden\s+de\s+(?:compra|venta)|pedido|bon\s+de\s+commande|bestellung|ordine|заказ\w*|sipariş)|订单|询价|发票",
    re.IGNORECASE,
)
_LOOK_AT = re.compile(
    r"(?i)\b(?:link|click|view|see|check|open|download|pictures?|photos?|specifications?|samples?|design|follow)\b[^\n]{0,120}\s{0,60}https?://"
)
LURE_LENGTH = 800
_VOLUME = re.compile(
    r"(?i)\b(?:monthly|several|many|\d+)\s+(?:x\s*)?(?:40|20)?\W{0,3}(?:HQ|HC|FCL|containers?)\b|"
    r"\b(?:large|huge|bulk)\s+(?:scale\s+)?(?:quantit(?:y|ies)|orders?|purchase|volumes?)\b"
)


def dangerous_attachment(seen: Seen) -> str:
    """A file that can run, a double extension, or an order in an archive from somebody unknown."""
    return next((a.filename for a in seen.message.attachments if _dangerous(a.filename, seen)), "")


def _dangerous(filename: str, seen: Seen) -> bool:
    parts = filename.lower().strip().split(".")
    last = parts[-1] if len(parts) > 1 else ""
    if last not in DANGEROUS:
        return False
    if len(parts) > 2 and parts[-2] in {"pdf", "doc", "docx", "xls", "xlsx", "jpg", "png"}:
        return True
    if last not in ARCHIVES:
        return True
    lure = LURE.search(filename.replace("_", " ")) or (last not in {"zip", "rar"} and LURE.search(seen.message.subject))
    return bool(lure) and seen.first


def dangerous_link(seen: Seen) -> str:
    """A link to an archive or a program, where an order or invoice is promised."""
    match = re.search(
        r"(?i)https?://[^\s<>\"]{1,300}\.(?:rar|zip|7z|ace|iso|img|exe|scr|js|vbs|lnk|msi|html?\?)(?![\w.])",
        seen.message.text[:20_000],
    )
    return match[0][:160] if match and LURE.search(f"{seen.message.subject}\n{seen.words}") else ""


def brand(seen: Seen) -> str:
    """A great name as the sender's or in "I am ... of", from a domain that is not theirs."""
    message, domain = seen.message, seen.message.sender.domain
    if not domain or seen.own.holds(message.sender.email):
        return ""
    shown = message.sender.name.lower()
    for name in SHOWN_NAMES:
        if (
            name in shown
            and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown)
            and company_of(domain) != name.replace(" ", "")
        ):
            return f"{name} from {domain}"
    opening = f"{message.subject}\n{message.new_text[:600]}".lower()
    claimed = next((n for n in GREAT_NAMES if n in opening and n.split()[0] not in domain and _claims(n, opening)), "")
    return f"{claimed} from {domain}" if claimed else ""


def platform_imitated(seen: Seen) -> str:
    """The name of a trade platform as the sender's, from a domain that is not the platform's."""
    return seen.imitated


def _claims(name: str, text: str) -> bool:
    """Does the writer say that he is of that house? "We supply Walmart" does not."""
    between = r"(?:(?!found|saw|got|find|see|suppl|sell|look|interest|contact|buy|work)[\w.&-]+\s+){0,8}?"
    who = rf"(?:i\s+am|i'm|we\s+are|this\s+is|my\s+name\s+is)\s+{between}(?:from|of|at|with|for)\s+(?:the\s+)?"
    return bool(
        re.search(
            rf"\b(?:{who}|on\s+behalf\s+of\s+(?:the\s+)?|we\s+are\s+){re.escape(name)}\b(?!\s*(?:seller|shop|market|vendor|supplier))",
            text,
        )
    )


@once
def concrete(seen: Seen) -> str:
    """Does the mail itself say what is ordered? Then its attachment is no bait."""
    return (
        "yes"
        if model(seen) or seen.terms.incoterm or (quantity(seen) and product(seen)) or SPECIFIC.search(seen.words)
        else ""
    )


def order_lure(seen: Seen) -> str:
    """The words "find our order attached" and next to nothing on what is ordered, to nobody by name."""
    message = seen.message
    if len(message.new_text) > LURE_LENGTH or concrete(seen) or addresses_us(seen):
        return ""
    attached, order = _ATTACHED.search(message.new_text), _ORDER.search(f"{message.subject}\n{message.new_text}")
    return f"{order[0]}: {attached[0]}" if attached and order else ""


def order_link(seen: Seen) -> str:
    """The specification or the order is not in the mail but behind a link."""
    if concrete(seen) or addresses_us(seen):
        return ""
    match = _LOOK_AT.search(seen.message.text[:6000])
    return " ".join(match[0].split())[:120] if match and _ORDER.search(f"{seen.message.subject}\n{seen.words}") else ""


def false_answer(seen: Seen) -> str:
    """A "Re:" on an order or payment, from somebody whom we never wrote to and without a word of ours in it."""
    message = seen.message
    answers = re.match(r"(?i)\s*(?:re|aw|sv|回复|答复)\s*[:：]", message.subject)
    if not answers or message.quoted or message.in_reply_to or concrete(seen):
        return ""
    order = _ORDER.search(message.subject) or re.search(
        r"(?i)\b(?:payment|invoice|shipment|goods|products?|contract)\b", message.subject
    )
    return message.subject if order else ""


def address_in_link(seen: Seen) -> str:
    """A link with a mail address behind its ? or #, as pages have that ask for a password.

    Unsubscribe links have it as well; in the path of a link stand message-ids of archives.
    """
    for match in re.finditer(
        r"https?://[^\s<>\"]*(?:[?&]\w{1,24}=|#)[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+", seen.message.text[:20_000]
    ):
        if not re.search(r"(?i)unsub|opt-?out|abmeld|baja|preferences|subscri|maps\.|linkedin|medium\.com/@", match[0]):
            return match[0][:120]
    return ""


def volume_without_goods(seen: Seen) -> str:
    """Containers or great quantities, and no goods named."""
    match = _VOLUME.search(seen.words)
    return match[0] if match and not product(seen) and not model(seen) else ""


_AT_ONCE = re.compile(
    r"(?i)\b(?:send|issue|forward|prepare|give|need|provide)\b[^.\n]{0,40}\b(?:PI|pro\s?-?forma(?:\s+invoice)?)\b"
)


def pi_at_once(seen: Seen) -> str:
    """Wants the invoice in the first mail, and nothing concrete is asked or ordered."""
    match = _AT_ONCE.search(seen.words[:3_000])
    return " ".join(match[0].split()) if match and not concrete(seen) else ""


def _other_answer(seen: Seen) -> str:
    """The address that answers would go to, where that is not the sender's company."""
    message = seen.message
    domain = message.sender.domain
    if message.header("list-id") or not domain or seen.own.holds(message.sender.email):
        return ""
    return next((a.email for a in message.reply_to if a.domain and not _related(a.domain, domain)), "")


def reply_to_free(seen: Seen) -> str:
    """Answers would go to a free-mail address that is not the sender's own provider."""
    other = _other_answer(seen)
    return f"{seen.message.sender.email}, answers to {other}" if other.rpartition("@")[2] in FREE_MAIL else ""


def reply_to(seen: Seen) -> str:
    """Answers would go to another domain; ordinary on mailing lists, so not there."""
    other = _other_answer(seen)
    return (
        f"{seen.message.sender.email}, answers to {other}"
        if other and other.rpartition("@")[2] not in FREE_MAIL
        else ""
    )


def written_address(seen: Seen) -> str:
    """A company's address in the text, or a free-mail one, while the mail comes from a third company."""
    domain = seen.message.sender.domain
    if (
        not domain
        or domain in FREE_MAIL
        or domain.startswith(("list.", "lists."))
        or not seen.first
        or seen.own.holds(seen.message.sender.email)
    ):
        return ""
    written = re.findall(
        r"[\w.+-]{1,64}@([\w-]+(?:\.[\w-]+)+)", f"{seen.words[:6000]}\n{seen.message.signature}".lower()
    )
    people = {a.domain for a in (*seen.message.to, *seen.message.cc)}
    own = people | seen.own.domains
    others = [
        d for w in written if (d := w.rstrip(".")) not in own and not d.startswith(("list.", "lists.", "googlegroups."))
    ]
    if not others or any(_related(d, domain) for d in others):
        return ""
    return f"{domain}, but writes {others[0]}"


def _related(a: str, b: str) -> bool:
    """One company: the same name under whatever ending."""
    return company_of(a) == company_of(b)
