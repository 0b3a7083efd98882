"""What does BODYSTRUCTURE tell, and how do servers and mailers bend it?"""

from __future__ import annotations

import pytest

from followupd.mailbox.structure import attachments, leaves, texts

TEXT = (b"text", b"plain", (b"charset", b"utf-8"), None, None, b"base64", 88, 4, None, None, None, None)


def pdf(disposition: object, parameters: object = None) -> tuple[object, ...]:
    return (b"application", b"pdf", parameters, None, None, b"base64", 900, None, disposition, None, None)


@pytest.mark.parametrize(
    "part",
    [
        pdf((b"attachment", (b"filename", "报价.pdf".encode()))),
        pdf((b"attachment", (b"filename*", b"utf-8''%E6%8A%A5%E4%BB%B7.pdf"))),
        pdf((b"attachment", (b"filename*0*", b"utf-8''%E6%8A%A5", b"filename*1*", b"%E4%BB%B7.pdf"))),
        pdf((b"attachment", (b"filename", b"=?utf-8?B?5oql5Lu3LnBkZg==?="))),
        pdf(None, (b"name", "报价.pdf".encode())),
        pdf(b"attachment; filename*=utf-8''%E6%8A%A5%E4%BB%B7.pdf"),
    ],
)
def test_a_file_keeps_its_name_however_it_is_written(part: tuple[object, ...]) -> None:
    parts = list(leaves(([TEXT, part], b"mixed")))
    assert [a.filename for a in attachments(parts)] == ["报价.pdf"]
    assert [p.section for p in texts(parts)] == ["1"]


def test_a_text_file_attached_is_not_what_the_writer_wrote() -> None:
    attached = (*TEXT[:9], b'attachment; filename="log.txt"', None, None)
    assert [p.section for p in texts(list(leaves(([TEXT, attached], b"mixed"))))] == ["1"]


@pytest.mark.parametrize(
    "body", [None, (), b"x", (None,), ([],), ([None, (b"text",)], b"mixed"), (b"text", 3, 3, 3, 3, 3, "x")]
)
def test_nonsense_is_left_out(body: object) -> None:
    assert list(leaves(body)) == []


def test_nesting_without_end_is_left_out() -> None:
    body: object = TEXT
    for _ in range(500):
        body = ([body], b"mixed")
    assert list(leaves(body)) == []
