"""How does a newcomer get from an address to a running followupd? (init)

Questions first, then the login is tried, and only then anything is written: the secret, the config, the unit. Whatever is
broken off before leaves nothing behind; whatever fails between secret and config takes the secret back.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import platformdirs

from followupd.cli.at_hand import Options
from followupd.cli.config_text import Answers, ServerAnswer, config_text
from followupd.cli.folders import NAMES, make_all
from followupd.cli.init_secret import keep_secret
from followupd.cli.init_service import serve
from followupd.cli.init_words import counted, word
from followupd.cli.output import clean, complain, folded, say
from followupd.cli.tongue import language_of
from followupd.errors import FollowupdError, LinkLost, LoginRefused, Problem, UserError
from followupd.files import replace_file
from followupd.freemail import FREE_MAIL
from followupd.loopback import is_loopback
from followupd.mailbox.base import Box
from followupd.mailbox.providers import Provider, providers
from followupd.rulesource import RuleSource, read_rules
from followupd.secrets import Secret, SecretSpec, resolve

if TYPE_CHECKING:
    from followupd.config import Config
    from followupd.mailbox.imap import ImapMailbox

TRIES = 3
PORTS = {"imap": 993, "smtp": 465}
STARTTLS = frozenset({143, 587, 25})
_ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+\.[^@\s<>\",;:]+")


_HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Talk:
    """How init talks: its language, and whether it may ask."""

    language: str
    asks: bool

    def say(self, key: str, **values: object) -> None:
        """Print a sentence."""
        self.tell(word(key, self.language, **{k: clean(v, 300) for k, v in values.items()}))

    def tell(self, text: str) -> None:
        """Print a sentence that is put together already, folded at blanks."""
        say("\n".join(folded(text)))

    def question(self, key: str, **values: object) -> str:
        """A question, folded so that its answer fits behind it."""
        return "\n".join(folded(word(key, self.language, **values), keep=len(" [Y/n]: ")))

    def ask(self, key: str, flag: str, given: str | None, default: str | None = None, right: Callable[[str], str] | None = None, **values: object) -> str:
        """The flag's value, else an answer, else the default. Raises UserError where nobody can be asked or the flag is wrong."""
        if given is not None:
            return self._checked(given, right, flag)
        if not self.asks:
            if default is None:
                raise UserError(Problem(flag, "is needed where nobody can be asked", f"followupd init {flag} ..."))
            return default
        while True:
            answer = str(click.prompt(self.question(key, **values), default=default, show_default=bool(default))).strip()
            try:
                return self._checked(answer, right, flag)
            except UserError as error:
                complain(error.problems[0].hint or str(error))

    def _checked(self, value: str, right: Callable[[str], str] | None, flag: str) -> str:
        wrong = right(value) if right else ""
        if wrong:
            raise UserError(Problem(flag, f"'{clean(value, 60)}' will not do", word(wrong, self.language)))
        return value

    def agrees(self, key: str, *, flag: bool | None, default: bool, **values: object) -> bool:
        """Yes or no: the flag, else an answer, else the default; of what nobody was asked nothing is done."""
        if flag is not None or not self.asks:
            return bool(flag)
        return click.confirm(self.question(key, **values), default=default)


@click.command("init")
@click.option("--address", help="The address buyers write to.")
@click.option("--imap", "imap_said", metavar="HOST[:PORT]", help="The IMAP server; default: by the address.")
@click.option("--smtp", "smtp_said", metavar="HOST[:PORT]", help="The SMTP server for mail to yourself; 'none' for none.")
@click.option("--security", type=click.Choice(["tls", "starttls", "none"]), help="Default: by the port; none only to this machine.")
@click.option("--ca-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CA certificate of your own.")
@click.option("--username", help="Default: the address.")
@click.option("--password-command", help="A command whose first line of output is the password.")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of mode 0600 with the password.")
@click.option("--password-env", help="An environment variable with the password.")
@click.option("--client-id", help="Where the provider wants OAuth2: of the app that you registered there; `followupd login` signs in.")
@click.option("--keep", type=click.Choice(["keyring", "file"]), help="Where a typed password is kept; default: the key ring if there is one.")
@click.option("--name", "display_name", help="Your name, as you sign.")
@click.option("--company")
@click.option("--phone")
@click.option("--country", help="Two letters.")
@click.option("--timezone", help="IANA name.")
@click.option("--state-dir", type=click.Path(path_type=Path), help="Default: the XDG state directory.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of these questions and of the digest; default: your locale's.")
@click.option("--folders/--no-folders", default=None, help="Make the folders for corrections in the mailbox.")
@click.option("--digest-at", metavar="HH:MM", help="The hour of the digest in your time zone; default: 08:30.")
@click.option("--look/--no-look", default=None, help="Read the last 90 days at once, writing nothing.")
@click.option("--place/--no-place", default=None, help="After the look: place the drafts, and send the first digest.")
@click.option("--systemd/--no-systemd", default=None, help="Install and start the user service.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: flags and defaults only.")
@click.option("--force", is_flag=True, help="Replace a config that is there; it is kept as .bak.")
@click.pass_obj
def init_command(options: Options, /, **said: Any) -> int:
    """Set up an account: find the servers, try the login, write the config, start the service."""
    talk = Talk(language_of(said["language"]), not said["yes"])
    path = options.config_file or Path(os.environ.get("FOLLOWUPD_CONFIG") or platformdirs.user_config_path("followupd") / "config.yaml")
    if path.exists() and not said["force"]:
        raise UserError(Problem(str(path), "there is a config already", "edit it, or replace it with --force"))
    if talk.asks:
        talk.say("hello")
    rules = read_rules()
    answers, secret, typed = _asked(talk, said, rules)
    _written(talk, path, answers, secret if typed else None, said["keep"])
    if answers.corrections:
        _make_folders(talk, answers, secret, rules)
    if answers.client_id:
        talk.say("sign_in", address=answers.address)
    elif talk.agrees("look", flag=said["look"], default=False):
        drafts = _look(talk, path)
        named = counted("drafts", drafts, talk.language)
        if (asks := _first(drafts, answers)) and talk.agrees(asks, flag=said["place"], default=False, drafts=named, owner=answers.address):
            _place(talk, path, answers)
    if talk.agrees("service", flag=said["systemd"], default=False):
        told = serve(path)
        for key, values in told:
            talk.say(key, **values)
    talk.say("next")
    return 0


# ---- questions ------------------------------------------------------------------------------------


def _asked(talk: Talk, said: dict[str, Any], rules: RuleSource) -> tuple[Answers, Secret, bool]:
    """All answers, the password, and whether it was typed here."""
    address = talk.ask("address", "--address", said["address"], right=lambda v: "" if _ADDRESS.fullmatch(v) else "bad_address").lower()
    provider = _provider(talk, address, said["imap_said"], rules)
    imap = _server(talk.ask("imap", "--imap", said["imap_said"], provider.imap or None), "imap", said["security"])
    hint = provider.secret_zh if talk.language == "zh" else provider.secret
    if hint:
        talk.tell(clean(hint, 300))
    trusted = str(said["ca_file"].resolve()) if said["ca_file"] else ""
    base: dict[str, Any] = {"address": address, "username": said["username"] or "", "imap": imap, "ca_file": trusted}
    source: tuple[str, str] | None = ("", "")
    secret, smtp = Secret(""), None
    if provider.oauth_only or said["client_id"]:
        base["client_id"] = talk.ask("client_id", "--client-id", said["client_id"])
        smtp = _named_smtp(talk, said, provider)
    else:
        source, secret = _tried(talk, said, base, rules)
        smtp = _smtp(talk, said, base, secret, provider)
    name = talk.ask("name", "--name", said["display_name"], address.partition("@")[0].replace(".", " ").title())
    company = talk.ask("company", "--company", said["company"], "")
    phone = talk.ask("phone", "--phone", said["phone"], "")
    country = talk.ask("country", "--country", said["country"], "CN", right=lambda v: "" if re.fullmatch("[A-Z]{2}", v) else "bad_country")
    zone = talk.ask("zone", "--timezone", said["timezone"], _machine_zone() or _zone_of(country, rules), right=lambda v: "" if _is_zone(v) else "bad_zone")
    hour = talk.ask("digest_at", "--digest-at", said["digest_at"], "08:30", right=lambda v: "" if _HOUR.fullmatch(v) else "bad_hour") if smtp else "08:30"
    answers = Answers(
        **base, digest_at=hour, display_name=name, company=company, phone=phone, country=country, timezone=zone, smtp=smtp,
        secret=source or ("file", ""), language=talk.language, state_dir=said["state_dir"], own_domains=_own_domains(address, rules),
    )  # fmt: skip
    return replace(answers, corrections=_corrections(talk, said, answers)), secret, source is None


def _corrections(talk: Talk, said: dict[str, Any], answers: Answers) -> dict[str, str]:
    """The folders for corrections by the user's language, if they are wanted; without a login nothing can be made."""
    names = NAMES[talk.language]
    shown = ", ".join(names.values())
    return names if not answers.client_id and talk.agrees("folders", flag=said["folders"], default=True, names=shown) else {}


def _make_folders(talk: Talk, answers: Answers, secret: Secret, rules: RuleSource) -> None:
    """A refusal costs the folders only."""
    try:
        with _logged_in(answers.imap, answers.username or answers.address, answers.ca_file, secret, rules) as mailbox:
            count = make_all(mailbox, answers.corrections.values())
            talk.say("folders_made" if count else "folders_there", count=count)
    except FollowupdError as error:
        talk.say("folders_no", why=str(error))


def _provider(talk: Talk, address: str, server: str | None, rules: RuleSource) -> Provider:
    """By the address's domain; of a company's domain only its owner knows who hosts it."""
    domain, known = address.rpartition("@")[2], providers(rules)
    found = next((p for p in known if domain in p.domains), None)
    if found:
        talk.say("provider", title=found.title)
        return found
    if server is not None or not talk.asks:
        host = (server or f"imap.{domain}").partition(":")[0]
        return next((p for p in known if host in p.hosts), Provider(title="", imap=f"imap.{domain}:993"))
    talk.say("which", domain=domain)
    hosts = [p for p in known if p.imap]
    for number, one in enumerate(hosts, 1):
        say(f"  {number:2}  {clean(one.title)}")
    talk_other = word("other", talk.language)
    say(f"   0  {talk_other}")
    chosen = click.prompt(word("choose", talk.language), type=click.IntRange(0, len(hosts)), default=0)
    return hosts[chosen - 1] if chosen else Provider(title="", imap=f"imap.{domain}:993")


def _server(said: str, kind: str, security: str | None) -> ServerAnswer:
    host, _, port = said.strip().partition(":")
    if not host or (port and not port.isdecimal()):
        raise UserError(Problem(f"--{kind}", f"'{clean(said, 60)}' names no server", "host or host:port"))
    number = int(port or PORTS[kind])
    return ServerAnswer(host=host, port=number, security=security or ("starttls" if number in STARTTLS else "tls"))


def _source(said: dict[str, Any]) -> tuple[str, str] | None:
    """Where the password lies already, in the config's words; None when it is to be typed."""
    given = [(kind, str(value)) for kind in ("command", "file", "env") if (value := said[f"password_{kind}"])]
    if len(given) > 1:
        raise UserError(Problem("--password-...", "more than one place of the password", "name one"))
    return given[0] if given else None


def _tried(talk: Talk, said: dict[str, Any], base: dict[str, Any], rules: RuleSource) -> tuple[tuple[str, str] | None, Secret]:
    """A password that the server takes; a server that is not there is asked for again, too. Raises LoginRefused, LinkLost after three tries,
    or at once where nobody can be asked.
    """
    source = _source(said)
    if source is None and not talk.asks:
        raise UserError(Problem("--password-command", "is needed where nobody can be asked", "or --password-file, --password-env"))
    for left in reversed(range(TRIES)):
        secret = resolve(SecretSpec.of({source[0]: source[1]})) if source else Secret(click.prompt(word("password", talk.language), hide_input=True))
        try:
            _log_in(talk, base, secret, rules)
        except LoginRefused as error:
            if source or not left:
                raise
            talk.say("refused", why=str(error))
            talk.say("again")
        except LinkLost as error:
            if not talk.asks or said["imap_said"] or not left:
                raise
            complain(f"error: {error}")
            base["imap"] = _server(talk.ask("imap", "--imap", None, f"{base['imap'].host}:{base['imap'].port}"), "imap", said["security"])
        else:
            return source, secret
    raise AssertionError


def _log_in(talk: Talk, base: dict[str, Any], secret: Secret, rules: RuleSource) -> None:
    """Connect, and say what was found."""
    from followupd.cli.checking import NEEDED

    server: ServerAnswer = base["imap"]
    talk.say("trying", host=server.host, port=server.port)
    with _logged_in(server, base["username"] or base["address"], base["ca_file"], secret, rules) as mailbox:
        found = {folder.box: folder.name for folder in mailbox.folders()}
        parts = ", ".join(f"{box.value}: {clean(found[box], 40)}" for box in (Box.INBOX, Box.SENT, Box.DRAFTS) if box in found)
        talk.say("in", count=len(mailbox.folders()), parts=parts)
        for box, lost in NEEDED.items():
            if box not in found:
                talk.say("lacks", box=box.value, lost=lost)


@contextlib.contextmanager
def _logged_in(server: ServerAnswer, username: str, ca_file: str, secret: Secret, rules: RuleSource) -> Iterator[ImapMailbox]:
    """The mailbox, connected. Raises LoginRefused, LinkLost."""
    from followupd.mailbox.imap import ImapMailbox
    from followupd.mailbox.settings import ImapSettings

    settings = ImapSettings(host=server.host, port=server.port, security=_security(server), username=username, ca_file=ca_file or None)
    with contextlib.closing(ImapMailbox(settings, secret, rules)) as mailbox:
        mailbox.connect()
        yield mailbox


def _security(server: ServerAnswer) -> str:
    if server.security == "none" and not is_loopback(server.host):
        raise UserError(Problem("--security", "none is allowed to this machine only", "tls or starttls"))
    return server.security


def _smtp(talk: Talk, said: dict[str, Any], base: dict[str, Any], secret: Secret, provider: Provider) -> ServerAnswer | None:
    """The server for mail to the owner, if it takes the same password."""
    from followupd.notify.smtp import SmtpSettings, probe

    server = _named_smtp(talk, said, provider)
    if server is None:
        return None
    settings = SmtpSettings(
        host=server.host, port=server.port, security=_security(server), username=base["username"] or base["address"],  # type: ignore[arg-type]
        ca_file=base["ca_file"] or None, sender=base["address"],
    )  # fmt: skip
    try:
        probe(settings, secret)
    except FollowupdError as error:
        talk.say("smtp_no", host=server.host, port=server.port, why=str(error))
        return None
    talk.say("smtp_ok", host=server.host, port=server.port)
    return server


def _named_smtp(talk: Talk, said: dict[str, Any], provider: Provider) -> ServerAnswer | None:
    answer = talk.ask("smtp", "--smtp", said["smtp_said"], provider.smtp or "")
    return None if answer.strip().lower() in {"", "none", "-"} else _server(answer, "smtp", said["security"])


def _own_domains(address: str, rules: RuleSource) -> tuple[str, ...]:
    """The domain of the address where it is a company's: a colleague who writes is no buyer who waits for an answer."""
    domain = address.rpartition("@")[2]
    shared = domain in FREE_MAIL or any(domain in provider.domains for provider in providers(rules))
    return () if shared else (domain,)


def _machine_zone() -> str:
    """The zone of this machine, as far as it has the name of a place: a rented server keeps UTC, and nobody lives by that."""
    with contextlib.suppress(OSError, ValueError):
        found = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
        if "/" in found and not found.startswith("Etc/") and _is_zone(found):
            return found
    return ""


def _zone_of(country: str, rules: RuleSource) -> str:
    """The main zone of a country, as far as the rules know it."""
    entry = rules.entries("countries").get(country)
    return str(entry.data.get("timezone") or "Asia/Shanghai") if entry else "Asia/Shanghai"


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


# ---- writing --------------------------------------------------------------------------------------


def _written(talk: Talk, path: Path, answers: Answers, typed: Secret | None, keep: str | None) -> None:
    """The secret, then the config; without the config the secret is taken back."""
    from followupd.config import load_config

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    take_back: Callable[[], None] | None = None
    try:
        if typed is not None:
            kept = keep_secret(path.parent, answers.address, typed, keep)
            source, take_back = kept.source, kept.take_back
            talk.say(f"kept_{source[0]}", where=source[1])
            answers = replace(answers, secret=source)
        before = path.read_bytes() if path.exists() else None
        if before is not None:
            replace_file(path.with_name(path.name + ".bak"), before)
        replace_file(path, config_text(answers).encode())
        load_config(path)
    except BaseException:
        if take_back is not None:
            take_back()
        raise
    talk.say("written", path=path)


# ---- first look, service --------------------------------------------------------------------------


def _look(talk: Talk, path: Path) -> int:
    """The last 90 days, nothing written to the mailbox; how many drafts would be placed."""
    from followupd import daemon
    from followupd.cli.running import set_up_logging, told_how_far
    from followupd.config import load_config

    config = load_config(path)
    set_up_logging("warning", 0)
    reports = daemon.once(config, dry_run=True, on_progress=told_how_far if sys.stderr.isatty() else None)
    figures = _figures(config)
    drafts = sum(1 for report in reports for _, decision, _ in report.decisions if decision.action.value == "draft")
    owed = sum(1 for report in reports for _, decision, _ in report.decisions if decision.reason.value == "reply_owed")
    told = {"read": sum(r.read for r in reports), "drafts": drafts, "owed": owed, **figures}
    talk.say("found", **{name: counted(name, count, talk.language) for name, count in told.items()})
    return drafts


def _first(drafts: int, answers: Answers) -> str:
    """What there is to do at once, as a key of init_words: drafts to place, a digest to send, or nothing."""
    if answers.smtp:
        return "place" if drafts else "place_digest"
    return "place_only" if drafts else ""


def _place(talk: Talk, path: Path, answers: Answers) -> None:
    """The first turn that writes: drafts into Drafts, and the first digest to the owner where there is a way for it."""
    from followupd import daemon
    from followupd.config import load_config

    reports = daemon.once(load_config(path), digest=answers.smtp is not None)
    if placed := sum(r.drafted for r in reports):
        talk.say("placed", drafts=counted("drafts", placed, talk.language))
    if answers.smtp:
        talk.say("digest_sent", owner=answers.address, hour=answers.digest_at)


def _figures(config: Config) -> dict[str, int]:
    """What the index knows of inquiries and quotes."""
    from followupd.cli.at_hand import views
    from followupd.model import Risk, Verdict

    found = {"inquiries": 0, "genuine": 0, "vague": 0, "risky": 0, "quotes": 0}
    with contextlib.suppress(UserError), views(config) as seen:
        for view in seen:
            for facts in (row.facts for row in view.index.rows() if row.facts is not None):
                verdict = facts.inquiry.verdict if facts.inquiry else None
                found["inquiries"] += verdict is not None
                found["genuine"] += verdict in {Verdict.GENUINE, Verdict.LIKELY}
                found["vague"] += verdict is Verdict.VAGUE
                found["risky"] += facts.risk is not Risk.NONE
                found["quotes"] += bool(facts.quotes)
    return found
