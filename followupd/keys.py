"""With what does an account log in at one of its servers: a password, or an access token?"""

from __future__ import annotations

from pathlib import Path

from followupd.config import AccountConfig, Config, Server
from followupd.errors import ConfigError, LoginRefused, Problem
from followupd.mailbox.providers import Provider, provider_of
from followupd.rulesource import RuleSource, check_entries
from followupd.secrets import Bearer, Secret, resolve
from followupd.signin.ask import Client
from followupd.signin.endpoints import Endpoints
from followupd.signin.grant import place
from followupd.signin.session import Session, Terms
from followupd.store.paths import account_paths


class Keys:
    """What one account logs in with, as configured; one sign-in for IMAP and SMTP."""

    def __init__(self, config: Config, account: AccountConfig, rules: RuleSource) -> None:
        self.config, self.account, self.rules = config, account, rules
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The account's sign-in. Raises ConfigError, UserError."""
        if self._session is None:
            self._session = Session(terms(self.config, self.account, self.rules))
        return self._session

    def key(self, server: Server) -> Secret:
        """The secret for this server. Raises UserError, LoginRefused (sign in first), LinkLost."""
        if server.password is not None:
            kind = "SMTP password" if server is self.account.smtp else "password"
            return resolve(server.password, f"{kind} of {self.account.title}", self.config.path)
        return self.session.access()

    def instead(self, refused: Bearer) -> Bearer:
        """Another access token for one that the server would not take before its end. Raises LoginRefused, LinkLost."""
        return self.session.access(refused)

    def keep_fresh(self) -> None:
        """Renew a token that is about to end. Raises LoginRefused when the sign-in was revoked."""
        if self.account.oauth and not all(s.password for s in (self.account.imap, self.account.smtp) if s):
            self.session.keep_fresh()


def told_how(error: LoginRefused, account: AccountConfig) -> LoginRefused:
    """A refused token, with the command that mends it."""
    hint = f"followupd login {account.title}"
    return LoginRefused(*(Problem(p.where, p.what, hint) for p in error.problems))


def terms(config: Config, account: AccountConfig, rules: RuleSource) -> Terms:
    """Who we are there and where tokens are kept. Raises ConfigError when no provider fits, UserError."""
    oauth = account.oauth
    if oauth is None:
        raise ConfigError(Problem(account.title, "the account has no oauth in the config", "see config.example.yaml"))
    secret = oauth.client_secret
    client = Client(
        id=oauth.client_id,
        secret=resolve(secret, f"client secret of {account.title}", config.path) if secret else None,
        ca_file=oauth.ca_file,
    )
    return Terms(account.title, _endpoints(account, oauth.provider, rules), client, place(oauth.tokens, state_of(config, account)))


def state_of(config: Config, account: AccountConfig) -> Path:
    """The state directory of the account."""
    return account_paths(account.title, config.state_root).root


def signed_in_at(config: Config, account: AccountConfig) -> Path:
    """A file that changes whenever the user signs in, so that a daemon that waits for it goes on."""
    return state_of(config, account) / "signed-in"


def _endpoints(account: AccountConfig, named: str, rules: RuleSource) -> Endpoints:
    known = check_entries(Provider, rules, "providers")
    if named and named not in known:
        raise ConfigError(Problem(f"{account.title}: oauth.provider", f"{named} is not in providers.yaml"))
    chosen = known[named] if named else provider_of(account.imap.host, "", tuple(known.values()))
    if chosen.oauth is None:
        raise ConfigError(
            Problem(f"{account.title}: oauth", f"no sign-in is known for {named or account.imap.host}",
                    "add oauth to an entry of your own rules/providers.yaml and name it: oauth.provider")
        )  # fmt: skip
    return chosen.oauth
