"""Step 6 by key presses: five keys for a pupil, in front of real drivers and an emulated kit on real sockets."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest
from recording_day import NOOR_LAILA, NORHAYATI, StepClock, a_desk, person

from hw.emulators.hand import Size, invent
from hw.emulators.stu import Stu
from hw.iso19794 import Modality, parse
from hw.pictures.pixels import decode
from store import documents, pupils, queue, recordings, timings
from store.documents import DocumentKind
from store.models.recording import Attempt
from store.progress import PupilState
from store.sealing import unseal
from store.sections import Part, RecordingStage, Section
from store.transaction import OfficerRole
from store.visits import LegalBasis
from tui.line import cells
from tui.screens.queue_list import QueueScreen
from tui.settings import Settings


def records(plain: bytes) -> list[bytes]:
    """Split what was sealed of a slap or of eyes: each ISO record says its own length in its header."""
    found: list[bytes] = []
    while plain:
        length = int.from_bytes(plain[8:12])
        found.append(plain[:length])
        plain = plain[length:]
    return found


async def test_five_keys_record_a_pupil(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA) as desk:
        await desk.press("enter")
        await desk.shoot()
        await desk.press("enter")
        await desk.sign()
        await desk.until("pena terangkat")
        await desk.press("enter")
        await desk.until("Y  benar, segel rekaman NORHAYATI")
        shown = await desk.press("y")
        assert shown[21].startswith(" √ NORHAYATI tersegel 10.5")
        assert "bukti 0001 · giliran berikut: NOOR LAILA" in shown[21]
        assert isinstance(desk.app.screen, QueueScreen)
        assert any(line.startswith("   ►") and "NOOR LAILA" in line for line in shown)
        assert desk.recording.stage is RecordingStage.SEALED
        assert desk.store.run_now(pupils.detail, desk.pupil).state is PupilState.CARD
        (run,) = [one for one in desk.store.run_now(timings.of_pupil, desk.pupil) if one.step == 6]
        assert run.ended_at is not None
        (proof,) = desk.store.run_now(documents.of_subject, desk.pupil, DocumentKind.PROOF)
        assert (await asyncio.to_thread(Path(proof.path).read_bytes)).startswith(b"%PDF")


async def test_only_the_office_can_open_what_was_taken(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP) as desk:
        await desk.press("enter")
        await desk.until("Y  benar, segel")
        rows = desk.store.run_now(
            lambda tx: [(one.section, bytes(one.sealed), one.draft, one.sha256) for one in Attempt.select()]
        )
        biometric = {row[0]: row for row in rows if row[0] not in (Section.PORTRAIT, Section.SIGNATURE)}
        assert biometric.keys() == {Section.LEFT_SLAP, Section.RIGHT_SLAP, Section.THUMBS, Section.IRISES}
        for section, (_section, sealed, draft, digest) in biometric.items():
            plain = unseal(desk.keys.biometrics, sealed)
            wanted = Modality.IRIS if section is Section.IRISES else Modality.FINGER
            found = [parse(record) for record in records(plain)]
            assert {one.modality for one in found} == {wanted}
            assert len(found) == len(desk.recording.section(section).best)
            assert hashlib.sha256(plain).hexdigest() == digest
            assert draft is None


async def test_portrait_and_signature_open_with_the_printing_key(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.press("enter")
        await desk.shoot()
        await desk.press("enter")
        await desk.sign()
        await desk.until("pena terangkat")
        await desk.press("enter")
        rows = desk.store.run_now(lambda tx: {one.section: bytes(one.sealed) for one in Attempt.select()})
        portrait = decode(unseal(desk.keys.printing, rows[Section.PORTRAIT]))
        assert portrait.width * 4 == portrait.height * 3
        assert unseal(desk.keys.printing, rows[Section.SIGNATURE]).startswith(b"\x89PNG")


async def test_the_wrong_cloth_is_not_taken(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.kit.sbi(pose={"cloth": "blue"})
        await desk.press("enter")
        await desk.until("BIRU, harus MERAH", "Ganti kain.")
        shown = await desk.press("enter")
        assert shown[22].rstrip() == " × Latar BIRU, murid lahir 2009 perlu MERAH. Belum diambil. Ganti kain, Enter."
        assert desk.recording.section(Section.PORTRAIT).tried == 0
        await desk.kit.sbi(pose={"cloth": "red"})
        await desk.see("MERAH, rata")
        await desk.shoot()


async def test_nothing_written_is_no_signature(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE) as desk:
        await desk.press("enter")
        await desk.sign(size=Size.EMPTY)
        shown = await desk.press("enter")
        assert shown[22].startswith(" × Belum ada goresan pena. Potret tersimpan.")
        await desk.kit.sign(3, Size.SMALL)
        await desk.until("tulis lebih besar")
        await desk.press("u")
        await desk.until("menunggu pena")
        assert desk.store.run_now(recordings.strokes, desk.recording.id) is None


async def test_on_a_pad_with_a_screen_u_wipes_the_ink_and_nothing_stays_when_the_pupil_is_done(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE) as desk:
        await desk.kit.plug("stu")
        await desk.kit.unplug("pen")
        pad = desk.running._pads["stu"]
        assert isinstance(pad, Stu)
        await desk.press("enter")
        assert "pad Wacom STU-530" in (await desk.until("menunggu pena"))[2]
        await desk.kit.sign(7, device="stu")
        await desk.until("pena terangkat")
        assert pad.tablet.ink
        await desk.press("u")
        await desk.until("menunggu pena")
        assert pad.tablet.ink == []
        await desk.kit.sign(8, device="stu")
        shown = await desk.until("pena terangkat")
        assert any(f"{len(invent(8))} goresan" in line for line in shown)
        await desk.press("enter")
        await desk.when(lambda: pad.tablet.clean, "the glass to be wiped")
        assert pad.tablet.complaints == []
        assert desk.recording.section(Section.SIGNATURE).attempts


async def test_a_section_that_is_done_is_opened_again_and_stays(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, upto=Section.IRISES, clock=clock) as desk:
        await desk.press("up", "enter")
        clock.advance(5)
        shown = await desk.until("√ Semua cukup baik.")
        assert "· dua ibu jari ─" in shown[2]
        await desk.press("u")
        await desk.when(lambda: len(desk.recording.section(Section.THUMBS).attempts) == 2, "another try")
        assert desk.recording.section(Section.THUMBS).round == 2
        clock.advance(1)
        await desk.until("· iris ─")


async def test_the_preview_grows_with_the_terminal(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.press("enter")
        await desk.shoot()
        await desk.pilot.resize_terminal(120, 30)
        await desk.rest()
        shown = await desk.when(lambda: "Potret" in desk.screen[3][65:], "the wide screen")
        assert shown[26].startswith("   √ data  ► potret")
        assert all(cells(line) == 120 for line in shown)


async def test_starting_again_keeps_every_attempt_in_the_record(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.THUMBS) as desk:
        await desk.kit.sbi(touches={"LEFT_THUMB": {"wetness": 0.1}})
        await desk.press("enter")
        await desk.until("Tiga kali di bawah batas.")
        await desk.kit.sbi(touches={})
        await desk.press("u")
        await desk.until("Y  benar, segel")
        thumbs = desk.recording.section(Section.THUMBS)
        assert (len(thumbs.attempts), thumbs.tried, thumbs.best_reason) == (4, 1, None)


async def test_only_the_eye_that_failed_is_taken_again(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, upto=Section.IRISES, clock=clock) as desk:
        await desk.kit.sbi(gazes={"LEFT": {"lid": 0.55}})
        await desk.press("enter")
        await desk.until("Kanan tersimpan. Enter mengulang kiri, atau X.")
        await desk.kit.sbi(gazes={})
        clock.advance(3)
        await desk.until("Semua cukup baik.")
        first, second = desk.recording.section(Section.IRISES).attempts
        assert [one.part for one in first.scores] == [Part.RIGHT_IRIS, Part.LEFT_IRIS]
        assert [one.part for one in second.scores] == [Part.LEFT_IRIS]
        clock.advance(1)
        shown = await desk.until("Y  benar, segel")
        assert any(line.rstrip().endswith("kiri 2 coba") for line in shown)


async def test_what_is_missing_keeps_y_away_and_enter_opens_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES, clock=StepClock()) as desk:
        shown = await desk.press("down", "enter")
        assert " Segel" not in shown[23]
        assert "Belum dapat disegel: iris belum." in shown[22]
        await desk.press("y")
        assert desk.recording.stage is RecordingStage.OPEN
        assert "· iris ─" in (await desk.press("enter"))[2]


async def test_y_does_nothing_for_half_a_second(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.press("enter")
        await desk.until("Y  benar, segel")
        desk.app.screen.stand()
        await desk.pilot.press("y")
        await desk.rest()
        assert desk.recording.stage is RecordingStage.OPEN
        await desk.press("y")
        assert desk.recording.stage is RecordingStage.SEALED


async def test_another_pupil_first(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.SIGNATURE) as desk:
        await desk.press("enter")
        shown = await desk.press("escape", "n")
        assert "· NOOR LAILA ─" in shown[2]
        assert desk.store.run_now(queue.find, desk.pupil).put_off
        shown = await desk.press("n")
        assert "· NORHAYATI ─" in shown[2]
        assert shown[11].split()[:4] == ["potret", "√", "tersimpan", "68"]


async def test_a_wrong_field_goes_back_to_step_4(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        shown = await desk.press("e")
        assert shown[2].startswith("── 4 SIAK · NORHAYATI ")
        assert desk.store.run_now(pupils.detail, desk.pupil).state is PupilState.SIAK


async def test_leaving_the_program_says_where_it_goes_on(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP, clock=StepClock()) as desk:
        shown = await desk.press("q")
        assert "NORHAYATI terbuka di langkah 6. Yang sudah diambil" in shown[7]
        assert "tersimpan; nanti dilanjutkan dari empat jari kanan." in shown[8]
        await desk.press("escape")


async def test_v_shows_the_nik_and_the_journal_knows(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        assert "631106 520509 9042" not in "\n".join(desk.screen)
        assert "NIK 631106 520509 9042" in (await desk.press("v"))[7]
        await desk.press("down", "down")
        assert "   ► tanda tangan" in desk.screen[12]


async def test_consent_has_to_be_somebodys(tmp_path: Path) -> None:
    async with a_desk(tmp_path, basis=LegalBasis.CONSENT) as desk:
        assert "Dasar data: persetujuan wali" in desk.screen[19]
        await desk.press("enter")
        shown = await desk.press("escape")
        assert "Wali belum setuju." in shown[22]
        await desk.press("enter", "1", "enter")
        assert desk.recording.confirmed_at is not None
        await desk.until("· potret ─")


async def test_a_printing_operator_records_nobody(tmp_path: Path) -> None:
    async with a_desk(tmp_path, roles=frozenset({OfficerRole.PRINTING})) as desk:
        assert desk.screen[22].startswith(" × Hanya operator perekaman")
        assert desk.store.run_now(recordings.of_pupil, desk.pupil) is None


async def test_a_hostile_name_is_shown_as_what_it_is(tmp_path: Path) -> None:
    hostile = person(42, "M. [/] ALI \u202e " + "X" * 47)
    async with a_desk(tmp_path, hostile, upto=Section.IRISES) as desk:
        assert "M. [/] ALI" in desk.screen[2]
        await desk.press("enter")
        shown = await desk.until("Y  benar, segel")
        assert all(cells(line) == 80 for line in shown)
        assert "\u202e" not in "\n".join(shown)


@pytest.mark.parametrize("section", [Section.PORTRAIT, Section.SIGNATURE, Section.LEFT_SLAP, Section.IRISES])
async def test_english_fits_80_columns(tmp_path: Path, section: Section) -> None:
    async with a_desk(tmp_path, upto=section, settings=Settings(language="en"), clock=StepClock()) as desk:
        assert ".." not in "".join(line for number, line in enumerate(desk.screen) if number not in (2,))
        shown = await desk.press("enter")
        assert "6 Record · NORHAYATI" in shown[2]
        assert shown[23].rstrip().endswith("F10 Quit")
        assert all(cells(line) == 80 for line in shown)
        assert ".." not in "".join(shown[3:20])
