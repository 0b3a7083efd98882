"""Which Chinese sentence stands for which English one? One table per kind of text; tests/cli/test_tongue.py holds them to the code."""

from __future__ import annotations

from followupd.cli.chinese.answers import ANSWERS
from followupd.cli.chinese.cards import CARDS
from followupd.cli.chinese.checks import CHECKS
from followupd.cli.chinese.helps import HELPS
from followupd.cli.chinese.keeping import KEEPING
from followupd.cli.chinese.studies import STUDIES
from followupd.cli.chinese.terms import TERMS

TABLES: tuple[dict[str, str], ...] = (HELPS, ANSWERS, CARDS, CHECKS, KEEPING, STUDIES, TERMS)
SENTENCES: dict[str, str] = {english: told for table in TABLES for english, told in table.items()}
