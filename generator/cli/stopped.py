"""What every screen says first when a rate is not on file yet: until when interest is counted."""

from collections.abc import Iterable

import click

from generator.law import MissingRate


def show_stopped(missing: Iterable[MissingRate], *, err: bool = False) -> None:
    """One loud sentence and an empty line; nothing when every rate is known. `err`: beside data, on standard error."""
    from generator.known_rates import rates_notice

    if sentence := rates_notice(missing):
        click.echo(f"ATTENTION : {sentence}\n", err=err)
