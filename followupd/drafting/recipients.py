"""Who may get this draft? The buyer of its own thread, and who was in Cc on the buyer's side: nobody else (law 5)."""

from __future__ import annotations

from followupd.drafting.clean import email
from followupd.drafting.tables import DraftingRules
from followupd.errors import Problem
from followupd.model import Address, Buyer, Direction, Identity, Message, Thread


def recipient_problems(buyer: Buyer, thread: Thread, identity: Identity) -> tuple[Problem, ...]:
    """Why the buyer's address cannot be written to; empty when it can."""
    to = buyer.address.email
    if not email(to):
        return (Problem("to", f"'{to[:80]!s}' is no usable address"),)
    if to.lower().endswith(".invalid"):
        return (Problem("to", f"{to} reaches nobody: answer where the inquiry came from"),)
    if to.lower() in _ours(thread, identity):
        return (Problem("to", f"{to} is our own address"),)
    if to.lower() not in _met(thread):
        return (Problem("to", f"{to} neither wrote in this thread nor was written to by us"),)
    return tuple(_reply_to(buyer, thread))


def copies(buyer: Buyer, thread: Thread, identity: Identity, rules: DraftingRules) -> tuple[Address, ...]:
    """The buyer's colleagues in Cc: seen in the buyer's own mails, none of ours, no doubles, at most the limit."""
    heard = (m for m in thread.messages if m.direction is Direction.IN)
    seen = {a.email.lower() for m in heard for a in (*m.cc, *m.to)}
    banned = _ours(thread, identity) | {buyer.address.email.lower()}
    own_domain = identity.address.domain.lower()
    kept: dict[str, Address] = {}
    for address in buyer.cc:
        mail = email(address.email)
        colleague = address.domain == own_domain and buyer.address.domain != own_domain
        if mail and mail in seen and mail not in banned and not colleague:
            kept.setdefault(mail, address)
    return tuple(kept.values())[: rules.limits.cc]


def _reply_to(buyer: Buyer, thread: Thread) -> list[Problem]:
    """An answer that was steered to another domain is refused: a person must look at it (RELIABILITY scenario 10)."""
    last = _last_in(thread)
    if last is None:
        return []
    steered = [
        a for a in last.reply_to if a.domain.lower() not in {last.sender.domain.lower(), buyer.address.domain.lower()}
    ]
    return [
        Problem("reply_to", f"{last.sender.email} wants answers at {a.email}, another domain", "ask the buyer by phone")
        for a in steered[:1]
    ]


def _last_in(thread: Thread) -> Message | None:
    return next((m for m in reversed(thread.messages) if m.direction is Direction.IN), None)


def _ours(thread: Thread, identity: Identity) -> set[str]:
    senders = {m.sender.email.lower() for m in thread.messages if m.direction is Direction.OUT}
    return senders | {identity.address.email.lower()}


def _met(thread: Thread) -> set[str]:
    wrote = {m.sender.email.lower() for m in thread.messages if m.direction is Direction.IN}
    written_to = {a.email.lower() for m in thread.messages if m.direction is Direction.OUT for a in (*m.to, *m.cc)}
    return wrote | written_to
