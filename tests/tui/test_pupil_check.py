"""S12: the verdict of step 3 by key presses, on a real store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from book import compare, screen_text
from nacl.public import PrivateKey
from the_school import (
    ERNAWATI,
    HASANAH,
    JUMIATI,
    MAHRITA,
    NORHAYATI,
    OFFICERS,
    RIZKI,
    SYAHRANI,
    at_school,
    press,
    pupil_of,
)

from store import checks, pupils, queue, standing, timings
from store.checks import Finding
from store.folder import Folder
from store.keyring import Keyring
from store.officers import match
from store.progress import PupilState
from store.sealing import PublicKeys
from store.slots import Costs
from store.transaction import OfficerRole
from tui import navigation
from tui.frame import FrameScreen
from tui.line import Line, cells
from tui.navigation import Place
from tui.screens.status_check import StatusCheckScreen


class NextStep(FrameScreen):
    """Where a verdict leads, while only step 3 is looked at."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def headline(self) -> tuple[str, str]:
        return f"{self.place.name} · {self.rekam.pupil.name}", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return []


@pytest.fixture(autouse=True)
def _next_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    made = navigation.screen_of
    later = (Place.SIAK_CHECK, Place.SIAK_UPDATE, Place.RECORDING, Place.PRINTING)
    monkeypatch.setattr(navigation, "screen_of", lambda place: NextStep(place) if place in later else made(place))


def at(number: int) -> list[str]:
    """Return the keys that open that pupil: she is searched for by her number, as when she arrives."""
    return ["/", *str(number), "enter"]


def typed(text: str) -> list[str]:
    """Return the keys of a text."""
    return ["space" if letter == " " else letter for letter in text]


async def test_the_sheet_is_the_book_s() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        await press(pilot, "enter")
        pilot.app.clock.advance(60)
        pilot.app.redraw()
        shown = await screen_text(pilot)
        compare(shown, "S12", [(2, 26, 80), (3, 20, 68)])
        assert shown[2].rstrip().endswith("48 dari 54 · XII IPA 2 ──")


async def test_never_recorded_goes_on_to_step_4_with_the_same_pupil() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "enter", "b")
        assert shown[2].startswith("── SIAK_CHECK · NORHAYATI ─")
        row = store.run_now(queue.find, pupil_of(store, visit, NORHAYATI))
        assert row.state is PupilState.SIAK
        ended = store.run_now(timings.of_pupil, pupil_of(store, visit, NORHAYATI))
        assert [(run.step, run.ended_at is not None) for run in ended] == [(3, True)]
        await pilot.app.back()
        assert (await screen_text(pilot))[2].startswith("── 3 Cek · antrean murid ─")
        assert pilot.app.pupil is None


async def test_b_is_typed_ahead_of_the_sheet() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.clock.advance(1)
        await pilot.press("enter", "b")
        assert (await screen_text(pilot))[2].startswith("── SIAK_CHECK · NORHAYATI ─")
        assert store.run_now(checks.history_of, pupil_of(store, visit, NORHAYATI)) == (Finding.NEVER,)


async def test_without_the_certificate_b_is_refused_until_d() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, *at(JUMIATI), "b")
        assert shown[2].startswith("── 3 Cek · JUMIATI ─")
        assert shown[22].startswith(" × Fotokopi KK belum dicentang. Yang lain tersimpan. D bila ada, N menyusul.")
        shown = await press(pilot, "space")
        assert shown[22].startswith(" × Fotokopi akta belum dicentang. Yang lain tersimpan. D bila ada, N menyusul.")
        assert "fotokopi KK √ ada      fotokopi akta · belum" in shown[7]
        assert store.run_now(queue.find, pupil_of(store, visit, JUMIATI)).state is PupilState.CHECK
        shown = await press(pilot, "d")
        assert shown[21].startswith(" √ lengkap; putusan yang cocok dengan SIAK: B")
        assert (await press(pilot, "b"))[2].startswith("── SIAK_CHECK · JUMIATI ─")


async def test_same_names_are_compared_first() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, *at(RIZKI), "d")
        assert shown[22].startswith(" ! Ada 2 MUHAMMAD RIZKI. Cocokkan tanggal lahir dan nama ibu. Spasi: cocok.")
        assert shown[12].rstrip() == "     Kembar/nama sama  ! MUHAMMAD RIZKI         01-01-2011 ibu IBU 5"
        shown = await press(pilot, "b", "space")
        assert shown[12][23] == "√"
        assert (await press(pilot, "b"))[2].startswith("── SIAK_CHECK · MUHAMMAD RIZKI ─")


async def test_twins_are_told_by_their_names() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, *at(HASANAH))
        assert shown[22].startswith(" ! Kembar: HASANAH. Cocokkan nama dengan akta. Spasi: cocok.")
        assert shown[12].rstrip() == "     Kembar/nama sama  ! HUSNA                  07-07-2009 ibu MASTUAH"


async def test_recorded_before_goes_straight_into_the_print_list_and_never_to_step_6() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        store.sign_in(OFFICERS[0].id, frozenset(OfficerRole))
        pupil = pupil_of(store, visit, MAHRITA)
        store.run_now(standing.move, pupil, PupilState.CHECK, "pupil.moved")
        store.sign_in(OFFICERS[1].id, OFFICERS[1].roles)
        shown = await press(pilot, *at(MAHRITA))
        assert shown[10].rstrip() == "     Status perekaman  × PROCESSING      SIAK 20-11-2026 (ekspor kantor)"
        assert "× SUDAH DIREKAM 20-11-2026 (PROCESSING). Perekaman hanya sekali. C atau N." in shown[14]
        assert shown[22].startswith(" × Sudah direkam 20-11-2026. Perekaman hanya sekali. N: murid berikut.")
        assert "cocok dengan SIAK: C" in shown[21]
        await press(pilot, "b", "b")
        assert store.run_now(queue.find, pupil).state is PupilState.CHECK
        shown = await press(pilot, "c")
        assert shown[2].startswith("── 3 Cek · antrean murid ─")
        assert shown[21].startswith(" √ MAHRITA: sudah merekam, masuk daftar cetak")
        assert store.run_now(queue.find, pupil).state is PupilState.CARD


async def test_who_has_her_card_is_noted_with_e_7() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        store.run_now(standing.move, pupil_of(store, visit, ERNAWATI), PupilState.CHECK, "pupil.moved")
        shown = await press(pilot, *at(ERNAWATI))
        assert "– Sudah punya KTP-el. E 7, atau N." in shown[14]
        shown = await press(pilot, "e")
        assert "┌─ Status: ERNAWATI ─" in "\n".join(shown)
        assert "7 sudah punya" in "\n".join(shown)
        shown = await press(pilot, "7")
        assert "√ ERNAWATI: sudah punya KTP-el" in shown[21]
        assert store.run_now(queue.find, pupil_of(store, visit, ERNAWATI)).state is PupilState.HAS_CARD


async def test_a_verdict_against_siak_needs_reason_and_coordinator() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "enter", "c")
        assert "Berbeda dari SIAK: NORHAYATI" in "\n".join(shown)
        shown = await press(pilot, "3", "enter")
        assert shown[22].startswith(" × Tidak ada yang dapat menyetujui di sini.")
        assert store.run_now(checks.history_of, pupil_of(store, visit, NORHAYATI)) == ()
    async with at_school(StatusCheckScreen, roles=frozenset(OfficerRole)) as (pilot, store, visit):
        shown = await press(pilot, "enter", "c", "escape")
        assert shown[2].startswith("── 3 Cek · NORHAYATI ─")
        await press(pilot, "c", "3", "enter")
        assert store.run_now(checks.history_of, pupil_of(store, visit, NORHAYATI)) == (Finding.RECORDED,)


async def test_the_coordinator_approves_at_the_same_keyboard(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    public = PublicKeys(*(bytes(PrivateKey.generate().public_key) for _ in range(3)))
    coordinator = frozenset({OfficerRole.COORDINATOR})
    keyring, _unlocked = Keyring.create(
        folder,
        public,
        name="Hj. Mariani",
        nip="",
        roles=coordinator,
        passphrase="sawah hijau di pagi hari",
        costs=Costs(64, 1, 1),
    )
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.folder = folder
        store.run_now(match, [*keyring.officers(), OFFICERS[1]])
        shown = await press(pilot, "enter", "c", "3", "enter", *typed("salah sama sekali"), "enter")
        while not any("Frasa tidak cocok." in line for line in shown):  # a passphrase takes its time on a busy machine
            shown = await press(pilot)
        pilot.app.clock.advance(60)
        shown = await press(pilot, *typed("sawah hijau di pagi hari"), "enter")
        while "√" not in shown[21]:
            shown = await press(pilot)
        assert "√ NORHAYATI: sudah merekam, masuk daftar cetak" in shown[21]
        assert store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).state is PupilState.CARD


async def test_another_code_is_kept_as_typed_and_waits_for_the_office() -> None:
    async with at_school(StatusCheckScreen, roles=frozenset(OfficerRole)) as (pilot, store, visit):
        await press(pilot, "enter", "e", "9", *"hold ab", "enter", "1", "enter")
        about = store.run_now(pupils.detail, pupil_of(store, visit, NORHAYATI))
        assert (about.state, about.status_code) == (PupilState.OFFICE, "HOLD_AB")


async def test_n_opens_the_next_pupil_and_escape_leads_to_the_queue() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "enter", "n")
        assert shown[2].startswith("── 3 Cek · NOOR LAILA ─")
        assert store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).put_off
        shown = await press(pilot, "escape")
        assert shown[5].startswith("   ► 49 NOOR LAILA")
        assert pilot.app.pupil is None


@pytest.mark.parametrize("way", ["escape", "n", "b"])
async def test_a_sheet_opened_again_from_its_own_history_leads_on_like_any_other(way: str) -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        await press(pilot, "enter", "i")
        shown = await press(pilot, "enter")
        assert shown[2].startswith("── 3 Cek · NORHAYATI ─")
        assert len(pilot.app.screen_stack) == 3
        shown = await press(pilot, way)
        left = {"escape": "── 3 Cek · antrean murid ─", "n": "── 3 Cek · ", "b": "── SIAK_CHECK · NORHAYATI ─"}
        assert shown[2].startswith(left[way])
        assert (await press(pilot, "escape"))[2].startswith("── ")


async def test_a_tick_is_taken_back_with_z() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, *at(JUMIATI), "d", "z")
        assert not store.run_now(queue.find, pupil_of(store, visit, JUMIATI)).papers_kk


async def test_another_desk_was_quicker() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, "enter")
        store.run_now(checks.verdict, pupil_of(store, visit, NORHAYATI), Finding.NEVER)
        shown = await press(pilot, "b")
        assert "Sudah diubah di meja lain. Tidak ada yang disimpan." in shown[22]


async def test_an_old_export_is_told_and_stops_nobody() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        pilot.app.clock.advance(20 * 86400)
        shown = await press(pilot, "enter")
        assert shown[10].startswith("     Status perekaman  ! BELUM REKAM     SIAK 20-11-2026 sudah lama")
        assert shown[22].startswith(" ! Data SIAK 20-11 sudah lama.")
        assert (await press(pilot, "b"))[2].startswith("── SIAK_CHECK")


@pytest.mark.parametrize("number", [NORHAYATI, JUMIATI, SYAHRANI, HASANAH, RIZKI])
async def test_english_words_fit(number: int) -> None:
    async with at_school(StatusCheckScreen, language="en") as (pilot, _store, _visit):
        shown = await press(pilot, *at(number))
        assert all(cells(line) == 80 for line in shown)
        assert ".." not in "\n".join(shown[3:20])
        assert shown[23].rstrip().endswith("F10 Quit")
