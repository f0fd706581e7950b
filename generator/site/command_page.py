"""`docs/commandes.md`: the command line, from click's own help, so that page and `--help` agree."""

import re
from collections.abc import Iterator

import click

from generator.law import Law
from generator.site.front_matter import Check, front_matter

INTRODUCTION = """# Les commandes

Cette page reprend l'aide de chaque commande : `impayes COMMANDE --help` dit la même chose.
{ .chapeau }

## Codes de sortie

| Code | Sens |
|--:|---|
| 0 | fait |
| 1 | échec en cours de route |
| 2 | commande mal écrite |
| 3 | dossier ou modèle invalide |
| 4 | une règle de droit l'interdit |
| 5 | un composant manque (Pango…) |

Les données vont sur la sortie standard. Les remarques vont sur la sortie d'erreur.
"""


def command_page(law: Law, cli: click.Group) -> str:
    """The page, one section per command in the order of the help."""
    check = Check(min(table.verifie_le for table in law.tables), min(table.a_revoir_le for table in law.tables), (), ())
    # click remembers the help option of the first context it sees: « -h » must be in it.
    context = click.Context(cli, info_name="impayes", **cli.context_settings)
    return "\n".join(
        [
            front_matter(check, title="Les commandes", description="Toutes les commandes d'impayés et leurs options."),
            INTRODUCTION,
            *_commands(cli, context, 2),
        ]
    )


def _commands(group: click.Group, context: click.Context, level: int) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield _section(command, inner, level)
        if isinstance(command, click.Group):
            yield from _commands(command, inner, level + 1)


def _section(command: click.Command, context: click.Context, level: int) -> str:
    path = context.command_path
    usage = " ".join(command.collect_usage_pieces(context))
    title = path.removeprefix("impayes ")
    paragraphs = [_sentence(" ".join(part.replace("\b", "").split())) for part in (command.help or "").split("\n\n")]
    parts = [
        f"{'#' * level} {title} {{ #{title.replace(' ', '-')} }}\n",
        "\n\n".join(part for part in paragraphs if part) + "\n",
        f"```text\n{path} {usage}\n```\n",
    ]
    # An argument without a help text of its own is explained by the sentences above.
    records = [r for parameter in command.get_params(context) if (r := parameter.get_help_record(context)) and r[1]]
    parts += [f"`{name}`\n:   {_sentence(text)}\n" for name, text in records]
    return "\n".join(parts)


def _sentence(text: str) -> str:
    # Options named in a sentence are typed, not read: no typography inside.
    return re.sub(r"(?<![\w`-])--[a-z][a-z-]*", r"`\g<0>`", text).replace("*", "\\*")
