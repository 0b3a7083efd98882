"""What mail programs put around an answer, in the forms they really use: only the answer counts."""

# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest

from followupd.errors import ConfigError
from followupd.reading.html import html_to_text
from followupd.reading.marks import TABLE, Marks, shipped_marks
from followupd.reading.normal import normalise
from followupd.reading.patterns import compile_pattern
from followupd.reading.text import split
from followupd.rulesource import read_rules

OUTLOOK = {
    "en": ("From: Lily Chen <lily@lamps.example>", "Sent: Monday, March 2, 2026 10:11 AM", "To: Ann", "Subject: RE: Offer"),
    "de": ("Von: Lily Chen <lily@lamps.example>", "Gesendet: Montag, 2. März 2026 10:11", "An: Ann", "Betreff: AW: Offer"),
    "fr": ("De : Lily Chen <lily@lamps.example>", "Envoyé : lundi 2 mars 2026 10:11", "À : Ann", "Objet : RE: Offer"),
    "es": ("De: Lily Chen <lily@lamps.example>", "Enviado el: lunes, 2 de marzo de 2026 10:11", "Para: Ann", "Asunto: RE: Offer"),
    "pt": ("De: Lily Chen <lily@lamps.example>", "Enviada em: segunda-feira, 2 de março de 2026 10:11", "Para: Ann", "Assunto: RES: Offer"),
    "it": ("Da: Lily Chen <lily@lamps.example>", "Inviato: lunedì 2 marzo 2026 10:11", "A: Ann", "Oggetto: R: Offer"),
    "ru": ("От: Lily Chen <lily@lamps.example>", "Отправлено: 2 марта 2026 г. 10:11", "Кому: Ann", "Тема: RE: Offer"),
    "tr": ("Kimden: Lily Chen <lily@lamps.example>", "Gönderildi: 2 Mart 2026 Pazartesi 10:11", "Kime: Ann", "Konu: YNT: Offer"),
    "ar": ("من: Lily Chen <lily@lamps.example>", "تم الإرسال: 02 مارس 2026 10:11", "إلى: Ann", "الموضوع: رد: Offer"),
    "zh": ("发件人: Lily Chen <lily@lamps.example>", "发送时间: 2026年3月2日 10:11", "收件人: Ann", "主题: 答复: Offer"),
}  # fmt: skip
ATTRIBUTIONS = [
    "On Mon, Mar 2, 2026 at 10:11 AM Lily Chen <lily@lamps.example> wrote:",
    "On Mon, Mar 2, 2026 at 10:11 AM Lily Chen of the export department <\nlily@lamps.example> wrote:",
    "On Monday, March 2, 2026 at 10:11:05 AM GMT+1, Lily Chen <lily@lamps.example> wrote:",
    "On 02/03/2026 10:11, Lily Chen wrote:",
    "On 2 Mar 2026, at 10:11, Lily Chen <lily@lamps.example>\nwrote:",
    "Am Mo., 2. März 2026 um 10:11 Uhr schrieb Lily Chen <lily@lamps.example>:",
    "Am 02.03.26 um 10:11 schrieb Lily Chen:",
    "Le lun. 2 mars 2026 à 10:11, Lily Chen <lily@lamps.example> a écrit :",
    "El lun, 2 mar 2026 a las 10:11, Lily Chen (<lily@lamps.example>)\nescribió:",
    "Em seg., 2 de mar. de 2026 às 10:11, Lily Chen <lily@lamps.example>\nescreveu:",
    "Il giorno lun 2 mar 2026 alle ore 10:11 Lily Chen <lily@lamps.example>\nha scritto:",
    "пн, 2 мар. 2026 г. в 10:11, Lily Chen <lily@lamps.example>:",
    "02.03.2026, 10:11, \"Lily Chen\" <lily@lamps.example>:",
    "Понедельник, 2 марта 2026, 10:11 +03:00 от Lily Chen <lily@lamps.example>:",
    "Lily Chen <lily@lamps.example>, 2 Mar 2026 Pzt, 10:11 tarihinde şunu yazdı:",
    "في الاثنين، 2 مارس 2026 في 10:11 ص تمت كتابة ما يلي بواسطة Lily Chen <lily@lamps.example>:",
    "Lily Chen <lily@lamps.example> 于2026年3月2日周一 10:11写道：",
    "在 2026-03-02 10:11:05，\"Lily Chen\" <lily@lamps.example> 写道：",
    "At 2026-03-02 10:11:05, \"Lily Chen\" <lily@lamps.example> wrote:",
    "---- On Mon, 02 Mar 2026 10:11:05 +0800 Lily Chen <lily@lamps.example> wrote ----",
    "Lily Chen <lily@lamps.example> wrote on Mon, 2 Mar 2026 10:11:",
]  # fmt: skip
DIVIDERS = [
    "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----", "-----Mensaje original-----",
    "-----Mensagem original-----", "-----Messaggio originale-----", "-----Исходное сообщение-----", "-----Özgün İleti-----",
    "-----الرسالة الأصلية-----", "------------------ 原始邮件 ------------------", "------------------ Original ------------------",
    "-----邮件原件-----\n发件人: Lily\n发送时间: 2026-03-02\n收件人: Ann\n主题: Offer", "---- 回复的原邮件 ----",
    "________________________________\nFrom: Lily\nSent: Monday\nTo: Ann",
]  # fmt: skip
ANSWER = "Yes, 500 pcs, please."
OLD = "our price is 4.20 USD\nvalid until 15 March"


@pytest.mark.parametrize("language", OUTLOOK)
@pytest.mark.parametrize("above", ["", "________________________________\n", "*"])
def test_a_header_block_of_outlook_in_ten_languages(language: str, above: str) -> None:
    lines = OUTLOOK[language]
    block = "\n".join("*" + line.replace(":", ":*", 1) for line in lines) if above == "*" else above + "\n".join(lines)
    assert split(f"{ANSWER}\n\n{block}\n\n{OLD}").new_text == ANSWER


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "bare"])
@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_an_attribution_and_what_follows(line: str, marked: bool) -> None:
    old = "\n".join(f"> {x}" for x in OLD.split("\n")) if marked else OLD
    assert split(f"{ANSWER}\n\n{line}\n\n{old}\n").new_text == ANSWER
    if marked:
        assert split(f"{line}\n\n{old}\n\n{ANSWER}").new_text == ANSWER


@pytest.mark.parametrize("line", DIVIDERS)
def test_a_dividing_line(line: str) -> None:
    assert split(f"{ANSWER}\n\n{line}\n\n{OLD}", subject="Re: Offer").new_text == ANSWER


def test_answers_between_our_lines_count_and_our_lines_do_not() -> None:
    text = "See below.\n\nOn 2 Mar 2026, Lily <l@x.example> wrote:\n> How many?\n500\n> When?\nIn May.\n\nRegards\nAnn"
    assert split(text).new_text == "See below.\n\n500\nIn May."


@pytest.mark.parametrize(
    "tail",
    [
        "Sent from my iPhone", "Get Outlook for iOS<https://aka.ms/o0ukef>", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Gesendet mit der GMX Mail App",
        "Enviado desde mi iPhone", "Enviado do meu iPhone", "Inviato da iPhone", "Отправлено с iPhone", "iPhone'umdan gönderildi",
        "发自我的iPhone", "أرسلت من هاتفي", "Sent from Yahoo Mail on Android", "Отправлено из мобильной Почты Mail.ru", "发自我的华为手机",
        "This e-mail and any attachments are confidential and intended solely for the addressee.",
        "Diese E-Mail enthält vertrauliche Informationen.", "Ce message est confidentiel.", "本邮件及其附件仅供收件人使用。",
        "-- \nAnn Lee\nBuyer Ltd\n+49 40 1234", "Best regards,\nAnn", "Mit freundlichen Grüßen\nAnn Lee\nEinkauf", "Cordialement,\nAnn",
        "Saludos cordiales\nAnn", "Atenciosamente,\nAnn", "Cordiali saluti\nAnn", "С уважением,\nAnn", "Saygılarımla,\nAnn", "مع تحياتي\nAnn", "此致\n敬礼\nAnn",
        "Ann Lee\nann@buyer.example\nTel: +49 40 123456",
    ],
)  # fmt: skip
def test_what_a_telephone_a_lawyer_and_a_card_add_is_cut_off(tail: str) -> None:
    parts = split(f"{ANSWER}\n\n{tail}")
    assert parts.new_text == ANSWER
    assert "".join(parts.signature.split()) in "".join(tail.split())


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my desk, this is faster.\nPlease quote.", "Please quote:\n----\nItem A 500 pcs\nItem B 300 pcs",
        "We need:\n\nLamp 500 pcs\nCable 20 m\nwww.buyer.example/specs", "On Monday we wrote:\nplease send the PI.",
        "From: Ningbo\nTo: Hamburg\nPlease quote the freight.", "Date: May\nQuantity: 500\nPort: Hamburg", "Please quote:\nFrom: Ningbo\nTo: Hamburg\nDate: May\nVolume: 20 cbm",
        "I confirm the order.\nPayment: 30 % deposit\nDelivery: 30 days", ">From Ningbo we need 500 pcs.",
        "Thanks for the offer of 2 March 2026:\n1. lamps\n2. cables", "Regards to your boss, he was right about it.\nPlease send it.",
        "I am away until 5 May. In urgent cases contact:\nBob Lee\nbob@buyer.example\n+49 40 123456",
        "We take 500 pcs. Ship to:\n\nBuyer Ltd\n12 Main St\nTel: +49 40 123456\nbob@buyer.example",
        "New entry on your site\n\nName: Ann Lee\nEmail: ann@buyer.example\nPhone: +49 40 123456\nMessage: price list",
        "Our address: 12 Main St\nTel: 12345\nCan you ship there?",
    ],
)  # fmt: skip
def test_a_buyers_own_words_are_never_taken_for_history(text: str) -> None:
    new = split(text).new_text
    assert "".join(new.split()) == "".join(text.removeprefix(">").split())


def test_the_writers_own_address_above_the_header_of_foxmail_is_no_text() -> None:
    text = "好的，请发PI\n\nann@buyer.example\n\nFrom: Lily\nDate: 2026-03-02 10:11\nTo: ann\nSubject: Offer\n\nold"
    assert split(text, address="ann@buyer.example").new_text == "好的，请发PI"
    assert split("Please write to\n\nbob@buyer.example", address="ann@buyer.example").new_text.endswith(
        "bob@buyer.example"
    )


def test_a_letter_that_begins_with_its_own_header_is_read() -> None:
    letter = "To: Sales\nFrom: Ann Lee\nSubject: Inquiry for valves\n\nPlease quote 500 pcs."
    assert split(letter, subject="Inquiry").new_text == "Please quote 500 pcs."
    assert split(letter, subject="Re: Offer").new_text == ""


def test_a_warning_of_the_server_is_no_word_of_the_buyer() -> None:
    text = f"CAUTION: This email originated from outside of the organization. Do not click links.\n\n{ANSWER}"
    assert split(text).new_text == ANSWER


@pytest.mark.parametrize("block", [True, False], ids=["header block", "mark"])
def test_a_forwarded_inquiry_is_read(block: bool) -> None:
    head = "\n".join(OUTLOOK["en"]) if block else "---------- Forwarded message ---------\nFrom: Bob\nSubject: Lamps"
    assert (
        split(f"pls handle\n\n{head}\n\nWe need 500 lamps.", subject="FW: Lamps").new_text
        == "pls handle\n\nWe need 500 lamps."
    )
    said = "We have paid the deposit today and sent you the swift copy. " * 5
    assert split(f"{said}\n\n{head}\n\nold", subject="FW: Lamps").new_text == said.strip()


# ---- HTML -----------------------------------------------------------------------------------------


HTML = {
    "gmail": '<div dir="ltr">{a}</div><br><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Mon, Lily &lt;<a href="mailto:l@x.example">l@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="border-left:1px solid">{o}</blockquote></div>',
    "outlook web": '<div class="elementToProof">{a}</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><b>From:</b> Lily<br><b>Sent:</b> Monday<br><b>Subject:</b> Offer</div><div>{o}</div>',
    "outlook": '<div class=WordSection1><p class=MsoNormal>{a}<o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>Von:</b> Lily<br><b>Gesendet:</b> Montag<br><b>An:</b> Ann<br><b>Betreff:</b> Offer</p></div></div><p>{o}</p></div>',
    "outlook mobile": '<div>{a}</div><div id="ms-outlook-mobile-signature">Get <a href="x">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><b>From:</b> Lily<br>{o}</div>',
    "apple": '<body>{a}<br><div><blockquote type="cite"><div>On 2 Mar 2026, at 10:11, Lily &lt;l@x.example&gt; wrote:</div><div>{o}</div></blockquote></div></body>',
    "thunderbird": '<p>{a}</p><div class="moz-cite-prefix">Am 02.03.26 um 10:11 schrieb Lily:<br></div><blockquote type="cite" cite="mid:x">{o}</blockquote>',
    "yahoo": '<div>{a}</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted"><div>On Monday, Lily wrote:</div><div>{o}</div></div>',
    "qq": '<div>{a}</div><div><includetail><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef"><div><b>发件人:</b>&nbsp;"Lily"&lt;l@x.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年3月2日</div></div><div>{o}</div></includetail></div>',
    "foxmail": '<div>{a}</div><hr style="width:210px;height:1px" align="left"><div><span>lily@lamps.example</span></div><blockquote style="margin-left:0.5em"><div style="border-top:solid #B5C4DF 1pt"><div><b>发件人：</b> Lily</div><div><b>发送时间：</b> 2026-03-02</div><div><b>收件人：</b> Ann</div><div><b>主题：</b> Offer</div></div>{o}</blockquote>',
    "163": '<div>{a}</div><div style="position:relative;zoom:1"></div><p>At 2026-03-02 10:11:05, "Lily" &lt;l@x.example&gt; wrote:</p><blockquote id="isReplyContent" style="border-left:#ccc 1px solid">{o}</blockquote>',
    "netease master": '<div>{a}</div><div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>Lily</td></tr></table>{o}</div>',
    "yandex": '<div>{a}</div><div>02.03.2026, 10:11, "Lily" &lt;l@x.example&gt;:</div><blockquote><div>{o}</div></blockquote>',
    "mail.ru": '<p>{a}</p>Понедельник, 2 марта 2026, 10:11 +03:00 от Lily &lt;l@x.example&gt;:<br><blockquote style="border-left:1px solid #0857A6"><div class="js-helper">{o}</div></blockquote>',
    "proton": '<div>{a}</div><div class="protonmail_quote">On Monday, Lily wrote:<br><blockquote class="protonmail_quote">{o}</blockquote></div>',
    "zimbra": '<div>{a}</div><hr id="zwchr"><div><b>From: </b>"Lily"<br><b>To: </b>Ann<br></div>{o}',
    "macoutlook": '<div>{a}</div><span id="OLK_SRC_BODY_SECTION"><div><b>From: </b>Lily<br><b>Date: </b>Monday</div>{o}</span>',
}  # fmt: skip


@pytest.mark.parametrize("client", HTML)
def test_an_answer_in_html(client: str) -> None:
    html = HTML[client].format(a=ANSWER, o="our price is <b>4.20 USD</b>")
    parts = split(normalise(html_to_text(html)), subject="Re: Offer")
    assert parts.new_text.removesuffix("lily@lamps.example").rstrip(" _\n") == ANSWER
    assert "4.20" in parts.quoted


def test_answers_between_quotes_of_html() -> None:
    quote = '<blockquote type="cite">{}</blockquote>'
    html = f"<p>Hi</p>{quote.format('How many?')}<p>500 pcs</p>{quote.format('When?')}<p>In May</p>"
    assert split(normalise(html_to_text(html))).new_text.split() == ["Hi", "500", "pcs", "In", "May"]


@pytest.mark.parametrize(
    "html",
    [
        '<div style="display:none">X9</div>', '<div style="DISPLAY : none !important"><p><b>X9</b></p></div>', "<p hidden>X9</p>",
        '<span style="font-size:0px;line-height:0">X9</span>', '<div style="visibility:hidden">X9</div>', "<style>X9</style>", "<!-- X9 -->",
        '<div style="max-height:0;overflow:hidden">X9</div>', '<div style="mso-hide:all">X9</div>', "<script>X9</script>", "<title>X9</title>",
        '<div style="position:absolute;left:-9999px">X9</div>', '<p style="opacity:0">X9</p>',
    ],
)  # fmt: skip
def test_what_nobody_sees_never_counts(html: str) -> None:
    text = html_to_text(f"<html><body>{html} and {ANSWER}</body></html>")
    assert "X9" not in text
    assert ANSWER in text


def test_text_that_grows_again_inside_a_closed_gap_is_seen() -> None:
    html = '<div style="font-size:0"><span style="font-size:14px">500 pcs</span></div>'
    assert "500 pcs" in html_to_text(html)


def test_an_indent_is_no_quote_and_a_table_stays_a_table() -> None:
    html = '<blockquote style="margin:0 0 0 40px;border:none">500 pcs</blockquote><table><tr><td>A</td><td>4.20</td></tr><tr><td>B</td><td>3.10</td></tr></table>'
    new = split(normalise(html_to_text(html))).new_text
    assert [line.split() for line in new.split("\n") if line.strip()] == [["500", "pcs"], ["A", "4.20"], ["B", "3.10"]]


# ---- the words ------------------------------------------------------------------------------------


def test_every_word_of_the_table_compiles_alone_and_never_matches_nothing() -> None:
    for id, entry in read_rules().entries(TABLE).items():
        for words in (words for name, words in entry.data.items() if name != "enabled"):
            for word in words:
                assert compile_pattern(word, id).compiled.groups == 0, word


def test_a_language_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "quoting.yaml").write_text("sw:\n  wrote: ['aliandika']\n  sign_off: ['wako mwaminifu']\n", "utf-8")
    marks = Marks.build(read_rules(tmp_path))
    text = "Ndiyo\n\nWako mwaminifu,\nAnn\n\nTarehe 2 Machi 2026 Lily aliandika:\n> bei"
    assert split(text, marks=marks).new_text == "Ndiyo"
    assert split(text).new_text != "Ndiyo"


@pytest.mark.parametrize(
    ("line", "says"), [("    - 'Kwa('", "compile"), ("    - 'x*'", "empty"), ("    - '(?P<to>Kwa)'", "named")]
)
def test_a_word_that_cannot_work_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "quoting.yaml").write_text(f"sw:\n  wrote: ['aliandika']\n  to:\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=rf"quoting\.yaml:[34].*{says}"):
        Marks.build(read_rules(tmp_path))


@pytest.mark.parametrize("text", ["On " * 5000, "wrote: " * 4000, "> " * 9000, "-" * 90_000, "From: a\n" * 9000, ("On 3 May 2026, a@b.example\n") * 3000,
                                  "Best regards\n" * 5000, "* " * 50_000, "\n".join("a" * 300 for _ in range(300))])  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    import time

    shipped_marks()
    start = time.process_time()
    split(text)
    assert time.process_time() - start < 2
