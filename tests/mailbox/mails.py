"""Which mails do the mailbox tests put on a server?"""

from __future__ import annotations

import base64
from email.message import EmailMessage


def mail(
    message_id: str = "one@buyer.test", subject: str = "Inquiry", body: str = "Please quote 500 pcs.\n", head: str = ""
) -> bytes:
    """A plain mail; ``head`` are further header lines, as they come."""
    lines = [
        "From: Omar <omar@buyer.test>", "To: lily@brightway.test", f"Subject: {subject}",
        "Date: Fri, 20 Nov 2026 09:30:00 +0800", f"Message-ID: <{message_id}>", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]  # fmt: skip
    text = "\n".join(lines) + "\n" + head + "\n" + body
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def heavy(text: str, charset: str = "utf-8", encoding: str = "base64", octets: int = 2_000_000) -> bytes:
    """A mail with a text part and a large drawing attached."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Omar <omar@buyer.test>", "lily@brightway.test", "Drawing"
    made["Date"], made["Message-ID"] = "Fri, 20 Nov 2026 09:30:00 +0800", "<heavy@buyer.test>"
    made.set_content(text, charset=charset, cte=encoding)
    drawing = base64.b64encode(bytes(range(256)) * 4)[:1000] * (octets // 1000)
    made.add_attachment(drawing, maintype="application", subtype="pdf", filename="Zeichnung Flansch.pdf")
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
