"""The chip's number over PC/SC: a real pcscd with vsmartcard's reader, and on it a card that these tests play."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from chip_reader import Chip, chip_reader

from hw import card_uid
from hw.types import CaptureFailed, FailReason


@pytest.fixture(scope="module")
def chip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chip]:
    with chip_reader(tmp_path_factory.mktemp("pcsc")) as chip:
        yield chip


async def read_when_it_lies_there(uid: str) -> bool:
    """Read until the reader has noticed the card."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await card_uid.read_uid() == uid
            except CaptureFailed as error:
                if error.reason is not FailReason.NOT_READY:
                    raise
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("uid", ["04A1B2C3", "04A1B2C3D4E5F6", "D002320A4B1C7E9F"])
async def test_the_number_is_read_as_the_chip_has_it(chip: Chip, uid: str) -> None:
    chip.answer = bytes.fromhex(uid) + b"\x90\x00"
    assert await read_when_it_lies_there(uid)


async def test_a_chip_with_another_number_each_time_is_refused(chip: Chip) -> None:
    chip.answer = bytes.fromhex("08112233") + b"\x90\x00"
    with pytest.raises(CaptureFailed) as failed:
        await read_when_it_lies_there("08112233")
    assert (failed.value.reason, failed.value.retriable) == (FailReason.REFUSED, False)


@pytest.mark.parametrize("answer", [b"\x6a\x81", b"\x04\x05\x90\x00", bytes(12) + b"\x90\x00"])
async def test_a_card_that_gives_no_number_is_a_bad_answer(chip: Chip, answer: bytes) -> None:
    chip.answer = answer
    with pytest.raises(CaptureFailed) as failed:
        await read_when_it_lies_there("")
    assert failed.value.reason is FailReason.BAD_ANSWER


@pytest.mark.parametrize("answer", [b"", b"\x90\x00", b"\x90", bytes(300)])
def test_whatever_a_reader_answers_is_a_number_or_a_typed_error(answer: bytes) -> None:
    with pytest.raises(CaptureFailed):
        card_uid.checked(answer)


async def test_without_the_library_it_is_said_and_nothing_else_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_uid, "_LIBRARY", "libpcsclite-which-is-not-here.so.1")
    with pytest.raises(CaptureFailed) as failed:
        await card_uid.read_uid()
    assert (failed.value.reason, failed.value.detail) == (FailReason.UNSUPPORTED, "pcsc")
