"""The bus of an installed laptop, put together from what its administrator has set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.settings import Settings, SettingsError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from hw.holding import Holds
    from hw.recognition import Site
    from hw.types import Attached, Bus, Clock, Device
    from hw.udev import UdevBus

SITE = Path("/etc/rekam17")
"""`devices.toml` names what udev cannot know, `device-ca.pem` holds the device providers that are trusted."""

_DEVICES, _TRUSTED = "devices.toml", "device-ca.pem"


def later_bus(settings: Settings, clock: Clock, site: Path = SITE, holds: Holds | None = None) -> Bus:
    """Return that bus for a program that draws first: drivers are a third of all there is to import for the login.

    Only where the administrator has left files they are read at once; raises SettingsError as `installed_bus`.
    """
    if any((site / name).exists() for name in (_DEVICES, _TRUSTED)):
        return installed_bus(settings, clock, site, holds)
    return _LaterBus(partial(installed_bus, settings, clock, site, holds))


class _LaterBus:
    """A bus that is made, beside the loop, by whoever first watches it."""

    def __init__(self, make: Callable[[], UdevBus]) -> None:
        self._make = make
        self._bus: UdevBus | None = None

    async def watch(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield what the bus yields."""
        async with aclosing((await self._made()).watch()) as snapshots:
            async for snapshot in snapshots:
                yield snapshot

    async def open(self, attached: Attached) -> Device:
        """Open a device as the bus does."""
        return await (await self._made()).open(attached)

    async def _made(self) -> UdevBus:
        if self._bus is None:
            self._bus = await asyncio.to_thread(self._make)
        return self._bus


def installed_bus(settings: Settings, clock: Clock, site: Path = SITE, holds: Holds | None = None) -> UdevBus:
    """Make the bus that finds this laptop's real devices; `holds` are the locks under which it opens them.

    Raises SettingsError for a file that cannot be meant.
    """
    from hw.bus import OPENERS
    from hw.document_printer import queue_sweep
    from hw.sbi import discovery
    from hw.sbi.answers import Hashing
    from hw.sbi.port_sweep import PortSweep
    from hw.sbi.scanners import Terms
    from hw.serial_finger.sensor import open_sensor
    from hw.stu.pad import open_stu
    from hw.udev import UdevBus

    trusted = _trusted(site / _TRUSTED)
    own = _site(site / _DEVICES, settings.card_printer)
    terms = Terms(trusted, env=own.services.env, hashing=Hashing(own.services.hashing))
    return UdevBus(
        own,
        sweeps=(PortSweep(trusted=trusted, clock=clock), queue_sweep(settings.card_printer)),
        openers={
            **OPENERS,
            "sbi": partial(discovery.open_sbi, terms=terms, clock=clock),
            "serial": partial(open_sensor, password=own.sensor_password),
            "stu": partial(open_stu, words=lambda: _("Sign here")),
        },
        holds=holds,
    )


def card_printer_address(named: str) -> str:
    """Return where the settings' card printer is asked: a queue of this machine by its name, else as it stands."""
    return named if "://" in named else f"ipp://localhost:631/printers/{named}"


def _site(file: Path, card_printer: str) -> Site:
    from hw.recognition import Printer, Recognised, Site
    from hw.site_file import SiteFileError, read_site
    from hw.types import Role

    try:
        site = read_site(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        site = Site()
    except (OSError, ValueError) as error:
        what = str(error) if isinstance(error, SiteFileError) else "cannot be read"
        raise SettingsError(f"{file}: {what}") from error
    if not card_printer:
        return site
    address = card_printer_address(card_printer)
    printer = Printer(address, Recognised(Role.CARD_PRINTER, "ipp", card_printer))
    return replace(site, printers=(printer, *(other for other in site.printers if other.address != address)))


def _trusted(file: Path) -> tuple[Certificate, ...]:
    from hw.sbi.jws import authorities

    try:
        return authorities(file.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read") from error
    except ValueError as error:
        raise SettingsError(f"{file}: no certificates in it") from error
