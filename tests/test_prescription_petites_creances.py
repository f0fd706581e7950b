"""The small claims procedure and limitation: the debtor's recorded consent suspends, an invitation does nothing."""

from pathlib import Path

from generator.law import Law
from generator.money import plain_spaces
from tests.limitation_cases import case_with, course, event, last
from tests.outside import impayes, problem, write

CAUSE = "petites-creances"
OLD = (
    ("emise_le: 2026-06-01", "emise_le: 2022-03-12\n    executee_le: 2022-03-10"),
    ("echeance: 2026-07-01", "echeance: 2022-04-11"),
)


def test_the_days_are_given_back(law: Law) -> None:
    """From 10 January to 10 March 2025: 59 days, added to 10 March 2027; nothing is erased."""
    found = course(law, case_with(event("2025-01-10", CAUSE, fin_le="2025-03-10")))
    assert (str(found.periode.jusqu_au), found.etapes[0].effet) == ("2027-05-08", "suspension")
    assert found.etapes[0].articles[:2] == ("c-civ-2238", "cpce-l125-1")
    assert str(found.periode.depuis) == "2022-03-10"


def test_the_last_day_and_the_next(law: Law) -> None:
    """Consent on the last day still counts and leaves six months after the refusal; the day after, it comes too late."""
    assert last(law, event("2027-03-10", CAUSE, fin_le="2027-03-30"), au="2027-06-01") == "2027-09-30"
    assert last(law, event("2027-03-11", CAUSE, fin_le="2027-03-30"), au="2027-06-01") == "2027-03-10"


def test_what_the_text_leaves_open_is_told(law: Law) -> None:
    """Only when such a procedure suspends; a mediation ends on a day the text names."""

    def told(cause: str, le: str) -> bool:
        remarks = course(law, case_with(event(le, cause, fin_le="2027-06-01")), "2027-06-02").remarques
        return any("Petites créances" in remark and "à vérifier" in remark for remark in remarks)

    assert told(CAUSE, "2027-03-10")
    assert not told(CAUSE, "2027-03-11")
    assert not told("mediation", "2027-03-10")


def test_a_public_body(law: Law) -> None:
    """The law of public bodies does not name it: nothing is counted."""
    found = course(law, case_with(event("2025-01-10", CAUSE, fin_le="2025-03-10"), qualite="public"))
    assert found.etapes[0].effet == "aucun"
    assert "par prudence" in found.etapes[0].phrase


def test_the_command_says_it(tmp_path: Path) -> None:
    """The cause, its effect, its texts and what is not settled."""
    extra = f"prescription: {{evenements: [{{le: 2026-01-12, fin_le: 2026-02-11, cause: {CAUSE}}}]}}\n"
    result = impayes("prescription", write(tmp_path, *OLD, extra=extra), "--au", "2026-11-21")
    said = " ".join(plain_spaces(result.output).split())
    assert "accord pour la procédure des petites créances : suspend jusqu'au 11/02/2026" in said
    assert "jusqu'au 09/04/2027" in said
    assert "CPCE, art. L125-1" in said
    assert "par le silence du client : à vérifier" in said


def test_an_end_before_the_beginning_is_refused(tmp_path: Path) -> None:
    """As for every cause that lasts."""
    extra = f"prescription: {{evenements: [{{le: 2026-02-12, fin_le: 2026-02-11, cause: {CAUSE}}}]}}\n"
    assert "la fin précède le début" in problem(tmp_path, *OLD, extra=extra)
