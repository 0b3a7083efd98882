"""How does a person sign in where the provider wants no password? (login, logout)"""

from __future__ import annotations

import time
from contextlib import closing

import click

from followupd.cli.at_hand import Options, accounts
from followupd.cli.output import clean, say
from followupd.cli.tongue import said
from followupd.config import AccountConfig, Config
from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.keys import Keys, signed_in_at
from followupd.rulesource import read_rules
from followupd.signin import grant as grants
from followupd.signin.ask import Refused, explain
from followupd.signin.flows import by_browser, by_device
from followupd.signin.session import Terms
from followupd.store.paths import prepare


@click.command("login")
@click.argument("account", required=False)
@click.option("--device", is_flag=True, help="Sign in with a code, in the browser of another machine.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.pass_obj
def login_command(options: Options, account: str | None, device: bool, no_browser: bool) -> int:
    """Sign in at the provider (OAuth2), in the browser, and keep the tokens."""
    from followupd.cli.running import set_up_logging

    config = options.config
    set_up_logging("warning", options.verbose)
    chosen = _one(config, account)
    prepare(chosen.title, config.state_root)
    keys = Keys(config, chosen, read_rules(*config.overlays))
    terms = keys.session.terms
    try:
        grant = by_device(terms.endpoints, terms.client, _tell) if device else by_browser(
            terms.endpoints, terms.client, _say_address if no_browser else _open
        )  # fmt: skip
    except Refused as refused:
        raise explain(refused, terms.where, _again(terms, device)) from None
    grants.keep(terms.kept, grant)
    _tried(keys, chosen)
    replace_file(signed_in_at(config, chosen), f"{time.time():.0f}\n".encode())
    return 0


def _again(terms: Terms, device: bool) -> str:
    return f"{terms.command} --device" if device else terms.command


def _tried(keys: Keys, account: AccountConfig) -> None:
    """A token for another mailbox than the one configured is found here, not in the night."""
    from followupd.accounts import connected

    with closing(connected(keys)) as mailbox:
        say(said("{account}: signed in; {provider} takes it", account=clean(account.title), provider=mailbox.provider.title))


@click.command("logout")
@click.argument("account", required=False)
@click.pass_obj
def logout_command(options: Options, account: str | None) -> int:
    """Give the sign-in back to the provider and forget the tokens."""
    config = options.config
    chosen = _one(config, account)
    told = Keys(config, chosen, read_rules(*config.overlays)).session.revoke()
    more = "" if told else said("; take it back at the provider too, in your account's settings")
    say(said("{account}: forgotten{more}", account=clean(chosen.title), more=more))
    return 0


def _one(config: Config, only: str | None) -> AccountConfig:
    found = [a for a in accounts(config, only) if only or a.oauth]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserError(Problem("", "no account of the config has oauth", "see config.example.yaml"))
    raise UserError(Problem("", "several accounts sign in", f"name one: {', '.join(a.title for a in found)}"))


def _tell(address: str, code: str) -> None:
    say(said("On any device open {address} and enter the code {code}", address=clean(address), code=clean(code)))
    say(said("Waiting ..."))


def _say_address(address: str, _: str) -> None:
    say(said("Open this address in a browser of this machine:") + f"\n{clean(address, 4000)}")
    say(said("Waiting ..."))


def _open(address: str, code: str) -> None:
    import webbrowser

    _say_address(address, code)
    webbrowser.open(address)
