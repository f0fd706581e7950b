"""A court decision in the agenda: what it stops, and the days it brings."""

from pathlib import Path

from tests.portfolio_samples import FIRST, NOTICE, SECOND, agenda, company, dossier, invoice, strategy


def test_after_a_decision_nobody_reminds(tmp_path: Path) -> None:
    """The day before the order the ladder goes on; from its day on it is served and enforced, and the calendar knows until when."""
    order = {
        "type": "ordonnance-injonction",
        "juridiction": "TC de Tours",
        "rendue_le": "2026-10-12",
        "interets": "penalites",
    }
    company(tmp_path, strategy(FIRST, SECOND, NOTICE))
    path = dossier(tmp_path, invoice("2026-09-01"), decision=order)
    assert [s["code"] for s in agenda(path, "--au", "2026-10-11")["actions"][0]["arrets"]] == []
    found = agenda(path, "--au", "2026-10-12")
    assert [s["code"] for s in found["actions"][0]["arrets"]] == ["titre"]
    # Three months from the order (CPC 1411 since 1 September 2026), rung on the last prudent day.
    assert ("2027-01-12", "signifier-ordonnance") in [(d["le"], d["code"]) for d in found["echeances"]]
