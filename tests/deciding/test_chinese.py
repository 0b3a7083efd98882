"""Every reason that is kept in English with its figures is said in Chinese, the names of stages and topics as the rules say them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import followupd
from followupd.deciding.chinese import DECISIONS, TOPICS, detail_zh, names_in
from followupd.deciding.rulebook import Rulebook
from followupd.phrasebook import Phrasebook

HOUSE = Path(followupd.__file__).parent
MODULES = [*sorted((HOUSE / "deciding").rglob("*.py")), HOUSE / "work" / "decide.py", HOUSE / "work" / "judge.py", HOUSE / "judging" / "stage.py"]
ASSIGNED = {"detail", "said", "evidence"}
"""What stands in a hole in each kind of expression."""
SAMPLES = (
    (r"\.said$", "3 business days"), (r"rule\.en$", "quoted"), (r"\.id$|\.id\b", "close_out"), (r"named\(", "the lead time"), (r"detail$", "once per thread"),
    (r"unreached\(",
     "the mail that a colleague passed on does not tell the buyer's address: ask for it"), (r"kind|answers|word.type", "pitch"), (r"^why$", "you said so"),
    (r"whose", "a person's"),
    (r"^where$", ""), (r"^was$", "was"),
    (r"^law$", " (CAN-SPAM)"), (r"risk$", "fraud"), (r"^words$", "quoted; close out"), (r"^said$", "said"), (r"country", "an unknown country"),
)  # fmt: skip


@pytest.fixture(scope="module")
def names(shipped):
    return names_in(Rulebook.build(shipped))


def spelled(node: ast.expr) -> list[str]:
    """What the expression may say, with something in every hole."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(parts) for parts in itertools.product(*(spelled(v) for v in values))]
        case ast.FormattedValue(value=ast.IfExp() as choice):
            return [*spelled(choice.body), *spelled(choice.orelse)]
        case ast.FormattedValue(value=value):
            return spelled(value)
        case _:
            return [next((sample for like, sample in SAMPLES if re.search(like, ast.unparse(node))), "X")]


def is_reason(node: ast.expr | None) -> bool:
    return ast.unparse(node).startswith("Reason.") if node else False


def sentences(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="say"), args=[_, text]):
                yield text
            case ast.Call(func=ast.Name(id="Refusal" | "Proposal"), args=[_, _, text, *_]):
                yield text
            case ast.Assign(targets=[ast.Name(id=name)], value=text) if name in ASSIGNED:
                yield text
            case ast.keyword(arg="detail", value=text):
                yield text
            case ast.Tuple(elts=[first, text]) if is_reason(first):
                yield text
            case ast.Dict(keys=keys, values=values) if keys and all(map(is_reason, keys)):
                yield from values


def found() -> list[tuple[str, str]]:
    """Where it stands, and what is said; two sentences that are put together from halves stand among the examples below."""
    return [
        (f"{path.name}:{node.lineno}", text)
        for path in MODULES
        if path.name not in {"chinese.py", "reasons.py"}
        for node in sentences(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        for text in spelled(node)
        if " " in text and not text.startswith("said;") and not text.endswith("read that mail")
    ]


def test_every_sentence_that_is_kept_has_its_chinese(names) -> None:
    told = found()
    assert len(told) > 90, "the walk finds them"
    left = [(place, text) for place, text in told if not re.search("[\u4e00-\u9fff]", detail_zh(text, names))]
    assert not left, left


def test_no_line_of_the_table_is_left_over(names) -> None:
    said = {text for _, text in found()}
    wholes = {key for table in (TOPICS, DECISIONS) for key in table if "{" not in key}
    assert wholes - said == {"followupd's draft stands in Drafts"}, "of this one the other half was found"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the offer is valid until 2026-11-24; the business day to say so is 2026-11-19", "报价有效期至 2026-11-24；宜在 2026-11-19（工作日）提醒"),
        ("5 business days of silence; the offer lacks the lead time, the payment terms; from 2026-11-19",
         "沉默 5 个工作日；报价未写：交期、付款方式；从 2026-11-19 起"),
        (
            "the buyer wrote on 2026-11-11 09:30 and waits for an answer; the buyer came through Alibaba, where a mail reaches nobody: answer on the site",
            "客户 2026-11-11 09:30 来信，等待回复；客户来自 Alibaba，邮件无法送达，请在平台上回复",
        ),
        (
            "our last mail was answered on 2026-11-11 from a@b.example, an address not of this thread: read that mail; "
            "if it is not the buyer's, `followupd stage` goes on here",
            "2026-11-11 有人从 a@b.example 回复了我方上一封邮件，该地址不在此会话里：请先读那封信；若不是该客户，用 `followupd stage` 继续",
        ),
        ("once per quote; too late by 2026-11-19", "每份报价一次；2026-11-19 起已太迟"),
        ("1 working hour of silence", "沉默 1 个工作小时"),
        ("next: validity_ending on 2026-11-11", "下一步：2026-11-11，有效期将到"),
        ("not in the stage 'quoted'", "不用于“已报价”阶段"),
        ("90 days since our last mail, grade C (asked in earnest)", "距我方上一封邮件 90 天，等级 C（认真询过价）"),
        ("next: a topic of nobody on 2026-11-11", ""),
        ("anything that a stranger wrote", ""),
    ],
)
def test_figures_stay_and_names_are_said(english: str, chinese: str, names) -> None:
    assert detail_zh(english, names) == chinese


def test_a_stranger_cannot_make_the_book_slow() -> None:
    book = Phrasebook({"{a} of {b} and {c} of {d}: {e}": "{a}{b}{c}{d}{e}"})
    assert book.told("of and " * 280 + "x") is None
    assert book.told("x" * 100_000) is None


def test_what_is_filled_in_may_look_like_a_hole() -> None:
    assert Phrasebook({"of {a} to {b}": "{b}：{a}"}).told("of {b} to \\1") == "\\1：{b}"
