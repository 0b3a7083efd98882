"""Who is writing, in ten languages: measured on invented mails in two halves."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from invented_mail import DATA, OWN

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.judging.thread import judge_thread
from followupd.lab.inputs import message_of
from followupd.reading.threads import thread_all
from followupd.rulesource import read_rules
from followupd.yamlfile import read_yaml

LEAST = {"role": 0.9, "name": 0.9, "company": 0.9, "country": 0.9, "phone": 0.95}
"""Share of right values, in either half."""


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


@cache
def told() -> tuple[tuple[str, str, dict[str, str], dict[str, str]], ...]:
    """Id, half, what is expected and what is said, of every mail."""
    entries = read_yaml(DATA / "buyers.yaml").data
    assert isinstance(entries, dict)
    return tuple((id, d["half"], d["expect"], _said(id, d)) for id, d in entries.items())


def _said(id: str, data: dict[str, Any]) -> dict[str, str]:
    message = message_of({**data, "to": "sales@factory.example"}, f"{id}@invented.example", OWN)
    buyer = judge_thread(thread_all([message], OWN)[0], rules(), OWN).buyer
    role = judge_message(message, rules(), JudgeContext(OWN)).role
    return {"role": role, "name": buyer.name, "company": buyer.company, "country": buyer.country, "phone": buyer.phone}


def test_there_are_sixty_in_ten_languages_in_two_equal_halves() -> None:
    assert len(told()) >= 60
    assert len({id[:2] for id, *_ in told()}) == 10
    assert sum(half == "a" for _, half, *_ in told()) == len(told()) // 2


@pytest.mark.parametrize("half", ["a", "b"])
@pytest.mark.parametrize("field", list(LEAST))
def test_the_share_of_right_values(field: str, half: str) -> None:
    asked = [(id, e[field], s[field]) for id, h, e, s in told() if h == half and field in e]
    wrong = [a for a in asked if a[1] != a[2]]
    assert len(wrong) <= len(asked) * (1 - LEAST[field]), wrong


def test_no_role_is_invented_where_nothing_is_said() -> None:
    assert [(id, s["role"]) for id, _, e, s in told() if e["role"] == "" and s["role"]] == []
