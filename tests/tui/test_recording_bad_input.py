"""Step 6 before a device that lies: refused with a reason, nothing stored, and the next try is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from recording_day import Desk, a_desk

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
