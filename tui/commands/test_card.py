"""`rekam17 test-card SERIAL`: a card that shows where the printer prints, noted in the stock before it is sent."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from typing import TYPE_CHECKING

from hw.types import DeviceBusy, HardwareError, JobOutcome
from reports import card
from store import officers, stock
from store.clock import SystemClock
from store.errors import KeyringError, StoreError
from store.keyring import Keyring
from store.stock import StockRefusedError
from store.transaction import NotAllowedError
from tui.buses import card_printer_address
from tui.card_paper import shift_of
from tui.commands.unlocking import CannotOpen, Opened, clean, fail, open_store, read_passphrase, said
from tui.settings import SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from hw.card_printer import IppCardPrinter
    from store.clock import Clock
    from tui.settings import Settings

_NOT_DONE = 1
_POLL_SECONDS = 1.0
_PATIENCE = 180
_ON_ITS_WAY = (JobOutcome.PENDING, JobOutcome.PROCESSING, JobOutcome.STOPPED)


def run(args: argparse.Namespace) -> int:
    """Note the blank, print the card and wait for the printer; 0 printed, 1 not, 2 not opened."""
    clock = SystemClock()
    try:
        settings = read_settings(settings_file())
        if not settings.card_printer:
            return fail("no card_printer in the settings")
        opened = open_store(args, clock)
    except (SettingsError, CannotOpen) as error:
        return fail(str(error))
    try:
        opened.store.sign_in(opened.by.officer.id, opened.by.officer.roles)
        return _printed(args, opened, settings, clock)
    except CannotOpen as error:
        return fail(str(error))
    except NotAllowedError:
        return fail(f"{opened.by.officer.name} may not print; nothing was changed", _NOT_DONE)
    except StockRefusedError as error:
        return fail(f"{error.serial or args.serial}: {error.reason.value}; nothing was noted or printed", _NOT_DONE)
    except StoreError as error:
        return fail(f"nothing was printed: {error.reason.value}", _NOT_DONE)
    finally:
        opened.store.close()


def _printed(args: argparse.Namespace, opened: Opened, settings: Settings, clock: Clock) -> int:
    from hw.card_printer import IppCardPrinter

    printer = IppCardPrinter(card_printer_address(settings.card_printer))
    try:
        asyncio.run(printer.status())
    except HardwareError as error:
        return fail(f"the printer {_why(error)}; nothing was noted or printed", _NOT_DONE)
    witness = _witness(args, opened, clock)
    serial = opened.store.run_now(stock.use_for_test, args.serial, witness)
    try:
        outcome = asyncio.run(_send(printer, card.draw_test(shift_of(settings))))
    except HardwareError as error:
        return fail(f"the printer {_why(error)}: look in the tray. {_noted(serial)}", _NOT_DONE)
    if outcome is not JobOutcome.DONE:
        return fail(f"the printer says {outcome.value}: look in the tray. {_noted(serial)}", _NOT_DONE)
    print(clean(f"Printed on {serial}, which is noted as spoiled (test card): keep it until it is destroyed."))
    print("From each edge of the card to the frame 2.0 mm is right; card_right and card_down correct the rest.")
    return 0


def _noted(serial: str) -> str:
    return f"Blank {serial} is noted for the test; if it is still blank, give it again."


def _witness(args: argparse.Namespace, opened: Opened, clock: Clock) -> uuid.UUID:
    """Return the second officer once his passphrase was right; raises CannotOpen."""
    keyring = Keyring(opened.folder)
    try:
        entries = keyring.officers()
        opened.store.run_now(officers.match, entries)
        wanted = str(args.witness).strip().casefold()
        entry = next((one for one in entries if wanted in (one.name.casefold(), one.nip)), None)
        if entry is None:
            raise CannotOpen("no officer of that name: " + ", ".join(one.name for one in entries))
        passphrase = read_passphrase(args.witness_passphrase_fd, entry.name)
        return keyring.verify_second(entry.id, passphrase, clock.now()).id
    except KeyringError as error:
        raise CannotOpen(said(error)) from error


async def _send(printer: IppCardPrinter, document: bytes) -> JobOutcome:
    """Send it as one job and wait until the printer is done with it, three minutes at the longest."""
    token = str(uuid.uuid4())
    await printer.send(token, document)
    outcome = JobOutcome.PENDING
    for _look in range(_PATIENCE):
        outcome = await printer.outcome(token)
        if outcome not in _ON_ITS_WAY:
            break
        await asyncio.sleep(_POLL_SECONDS)
    return outcome


def _why(error: HardwareError) -> str:
    return "is in use elsewhere" if isinstance(error, DeviceBusy) else "does not answer"
