"""The questions to one printer, maker by maker; a question that stays without an answer costs the others nothing."""

from __future__ import annotations

import enum

from hw.native_status import evolis, magicard
from hw.native_status.line import StatusLine, open_status_line
from hw.types import CaptureFailed, FailReason, PrinterHealth


class Maker(enum.Enum):
    """Whose words a printer understands, by its USB vendor number."""

    EVOLIS = "0f49"
    MAGICARD = "0c1f"


async def health(maker: Maker, node: str) -> PrinterHealth:
    """Ask a printer how it is, in two seconds at the longest when it is silent.

    Raises DeviceGone, DeviceBusy, or CaptureFailed: REFUSED without the right to the node, TIMEOUT when its first
    question stays without an answer, for then it does not speak these words.
    """
    line = open_status_line(node)
    try:
        if maker is Maker.EVOLIS:
            said = {read: evolis.answer(await _asked(line, evolis.command(read), evolis.END)) for read in evolis.READS}
            return evolis.health(said)
        answers = {
            key: magicard.answer(await _asked(line, magicard.query(key), magicard.END), key) for key in magicard.READS
        }
        return magicard.health(answers)
    finally:
        line.close()


async def _asked(line: StatusLine, question: bytes, ends: bytes) -> bytes:
    """Ask once; silence at the first question ends the asking, for `health` has nothing to go on."""
    try:
        return await line.ask(question, ends)
    except CaptureFailed as error:
        if error.reason is FailReason.TIMEOUT and not line.answered:
            raise
        return b""
