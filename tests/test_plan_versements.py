"""The instalments of a plan, on their days, and the block written at the end of a dossier."""

import datetime as dt
import json
import os
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.calendar_fr import is_working_day
from generator.errors import InvalidInput
from generator.loading import load_case
from generator.portfolio.plan_proposal import LEAST, RHYTHMS, instalment_amounts, instalment_dates
from tests.conftest import day
from tests.outside import AU, DOSSIER, assert_french, impayes, refused, tree, write

PROPOSED = "plan: {montant: 600, echeances: [{le: 2026-12-15, montant: 600}]}\n"
PROPERTY = settings(
    max_examples=int(os.environ.get("EXEMPLES", "200")),
    derandomize="EXEMPLES" not in os.environ,
    database=None,
    deadline=None,
)
EUROS = st.integers(1, 3_000_000).map(lambda n: Decimal(n) / 100)


@PROPERTY
@given(total=EUROS, count=st.integers(1, 120), deposit=st.none() | EUROS)
def test_instalments_add_up(total: Decimal, count: int, deposit: Decimal | None) -> None:
    """Equal but the last, which takes the cents; refused rather than wrong when they cannot fit."""
    try:
        amounts = instalment_amounts(total, count=count, deposit=deposit)
    except InvalidInput:
        left = total - (deposit or 0)
        assert left <= 0 or left / count < LEAST + 1
        return
    assert sum(amounts) == total
    equal = amounts if deposit is None else amounts[1:]
    assert (len(equal), deposit in (None, amounts[0])) == (count, True)
    assert len(set(equal[:-1])) < 2
    assert abs(equal[-1] - equal[0]) <= Decimal("0.01") * count / 2
    assert all(amount > 0 and amount.as_tuple().exponent == -2 for amount in equal)


@PROPERTY
@given(total=EUROS, size=EUROS)
def test_instalments_of_a_given_size_add_up(total: Decimal, size: Decimal) -> None:
    """All of that size but the last, which is smaller, or bigger by less than a euro."""
    try:
        amounts = instalment_amounts(total, size=size)
    except InvalidInput:
        assert size < LEAST or total / size > 119
        return
    assert sum(amounts) == total
    assert set(amounts[:-1]) <= {size}
    assert LEAST <= amounts[-1] < size + LEAST or len(amounts) == 1


@PROPERTY
@given(
    au=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    count=st.integers(1, 30),
    rhythm=st.sampled_from(RHYTHMS),
    number=st.none() | st.integers(1, 31),
    wait=st.none() | st.integers(0, 60),
)
def test_dates_are_working_days_in_order(
    au: dt.date, count: int, rhythm: Any, number: int | None, wait: int | None
) -> None:
    """As many as asked, each later than the one before, the first not before it is asked for."""
    first = None if wait is None else au + dt.timedelta(days=wait)
    dates = instalment_dates(
        au, count, rhythm, first=first, day=number if rhythm in {"mensuel", "trimestriel"} else None
    )

    assert len(dates) == count
    assert all(map(is_working_day, dates))
    assert all(a < b for a, b in pairwise(dates))
    assert dates[0] >= (first or au + dt.timedelta(days=8))


@pytest.mark.parametrize(
    ("rhythm", "options", "expected"),
    [
        ("mensuel", {}, ["2026-11-30", "2026-12-30", "2027-02-01", "2027-03-01"]),  # 29 November is a Sunday
        ("mensuel", {"day": 10}, ["2026-12-10", "2027-01-11", "2027-02-10", "2027-03-10"]),
        ("mensuel", {"day": 29}, ["2026-11-30", "2026-12-29", "2027-01-29", "2027-03-01"]),
        ("mensuel", {"day": 28}, ["2026-12-28", "2027-01-28", "2027-03-01", "2027-03-30"]),  # after Easter Monday
        ("mensuel", {"day": 31}, ["2026-11-30", "2026-12-31", "2027-02-01", "2027-03-01"]),
        ("fin-de-mois", {}, ["2026-11-30", "2026-12-31", "2027-02-01", "2027-03-01"]),
        ("hebdomadaire", {}, ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"]),
        ("quinzaine", {"first": "2026-12-11"}, ["2026-12-11", "2026-12-28", "2027-01-08", "2027-01-22"]),
        ("trimestriel", {"first": "2026-11-30"}, ["2026-11-30", "2027-03-01", "2027-05-31", "2027-08-30"]),
        ("trimestriel", {"day": 31}, ["2026-11-30", "2027-03-01", "2027-05-31", "2027-08-31"]),
        # The first date falls on the usual day of the month after: that month is skipped, not paid twice.
        ("mensuel", {"first": "2027-01-31", "day": 1}, ["2027-02-01", "2027-03-01", "2027-04-01", "2027-05-03"]),
        ("mensuel", {"first": "2026-11-21"}, ["2026-11-23", "2026-12-21", "2027-01-21", "2027-02-22"]),
    ],
)
def test_the_debtor_s_rhythm(rhythm: Any, options: dict[str, Any], expected: list[str]) -> None:
    """A day off moves one date only; a month too short uses its last day."""
    options = {name: day(value) if name == "first" else value for name, value in options.items()}

    assert list(map(str, instalment_dates(day(AU), 4, rhythm, **options))) == expected


@pytest.mark.parametrize(
    "text",
    [
        DOSSIER,
        DOSSIER.rstrip("\n"),
        DOSSIER.replace("\n", "\r\n"),
        "\ufeff# Dossier suivi par Élise\n" + DOSSIER + "# fin\n",
        DOSSIER + "suspension:\n  jusqu_au: 2026-10-01\n  motif: |\n    vacances\n    d'été\n",
    ],
)
def test_written_at_the_end_of_the_dossier(tmp_path: Path, text: str) -> None:
    """Every byte before is kept, line ends included; a second time is refused."""
    path = tmp_path / "dossier.yml"
    path.write_bytes(text.encode("utf-8"))
    simulated = impayes("plan", "proposer", path, "--au", AU, "--ecrire", "--simulation")
    assert f"serait écrit : {path}" in simulated.stdout
    assert path.read_bytes() == text.encode("utf-8")

    result = impayes("plan", "proposer", path, "--au", AU, "--ecrire")
    assert result.exit_code == 0, result.output
    assert "plan ajouté" in result.stdout
    written = path.read_bytes()
    assert written.startswith(text.encode("utf-8"))
    assert (b"\r\n" in written) == ("\r" in text)
    assert written.count(b"\r\n") in (0, written.count(b"\n"))
    assert list(tree(tmp_path)) == ["dossier.yml"]
    plan = load_case(path).case.plan
    assert plan is not None
    assert [str(e.montant) for e in plan.echeances] == ["432.77", "432.77", "432.76"]
    assert "déjà un bloc plan" in refused(3, "plan", "proposer", path, "--au", AU, "--ecrire")
    assert path.read_bytes() == written


@pytest.mark.parametrize(
    "text",
    [
        DOSSIER + PROPOSED,
        DOSSIER + "plan:\n",
        DOSSIER + "...\n",
        "".join(f"  {line}\n" for line in DOSSIER.splitlines()),
        json.dumps({"reference": "d", "creancier": {"nom": "A", "siren": "732829320", "adresse": {"lignes": ["1 rue"], "code_postal": "37000", "ville": "Tours"}}, "debiteur": {"nom": "B", "qualite": "professionnel", "adresse": {"lignes": ["2 rue"], "code_postal": "37000", "ville": "Tours"}}, "factures": [{"numero": "F-1", "emise_le": "2026-06-01", "echeance": "2026-07-01", "montant_ttc": "1200"}]}),
    ],
)  # fmt: skip
def test_never_written_over_or_across(tmp_path: Path, text: str) -> None:
    """A plan already there, or an end of file that would swallow the block: one sentence, nothing changed."""
    path = tmp_path / "dossier.yml"
    path.write_text(text, encoding="utf-8")
    said = refused(3, "plan", "proposer", path, "--au", AU, "--ecrire")

    assert "sans --ecrire" in said
    assert_french(said)
    assert tree(tmp_path) == {"dossier.yml": text.encode("utf-8")}
    assert impayes("plan", "proposer", path, "--au", AU).exit_code == 0


def test_a_full_disk_leaves_the_dossier_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence, and not a byte changed, whether the trial or the writing fails."""
    path = write(tmp_path)
    before = tree(tmp_path)

    def full(*_: object, **__: object) -> Any:
        raise OSError(28, "No space left on device", str(path))

    for target in ("generator.writing._write_aside", "generator.portfolio.plan_writing.tempfile.TemporaryDirectory"):
        with monkeypatch.context() as patch:
            patch.setattr(target, full)
            assert "disque plein" in refused(1, "plan", "proposer", path, "--au", AU, "--ecrire")
        assert tree(tmp_path) == before
