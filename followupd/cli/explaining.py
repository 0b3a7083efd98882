"""Why was this decided, and what comes next? (explain; law 7)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from followupd.cli.at_hand import Found, Options, as_json, find, of_account, views
from followupd.cli.output import clean, say, say_json, when
from followupd.cli.showing import card, quote_line
from followupd.cli.terms import (
    action_name,
    detail_text,
    fit_name,
    hit_name,
    reason_text,
    reply_name,
    stage_name,
    term,
    topic_name,
)
from followupd.cli.tongue import colon, later, said, shown
from followupd.cli.words import word_line
from followupd.model import Decision, DraftRecord, Facts, Fit, Hit, Judgement, Reason, Refusal, Word

SAID_BY_DETAIL = frozenset({Reason.NO_TOPIC, Reason.NO_FACT, Reason.LIMIT_THREAD, Reason.NO_QUOTE})
"""Reasons that say nothing which their detail does not say better."""


@click.command("explain")
@click.argument("thread")
@as_json
@of_account
@click.pass_obj
def explain_command(options: Options, thread: str, json_: bool, only: str | None) -> None:
    """Every verdict with the words that counted, the stage, the decision and its reason, and what is due when."""
    with views(options.config, only) as opened:
        found = find(opened, thread)
        say_json(_gathered(found)) if json_ else _explain(found)


def _gathered(found: Found) -> dict[str, object]:
    row, thread = found.view.index.row(found.thread_id), found.view.index.thread(found.thread_id)
    assert row is not None
    assert thread is not None
    known = found.view.ledger.view(thread)
    return {
        "thread": row.id,
        "account": found.view.account.title,
        "facts": row.facts,
        "decision": row.decision,
        "last_action": row.acted,
        "next_due": row.next_due,
        "drafts": known.drafts,
        "words": known.words,
    }


def _explain(found: Found) -> None:
    row, thread = found.view.index.row(found.thread_id), found.view.index.thread(found.thread_id)
    assert row is not None
    assert thread is not None
    say(said("Thread {id} with {buyer}: {subject}", id=row.id, buyer=clean(thread.buyer.email), subject=clean(thread.subject)))
    if row.facts is None:
        say(said("It has not been judged yet."))
        return
    _facts(row.facts)
    known = found.view.ledger.view(thread)
    _words(known.words)
    _drafts(known.drafts)
    if row.acted and row.acted != row.decision:
        say(said("Last done, on {day}: {action}, because: {why}", day=when(row.acted.at), action=term(row.acted.action), why=reason_text(row.acted.reason)))
    if row.decision:
        _decision(row.decision, row.facts.buyer.timezone, found.view.account.timezone)


def _facts(facts: Facts) -> None:
    for line in card(facts.buyer):
        say(line)
    if facts.inquiry:
        verdict = term(facts.inquiry.verdict) if facts.inquiry.verdict else later("no verdict")
        points = f"{facts.inquiry.score:+g}"
        kind = term(facts.inquiry.kind)
        told = said("Inquiry: {kind}, {verdict}, {points} points, risk {risk}", kind=kind, verdict=verdict, points=points, risk=term(facts.risk))
        say(told + _fit(facts.inquiry))
        _hits(facts.inquiry.hits)
    before = set(facts.inquiry.hits) if facts.inquiry else set()
    if dangers := [hit for hit in facts.risk_hits if hit not in before]:
        say(said("Risk {risk}, from the whole thread:", risk=term(facts.risk)))
        _hits(dangers)
    evidence = said(' ("{words}")', words=_stage_told(facts.stage_evidence)) if facts.stage_evidence else ""
    move = said("; the next move is ours") if facts.move == "us" else said("; the next move is theirs")
    say(said("Stage: {stage}{evidence}", stage=stage_name(clean(facts.stage)), evidence=evidence) + move)
    if facts.answer:
        answer = reply_name(facts.answer.type, clean(facts.answer.type).replace("_", " "))
        say(said('Their last word: {answer} on {day}: "{words}"', answer=answer, day=when(facts.answer.at), words=clean(facts.answer.evidence)))
    if facts.absence:
        say(said("Away: since {day}, until {end}", day=when(facts.absence.at), end=facts.absence.until or later("a day not named")))
    for quote in facts.quotes:
        say(quote_line(quote))


def _stage_told(evidence: str) -> str:
    """What the stage rests on: words of a mail, or a sentence of ours about it."""
    return clean(shown(detail_text(evidence)), 120).replace("_", " ")


def _fit(inquiry: Judgement) -> str:
    """Said only where a catalogue told it."""
    return "" if inquiry.fit is Fit.UNKNOWN else said(", goods {fit}", fit=fit_name(inquiry.fit))


def _hits(hits: Iterable[Hit]) -> None:
    for hit in hits:
        say(f"  {hit.points:+5.1f}  " + said('{sign}: "{words}"', sign=clean(shown(hit_name(hit)), 90), words=clean(hit.evidence, 120)))


def _words(words: Iterable[Word]) -> None:
    for word in words:
        say(word_line(word))


def _drafts(records: Iterable[DraftRecord]) -> None:
    for record in records:
        closed = said(" since {day}", day=when(record.closed)) if record.closed else ""
        topic, state = topic_name(clean(record.topic)), term(record.state)
        told = said("Draft {number} of {day}: {topic}, now {state}", number=record.step + 1, day=when(record.created), topic=topic, state=state)
        say(told + closed)


def _not_chosen(refused: Sequence[Refusal]) -> list[str]:
    """Why not the other topics: each with its own reason, those of other stages in one line at the end."""
    other = [r for r in refused if r.detail.startswith("not in the stage")]
    lines = [said("not {topic}: {why}", topic=topic_name(clean(r.topic)), why=_why_not(r)) for r in refused if r not in other]
    if other:
        lines.append(said("of other stages: {topics}", topics=", ".join(shown(topic_name(clean(r.topic))) for r in other)))
    return lines


def _why_not(refused: Refusal) -> str:
    """The detail where it says all; else the reason before it."""
    detail = clean(shown(detail_text(refused.detail)))
    if detail and refused.reason in SAID_BY_DETAIL:
        return detail
    return colon().join(filter(None, [shown(reason_text(refused.reason)), detail]))


def _decision(decision: Decision, zone: str, own_zone: str) -> None:
    action, why = action_name(decision.action), reason_text(decision.reason)
    say(said("Decision of {day}: {action}, because: {why}", day=when(decision.at), action=action, why=why))
    if decision.detail:
        say(f"  {clean(shown(detail_text(decision.detail)))}")
    for fact in decision.evidence:
        say("  " + said("{what}: {value} (from {source})", what=term(clean(fact.what)), value=clean(fact.value), source=clean(fact.source)))
    for line in _not_chosen(decision.refused):
        say(f"  {line}")
    if decision.rule:
        say("  " + said("rule: {place}", place=clean(decision.rule)))
    if decision.next_due:
        there = said(" ({day} at the buyer's)", day=when(decision.next_due, zone)) if zone else ""
        say(said("It is looked at again on {day}{there}, or as soon as a mail comes.", day=when(decision.next_due, own_zone), there=there))
    else:
        say(said("It is looked at again when a mail comes."))
