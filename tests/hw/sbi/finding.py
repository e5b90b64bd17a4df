"""A device of a running service, as the sweep of its port finds it."""

import asyncio

from cryptography.x509 import Certificate

from hw.emulators.clock import RealClock
from hw.emulators.sbi_service import SbiService
from hw.sbi.discovery import open_sbi, sweep
from hw.sbi.scanners import Terms
from hw.types import Attached, Device, Role

CLOCK = RealClock()


async def swept(service: SbiService, trusted: tuple[Certificate, ...]) -> tuple[Attached, ...]:
    """Look until the service has answered: on a busy machine it may be passed over, as a slow one is."""
    async with asyncio.timeout(20):
        while not (found := await sweep([service.port], trusted=trusted, clock=CLOCK)):
            pass
    return found


async def attached(service: SbiService, terms: Terms, role: Role) -> Attached:
    found = await swept(service, terms.trusted)
    return next(device for device in found if device.role is role)


async def opened(service: SbiService, terms: Terms, role: Role) -> Device:
    return await open_sbi(await attached(service, terms, role), terms=terms, clock=CLOCK)
