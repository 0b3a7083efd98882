"""Why was this decided, and what comes next? (explain; law 7)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from followupd.cli.at_hand import Found, Options, as_json, find, of_account, views
from followupd.cli.output import clean, say, say_json, when
from followupd.cli.showing import card, quote_line
from followupd.deciding.reasons import text
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
    say(f"Thread {row.id} with {clean(thread.buyer.email)}: {clean(thread.subject)}")
    if row.facts is None:
        say("It has not been judged yet.")
        return
    _facts(row.facts)
    known = found.view.ledger.view(thread)
    _words(known.words)
    _drafts(known.drafts)
    if row.acted and row.acted != row.decision:
        say(f"Last done, on {when(row.acted.at)}: {row.acted.action}, because: {text(row.acted.reason)}")
    if row.decision:
        _decision(row.decision, row.facts.buyer.timezone, found.view.account.timezone)


def _facts(facts: Facts) -> None:
    for line in card(facts.buyer):
        say(line)
    if facts.inquiry:
        verdict = facts.inquiry.verdict or "no verdict"
        say(
            f"Inquiry: {facts.inquiry.kind}, {verdict}, {facts.inquiry.score:+g} points, risk {facts.risk}{_fit(facts.inquiry)}"
        )
        _hits(facts.inquiry.hits)
    told = set(facts.inquiry.hits) if facts.inquiry else set()
    if dangers := [hit for hit in facts.risk_hits if hit not in told]:
        say(f"Risk {facts.risk}, from the whole thread:")
        _hits(dangers)
    evidence = f' ("{clean(facts.stage_evidence, 120).replace("_", " ")}")' if facts.stage_evidence else ""
    say(f"Stage: {clean(facts.stage)}{evidence}; the next move is {'ours' if facts.move == 'us' else 'theirs'}")
    if facts.answer:
        say(f'Their last word: {clean(facts.answer.type).replace("_", " ")} on {when(facts.answer.at)}: "{clean(facts.answer.evidence)}"')
    if facts.absence:
        say(f"Away: since {when(facts.absence.at)}, until {facts.absence.until or 'a day not named'}")
    for quote in facts.quotes:
        say(quote_line(quote))


def _fit(inquiry: Judgement) -> str:
    """Said only where a catalogue told it."""
    return "" if inquiry.fit is Fit.UNKNOWN else f", goods {inquiry.fit.value.replace('_', ' ')}"


def _hits(hits: Iterable[Hit]) -> None:
    for hit in hits:
        say(f'  {hit.points:+5.1f}  {clean(hit.en or hit.signal, 90)}: "{clean(hit.evidence, 120)}"')


def _words(words: Iterable[Word]) -> None:
    for word in words:
        until = f"until {when(word.until)}" if word.until else ""
        why = f"({clean(word.note, 120)})" if word.note else ""
        what = " ".join(part for part in (word.kind, clean(word.value), until, why) if part)
        say(f"You said on {when(word.at)}: {what} (for this {clean(word.scope)})")


def _drafts(records: Iterable[DraftRecord]) -> None:
    for record in records:
        closed = f" since {when(record.closed)}" if record.closed else ""
        say(f"Draft {record.step + 1} of {when(record.created)}: {clean(record.topic)}, now {record.state}{closed}")


def _not_chosen(refused: Sequence[Refusal]) -> list[str]:
    """Why not the other topics: each with its own reason, those of other stages in one line at the end."""
    other = [r for r in refused if r.detail.startswith("not in the stage")]
    lines = [
        f"not {clean(r.topic)}: {clean(r.detail) if r.detail and r.reason in SAID_BY_DETAIL else ': '.join(filter(None, [text(r.reason), clean(r.detail)]))}"
        for r in refused
        if r not in other
    ]
    return [*lines, f"of other stages: {', '.join(clean(r.topic) for r in other)}"] if other else lines


def _decision(decision: Decision, zone: str, own_zone: str) -> None:
    say(f"Decision of {when(decision.at)}: {decision.action}, because: {text(decision.reason)}")
    if decision.detail:
        say(f"  {clean(decision.detail)}")
    for fact in decision.evidence:
        say(f"  {clean(fact.what)}: {clean(fact.value)} (from {clean(fact.source)})")
    for line in _not_chosen(decision.refused):
        say(f"  {line}")
    if decision.rule:
        say(f"  rule: {clean(decision.rule)}")
    if decision.next_due:
        there = f" ({when(decision.next_due, zone)} at the buyer's)" if zone else ""
        say(f"It is looked at again on {when(decision.next_due, own_zone)}{there}, or as soon as a mail comes.")
    else:
        say("It is looked at again when a mail comes.")
