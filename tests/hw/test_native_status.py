"""What card printers say in their makers' own words: read rightly, asked politely, and never believed blindly."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_printer import evolis, magicard, printer

from hw.native_status import evolis as evolis_words
from hw.native_status import magicard as magicard_words
from hw.native_status import places
from hw.native_status.asking import Maker, health
from hw.native_status.line import open_status_line
from hw.native_status.places import StatusPlace
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, PrinterHealth

WELL = {"Rtp": "PEBBLE4", "Rr": "ymcko", "Rco;I": "37", "Rcr": "OK", "Rlr;p": "OK", "Rlr;r": "OK"}


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\x00", b"\x06"])
async def test_an_evolis_tells_its_ribbon_and_what_is_left_of_it(end: bytes) -> None:
    async with printer(evolis(WELL, end)) as (node, asked):
        assert await health(Maker.EVOLIS, node) == PrinterHealth(ribbon="ymcko", cards_left=37)
    assert asked == [b"\x1b" + read.encode() + b"\r" for read in evolis_words.READS]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Rcr": "RIBBON END"}, PrinterHealth("ymcko", 37, reasons=("marker-supply-empty",))),
        ({"Rlr;p": "NO CARD"}, PrinterHealth("ymcko", 37, reasons=("media-empty",))),
        ({"Rlr;r": "ERR NEED CLEANING"}, PrinterHealth("ymcko", 37, cleaning_due=True)),
        ({"Rco;I": "not known"}, PrinterHealth("ymcko", None)),
        ({"Rco;I": "-4"}, PrinterHealth("ymcko", None)),
        ({"Rr": "\x1b[2J\x07ko"}, PrinterHealth("[2J ko", 37)),
    ],
    ids=["ribbon ended", "feeder empty", "cleaning due", "no number", "below none", "control characters"],
)
async def test_what_an_evolis_says_is_understood(change: dict[str, str], told: PrinterHealth) -> None:
    async with printer(evolis(WELL | change)) as (node, _asked):
        assert await health(Maker.EVOLIS, node) == told


@pytest.mark.parametrize(
    ("code", "reason"), [("C", "cover-open"), ("F", "media-empty"), ("R", "marker-supply-empty"), ("T", "media-jam")]
)
async def test_a_refusal_says_why_the_printer_can_do_nothing(code: str, reason: str) -> None:
    def refuses(question: bytes) -> bytes:
        return b"\x15" + code.encode() + b"\r"

    async with printer(refuses) as (node, _asked):
        assert await health(Maker.EVOLIS, node) == PrinterHealth(reasons=(reason,))


async def test_reads_that_an_older_model_does_not_know_cost_nothing() -> None:
    async with printer(evolis({"Rco;I": "12"})) as (node, _asked):
        assert await health(Maker.EVOLIS, node) == PrinterHealth(cards_left=12)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"MDL": "Enduro", "DFR": "212", "CCQ": "90", "CCP": "300"}, PrinterHealth(cards_left=212)),
        ({"DFR": "0", "CCQ": "300", "CCP": "300"}, PrinterHealth("", 0, True, ("marker-supply-empty",))),
        ({"DFR": "many", "CCQ": "", "CCP": "0"}, PrinterHealth()),
        ({"DFR": "99999999"}, PrinterHealth()),
    ],
    ids=["well", "ribbon ended, cleaning due", "nonsense", "too large"],
)
async def test_what_a_magicard_says_is_understood(answers: dict[str, str], told: PrinterHealth) -> None:
    async with printer(magicard(answers), b"\x03") as (node, asked):
        assert await health(Maker.MAGICARD, node) == told
    assert asked[0] == b"\x05" * 9 + b"\x01REQ,STA,MDL,\x1c\x03"


async def test_one_that_keeps_silent_is_asked_once() -> None:
    async with printer(None) as (node, asked):
        with pytest.raises(CaptureFailed) as failed:
            await health(Maker.EVOLIS, node)
    assert failed.value.reason is FailReason.TIMEOUT
    assert len(asked) == 1


async def test_one_pulled_in_between_is_gone() -> None:
    async with printer(None) as (node, _asked):
        asking = asyncio.create_task(health(Maker.EVOLIS, node))
        await asyncio.sleep(0.05)
    with pytest.raises(DeviceGone):
        await asking


async def test_a_node_that_another_program_holds_is_busy(tmp_path: Path) -> None:
    async with printer(evolis(WELL)) as (node, _asked):
        held = open_status_line(node)
        with pytest.raises(DeviceBusy):
            await health(Maker.EVOLIS, node)
        held.close()
        assert (await health(Maker.EVOLIS, node)).cards_left == 37
    with pytest.raises(DeviceGone):
        await health(Maker.EVOLIS, str(tmp_path / "lp0"))


@given(said=st.binary(max_size=300))
def test_whatever_comes_is_read_without_an_error_and_as_plain_letters(said: bytes) -> None:
    text = evolis_words.answer(said)
    assert text.isprintable()
    told = evolis_words.health(dict.fromkeys(evolis_words.READS, text))
    assert told.cards_left is None or 0 <= told.cards_left < 100_000
    for key in magicard_words.READS:
        value = magicard_words.answer(said, key)
        assert value.isprintable()
        magicard_words.health({key: value})


@given(key=st.sampled_from(magicard_words.READS), value=st.integers(0, 99_999))
def test_a_magicards_number_comes_back_from_its_own_wire(key: str, value: int) -> None:
    said = b"\x05\x01STA," + key.encode() + b"," + str(value).encode() + b",\x03"
    assert magicard_words.answer(said, key) == str(value)


def usb_printer(sysfs: Path, dev: Path, name: str, vendor: str) -> None:
    """Lay a printer's node and its USB device out as the kernel does."""
    device = sysfs / "devices" / "pci0" / "usb1" / f"1-{name}"
    node = device / f"1-{name}:1.0" / "usbmisc" / name
    node.mkdir(parents=True)
    (device / "idVendor").write_text(vendor + "\n")
    links = sysfs / "class" / "usbmisc"
    links.mkdir(parents=True, exist_ok=True)
    (links / name).symlink_to(node)
    (dev / "usb").mkdir(parents=True, exist_ok=True)
    (dev / "usb" / name).touch()


def test_a_printer_is_found_by_its_makers_number_and_only_while_it_has_its_node(tmp_path: Path) -> None:
    sysfs, dev = tmp_path / "sys", tmp_path / "dev"
    assert places.found(sysfs, dev) is None
    usb_printer(sysfs, dev, "lp0", "04b8")
    assert places.found(sysfs, dev) is None, "a printer of papers"
    usb_printer(sysfs, dev, "lp1", "0c1f")
    assert places.found(sysfs, dev) == StatusPlace(Maker.MAGICARD, str(dev / "usb" / "lp1"))
    (dev / "usb" / "lp1").unlink()
    assert places.found(sysfs, dev) is None, "CUPS has it now"


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("evolis:/dev/ttyUSB0", StatusPlace(Maker.EVOLIS, "/dev/ttyUSB0")),
        ("magicard:/dev/usb/lp0", StatusPlace(Maker.MAGICARD, "/dev/usb/lp0")),
        ("fargo:/dev/usb/lp0", None),
        ("evolis:/etc/passwd", None),
        ("evolis", None),
        ("", None),
    ],
)
def test_a_serial_printer_is_named_in_the_settings(setting: str, place: StatusPlace | None) -> None:
    assert places.named(setting) == place
