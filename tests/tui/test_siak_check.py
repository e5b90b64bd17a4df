"""S13 by key presses: nine fields against the certificate, on a real store."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from functools import partial

import pytest
from book import Deviation, compare, screen_text, settle
from siak_day import at_school, open_app, paste, press, pupil_of, state_of
from textual.pilot import Pilot

from store import pupils, siak_check, siak_exports, timings
from store.comparison import Result
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.siak_check import Decision, Field
from store.store import Store
from store.transaction import OfficerRole
from tui.navigation import Place
from tui.screens import siak_fields

IN_STEP_4 = ("4", "enter")
DIFFERS = ("enter", *"AHMAD RIFANI", "enter", "1", *"salah ketik di SIAK", "enter")


def row_of(store: Store, visit: uuid.UUID, field: Field) -> siak_check.FieldRow:
    sheet = store.run_now(siak_check.sheet, pupil_of(store, visit))
    return next(row for row in sheet.rows if row.field is field)


async def typed(pilot: Pilot[int], field: int, *keys: str) -> None:
    """Go to a field by its place and type into its panel."""
    await press(pilot, "home", *["down"] * field, "enter", *keys)


async def test_the_screen_is_the_book_s() -> None:
    async with at_school() as (pilot, store, _visit):
        await press(pilot, *IN_STEP_4)
        reason = "salah ketik di SIAK; akta asli dilihat"
        await typed(pilot, 0, *"AHMAD RIFANI", "enter", "1")
        await paste(pilot, reason)
        await press(pilot, "enter", "down", "space")
        await typed(pilot, 4, *"Syahril", "enter", "2", "enter")
        await typed(pilot, 7)
        await paste(pilot, "6311-LT-0911-9008")
        await press(pilot, "enter", "1", "enter")
        await typed(pilot, 2, *"22102009", "enter", "1")
        await paste(pilot, reason)
        await press(pilot, "enter")
        store.clock.advance(120)
        pilot.app.redraw()
        decided = "a field that is compared and decided has its √"
        compare(
            await screen_text(pilot),
            "S13",
            variable=[(1, 63, 67)],
            deviations=[
                Deviation(
                    7,
                    "   ► Tanggal lahir   2‹1›-10-2009                 2‹2›-10-2009          × beda",
                    "what differs is marked on both sides, as in the name's row",
                ),
                Deviation(
                    9, "   √ Nama ayah       H. SYAHRIL                   Syahril               ! gelar", decided
                ),
                Deviation(12, "   √ No akta         (kosong)                     6311-LT-0911-9008     ! isi", decided),
                Deviation(
                    16,
                    "     Yang berlaku    (1) >akta: SIAK diubah<   (2) SIAK   (3) tunda, tanya",
                    "the chosen one stands in > <, as everywhere",
                ),
            ],
        )


async def test_all_agrees_with_one_key_and_she_sits_at_step_6() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        store.clock.advance(90)
        await press(pilot, "s")
        pupil = pupil_of(store, visit)
        assert state_of(store, pupil) is PupilState.RECORD
        assert type(pilot.app.screen).__name__ == "RecordingScreen"
        assert pilot.app.pupil.id == pupil
        (run,) = [run for run in store.run_now(timings.of_pupil, pupil) if run.step == 4]
        assert run.ended_at is not None
        assert 90 <= run.seconds < 100


async def test_s_stops_at_what_differs_and_nobody_decided() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        await typed(pilot, 4, *"BAHRUDIN", "enter", "enter", "enter")
        shown = await press(pilot, "home", "s")
        assert shown[22].startswith(" × Nama ayah belum diputuskan. Yang lain tersimpan.")
        assert shown[8].startswith("   ► Nama ayah       ‹H. SY›AHRI‹L›               ‹B›AHR‹UD›I‹N›        × beda")
        assert shown[4].startswith("   √ Nama lengkap    AHMAD RIPANI                 AHMAD RIPANI          √ sama")
        assert state_of(store, pupil_of(store, visit)) is PupilState.SIAK


async def test_a_change_leads_to_step_5() -> None:
    async with at_school() as (pilot, store, visit):
        shown = await press(pilot, *IN_STEP_4, *DIFFERS)
        assert shown[23].startswith(" F1 Bantuan  Enter Beda  S Sesuai  L Lanjut: ubah 1")
        shown = await press(pilot, "l")
        assert shown[22].startswith(" × 8 isian belum dibandingkan.")
        await press(pilot, "s", "l")
        assert state_of(store, pupil_of(store, visit)) is PupilState.UPDATE
        assert type(pilot.app.screen).__name__ == "SiakUpdateScreen"


async def test_siak_prevails_and_nothing_is_changed() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        await typed(pilot, 0, *"AHMAD RIFANI", "enter", "2", *"akta salah cetak", "enter")
        await press(pilot, "s")
        assert state_of(store, pupil_of(store, visit)) is PupilState.RECORD


async def test_who_is_postponed_stays_in_step_4() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        await typed(pilot, 5, *"NORHAYATI", "enter", "3", *"tanya ibu", "enter")
        shown = await press(pilot, "s", "l")
        assert shown[9].rstrip().endswith("! tunda")
        assert "Nama ibu ditunda" in shown[22]
        assert state_of(store, pupil_of(store, visit)) is PupilState.SIAK


async def test_a_difference_needs_its_reason_and_nothing_typed_is_lost() -> None:
    async with at_school() as (pilot, store, visit):
        shown = await press(pilot, *IN_STEP_4, "enter", *"AHMAD RIFANI", "enter", "1", "enter")
        assert shown[22].startswith(" × Alasan belum ditulis.")
        assert not row_of(store, visit, Field.FULL_NAME).compared
        shown = await press(pilot, *"salah ketik", "enter")
        assert row_of(store, visit, Field.FULL_NAME).decision is Decision.CERTIFICATE
        assert shown[22].startswith(" ! 1 perubahan")


async def test_a_day_that_is_in_no_calendar_is_not_kept() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        await typed(pilot, 2, *"31022009", "enter", "1", *"x")
        shown = await press(pilot, "enter")
        assert shown[22].startswith(" × Tanggal itu tidak ada.")
        assert "[31-02-2009]" in shown[14]
        assert not row_of(store, visit, Field.BIRTH_DATE).compared


async def test_what_turns_out_the_same_is_kept_at_once() -> None:
    async with at_school() as (pilot, store, visit):
        shown = await press(pilot, *IN_STEP_4, "enter", *"AHMAD RIPANI", "enter")
        assert row_of(store, visit, Field.FULL_NAME).comparison.result is Result.SAME
        assert shown[4].rstrip().endswith("√ sama")


async def test_what_was_half_typed_comes_back_after_the_power_was_cut() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4, "down", "down", "enter", *"2210")
        await press(pilot, "tab", "1", *"salah ke")
        await settle(pilot)
        async with open_app(store, visit) as again:
            shown = await press(again, *IN_STEP_4)
            assert "akta ►[22-10     ]" in shown[14]
            assert ">akta: SIAK diubah<" in shown[15]
            assert "[salah ke " in shown[16]
            shown = await press(again, *"2009", "enter", "enter", *"tik", "enter")
            assert row_of(store, visit, Field.BIRTH_DATE).reason == "salah ketik"
            assert "Tanggal lahir" in shown[14]
        async with open_app(store, visit) as third:
            shown = await press(third, *IN_STEP_4)
            assert shown[14].strip() == "", "the draft went with what was stored"


async def test_escape_closes_the_panel_and_then_the_pupil_and_her_clock_waits() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4, "enter", *"AHMAD", "escape")
        assert type(pilot.app.screen).__name__ == "SiakCheckScreen"
        shown = await press(pilot, "enter")
        assert "[AHMAD " in shown[14]
        await press(pilot, "escape", "escape")
        assert type(pilot.app.screen).__name__ == "QueueScreen"
        store.clock.advance(600)
        run = store.run_now(timings.current, 4, visit, pupil_of(store, visit))
        assert run.seconds < 60


async def test_who_is_read_aloud_wrongly_comes_back_from_step_6_with_all_that_was_compared() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4, "s")
        pilot.app.perform(partial(pilot.app.go, Place.SIAK_CHECK))
        shown = await press(pilot, "e")
        assert state_of(store, pupil_of(store, visit)) is PupilState.SIAK
        assert shown[4].rstrip().endswith("√ sama")
        assert "S Sesuai" in shown[23]


async def test_undo_takes_the_last_field_back() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4, "space", "space")
        assert row_of(store, visit, Field.BIRTH_PLACE).compared
        await press(pilot, "z")
        assert not row_of(store, visit, Field.BIRTH_PLACE).compared
        shown = await press(pilot, "z")
        assert "Tidak ada yang dapat diurungkan" in shown[22]


async def test_next_leaves_her_as_she_is_and_opens_the_one_who_comes_next() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4, "space", "n")
        assert pilot.app.pupil.id != pupil_of(store, visit)
        assert state_of(store, pupil_of(store, visit)) is PupilState.SIAK
        assert row_of(store, visit, Field.FULL_NAME).compared


async def test_who_is_in_no_export_has_siak_typed_from_its_own_screen() -> None:
    async with at_school(exported=False) as (pilot, store, visit):
        shown = await press(pilot, *IN_STEP_4)
        assert shown[22].startswith(" ? Tidak ada di ekspor SIAK mana pun. E:")
        await press(pilot, "e", *"AHMAD RIPANI", "enter", "enter", *"AHMAD RIFANI", "enter", "enter", "enter")
        row = row_of(store, visit, Field.FULL_NAME)
        assert (row.siak, row.certificate, row.source) == ("AHMAD RIPANI", "AHMAD RIFANI", siak_check.SiakSource.TYPED)


async def test_old_data_of_siak_are_told() -> None:
    async with at_school(datetime(2026, 12, 20, 1, 22, tzinfo=UTC)) as (pilot, _store, _visit):
        assert (await press(pilot, *IN_STEP_4))[22].startswith(" ! Data SIAK 20-11 sudah lama.")


async def test_who_turns_out_to_be_recorded_does_not_reach_step_6() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        told = RosterPerson(
            1, "AHMAD RIPANI", date(2009, 10, 21), nik="6311032110099008", status_code="SENT_FOR_ENROLLMENT"
        )
        file = siak_exports.ExportFile("baru.xls", "c" * 64, date(2026, 11, 22))
        store.run_now(siak_exports.take, [told], file)
        shown = await press(pilot, "s")
        assert state_of(store, pupil_of(store, visit)) is not PupilState.RECORD
        assert type(pilot.app.screen).__name__ == "SiakCheckScreen"
        assert shown[22].strip() != ""


async def test_moved_from_another_desk_is_told_and_only_looked_at() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, *IN_STEP_4)
        pupil = pupil_of(store, visit)
        store.run_now(siak_check.agree_all, pupil)
        store.run_now(siak_check.finish, pupil)
        shown = await press(pilot, "space")
        assert "dipindahkan meja lain" in shown[22]
        assert "Sesuai" not in shown[23]


async def test_a_printing_operator_is_told_who_may() -> None:
    async with at_school(roles=frozenset({OfficerRole.PRINTING})) as (pilot, store, visit):
        shown = await press(pilot, *IN_STEP_4, "s")
        assert "× Hanya operator perekaman, koordinator. " in shown[22]
        assert "K: ganti petugas." in shown[22]
        assert state_of(store, pupil_of(store, visit)) is PupilState.SIAK


async def test_hostile_names_are_wrapped_and_never_cut() -> None:
    name = "AHMAD [b]RIPANI[/] \x1b[2J".replace("\x1b", "") + "X" * 60
    async with at_school(hostile=name) as (pilot, _store, _visit):
        shown = await press(pilot, *IN_STEP_4)
        assert "".join(line[21:48] for line in shown[4:8]).replace(" ", "").startswith(name.replace(" ", ""))
        shown = await press(pilot, "end")
        assert any(line.startswith("   ► Kewarganegaraan") for line in shown)


async def test_english_fits() -> None:
    async with at_school(language="en") as (pilot, _store, _visit):
        shown = await press(pilot, *IN_STEP_4, *DIFFERS)
        assert "According to birth certificate" in shown[3]
        assert shown[4].rstrip().endswith("× differ")
        assert all(len(line.rstrip()) <= 80 and not line.rstrip().endswith("..") for line in shown)


@pytest.mark.parametrize(
    ("text", "width", "parts"),
    [
        ("", 5, [""]),
        ("SYAHRIL", 10, ["SYAHRIL"]),
        ("NOR  AIDA BINTI", 10, ["NOR  AIDA ", "BINTI"]),
        ("ABCDEFGHIJK", 4, ["ABCD", "EFGH", "IJK"]),
    ],
)
def test_a_raw_value_is_folded_without_losing_a_character(text: str, width: int, parts: list[str]) -> None:
    assert siak_fields.fold(text, width) == parts
    assert "".join(parts) == text


async def test_enter_b_s_lead_from_the_queue_to_step_6_and_may_be_typed_ahead() -> None:
    def papers_there(store: Store, visit: uuid.UUID) -> None:
        store.run_now(pupils.tick_papers, pupil_of(store, visit, 20), kk=True, certificate=True)

    async with at_school(prepare=papers_there) as (pilot, store, visit):
        await press(pilot, "down", "enter", "b", "s")
        assert state_of(store, pupil_of(store, visit, 20)) is PupilState.RECORD
        assert type(pilot.app.screen).__name__ == "RecordingScreen"
        steps = [run.step for run in store.run_now(timings.of_pupil, pupil_of(store, visit, 20)) if run.ended_at]
        assert steps == [3, 4]
