"""Finding SBI services: there is no event when one comes, so the ports are swept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from hw.cameras.sbi_camera import SbiCamera
from hw.types import Attached, CaptureFailed, Clock, Device, DeviceGone, DeviceState, HardwareError, Role

from . import answers
from .codec import ALLOWED_LAG, DeviceInfo, Kind
from .scanners import SbiFingerScanner, SbiIrisScanner, Sensor, Terms, require_usable
from .transport import HOST, PORTS, Service, reachable

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_AT_ONCE = 8
_INFO_S = 5.0  # a service on a busy laptop is late, not gone; who hangs is waited for beside the others
_TICK_S = 1.1  # times are stamped to the second
_ROLES = {Kind.FINGER: Role.FINGER, Kind.IRIS: Role.IRIS, Kind.FACE: Role.CAMERA}


async def sweep(
    ports: Iterable[int] = PORTS, *, trusted: tuple[Certificate, ...], clock: Clock
) -> tuple[Attached, ...]:
    """List the devices behind every SBI service on this laptop, in the order of the ports.

    Whoever listens on a port but does not speak SBI is passed over. Raises nothing but ValueError for a foreign port.
    """
    ports = tuple(ports)
    if any(port not in PORTS for port in ports):
        raise ValueError("SBI lives on ports 4501 to 4600")
    turn = asyncio.Semaphore(_AT_ONCE)

    async def look(port: int) -> tuple[Attached, ...]:
        async with turn:
            if not await reachable(port):
                return ()
            service = Service(port)
            try:
                infos = await _infos(service, trusted, clock)
                ahead = await _ahead(service, infos, trusted, clock)
                return tuple(_attached(port, info, ahead.get(info.device_id)) for info in infos)
            except HardwareError:
                return ()
            finally:
                await service.close()

    found = await asyncio.gather(*(look(port) for port in ports))
    return tuple(attached for devices in found for attached in devices)


async def open_sbi(attached: Attached, *, terms: Terms, clock: Clock) -> Device:
    """Open what a sweep found. Raises DeviceGone, DeviceBusy or CaptureFailed (untrusted, not registered)."""
    port, device_id = _address(attached.address)
    service = Service(port)
    try:
        infos = await _infos(service, terms.trusted, clock)
        info = next((info for info in infos if info.device_id == device_id), None)
        if info is None:
            raise DeviceGone
        require_usable(info)
    except BaseException:
        await service.close()
        raise
    sensor = Sensor(service, info, terms, clock)
    if info.kind is Kind.FINGER:
        return SbiFingerScanner(sensor)
    return SbiIrisScanner(sensor) if info.kind is Kind.IRIS else SbiCamera(sensor)


async def _infos(service: Service, trusted: tuple[Certificate, ...], clock: Clock) -> tuple[DeviceInfo, ...]:
    body = await service.ask("MOSIPDINFO", "/info", timeout=_INFO_S)
    try:
        return await asyncio.to_thread(answers.read_infos, body, trusted, clock.now())
    except CaptureFailed:
        body = await service.ask("SBIDINFO", "/info", timeout=_INFO_S)  # services of 1.0 alone
        return await asyncio.to_thread(answers.read_infos, body, trusted, clock.now())


async def _ahead(
    service: Service, infos: tuple[DeviceInfo, ...], trusted: tuple[Certificate, ...], clock: Clock
) -> dict[str, timedelta]:
    """Say how far the clocks are ahead of ours that are so wrong that every capture would be refused.

    Some services stamp their identity once, when they start, which says nothing of their clock: a time far from ours
    counts only when it has moved on between two looks.
    """

    def wrong(info: DeviceInfo) -> bool:
        return info.proven and info.stamped is not None and abs(info.stamped - clock.now()) > ALLOWED_LAG

    before = {info.device_id: info.stamped for info in infos if wrong(info)}
    if not before:
        return {}
    await asyncio.sleep(_TICK_S)
    again = await _infos(service, trusted, clock)
    return {
        info.device_id: info.stamped - clock.now()
        for info in again
        if info.stamped is not None and wrong(info) and info.stamped != before.get(info.device_id, info.stamped)
    }


def _attached(port: int, info: DeviceInfo, ahead: timedelta | None = None) -> Attached:
    address = f"{HOST}:{port}/{info.device_id}"
    state, why = info.state, ""
    if state is DeviceState.UNSUPPORTED:  # such a device has no key to prove anything with
        why = "unregistered"
    elif not info.proven:
        state, why = DeviceState.UNSUPPORTED, "expired" if info.doubt == "expired" else "untrusted"
    elif not info.fits:
        state, why = DeviceState.UNSUPPORTED, "sub_type"
    elif ahead is not None:
        state, why = DeviceState.CLOCK_SKEW, f"{ahead.total_seconds():+.0f}"
    return Attached(
        key=info.serial or address,
        role=_ROLES[info.kind],
        driver="sbi",
        name=f"{info.maker} {info.model}".strip(),
        address=address,
        serial=info.serial,
        state=state,
        why=why,
    )


def _address(address: str) -> tuple[int, str]:
    host, _, device_id = address.partition("/")
    name, _, port = host.partition(":")
    if name != HOST or not port.isdecimal() or int(port) not in PORTS or not device_id:
        raise DeviceGone
    return int(port), device_id
