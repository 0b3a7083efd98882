"""How is what cannot be derived from mail kept safe, and put back? (backup, restore)"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from followupd import __version__
from followupd.cli.at_hand import Options, accounts, as_json, of_account, paths_of
from followupd.cli.output import clean, say, say_json
from followupd.cli.tongue import said
from followupd.config import AccountConfig, Config
from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.store.atomic import backups
from followupd.store.bundle import Bundle, read_bundle, write_bundle
from followupd.store.forgotten import Tombstone
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import AccountPaths, prepare

OWN_SUFFIXES = frozenset({".yaml", ".yml", ".j2", ".txt"})
OWN_LARGEST = 5_000_000


@click.command("backup")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup_command(options: Options, file: Path | None) -> int:
    """Copy the ledgers and your own config, rules and facts into FILE (default: followupd-DATE.tar.gz here).

    The daemon may run on. No password is copied unless it stands in the config itself, and never the index.
    """
    config, now = options.config, datetime.now(UTC)
    path = file or Path(f"followupd-{now.astimezone():%Y%m%d-%H%M%S}.tar.gz")
    ledgers = {a.title: p.ledger.read_bytes() for a in config.accounts if (p := paths_of(config, a)).ledger.is_file()}
    if not ledgers:
        raise UserError(Problem(str(path), "there is nothing to back up yet", "start followupd first"))
    own = _own(config)
    write_bundle(path, ledgers, own, version=__version__, now=now)
    say(said("{path}: {ledgers} ledgers, {files} files of your own; readable by you alone", path=path, ledgers=len(ledgers), files=len(own)))
    return 0


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_account
@click.option("--files", "directory", type=click.Path(file_okay=False, path_type=Path), help="Unpack config, rules and facts into this empty directory.")
@click.option("--list", "only_list", is_flag=True, help="Say what is in it, and change nothing.")
@as_json
@click.pass_obj
def restore_command(options: Options, file: Path, only: str | None, directory: Path | None, only_list: bool, json_: bool) -> int:
    """Put the ledgers of FILE back. followupd must not be running; what stands there now is kept beside it.

    Your config, rules and facts are left as they are; --files DIR unpacks those of the backup for you to look at.
    """
    bundle = read_bundle(file)
    if json_ and not only_list:
        raise UserError(Problem("--json", "tells what is in it only", "add --list"))
    if only_list:
        _tell(bundle, json_=json_)
        return 0
    if directory is not None:
        _unpack(bundle, directory)
        return 0
    config = options.config
    chosen = [a for a in accounts(config, only) if bundle.ledger(a.title) is not None]
    if not chosen:
        raise UserError(Problem(str(file), f"holds no ledger of yours, only of {clean(', '.join(bundle.accounts))}", "give the account that name"))
    for account in chosen:
        _put_back(config, account, bundle)
    return 0


def _tell(bundle: Bundle, *, json_: bool) -> None:
    """What is in it: when and by which followupd it was made, whose ledgers, which files."""
    files = sorted(n.removeprefix("own/") for n in bundle.files if n.startswith("own/"))
    if json_:
        say_json({"made": bundle.made, "version": bundle.version, "accounts": list(bundle.accounts), "files": files})
        return
    names = clean(", ".join(bundle.accounts))
    say(said("made {made} by followupd {version}: ledgers of {names}", made=bundle.made, version=clean(bundle.version), names=names))
    for name in files:
        say(f"  {clean(name)}")


def _own(config: Config) -> dict[str, bytes]:
    """The user's own files by a name relative to the config's directory; none larger than a person writes."""
    found: dict[str, bytes] = {}
    for root in (config.path, *config.overlays):
        if root is None:
            continue
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and not path.is_symlink() and path.suffix in OWN_SUFFIXES and path.stat().st_size <= OWN_LARGEST:
                name = f"{root.name}/{path.relative_to(root)}" if root.is_dir() else path.name
                found[name] = path.read_bytes()
    return found


def _put_back(config: Config, account: AccountConfig, bundle: Bundle) -> None:
    """One ledger, tried before it takes the other's place. Raises AlreadyRunning, UserError, UnsafeState."""
    data = bundle.ledger(account.title)
    assert data is not None
    paths = prepare(account.title, config.state_root)
    lock = InstanceLock(paths.lock)
    with lock:
        tried = paths.root / "restored.json"
        replace_file(tried, data)
        try:
            Ledger(tried, read_only=True).close()
            forgotten = _forgotten(paths)
            kept = ""
            if paths.ledger.is_file():
                beside = paths.root / f"ledger.{datetime.now(UTC):%Y%m%dT%H%M%S}.before-restore.bak"
                replace_file(beside, paths.ledger.read_bytes())
                kept = said("; what stood there is {file}", file=beside.name)
            replace_file(paths.ledger, data)
            _keep_out(paths.ledger, forgotten)
        finally:
            tried.unlink(missing_ok=True)
        for old in paths.root.glob("index.sqlite*"):
            old.unlink()
    sentence = said(
        "{account}: the ledger of {made} is back{kept}; the index is built again at the next start",
        account=clean(account.title), made=bundle.made, kept=kept,
    )  # fmt: skip
    say(sentence)


def _forgotten(paths: AccountPaths) -> list[Tombstone]:
    """Who was forgotten since the backup was made, as the ledger of today or one of its copies knows."""
    found: list[Tombstone] = []
    for path in (paths.ledger, *backups(paths.ledger)):
        with suppress(UserError):
            ledger = Ledger(path, read_only=True)
            found += ledger.forgotten.stones
            ledger.close()
    return found


def _keep_out(path: Path, forgotten: list[Tombstone]) -> None:
    """An old ledger must not bring back who asked to be forgotten."""
    ledger = Ledger(path)
    ledger.bury(forgotten)
    ledger.keep_out()
    ledger.close()


def _unpack(bundle: Bundle, directory: Path) -> None:
    """The user's own files; only into a new or empty directory, and never outside it."""
    if directory.exists() and any(directory.iterdir()):
        raise UserError(Problem(str(directory), "is not empty", "name a new directory"))
    home = directory.resolve()
    for name, data in sorted(bundle.files.items()):
        if not name.startswith("own/"):
            continue
        path = (home / name.removeprefix("own/")).resolve()
        if not path.is_relative_to(home):
            raise UserError(Problem(name, "points outside the directory"))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, data)
    say(said("{path}: {count} files", path=directory, count=sum(n.startswith("own/") for n in bundle.files)))
