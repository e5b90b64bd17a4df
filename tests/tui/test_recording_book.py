"""Step 6 beside the screen book, cell by cell outside what differs from run to run."""

from __future__ import annotations

from pathlib import Path

from book import Deviation, compare, mockup
from recording_day import NOOR_LAILA, NORHAYATI, SCORES, StepClock, a_desk, take

from store import recordings
from store.progress import Desk
from store.sections import BestReason, Section

CLOCK = (1, 62, 80)
RAIL = (2, 1, 80)
"""The mock-ups are hours into a visit of 120; here two pupils wait."""
MOVING = [CLOCK, RAIL]


def spans(name: str, *found: tuple[int, str]) -> list[tuple[int, int, int]]:
    """Where these figures stand in the mock-up: `(line, text)`."""
    lines = mockup(name)
    made: list[tuple[int, int, int]] = []
    for line, text in found:
        at = lines[line - 1].index(text)
        made.append((line, at + 1, at + len(text)))
    return made


async def test_the_overview(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA) as desk:
        desk.app.desk = Desk.CHECK
        shown = await desk.press("up")
        compare(shown, "S15", [RAIL])


async def test_the_portrait_in_training(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, training=True) as desk:
        await desk.kit.sbi(pose={"light": -0.9})
        await desk.press("enter")
        shown = await desk.until("kiri gelap")
        picture = [(line, 3, 38) for line in range(4, 19)]
        numbers = spans("S16", (7, "74"), (12, "68"))
        school = " Rekam17  LATIHAN  SMA Contoh 1 Paringin     Syarifah·rekam  10.55  L6 0/20 mnt"
        camera = shown[16].rstrip()
        assert camera[41:] == "Kamera Rekam17 Kamera C1 · 1 gambar/dtk"
        deviations = [
            Deviation(1, school, "one school serves all these tests"),
            Deviation(17, " " * 41 + camera[41:], "the kit's camera, the first picture of this screen"),
        ]
        compare(shown, "S16", [RAIL, *picture, *numbers], deviations)


async def test_the_signature(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.SIGNATURE) as desk:
        desk.app.desk = Desk.CHECK
        await desk.press("enter")
        await desk.sign()
        shown = await desk.until("pena terangkat")
        ink = [(line, 7, 74) for line in range(5, 11)]
        figures = spans("S17", (12, "412"), (12, "61"), (22, "10.56"))
        pad = "── 6 Rekam · NORHAYATI · tanda tangan ─────────── meja 2 · pad Rekam17 Pen P1 ──"
        compare(shown, "S17", [*MOVING, *ink, *figures], [Deviation(3, pad, "the kit's pad has another name")])


async def test_a_slap_below_the_limit(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.RIGHT_SLAP, clock=clock) as desk:
        desk.app.desk = Desk.CHECK
        await desk.kit.sbi(touches={"RIGHT_LITTLE": {"wetness": 0.2}})
        await desk.press("enter")
        await desk.until("coba 1 dari 3")
        await desk.until("12 ×")
        clock.advance(3)
        shown = await desk.until("coba 2 dari 3")
        scores = [(line, column, column + 1) for line in (7, 8, 9) for column in (19, 31, 43, 55)]
        bar = [(11, 20, 63)]
        deviations = [
            Deviation(16, _reads(shown, 15), "the score of this finger"),
            Deviation(18, "       Kecualian berlaku per jari (←→); jari lain tetap diambil.", "names the keys"),
            Deviation(22, " √ empat jari kiri tersimpan 10.55: 61 58 52 47", "there is room for it on this line only"),
            Deviation(23, _reads(shown, 22), "message 16 as the table of messages has it"),
        ]
        assert shown[22].startswith(" ! Kelingking kanan 1")
        assert "batas 40. Coba 2 tersimpan. Tempelkan lagi, atau X." in shown[22]
        compare(shown, "S18", [*MOVING, *scores, *bar], deviations)


async def test_a_scanner_that_is_pulled_out(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.RIGHT_SLAP, clock=clock) as desk:
        await desk.kit.sbi(touches={"RIGHT_LITTLE": {"wetness": 0.2}})
        await desk.press("enter")
        await desk.until("12 ×")
        await desk.kit.sbi(hold=True)
        clock.advance(3)
        await desk.when(lambda: desk.app.screen.capturing, "the second try")
        await desk.kit.unplug("finger")
        shown = await desk.until("TERPUTUS")
        scores = [(7, column, column + 1) for column in (19, 31, 43, 55)]
        kept = "     ║  Tersimpan: data, potret, TTD, jari kiri, coba 1 jari kanan.     ║"
        times = spans("S19", (11, "11.01"), (22, "11.01.14"))
        deviations = [
            Deviation(13, kept, "the frame of the mock-up is two cells short on this line"),
        ]
        compare(shown, "S19", [*MOVING, *scores, *times], deviations)


async def test_an_eye_that_is_half_closed(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.IRISES, clock=clock) as desk:
        desk.app.desk = Desk.CHECK
        await desk.kit.sbi(gazes={"LEFT": {"lid": 0.55}})
        await desk.press("enter")
        shown = await desk.until("× kelopak")
        pictures = [(line, first, first + 23) for line in range(8, 13) for first in (9, 41)]
        figures = spans("S20", (14, "82"), (14, "57"), (15, "88"), (15, "61"), (22, "11.02"))
        deviations = [Deviation(23, _reads(shown, 22), "message 19 as the table of messages has it")]
        assert "batas 60. Kanan tersimpan. Enter mengulang kiri, atau X." in shown[22]
        compare(shown, "S20", [*MOVING, *pictures, *figures], deviations)


async def test_the_check_before_the_seal(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.RIGHT_SLAP) as desk:
        desk.app.desk = Desk.CHECK
        state = desk.recording
        for _try in range(3):
            take(desk.store, state.id, Section.RIGHT_SLAP, 55, 50, 46, 33)
        desk.store.run_now(recordings.accept_best, state.id, Section.RIGHT_SLAP, BestReason.DRY_SKIN)
        take(desk.store, state.id, Section.THUMBS, *SCORES[Section.THUMBS])
        take(desk.store, state.id, Section.IRISES, 82, 57)
        take(desk.store, state.id, Section.IRISES, None, 71, only=1)
        await desk.app.screen.load()
        shown = await desk.press("enter")
        face = [(line, 6, 17) for line in range(4, 11)]
        ink = [(line, 6, 18) for line in (12, 13)]
        thumbs = "                    ibu jari          √ 63 60      1 coba"
        deviations = [Deviation(13, _with_ink(shown[12], thumbs), "the mock-up's row is one cell to the right")]
        compare(shown, "S21", [*MOVING, *face, *ink, (7, 41, 45)], deviations)


def _reads(shown: list[str], line: int) -> str:
    return shown[line].rstrip()


def _with_ink(shown: str, text: str) -> str:
    return shown[:18] + text[18:]
