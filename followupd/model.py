"""What are the nouns of the trade?

Frozen dataclasses only; this module imports nothing of ours. All instants are aware ``datetime`` in UTC,
calendar days are ``date``. Ids of messages are Message-IDs without angle brackets. Lists are tuples.
Words come from DOMAIN: inquiry, quote, Incoterm, validity, lead time, stage, topic, follow-up, silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

# ---- mail -----------------------------------------------------------------------------------------


class Direction(StrEnum):
    """Who wrote a message: the other side (``in``) or us, a colleague included (``out``)."""

    IN = "in"
    OUT = "out"


class Side(StrEnum):
    """Whose move it is in a thread."""

    US = "us"
    THEM = "them"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322: ``email`` lower-case, ``name`` cleaned of control characters, may be empty."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part behind the @, lower-case; empty when there is none."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""


@dataclass(frozen=True, slots=True)
class Own:
    """What is ours: addresses and domains (lower-case) whose mail is our own word; ``names`` of us and our company."""

    addresses: frozenset[str]
    domains: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    authservs: frozenset[str] = frozenset()
    """Names under which our receiving server writes Authentication-Results (RFC 8601); empty: the topmost counts."""

    def holds(self, email: str) -> bool:
        """Is this one of our addresses, or one of a colleague?"""
        email = email.lower()
        return email in self.addresses or email.rpartition("@")[2] in self.domains


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signs a draft. ``signature`` is printed as it stands; ``timezone`` is IANA."""

    address: Address
    company: str = ""
    phone: str = ""
    signature: str = ""
    country: str = "CN"
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text of the mail. ``size`` in octets as transferred."""

    filename: str
    content_type: str
    size: int = 0
    text: str = ""
    """What it says, only of our own quotes in Sent that could be read (PDF, XLSX)."""


class Reach(StrEnum):
    """Does an answer by mail reach whoever stands behind a mail that somebody else passed on?"""

    DIRECT = "direct"
    """His own address is known."""
    RELAY = "relay"
    """An alias of the platform passes it on to him."""
    SITE = "site"
    """Only the platform's own site reaches him."""
    ASK = "ask"
    """Whoever passed it on did not tell the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """By what way a buyer's words came that he did not send himself (DOMAIN 4); the mail's ``sender`` is the buyer then."""

    platform: str
    """An id of rules/platforms.yaml, or ``forward`` for what a colleague passed on."""
    title: str = ""
    key: str = ""
    """Who the buyer is there; the same for all his mails, never the address that all buyers share."""
    by: Address
    """Whose mail this was: the platform's or the colleague's address."""
    reach: Reach = Reach.SITE
    name: str = ""
    company: str = ""
    country: str = ""
    """As written there, in whatever language."""
    phone: str = ""
    product: str = ""
    note: str = ""
    """What the colleague wrote above a mail that he passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail as read. Text is normalised: NFC, LF line ends, no control characters, no bidi marks."""

    id: str
    """Message-ID without brackets; where missing or unusable ``<sha256>@missing.invalid`` of the raw bytes."""
    direction: Direction
    date: datetime
    """When it arrived or was sent: INTERNALDATE, corrected by Date only where that is plausible. UTC."""
    sender: Address
    subject: str = ""
    base_subject: str = ""
    """Subject without Re/Fwd/AW/回复 and list tags, casefolded (RFC 5256 section 2.1)."""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    """All text of the mail, quoted history included."""
    new_text: str = ""
    """What its writer wrote now: without quoted history, signature and disclaimer."""
    signature: str = ""
    quoted: str = ""
    language: str = "und"
    """ISO 639-1 of ``new_text``, ``und`` when unsure."""
    utc_offset: int | None = None
    """Minutes east of UTC as the Date header says; None when absent."""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Those headers that judging asks for, names lower-case, values unfolded (see reading/headers.py)."""
    size: int = 0
    truncated: bool = False
    has_html: bool = False
    via: Via | None = None
    """Who passed it on, where that was neither the buyer himself nor his mail program."""
    problems: tuple[str, ...] = ()
    """What was odd while reading it (bad charset, date in the future, ...)."""

    def header(self, name: str) -> str:
        """The first value of a kept header, ``""`` when absent."""
        return next((v for n, v in self.headers if n == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation with one counterpart, oldest message first. Drafts are never among the messages."""

    id: str
    """Ten hex digits, derived from the Message-ID of the root, so that a rebuilt index gives the same id."""
    messages: tuple[Message, ...]
    buyer: Address
    """The counterpart: whoever is not us. Its ``email`` is the identity."""
    subject: str = ""

    def message(self, id: str) -> Message | None:
        """The message of that id, if it is in this thread."""
        return next((m for m in self.messages if m.id == id), None)


# ---- judgement ------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a mail is at all (headers before words)."""

    INQUIRY = "inquiry"
    REPLY = "reply"
    PITCH = "pitch"
    NEWSLETTER = "newsletter"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    CHALLENGE = "challenge"
    CALENDAR = "calendar"
    PLATFORM_NOTICE = "platform_notice"
    PERSONAL = "personal"
    OURS = "ours"
    """Written by our own side."""


class Verdict(StrEnum):
    """Intent of an inquiry (DOMAIN 1.2). ``unsure`` is the default of short mails."""

    GENUINE = "genuine"
    LIKELY = "likely"
    UNSURE = "unsure"
    VAGUE = "vague"


class Risk(StrEnum):
    """The veto axis (DOMAIN 1.3)."""

    NONE = "none"
    SUSPICIOUS = "suspicious"
    FRAUD = "fraud"


class Fit(StrEnum):
    """Whether the goods asked for are in the user's catalogue (DOMAIN 1.1)."""

    OURS = "ours"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hit:
    """One signal that counted: its id, its points, the words that made it count, its reason in two languages."""

    signal: str
    points: float
    evidence: str
    en: str = ""
    zh: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", float(self.points))  # the same when it was judged now and when it was kept


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price as written."""

    amount: Decimal
    currency: str
    """ISO 4217, empty where none is named; ``$`` without more is USD only when nothing speaks against it."""
    unit: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit as written (``5000 pcs``, ``1 x 40HQ``)."""

    amount: Decimal
    unit: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Incoterm:
    """Three-letter term, upper-case, and the named place (may be empty)."""

    term: str
    place: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """How long an offer binds. ``until`` is the last day on which it holds (the whole day)."""

    until: date | None
    ambiguous: bool = False
    """03/04/2026: two readings; ``until`` is the later one."""
    evidence: str = ""
    days: int = 0
    """The period as named, 0 where a day is named."""
    working: bool = False
    """Are ``days`` working days?"""


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from ``after`` ("deposit", "L/C", "artwork", ...) to readiness."""

    min_days: int
    max_days: int
    after: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number: ``kind`` is quote, pi, po, rfq, invoice, contract or order."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an offer or of an inquiry: what, how many, at which unit price, each as far as it is said together."""

    item: str
    """As written, empty where only a step of a price by quantity is named."""
    quantity: Quantity | None = None
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The trade terms that one mail names in its new text (DOMAIN 3)."""

    prices: tuple[Price, ...] = ()
    lines: tuple[Line, ...] = ()
    """Several items or several steps of a price, each bound to its own quantity and price."""
    incoterm: Incoterm | None = None
    other_incoterms: tuple[Incoterm, ...] = ()
    """Further delivery terms of the same mail, each with its place."""
    quantities: tuple[Quantity, ...] = ()
    moq: Quantity | None = None
    validity: Validity | None = None
    lead_time: LeadTime | None = None
    payment: str = ""
    packing: str = ""
    doc_numbers: tuple[DocNumber, ...] = ()
    models: tuple[str, ...] = ()
    """Model or item numbers as written (X123)."""
    product: str = ""
    """The goods in the writer's own words, as short as they come ("LED work lamps")."""
    sample: str = ""
    """What is said of samples, as written."""
    sample_fee: Price | None = None
    """What a sample costs; amount 0 where it is free."""
    sample_refundable: bool | None = None
    """Is the fee paid back with an order? None where nothing is said."""
    courier: str = ""
    """The account for sending samples: "DHL 961234567"."""
    hs_codes: tuple[str, ...] = ()
    need_by: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What a mail of ours may do to its thread: an id of rules/moves.yaml and the words that say so."""

    id: str
    evidence: str = ""
    arrives: date | None = None
    """The day on which what it announces arrives, where it names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one message says, with the reasons that counted. ``verdict`` only for inquiries."""

    kind: Kind
    verdict: Verdict | None = None
    score: float = 0.0
    risk: Risk = Risk.NONE
    fit: Fit = Fit.UNKNOWN
    role: str = ""
    """An id of DOMAIN 1.4 (end_user, importer, brand, trader, agent, online_seller, competitor, service)."""
    reply_type: str | None = None
    """An id of rules/replies.yaml; None for mails that answer nothing, ``unclassified`` where unsure."""
    until: date | None = None
    """The date the mail itself names for coming back or for a later need."""
    asks: bool = False
    """An answer that holds an open question or request, whatever its type."""
    terms: Terms = field(default_factory=Terms)
    hits: tuple[Hit, ...] = ()
    """All that counted: kind, intent, risk, role and reply signals, in the order they were found."""
    moves: tuple[Move, ...] = ()
    """Of our own mail: everything that it may do, the surer first; which of them counts depends on where the thread stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An offer of ours: a mail in Sent whose new text names a price."""

    message_id: str
    sent: datetime
    terms: Terms
    number: str = ""
    valid_until: date | None = None
    source: str = ""
    """Name of the attached file that the prices stand in; empty when they stand in the mail itself."""
    missing: tuple[str, ...] = ()
    """What a complete quote has and this one lacks: incoterm, moq, validity, lead_time, payment, packing, sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who the counterpart is, as far as mail tells."""

    address: Address
    name: str = ""
    """As they sign."""
    title: str = ""
    """Mr., Ms., Dr., Eng. when known."""
    company: str = ""
    country: str = ""
    """ISO 3166 alpha-2; empty when unknown."""
    country_source: str = ""
    """signature, phone, tld, offset or text."""
    timezone: str = ""
    """IANA name; empty when unknown."""
    phone: str = ""
    language: str = "en"
    whatsapp: str = ""
    """As written in the signature, with figures and ``+`` only; ``wechat``, ``telegram``: the id; ``website``: the host and path."""
    wechat: str = ""
    telegram: str = ""
    website: str = ""
    reach: Reach = Reach.DIRECT
    """Whether ``address`` reaches the buyer; where it is ``site`` or ``ask`` nothing may be written to it."""
    platform: str = ""
    """Title of the platform, form or way by which the first mail came; empty when the buyer wrote himself."""
    cc: tuple[Address, ...] = ()
    """Colleagues of the buyer, from the Cc of the buyer's own last mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OurTurn:
    """Our mails since the buyer's last word. A new quote of ours opens a new turn; a follow-up does not."""

    id: str
    """Message-ID of the mail that opened the turn (the quote or answer whose silence is counted)."""
    started: datetime
    followups: tuple[str, ...] = ()
    """Message-IDs of our later mails in this turn."""
    last: datetime
    """When our last mail of this turn went out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The buyer's last human mail and what it means (DOMAIN 5)."""

    message_id: str
    at: datetime
    type: str
    evidence: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An out-of-office note: it pauses, it never counts as an answer."""

    message_id: str
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A mail outside the thread that answers our last one: from ``sender``, an address that nobody of the thread has."""

    message_id: str
    at: datetime
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that judging says of a thread; what deciding works on. Pure function of the thread and the rules."""

    thread_id: str
    buyer: Buyer
    stage: str
    """An id of rules/stages.yaml as mail alone tells it; the user's word may overrule it in deciding."""
    stage_evidence: str = ""
    arrives: date | None = None
    """The day on which what our last mail announced arrives (samples, goods), where it names one."""
    move: Side = Side.US
    inquiry_id: str | None = None
    inquiry: Judgement | None = None
    """Judgement of the buyer's first human mail."""
    risk: Risk = Risk.NONE
    risk_hits: tuple[Hit, ...] = ()
    turn: OurTurn | None = None
    answer: Answer | None = None
    absence: Absence | None = None
    quotes: tuple[Quote, ...] = ()
    """Oldest first; the last one is in force."""
    product: str = ""
    quantity: str = ""
    last_in: datetime | None = None
    """Last human mail of the buyer's side."""
    last_out: datetime | None = None
    bounced: bool = False
    spoken: str = ""
    """The language in which we wrote to this buyer last, ISO 639-1; empty when we have not, or it cannot be told."""
    ordered: bool = False
    """Did this thread get as far as a proforma that was paid or goods in production?"""
    orders: tuple[date, ...] = ()
    """The days on which orders of this thread began, as far as mail tells, oldest first."""
    sampled: bool = False
    """Were samples sent?"""
    stop_wish: str = ""
    """Message-ID of a stop wish, empty if none."""


# ---- decision -------------------------------------------------------------------------------------


class Action(StrEnum):
    """What a decision asks the shell to do."""

    NONE = "none"
    DRAFT = "draft"
    WITHDRAW = "withdraw"
    ALARM = "alarm"


class Reason(StrEnum):
    """Why; a closed set (law 7). Texts in two languages live in deciding/reasons.py."""

    # something is done
    SILENCE = "silence"
    NEWS = "news"
    """There is something new and true to tell."""
    VALIDITY_ENDING = "validity_ending"
    VALIDITY_ENDED = "validity_ended"
    WAITING_CLIENT = "waiting_client"
    NURTURE_DUE = "nurture_due"
    CLOSE_OUT_DUE = "close_out_due"
    REPLY_OWED = "reply_owed"
    INQUIRY_LACKS = "inquiry_lacks"
    """The inquiry does not say what a price needs: the first reply asks for it."""
    ASK_HUMAN = "ask_human"
    """Silent for so long, in a stage in which a call does more than a mail."""
    RISK_ALARM = "risk_alarm"
    BUYER_WROTE = "buyer_wrote"
    """Our untouched draft is out of date: the buyer wrote."""
    OVERTAKEN = "overtaken"
    """Our untouched draft is out of date: we wrote ourselves, or its facts ceased to hold."""
    # nothing is done
    NOT_DUE = "not_due"
    OUR_MOVE = "our_move"
    DRAFT_OPEN = "draft_open"
    STEP_DONE = "step_done"
    HUMAN_DECIDED = "human_decided"
    """The draft of this step was edited, moved, sent or deleted by a person."""
    NO_FACT = "no_fact"
    NO_TOPIC = "no_topic"
    LIMIT_THREAD = "limit_thread"
    LIMIT_BUYER = "limit_buyer"
    LIMIT_DAY = "limit_day"
    MIN_GAP = "min_gap"
    OUTSIDE_WINDOW = "outside_window"
    BUYER_AWAY = "buyer_away"
    PAUSED = "paused"
    MUTED = "muted"
    SNOOZED = "snoozed"
    LOST = "lost"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"
    RISKY = "risky"
    VAGUE = "vague"
    NOT_A_BUYER = "not_a_buyer"
    UNCLEAR_ANSWER = "unclear_answer"
    TOO_OLD = "too_old"
    """Quiet since long before followupd was installed (max_silence_age)."""
    LINT_FAILED = "lint_failed"
    NO_QUOTE = "no_quote"
    FINISHED = "finished"
    ANSWER_ON_SITE = "answer_on_site"
    """The buyer came through a platform, and a mail does not reach him."""
    ADDRESS_UNKNOWN = "address_unknown"
    """A colleague passed the inquiry on without the buyer's address."""
    DRY_RUN = "dry_run"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One traced value: ``what`` it is, the ``value`` as it may be printed, the ``source`` it came from.

    ``source`` is a Message-ID, ``file:line`` of a rule or fact file, or ``clock``.
    """

    what: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a topic was not chosen."""

    topic: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do in one thread now, why, and when to look again. Pure: same input, same decision (law 8)."""

    thread_id: str
    action: Action
    reason: Reason
    stage: str
    at: datetime
    detail: str = ""
    """One sentence in plain English with the figures that counted."""
    topic: str | None = None
    step: int = 0
    """0 for the first follow-up of a turn."""
    turn_id: str | None = None
    next_due: datetime | None = None
    """When looking again can change the answer without new mail; None = never."""
    evidence: tuple[Evidence, ...] = ()
    refused: tuple[Refusal, ...] = ()
    rule: str = ""
    """Origin of the rule that decided, ``file:line``."""
    holds_until: datetime | None = None
    """From then on what a draft would say is no longer true: the place is taken, the order day over."""
    rests_on: tuple[str, ...] = ()
    """Ids of the user's facts that a draft speaks of."""


# ---- ledger ---------------------------------------------------------------------------------------


class DraftState(StrEnum):
    """Life of a draft of ours (DESIGN 3). Every state from EDITED on is final."""

    INTENDED = "intended"
    PLACED = "placed"
    EDITED = "edited"
    SENT = "sent"
    DELETED = "deleted"
    WITHDRAWING = "withdrawing"
    """We are about to delete it ourselves: found gone after a crash, it was not a person who did it."""
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    """Never reached the server (lint, refusal); does not use up the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRecord:
    """The ledger's memory of one draft, keyed by ``token`` = f(our turn, step)."""

    token: str
    thread_id: str
    turn_id: str
    step: int
    topic: str
    stage: str
    buyer: str
    message_id: str
    subject: str
    body_sha256: str
    created: datetime
    state: DraftState = DraftState.INTENDED
    folder: str = ""
    uidvalidity: int = 0
    uidnext: int = 0
    """UIDNEXT of Drafts saved before the APPEND; the scan after a crash starts here."""
    uid: int = 0
    sent_as: str = ""
    """Message-ID under which a person sent it."""
    closed: datetime | None = None
    reason: Reason | None = None
    """Why it was written, with ``detail``: the index, which knows more, may be lost."""
    detail: str = ""
    holds_until: datetime | None = None
    """From then on its text is out of date: untouched it is taken back."""
    rests_on: tuple[str, ...] = ()
    """Ids of the user's facts that it speaks of: it is taken back as well when one of them is true no longer."""
    retried: bool = False
    """An earlier APPEND of it was given up. Some servers carry it out after all, minutes later."""


class SendingState(StrEnum):
    """Life of a mail that a person laid into the folder for sending."""

    WAITING = "waiting"
    SENDING = "sending"
    """Its text is being said to the server: found so after a crash, nobody knows whether it went out."""
    SENT = "sent"
    """The server took it; the copy in Sent and the end of its stay in the folder may still be to do."""
    DONE = "done"
    DOUBT = "doubt"
    """It may have gone out; never sent again."""
    TAKEN_BACK = "taken_back"
    """A person took it out of the folder."""
    RETURNED = "returned"
    """We laid it back into Drafts, with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRecord:
    """The ledger's memory of one mail in the folder for sending, keyed by its Message-ID."""

    message_id: str
    uidvalidity: int
    uid: int
    sha256: str
    """Of its bytes, so that an edit is seen."""
    turn_id: str = ""
    """The last mail of its thread when it was laid there; anything after that needs a person's eyes."""
    queued: datetime
    due: datetime
    state: SendingState = SendingState.WAITING
    tries: int = 0
    sent: datetime | None = None
    """The Date it went out under, also of one that perhaps went out."""
    detail: str = ""


class WordKind(StrEnum):
    """What a user can say about a thread, a buyer or a mail."""

    MUTE = "mute"
    SNOOZE = "snooze"
    STAGE = "stage"
    VERDICT = "verdict"
    STOP = "stop"
    GRADE = "grade"
    BIRTHDAY = "birthday"
    """Of a buyer: ``value`` is the month and the day, 04-17."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The user's own word. ``target`` is a Message-ID of the thread, or an address for ``scope`` buyer."""

    kind: WordKind
    scope: str
    """``thread`` or ``buyer``."""
    target: str
    value: str = ""
    until: datetime | None = None
    """The end of a snooze; of a sample that was sent, the day it should arrive."""
    note: str = ""
    """What the user noted beside it: courier and parcel number, why an order was won or lost, whose birthday it is."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """What the ledger knows that matters for one thread: its own and its buyer's draft records, the words on it."""

    drafts: tuple[DraftRecord, ...] = ()
    buyer_drafts: tuple[DraftRecord, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A message that stands in Drafts now and belongs to a thread."""

    thread_id: str
    message_id: str
    uid: int
    ours: bool
    untouched: bool
    """Ours, and byte for byte what we placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A composed follow-up, ready for APPEND."""

    raw: bytes
    message_id: str
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    body: str
    """The part we wrote, without signature and quoted history."""
    evidence: tuple[Evidence, ...]
    language: str = "en"
