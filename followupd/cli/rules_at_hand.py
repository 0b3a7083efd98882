"""Which rules does a command speak of? Those of the config, of a directory, or the shipped ones alone."""

from __future__ import annotations

from pathlib import Path

from followupd.cli.at_hand import Options
from followupd.config import load_config
from followupd.errors import ConfigError, Problem
from followupd.rulesource import RuleSource, read_rules


def overlays_of(options: Options, directory: Path | None = None) -> tuple[Path, ...]:
    """What lies over the shipped rules: ``directory`` if given, else what the config names; nothing without a config."""
    if directory is not None and not directory.is_dir():
        raise ConfigError(Problem(str(directory), "is no directory of rules"))
    try:
        configured = _configured(options)
    except ConfigError:
        if directory is None:
            raise
        configured = ()
    if directory is None or directory.resolve() in {o.resolve() for o in configured}:
        return configured
    return (directory,)


def _configured(options: Options) -> tuple[Path, ...]:
    try:
        path = options.path
    except ConfigError:
        return ()
    return load_config(path).overlays


def rules_of(options: Options, directory: Path | None = None) -> RuleSource:
    """The rules of a directory, of the config, or the shipped ones where there is no config yet. Raises ConfigError."""
    return read_rules(*overlays_of(options, directory))


def own_rules(options: Options, directory: Path | None) -> Path:
    """The directory of the user's own rules, there or not: as given, as the config says, else ``rules`` where we stand."""
    if directory is not None:
        return directory
    try:
        config = load_config(options.path)
    except ConfigError:
        return Path("rules")
    return config.rules_dir.expanduser() if config.rules_dir else options.path.parent / "rules"
