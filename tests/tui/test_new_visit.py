"""A new visit (S04): the form of the book, drafts that survive, known schools, clashes, and what blocks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest
from book import VirtualClock, compare, screen_text, settle
from home_ground import FAHRURRAZI, MARIANI, RAHMAWATI, opened, plan, press, pupils

from store import officers, visits
from store.keyring import OfficerEntry
from store.plans import LegalBasis, PrintWhere, SchoolDetails, VisitPlan
from store.store import Store
from tui import navigation
from tui.frame import FrameScreen
from tui.i18n import use
from tui.line import Line
from tui.navigation import Place
from tui.screens.plan_form import Filled, fill, form_fields, plan_of
from tui.settings import Settings
from tui.widgets.fields import Form

THURSDAY = datetime(2026, 11, 19, 1, 6, tzinfo=UTC)
CONTOH_1 = VisitPlan(
    SchoolDetails(
        "SMA Contoh 1 Paringin",
        "69900001",
        "Jl. Contoh 17, Kel. Paringin Kota",
        "Paringin",
        contact="Kamarudin, S.Pd.",
        phone="08xx-xxxx-1701",
    ),
    day=date(2026, 11, 23),
    fallback_day=date(2026, 11, 30),
    place="Aula lantai 1; listrik 2 titik, tirai, kipas angin",
    vehicle="DA 1017 XX (contoh)",
    recording_officers=("Rahmawati", "Syarifah"),
    printing_officers=("Fahrurrazi",),
    coordinator="Hj. Mariani",
    desks=2,
    minutes_per_pupil=4.2,
)


class Schedule(FrameScreen):
    """Where a new visit goes on."""

    def headline(self) -> tuple[str, str]:
        return "1 Jadwal", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return []


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(THURSDAY)


@pytest.fixture
def store(clock: VirtualClock) -> Iterator[Store]:
    held = Store.in_memory(clock, officer=MARIANI.id)
    entries = [
        OfficerEntry(RAHMAWATI.id, "Rahmawati", "", RAHMAWATI.roles),
        OfficerEntry(uuid.UUID(int=0x6311_0004), "Syarifah", "", RAHMAWATI.roles),
        OfficerEntry(FAHRURRAZI.id, "Fahrurrazi", "", FAHRURRAZI.roles),
        OfficerEntry(MARIANI.id, "Hj. Mariani", "", MARIANI.roles),
    ]
    held.run_now(officers.match, entries)
    yield held
    held.close()


@pytest.fixture(autouse=True)
def _schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = navigation.screen_of
    monkeypatch.setattr(navigation, "screen_of", lambda place: Schedule() if place is Place.SCHEDULE else whole(place))


def made(store: Store) -> list[VisitPlan]:
    return [store.run_now(visits.get, row.visit).plan for row in store.run_now(visits.home).visits]


async def test_the_form_is_the_books_from_a_known_school(store: Store, clock: VirtualClock) -> None:
    store.run_now(visits.close, store.run_now(visits.create, CONTOH_1))
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *"sma con")
        assert shown[21].startswith(" → memakai data: SMA Contoh 1 Paringin")
        await press(pilot, "right", *["tab"] * 4, "ctrl+u", *"23112026", *["tab"] * 2, *"30112026")
        shown = await press(pilot, *["shift+tab"] * 6)
        compare(shown, "S04")


async def test_f2_makes_the_visit_and_goes_to_its_list(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        await press(pilot, *"SMA Baru", "tab", *"69900009", *["tab"] * 3, "ctrl+u", *"24112026")
        shown = await press(pilot, "f2")
        assert shown[2].startswith("── 1 Jadwal")
        assert (pilot.app.visit.school, pilot.app.visit.day) == ("SMA Baru", date(2026, 11, 24))
        (plan_made,) = made(store)
        assert plan_made.school.npsn == "69900009"
        assert plan_made.recording_officers == ("Rahmawati", "Syarifah")
        assert (plan_made.legal_basis, plan_made.print_where) == (LegalBasis.LAW, PrintWhere.OFFICE)
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        assert "SMA Baru" not in (await screen_text(pilot))[3], "the draft was dropped with the visit it became"


async def test_what_was_half_typed_comes_back(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        await press(pilot, *"SMA [/] Seteng", "tab", *"699")
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await screen_text(pilot)
        assert "►[SMA [/] Seteng " in shown[3]
        assert "NPSN [699     ]" in shown[3]
    async with opened(store, clock, RAHMAWATI, Place.NEW_VISIT) as pilot:
        assert "Seteng" not in (await screen_text(pilot))[3], "another officer's form is another one"


async def test_every_keystroke_is_in_the_store_before_the_next(store: Store, clock: VirtualClock) -> None:
    from store import drafts

    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        for typed in ("S", "M", "A"):
            await press(pilot, typed)
        assert store.run_now(drafts.load, f"visit.{MARIANI.id.hex}.school") == "SMA"
        await settle(pilot)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["f2"], "× Sekolah kosong. Yang lain tersimpan. Ketik namanya."),
        ([*"SMA", "tab", *"123", "f2"], "× NPSN 8 angka. Lengkapi, atau kosongkan."),
        ([*"SMA", *["tab"] * 4, "ctrl+u", *"3102", "f2"], "× Bukan tanggal. Yang lain tersimpan."),
        ([*"SMA", *["tab"] * 7, "ctrl+u", "f2"], "× Belum ada operator perekaman. Yang lain tersimpan."),
        ([*"SMA", *["tab"] * 5, "ctrl+u", *"2599", "f2"], "× Jam mulai bukan jam, misalnya 08.00."),
    ],
)
async def test_what_blocks_is_told_and_nothing_is_made(
    store: Store, clock: VirtualClock, typed: list[str], said: str
) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *typed)
        assert said in shown[22]
        assert shown[2].startswith("── Kunjungan baru")
        assert made(store) == []


async def test_a_sunday_and_a_day_gone_by_are_looked_at_and_do_not_block(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *"SMA", *["tab"] * 4, "ctrl+u", *"15112026")
        assert shown[22].startswith(" (1/2) ! Minggu 15-11-2026 bukan hari sekolah.")
        await press(pilot, "f2")
        assert [plan_made.day for plan_made in made(store)] == [date(2026, 11, 15)]


async def test_an_officer_on_another_visit_that_day_is_named(store: Store, clock: VirtualClock) -> None:
    store.run_now(visits.create, plan("MA Contoh Awayan", date(2026, 11, 23)))
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *"SMA", *["tab"] * 4, "ctrl+u", *"23112026")
        assert shown[22].rstrip() == " ! Rahmawati sudah bertugas di MA Contoh Awayan 23-11."


async def test_a_printing_operator_looks_and_is_told(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, FAHRURRAZI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *"SMA", "f2")
        assert shown[22].startswith(" × Hanya operator perekaman, koordinator.")
        assert made(store) == []


async def test_escape_leaves_the_field_then_the_form(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT) as pilot:
        shown = await press(pilot, *"SMA", "escape")
        assert shown[23].rstrip() == " F1 Bantuan  Tab Kolom  L Lanjut: daftar murid  Esc Kembali  F10 Keluar"
        shown = await press(pilot, "escape")
        assert shown[2].startswith("── Kunjungan ──")


async def test_a_visits_plan_is_changed_and_its_draft_is_its_own(store: Store, clock: VirtualClock) -> None:
    visit = store.run_now(visits.create, CONTOH_1)
    pupils(store, visit, 2, born=date(2010, 11, 24))
    async with opened(store, clock, MARIANI) as pilot:
        shown = await press(pilot, "e")
        assert "►[SMA Contoh 1 Paringin" in shown[3]
        assert "[23-11-2026] Senin" in shown[7]
        shown = await press(pilot, *["tab"] * 4, "ctrl+u", *"25112026", "f2")
        assert shown[2].startswith("── Kunjungan ──")
        assert "2     0" in shown[4], "another day, and both pupils are 16"
    (changed,) = made(store)
    assert (changed.day, changed.minutes_per_pupil) == (date(2026, 11, 25), 4.2)


async def test_in_training_the_sample_school_stands_there_already(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, RAHMAWATI, Place.NEW_VISIT, training=True) as pilot:
        shown = await screen_text(pilot)
        assert "LATIHAN" in shown[0]
        assert "►[SMA Latihan 1 Paringin" in shown[3]
        assert "[19-11-2026] Kamis" in shown[7]


async def test_in_english_the_labels_leave_the_fields_whole(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, MARIANI, Place.NEW_VISIT, Settings(language="en")) as pilot:
        shown = await screen_text(pilot)
        assert shown[16].startswith("     Basis for processing minors' data  (1) legal duty, law 24/2013")
        assert "Start at  [08.00] WITA" in shown[7]
        assert shown[23].rstrip() == " F1 Help  Tab Field  F2 Go on: list of pupils  Esc Back  F10 Quit"


def test_a_plan_goes_through_the_form_and_back_unchanged() -> None:
    use("id")
    form = Form(form_fields())
    filled = fill(form, CONTOH_1)
    assert plan_of(form, filled) == CONTOH_1


def test_a_degree_belongs_to_the_name_before_it() -> None:
    use("id")
    form = Form(form_fields())
    fill(form, CONTOH_1)
    form.restore({"recording": "Noor Aini, S.Pd., M. Syahrani,  SITI R., A.Md.Kom.", "day": "23112026"})
    found = plan_of(form, Filled())
    assert found is not None
    assert found.recording_officers == ("Noor Aini, S.Pd.", "M. Syahrani", "SITI R., A.Md.Kom.")
