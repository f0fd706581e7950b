"""What can go wrong for a user, each with the exit code of the command line.

Every message is one French sentence that says what to do; the command line prints it and
nothing else. Anything that is not a `UserError` is a bug of ours.
"""

from collections.abc import Iterable


class UserError(Exception):
    """A mistake or an obstacle the user can do something about.

    `problems` holds one French sentence per mistake, all of them at once.
    """

    exit_code = 1

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class Failure(UserError):
    """The work could not be done: unwritable folder, existing output, full disk."""

    exit_code = 1


class InvalidInput(UserError):
    """A dossier, a company file, a law table, a letter or an e-invoice is not valid."""

    exit_code = 3


class LegalRefusal(UserError):
    """A rule of law forbids what was asked; the sentence names the article."""

    exit_code = 4


class MissingComponent(UserError):
    """A system library or an optional package is missing; the sentence gives the command."""

    exit_code = 5
