"""Step 6: what cannot be taken is excepted with its reason, and the rest is taken all the same."""

from __future__ import annotations

from pathlib import Path

from recording_day import StepClock, a_desk

from store import exceptions
from store.sections import BestReason, ExceptionReason, Part, Section


async def test_a_portrait_below_the_limit_is_kept_with_a_reason_after_three_tries(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.kit.sbi(pose={"eyes_closed": True, "light": -0.9})
        await desk.press("enter")
        await desk.see("Buka mata.")
        for number in (1, 2, 3):
            await desk.press("enter")
            await desk.until("Enter menyimpan", f"coba {number} dari 3")
            shown = await desk.press("enter")
            said = f"Coba {number} tersimpan" if number < 3 else "Tiga kali di bawah batas."
            assert said in shown[22]
            if number < 3:
                await desk.press("u")
                await desk.until("Enter mengambil")
        shown = await desk.press("x", "1")
        assert "terbaik: cahaya kurang" in "".join(shown)
        await desk.press("enter")
        section = desk.recording.section(Section.PORTRAIT)
        assert (section.best_reason, section.kept is not None) == (BestReason.LIGHT, True)
        assert "tanda tangan" in desk.screen[2]


async def test_an_exception_of_the_face_still_needs_a_picture(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.kit.sbi(pose={"eyes_closed": True, "light": -0.9})
        await desk.press("enter")
        await desk.until("tertutup")
        await desk.press("x", "1", "enter", "1")
        assert desk.recording.section(Section.PORTRAIT).exceptions[0].reason is ExceptionReason.CANNOT_OPEN_EYE
        assert desk.recording.next is Section.PORTRAIT
        await desk.until("Enter mengambil")
        await desk.press("enter")
        await desk.until("Enter menyimpan")
        await desk.press("enter")
        await desk.until("menunggu pena")


async def test_who_cannot_sign_is_excepted_and_the_fingers_come_next(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE, clock=StepClock()) as desk:
        await desk.press("enter")
        shown = await desk.press("x")
        assert "Kecuali: tanda tangan" in shown[6]
        assert "1 tidak dapat menandatangani" in shown[9]
        shown = await desk.press("1", "enter")
        assert "1 sementara" in "".join(shown)
        assert not desk.recording.exceptions, "nothing is written before both are known"
        await desk.press("1")
        assert [(one.reason, one.permanent) for one in desk.recording.exceptions] == [
            (ExceptionReason.CANNOT_SIGN, False)
        ]
        await desk.until("· empat jari kiri ─")


async def test_who_can_never_sign_is_excepted_for_life_with_a_note(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE, clock=StepClock()) as desk:
        await desk.press("enter")
        shown = await desk.press("x", "1", "enter", "2")
        assert "Alasan ini perlu keterangan." in shown[22]
        assert not desk.recording.exceptions
        await desk.press("x", "1", *", lumpuh", "enter", "2")
        (excepted,) = desk.recording.exceptions
        assert (excepted.permanent, excepted.note) == (True, "lumpuh")


async def test_an_answer_that_is_left_excepts_nothing(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE, clock=StepClock()) as desk:
        await desk.press("enter")
        await desk.press("x", "1", "enter", "escape")
        assert not desk.recording.exceptions


async def test_a_finger_is_excepted_and_the_others_are_still_taken(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP, clock=clock) as desk:
        await desk.kit.sbi(touches={"LEFT_RING": {"wetness": 0.1}})
        await desk.press("enter")
        await desk.until("Coba 1 tersimpan")
        shown = await desk.press("x")
        assert "Kecuali: jari manis kiri" in shown[6]
        shown = await desk.press("3", "enter")
        assert "Alasan ini perlu keterangan." in shown[22]
        await desk.press("x", "3", *", sejak lahir", "enter")
        (excepted,) = desk.recording.exceptions
        assert (excepted.part, excepted.reason, excepted.note) == (
            Part.LEFT_RING,
            ExceptionReason.MISSING,
            "sejak lahir",
        )
        left = desk.recording.section(Section.LEFT_SLAP)
        assert left.complete(desk.recording.limits)
        assert set(left.best) >= {Part.LEFT_INDEX, Part.LEFT_MIDDLE, Part.LEFT_LITTLE}


async def test_an_exception_is_given_beforehand_and_taken_back(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES, clock=StepClock()) as desk:
        await desk.kit.sbi(hold=True)
        shown = await desk.press("x")
        assert "Kecuali: iris kanan" in shown[6]
        await desk.press("2", "enter")
        assert [one.part for one in desk.recording.exceptions] == [Part.RIGHT_IRIS]
        assert "~ dibalut" in desk.screen[13]
        await desk.press("left", "x")
        await desk.press("1", "enter")
        assert desk.recording.exceptions == ()


async def test_a_missing_finger_is_not_asked_of_the_scanner(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.THUMBS) as desk:
        state = desk.recording
        desk.store.run_now(exceptions.except_part, state.id, Part.LEFT_THUMB, ExceptionReason.BANDAGED)
        await desk.press("enter")
        await desk.until("Y  benar, segel")
        assert set(desk.recording.section(Section.THUMBS).best) == {Part.RIGHT_THUMB}


async def test_three_low_tries_stop_the_scanner_and_the_best_is_kept_with_a_reason(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.THUMBS) as desk:
        await desk.kit.sbi(touches={"LEFT_THUMB": {"wetness": 0.1}})
        await desk.press("enter")
        shown = await desk.until("Tiga kali di bawah batas.")
        assert "coba 3 dari 3" in shown[3]
        assert desk.recording.section(Section.THUMBS).tried == 3
        shown = await desk.press("enter")
        assert desk.recording.section(Section.THUMBS).tried == 3, "Enter forces no fourth try"
        await desk.press("right")
        assert "Kecuali: ibu jari kanan" in (await desk.press("x"))[6]
        await desk.press("escape", "left", "x", "1", "enter")
        await desk.until("Y  benar, segel")
        assert desk.recording.section(Section.THUMBS).best_reason is BestReason.DRY_SKIN
        shown = desk.screen
        assert any("kulit kering (kiri)" in line for line in shown)
        assert "1 bagian di bawah batas, alasan tercatat. Boleh disegel." in shown[22]
