"""The bus of an installed laptop, put together from what its administrator has set."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hw.bus import OPENERS
from hw.document_printer import queue_sweep
from hw.recognition import Printer, Recognised, Site, SiteFileError, read_site
from hw.types import Clock, Role
from tui.settings import Settings, SettingsError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from hw.udev import UdevBus

SITE = Path("/etc/rekam17")
"""`devices.toml` names what udev cannot know, `device-ca.pem` holds the device providers that are trusted."""


def installed_bus(settings: Settings, clock: Clock, site: Path = SITE) -> UdevBus:
    """Make the bus that finds this laptop's real devices. Raises SettingsError for a file that cannot be meant."""
    from hw.sbi import discovery
    from hw.sbi.scanners import Terms
    from hw.udev import UdevBus

    trusted = _trusted(site / "device-ca.pem")
    return UdevBus(
        _site(site / "devices.toml", settings.card_printer),
        sweeps=(partial(discovery.sweep, trusted=trusted, clock=clock), queue_sweep(settings.card_printer)),
        openers={**OPENERS, "sbi": partial(discovery.open_sbi, terms=Terms(trusted), clock=clock)},
    )


def _site(file: Path, card_printer: str) -> Site:
    try:
        site = read_site(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        site = Site()
    except (OSError, ValueError) as error:
        what = str(error) if isinstance(error, SiteFileError) else "cannot be read"
        raise SettingsError(f"{file}: {what}") from error
    if not card_printer:
        return site
    address = card_printer if "://" in card_printer else f"ipp://localhost:631/printers/{card_printer}"
    printer = Printer(address, Recognised(Role.CARD_PRINTER, "ipp", card_printer))
    return Site(site.devices, (printer, *(other for other in site.printers if other.address != address)))


def _trusted(file: Path) -> tuple[Certificate, ...]:
    from hw.sbi.jws import authorities

    try:
        return authorities(file.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: no certificates in it") from error
