"""Make click speak French, on any machine and under any locale.

click looks its messages up with `gettext` in the current text domain. We point that domain at
our own catalogue and name the language ourselves: `LC_ALL=C`, a bare container or a Windows
console give the same French. What click does not translate (names of types, the placeholder
for sub-commands) is set here too.

Call `install()` before the first command is declared: some help texts are looked up then.
Two things of click stay English and are not for us: `show_envvar` (name the variable in the
option's help instead) and `click.File` (the reason comes from the system; use `click.Path`).
"""

import contextlib
import gettext
import os
import sys
from pathlib import Path
from typing import Any

import click

DOMAIN = "impayes"
LOCALE = Path(__file__).resolve().parent.parent / "locale"

# Shown as the placeholder of an option's value and in « Il faut ceci : … ».
_TYPE_NAMES: dict[Any, str] = {
    click.types.StringParamType: "texte",
    click.types.IntParamType: "entier",
    click.types.IntRange: "entier",
    click.types.FloatParamType: "nombre",
    click.types.FloatRange: "nombre",
    click.types.BoolParamType: "booléen",
    click.types.DateTime: "date",
    click.types.Choice: "choix",
}


class FrenchGroup(click.Group):
    """A group whose usage line reads « COMMANDE [ARGUMENTS]... »; its sub-groups inherit it."""

    group_class = type

    def __init__(self, *args: Any, **attrs: Any) -> None:
        attrs.setdefault("subcommand_metavar", "COMMANDE [ARGUMENTS]...")
        super().__init__(*args, **attrs)


def install() -> None:
    """Switch click to French for the whole process; never an error, at worst English comes out."""
    # Only the first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG counts for gettext.
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    for kind, name in _TYPE_NAMES.items():
        kind.name = name
    for stream in (sys.stdout, sys.stderr):
        _never_fail(stream)


def _never_fail(stream: Any) -> None:
    """Print « ? » rather than stop when an old code page lacks U+202F or the euro sign."""
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    if encoding != "utf8":
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")


def polish(command: click.Command) -> None:
    """Give a command's texts French spaces, so that « and » never start or end a line alone."""
    from generator.typography import typography

    command.help = command.help and typography(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = parameter.help and typography(parameter.help)
    for sub in getattr(command, "commands", {}).values():
        polish(sub)
