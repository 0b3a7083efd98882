"""What is left of a subject when Re:, Fwd: and list tags are gone?

RFC 5256 section 2.1, with the marks that clients in our ten languages put there.
"""

from __future__ import annotations

import re
import unicodedata

_MARK = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwort|sv|vs|rv|res|ref|odp|ynt|yan|cevap|ответ|от|رد|回复|回覆|答复|答覆|"
    r"fwd?|wg|tr|rif|r|i|enc|inc|doorst|vl|vb|ilt|ilet|пересл|إعادة توجيه|转发|轉寄)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]|\[[^\]]{1,40}\]\s*(?=\S))\s*",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"^\s*(?:re|aw|antw|antwort|sv|vs|rv|res|odp|ynt|yan|cevap|ответ|رد|回复|回覆|答复|答覆)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\s*(?:(?:re|aw|回复)\s*[:：]\s*)?(?:fwd?|wg|tr|rif|enc|doorst|vl|vb|ilt|ilet|i|rv|пересл|fs|pd|إعادة توجيه|转发|轉寄|轉發)\s*[:：]",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"^\s*(?:automatic reply|auto[- ]?reply|auto[- ]?response|out of (?:the )?office|abwesenheitsnotiz|"
    r"automatische antwort|réponse automatique|respuesta automática|resposta automática|risposta automatica|"
    r"автоответ|otomatik yanıt|رد تلقائي|自动回复|自動回覆)\s*[:：]\s*",
    re.IGNORECASE,
)
MAX_MARKS = 30


def base_subject(subject: str) -> str:
    """The casefolded bare subject; empty when nothing is left."""
    text = unicodedata.normalize("NFKC", subject)[:1000]
    for _ in range(MAX_MARKS):
        cut = _AUTOMATIC.sub("", _MARK.sub("", text, count=1), count=1)
        cut = re.sub(r"\s*\(fwd\)\s*$", "", cut, flags=re.IGNORECASE)
        if cut == text:
            break
        text = cut
    return " ".join(text.split()).casefold()


def is_reply_subject(subject: str) -> bool:
    """Does the subject begin with a reply mark? It proves no thread, it only speaks of one."""
    return bool(_REPLY.match(subject) or _AUTOMATIC.match(subject))


def answers_a_machine(subject: str) -> bool:
    """Does somebody answer an automatic note: "Re: Automatic reply: Our offer"? Machines put their own mark first."""
    text, marks = subject[:1000], 0
    while marks < MAX_MARKS and (found := _REPLY.match(text)):
        text, marks = text[found.end() :], marks + 1
    return marks > 0 and bool(_AUTOMATIC.match(text))


def is_forward_subject(subject: str) -> bool:
    """Does the subject begin with a mark of forwarding?"""
    return bool(_FORWARD.match(subject[:100]))
