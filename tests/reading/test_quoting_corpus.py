"""How often do we find exactly what was written now, in replies of many clients?

The truth is kept as numbers of lines, never as text. Files whose own truth wants something else than new text (a placeholder,
a forwarded mail hidden) are named in LEFT_OUT and not counted; docs/reading.md says why.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from followupd.model import Own
from followupd.reading.html import html_to_text
from followupd.reading.normal import normalise
from followupd.reading.parse import read
from followupd.reading.text import split

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "quoting"
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not here")]

CRISP = {
    "1": "correct_sig email_20 email_2_1 email_4 email_blackberry email_custom_quote_header email_customer_quote_header_2 "
    "email_iphone email_multi_word_sent_from_my_mobile_device email_sent_from email_thread "
    "email_tricky_11_double_signature email_tricky_16_unicode_signatures email_tricky_9_nested_quotes "
    "email_unquoted_reply sig_no_empty_line",
    "1-2": "email_customer_quote_header_3 email_zoho",
    "1-3": "email_19 email_6 email_sent_from_my_not_signature email_tricky_20_html_entities",
    "1-5": "email_10 email_11 email_12 email_13 email_14 email_15 email_16 email_17 email_18 email_22 email_23 email_24 "
    "email_25 email_26 email_3 email_7 email_8 email_9 email_danish_dash_separator email_en_multiline_2 email_finnish "
    "email_fr_multiline email_french_2 email_french_dash_separator email_german email_german_2 email_german_3 "
    "email_german_outlook email_gmail_split_line_from email_ios_outlook email_ios_outlook_fr email_italian email_msn "
    "email_norwegian_gmail email_one_is_not_on email_original_message email_original_message_2 "
    "email_outlook_split_line_from email_portuguese email_russian email_tricky_10_special_chars_in_name "
    "email_tricky_12_no_space_after_header email_tricky_14_long_quote_header "
    "email_tricky_15_original_message_variations email_tricky_2_url_with_wrote email_tricky_4_from_in_body "
    "email_tricky_5_mixed_languages email_tricky_8_sent_from_in_content email_with_regards",
    "1-6": "email_tricky_1_on_false_positive",
    "1-7": "email_1 email_emoji email_tricky_6_regards_in_sentence",
    "1-8": "email_not_a_signature_2",
    "1-9": "email_bullets email_tricky_13_timestamp_variations",
    "1-11": "email_reply_header",
    "1-12": "email_tricky_3_code_block",
    "1-13": "email_not_a_signature",
    "1-15": "email_5 email_tricky_7_multiple_dashes",
    "1-638": "email_21",
    "1 9-34": "email_2",
    "4 8 12": "email_tricky_18_inline_reply",
    "1 7 12": "email_tricky_19_quote_without_header",
}
"""Numbers of the lines that were written now, and the files in which they are these."""
LEFT_OUT = {"email_with_date_headers", "email_with_from_headers", "email_tricky_17_forward_header"}


def bare(text: str) -> str:
    """Without white space: how lines are broken is not at issue."""
    return re.sub(r"\s+", "", text)


def lines_of(text: str, ranges: str) -> str:
    lines = text.split("\n")
    spans = [(int(first), int(last or first)) for first, _, last in (part.partition("-") for part in ranges.split())]
    return "\n".join(line for first, last in spans for line in lines[first - 1 : last])


def test_crisp_replies_in_plain_text() -> None:
    truth = {name: ranges for ranges, names in CRISP.items() for name in names.split()}
    files = {path.stem: path for path in sorted((CORPUS / "crisp").glob("*.txt"))}
    assert set(files) - LEFT_OUT == set(truth)
    wrong = []
    for name, ranges in truth.items():
        text = normalise(files[name].read_text("utf-8", "replace"))
        if bare(split(text).new_text) != bare(lines_of(text, ranges)):
            wrong.append(name)
    print(f"crisp: {len(truth) - len(wrong)} of {len(truth)} exact ({1 - len(wrong) / len(truth):.1%}); wrong: {wrong}")
    assert len(wrong) <= 0.05 * len(truth)


HTML = {
    "183a81d3": "talon/html_replies/gmail talon/html_replies/hotmail talon/html_replies/mail_ru talon/html_replies/yandex_ru "
    "talon/html_replies/ms_outlook_2003 talon/html_replies/ms_outlook_2007 talon/html_replies/ms_outlook_2010 "
    "talon/html_replies/thunderbird talon/html_replies/windows_mail",
    "c253f451": "talon/OLK_SRC_BODY_SECTION",
    "5dfa864c": "talon/reply-separated-by-hr",
    "bfbcaf8a": "quotequail/apple_forward",
    "0d749abe": "quotequail/apple_reply",
    "cc933b32": "quotequail/gmail_forward",
    "01ca1090": "quotequail/gmail_reply",
    "5422cae2": "quotequail/ios_mail_reply_unescaped_address",
    "e6488d96": "quotequail/mailru_forward",
    "0e2f19c5": "quotequail/outlook_forward",
    "bd2fbbec": "quotequail/thunderbird_forward",
    "9df7c7c0": "quotequail/yahoo_reply_unescaped_address",
}
"""What stands for new text and signature together, and the HTML files in which they are so. A forwarded mail counts as new."""


def drawn(path: Path) -> str:
    return normalise(html_to_text(normalise(path.read_bytes().decode("utf-8", "replace"))))


def mark_of(text: str) -> str:
    """Eight hex digits that stand for a text without its white space."""
    return sha256(bare(text).encode()).hexdigest()[:8]


def test_replies_and_forwarded_mails_in_html() -> None:
    truth = {name: mark for mark, names in HTML.items() for name in names.split()}
    wrong = []
    for name, mark in truth.items():
        parts = split(drawn(CORPUS / f"{name}.html"), subject="Fwd: x" if "forward" in name else "Re: x")
        if mark not in (mark_of(parts.new_text), mark_of(parts.new_text + parts.signature)):
            wrong.append(name)
    print(f"HTML: {len(truth) - len(wrong)} of {len(truth)} exact; wrong: {wrong}")
    assert len(truth) == 20
    assert len(wrong) <= 1


def test_talon_signatures() -> None:
    """Where a truth about the signature stands beside the mail: exactly the rest is what was written now."""
    right, wrong = 0, []
    for path in sorted((CORPUS / "talon/signature/emails/stripped").glob("*_body")):
        beside = {kind: path.with_name(path.name.replace("_body", kind)) for kind in ("_sender", "_signature")}
        name, signature = (file.read_text().replace("#sig#", "") if file.exists() else "" for file in beside.values())
        body = normalise(path.read_text().replace("#sig#", ""))
        parts = split(body, sender=name.strip())
        expected = bare(body).removesuffix(bare(signature))
        if bare(parts.new_text) == expected and bare(parts.signature) == bare(signature):
            right += 1
        else:
            wrong.append(path.name)
    for path in sorted((CORPUS / "talon/signature/emails/P").glob("*")):
        if path.name.endswith("_sender"):
            continue
        raw = path.read_text()
        kept = "\n".join(x for x in raw.split("\n") if not x.startswith("#sig#"))
        marked = raw.replace("#sig#", "").replace("#reply#", "> ")
        whole = marked if marked.startswith("From:") else f"From: john@example.com\n\n{marked}"
        message = read(whole.encode(), own=Own(frozenset()), internaldate=datetime(2026, 3, 2, tzinfo=UTC))
        new = bare("".join(x for x in kept.split("\n") if not x.startswith(("#reply#", "From:", "Subject:", "Date:"))))
        if bare(message.new_text) == new or bare(message.new_text + message.signature) == new:
            right += 1
        else:
            wrong.append(path.name)
    print(f"talon signatures: {right} of {right + len(wrong)} exact; wrong: {wrong}")
    assert right >= 8
