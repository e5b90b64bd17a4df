"""Step 6 before a device that lies: refused with a reason, nothing stored, and the next try is taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from recording_day import Desk, a_desk

from hw.emulators.stu import Stu
from hw.emulators.stu_tablet import STU_530
from hw.tablet import Axis, Ranges
from store import recordings
from store.models.recording import Attempt
from store.sections import Section
from store.transaction import Transaction

NOT_GENUINE = "jawaban tidak asli. Tidak disimpan."
NO_SENSE = "jawaban tidak masuk akal. Tidak disimpan."
NOTHING = "tidak melihat apa pun. Tidak disimpan."


def kept(desk: Desk, section: Section) -> int:
    """Count the rows that a section has left in the store, whatever its state makes of them."""

    def rows(_tx: Transaction) -> int:
        return Attempt.select().where(Attempt.section == section).count()

    return desk.store.run_now(rows)


async def refused_then_taken(desk: Desk, section: Section, lie: str, told: str) -> None:
    await desk.kit.sbi(lie=lie)
    await desk.press("enter")
    shown = await desk.until(told)
    assert told in shown[22]
    assert len(shown[22].rstrip()) < 80
    assert kept(desk, section) == 0
    assert desk.recording.section(section).tried == 0
    await desk.kit.sbi(lie=None)
    if shown[22].startswith(" ×"):
        await desk.press("u")
    await desk.until("Y  benar, segel")
    assert kept(desk, section) == 1


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ("score", NO_SENSE),
        ("flat", NOTHING),
        ("signature", NOT_GENUINE),
        ("chain", NOT_GENUINE),
        ("hash", NOT_GENUINE),
        ("length", NO_SENSE),
        ("huge", NO_SENSE),
    ],
)
async def test_a_slap_that_is_not_what_it_says_is_not_stored(tmp_path: Path, lie: str, told: str) -> None:
    async with a_desk(tmp_path, upto=Section.THUMBS) as desk:
        await refused_then_taken(desk, Section.THUMBS, lie, told)


@pytest.mark.parametrize(
    ("lie", "told"), [("score", NO_SENSE), ("chain", NOT_GENUINE), ("huge", NO_SENSE), ("numbering", "")]
)
async def test_eyes_that_are_not_what_they_say_are_not_stored(tmp_path: Path, lie: str, told: str) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await refused_then_taken(desk, Section.IRISES, lie, told or "Tidak disimpan")


@pytest.mark.parametrize(("lie", "told"), [("length", NO_SENSE), ("huge", NO_SENSE), ("chain", NOT_GENUINE)])
async def test_a_portrait_that_is_not_what_it_says_is_not_stored(tmp_path: Path, lie: str, told: str) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.press("enter")
        await desk.until("MERAH, rata")
        await desk.kit.sbi(lie=lie)
        await desk.press("enter")
        shown = await desk.until(told)
        assert told in shown[22]
        assert kept(desk, Section.PORTRAIT) == 0
        await desk.kit.sbi(lie=None)
        await desk.press("u")
        await desk.shoot()
        assert kept(desk, Section.PORTRAIT) == 1


async def _pad_with_a_screen(desk: Desk) -> Stu:
    await desk.kit.plug("stu")
    await desk.kit.unplug("pen")
    pad = desk.running._pads["stu"]
    assert isinstance(pad, Stu)
    return pad


async def test_a_pad_that_lies_about_its_glass_is_refused_and_signs_on_the_next_try(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE) as desk:
        pad = await _pad_with_a_screen(desk)
        # Its pen goes to 10800, it says 1000: everything would be drawn on the edge.
        small = Ranges(Axis(0, 1000), Axis(0, 600), Axis(0, 1023))
        pad.tablet.model = replace(STU_530, capability=replace(STU_530.capability, ranges=small))
        await desk.press("enter")
        await desk.until("menunggu pena")
        pad.tablet.model = STU_530
        await desk.kit.sign(7, device="stu")
        shown = await desk.until(NO_SENSE)
        assert NO_SENSE in shown[22]
        assert kept(desk, Section.SIGNATURE) == 0
        assert desk.store.run_now(recordings.strokes, desk.recording.id) is None
        await desk.press("u")
        await desk.until("menunggu pena")
        await desk.kit.sign(7, device="stu")
        await desk.until("pena terangkat")
        await desk.press("enter")
        await desk.when(lambda: kept(desk, Section.SIGNATURE) == 1, "the signature to be kept")


async def test_nonsense_from_a_pad_draws_and_stores_nothing(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.SIGNATURE) as desk:
        pad = await _pad_with_a_screen(desk)
        await desk.press("enter")
        await desk.until("menunggu pena")
        for report in (b"\x01", b"\x34\x91", b"\x10" + b"\xff" * 16, b"\xee" * 64):
            await pad.say(report)
        shown = await desk.press("enter")
        assert shown[22].startswith(" × Belum ada goresan pena.")
        assert desk.store.run_now(recordings.strokes, desk.recording.id) is None
        await desk.kit.sign(7, device="stu")
        await desk.until("pena terangkat")
