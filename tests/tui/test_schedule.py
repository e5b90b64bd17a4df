"""Step 1 by key presses only: a school's file becomes a list, a draft, and a fixed schedule with its paper."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from store import counts, documents, lists, visits
from store.store import Store
from store.transaction import OfficerRole
from tui import navigation
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.line import Line
from tui.navigation import Place
from tui.settings import Settings
from tui.training import school

DAY = date(2026, 11, 23)


@pytest.fixture
def store() -> Store:
    opened = Store.in_memory(VirtualClock(), officer=uuid.UUID(int=7))
    yield opened
    opened.close()


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(school.NAME, school.NPSN, contact="Kamarudin, S.Pd."),
        day=DAY,
        fallback_day=date(2026, 11, 30),
        recording_officers=("Rahmawati",),
        coordinator="Hj. Mariani",
    )
    return store.run_now(visits.create, plan)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
async def pilot(store: Store, visit: uuid.UUID, inbox: Path, tmp_path: Path) -> AsyncIterator[Pilot[object]]:
    settings = Settings(inbox=str(inbox), documents=str(tmp_path / "documents"))
    app = RekamApp(store, None, settings, store.clock, first=lambda: navigation.screen_of(Place.SCHEDULE))
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(uuid.UUID(int=7), "Hj. Mariani", frozenset({OfficerRole.COORDINATOR}))
        app.visit = OpenVisit(visit, school.NAME, DAY)
        await settle(pilot)
        await pilot.app.go(Place.SCHEDULE)
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
        await settle(pilot)
    return await screen_text(pilot)


def paper_text(paper: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.peer("pdftotext")
async def test_a_dapodik_file_becomes_a_fixed_schedule_in_four_times_l(
    pilot: Pilot[object], store: Store, visit: uuid.UUID, inbox: Path, tmp_path: Path
) -> None:
    school.write_roster(inbox / "daftar.xlsx", school.make_pupils(40, DAY), DAY)
    assert "daftar.xlsx" in (await press(pilot, "u"))[4]
    shown = await press(pilot, "enter")
    assert shown[21].startswith(" Kolom wajib 6 dari 6")
    assert "periksa baris" in (await press(pilot, "l"))[2]
    shown = await press(pilot, "l")
    assert "murid 16 tahun ke atas pada 23-11-2026" in shown[2]
    assert shown[21].startswith(" √ 40 baru, 0 berubah, 0 sama")
    assert "rancangan jadwal per kelas" in (await press(pilot, "l"))[2]
    assert "Jadwal tetap untuk 36 murid, Senin 23-11." in "".join(await press(pilot, "l"))
    assert store.run_now(visits.get, visit).schedule_version == 0
    shown = await press(pilot, "y")
    assert shown[2].startswith("── Kunjungan ──")
    assert store.run_now(visits.get, visit).schedule_version == 1
    assert sum(slot.pupils for slot in store.run_now(visits.schedule_of, visit)) == 36
    (made,) = store.run_now(documents.of_subject, visit)
    assert made.path == tmp_path / "documents" / "2026-11-23 SMA Latihan 1 Paringin" / "Jadwal Perekaman.pdf"
    text = paper_text(Path(made.path))
    assert "JADWAL PEREKAMAN KTP-el" in text
    assert "400.12.2/0001/DUKCAPIL/2026" in text
    assert all(name in text for name in (*school.CLASSES, "Kamarudin, S.Pd.", "Hj. Mariani"))
