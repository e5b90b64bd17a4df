"""The slip that a pupil takes home is Indonesian, whatever language the officer's screen speaks."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from recording_day import MORNING, NORHAYATI, SYARIFAH, StepClock, at_step_6

from reports.layout import Letterhead
from store import exceptions, pupils, recordings
from store.sections import ExceptionReason, Part
from store.store import Store
from store.transaction import OfficerRole
from tui import i18n, proof_paper

LETTERHEAD = Letterhead("PEMERINTAH KABUPATEN CONTOH", "DISDUKCAPIL", "Jl. Contoh 17", "", "Paringin")


@pytest.mark.peer("pdftotext")
def test_a_part_that_was_excepted_is_named_in_indonesian(tmp_path: Path) -> None:
    store = Store.in_memory(StepClock(MORNING), officer=SYARIFAH)
    store.sign_in(SYARIFAH, frozenset(OfficerRole))
    try:
        _visit, (pupil,) = at_step_6(store, NORHAYATI)
        state = store.run_now(recordings.open_or_resume, pupil)
        store.run_now(exceptions.except_part, state.id, Part.LEFT_THUMB, ExceptionReason.BANDAGED)
        state = store.run_now(recordings.of_pupil, pupil)
        assert state is not None
        i18n.use("en")
        drawn = proof_paper.draw(
            store.run_now(pupils.detail, pupil), replace(state, proof=1), MORNING, None, LETTERHEAD
        )
    finally:
        store.close()
    paper = tmp_path / "bukti.pdf"
    paper.write_bytes(drawn)
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    assert "ibu jari kiri (dibalut)" in said
    assert "thumb" not in said
