"""`rekam17 card-uid [SERIAL]`: which blank of the stock lies on the reader, or, with its serial, that this one does."""

from __future__ import annotations

import argparse
import asyncio

from hw import card_uid
from hw.types import CaptureFailed, DeviceBusy, FailReason, HardwareError
from store import blank_chips
from store.clock import SystemClock
from store.errors import StoreError
from store.stock import StockReason, StockRefusedError
from store.transaction import NotAllowedError
from tui.commands.unlocking import CannotOpen, Opened, clean, fail, open_store

_NOT_READ = 1
_WHY = {
    FailReason.UNSUPPORTED: "reading chips needs Debian's packages pcscd and libpcsclite1",
    FailReason.NOT_READY: "no card lies on the reader",
    FailReason.REFUSED: "this chip gives another number at each reading: nothing to know it by",
}


def run(args: argparse.Namespace) -> int:
    """Read the chip, then note or find its blank; 0 known, 1 not, 2 not opened."""
    try:
        uid = asyncio.run(card_uid.read_uid())
    except HardwareError as error:
        return fail(_why(error), _NOT_READ)
    try:
        opened = open_store(args, SystemClock())
    except CannotOpen as error:
        return fail(str(error))
    try:
        opened.store.sign_in(opened.by.officer.id, opened.by.officer.roles)
        return _find(opened, uid) if args.serial is None else _note(opened, args.serial, uid)
    except NotAllowedError:
        return fail(f"{opened.by.officer.name} does not work with the stock", _NOT_READ)
    except StoreError as error:
        return fail(f"nothing was noted: {error.reason.value}", _NOT_READ)
    finally:
        opened.store.close()


def _note(opened: Opened, serial: str, uid: str) -> int:
    try:
        noted = opened.store.run_now(blank_chips.note, serial, uid)
    except StockRefusedError as error:
        if error.reason is StockReason.SERIAL_USED:
            return fail(f"this chip, or this blank's, is noted already: {error.serial}", _NOT_READ)
        return fail(f"{serial}: {error.reason.value}; nothing was noted", _NOT_READ)
    print(clean(f"{noted}: its chip is known now."))
    return 0


def _find(opened: Opened, uid: str) -> int:
    found = opened.store.run_now(blank_chips.known, uid)
    if found is None:
        return fail("this chip was never read here", _NOT_READ)
    whose = f", the card of {found.name}" if found.name else ""
    print(clean(f"{found.serial}: {found.state.value.replace('_', ' ')}{whose}."))
    return 0


def _why(error: HardwareError) -> str:
    if isinstance(error, CaptureFailed):
        return _WHY.get(error.reason, "the card gives no number")
    if isinstance(error, DeviceBusy):
        return "another program reads the card now"
    return "no reader: plug it in, and see that pcscd runs"
