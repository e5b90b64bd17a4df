"""Where the contract is held: a device of the emulated kit, or a real one with a person at its cable."""

from __future__ import annotations

import asyncio
import enum
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from uses import USES, Use

from hw.bus import OPENERS, Opener, open_device
from hw.emulators.authority import CERTIFICATE
from hw.emulators.bus import EmulatedBus
from hw.emulators.clock import SharedClock
from hw.emulators.control import KitControl
from hw.emulators.kit import running
from hw.sbi.discovery import open_sbi
from hw.sbi.jws import authorities
from hw.sbi.scanners import Terms
from hw.serial_finger.dialogue import Waits
from hw.serial_finger.sensor import open_sensor
from hw.types import Attached, Bus, Clock, Device, Role

_ANNOUNCED_S = 10.0


class Trait(enum.Flag):
    """What is different about a device, and so about what can be demanded of it.

    A printer's queue and an SBI service are SHARED: they take several programs and let them take turns. So is the
    emulated pen, a socket that any number may read; a real tablet is grabbed. A pad is waited for without limit, it is
    ENDLESS. A printer is POLLED: nobody waits inside its driver. What comes from a pen is POINTS alone, and what can be
    wrong with those is told in the tests of its codec.
    """

    SHARED = enum.auto()
    ENDLESS = enum.auto()
    POLLED = enum.auto()
    POINTS = enum.auto()


T = TypeVar("T")
_NOTHING_SPECIAL = Trait(0)


def exempt(traits: Trait) -> Callable[[T], T]:
    """Leave the devices with one of these traits out of a demand."""

    def marked(test: T) -> T:
        cast("Any", test).exempt = traits
        return test

    return marked


@dataclass(frozen=True)
class Part:
    """One device of the kit: its name there, its role, how it is made to wait and to talk nonsense."""

    name: str
    role: Role
    knobs: str = ""
    nothing: Mapping[str, object] = field(default_factory=dict[str, object])
    something: Mapping[str, object] = field(default_factory=dict[str, object])
    nonsense: Mapping[str, object] = field(default_factory=dict[str, object])
    sense: Mapping[str, object] = field(default_factory=dict[str, object])
    traits: Trait = _NOTHING_SPECIAL
    spec: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.spec}".strip()


def _sbi(name: str, role: Role, spec: str) -> Part:
    return Part(
        name,
        role,
        "sbi",
        nothing={"hold": True},
        something={"hold": False},
        nonsense={"lie": "signature"},
        sense={"lie": None},
        traits=Trait.SHARED,
        spec=spec,
    )


PARTS = (
    _sbi("finger", Role.FINGER, "0.9.5"),
    _sbi("finger", Role.FINGER, "1.0"),
    _sbi("iris", Role.IRIS, "0.9.5"),
    _sbi("camera", Role.CAMERA, "1.0"),
    Part("pen", Role.SIGNATURE, traits=Trait.SHARED | Trait.ENDLESS | Trait.POINTS),
    Part("stu", Role.SIGNATURE, traits=Trait.ENDLESS | Trait.POINTS),
    Part(
        "one_finger",
        Role.SINGLE_FINGER,
        "one_finger",
        nothing={"finger": False},
        something={"finger": True},
        nonsense={"garbled": 1_000_000},
        sense={"garbled": 0},
    ),
    Part(
        "printer",
        Role.CARD_PRINTER,
        "printer",
        nothing={"cover_open": True},
        something={"cover_open": False},
        nonsense={"garble": True},
        sense={"garble": False},
        traits=Trait.SHARED | Trait.ENDLESS | Trait.POLLED,
    ),
)


class Place(ABC):
    """A device and whoever can pull it, plug it and lay something on it."""

    def __init__(self, bus: Bus, use: Use) -> None:
        self.bus = bus
        self.use = use
        self._opened: list[Device] = []

    async def attached(self) -> Attached:
        """Wait until the device is announced."""
        async with asyncio.timeout(_ANNOUNCED_S), aclosing(self.bus.watch()) as watching:
            async for snapshot in watching:
                for one in snapshot:
                    if self.meant(one):
                        return one
        raise AssertionError("the bus stopped watching")

    async def missing(self) -> None:
        """Wait until the device is no longer announced."""
        async with asyncio.timeout(_ANNOUNCED_S), aclosing(self.bus.watch()) as watching:
            async for snapshot in watching:
                if not any(self.meant(one) for one in snapshot):
                    return

    async def opened(self, attached: Attached | None = None, *, hasty: bool = False) -> Any:
        """Open the device; a hasty driver waits half a second for what takes an officer's patience."""
        device = await self.open(attached or await self.attached(), hasty=hasty)
        self._opened.append(device)
        return device

    async def leave(self) -> None:
        """Close what is still open."""
        for device in self._opened:
            await device.close()

    @abstractmethod
    def meant(self, attached: Attached) -> bool:
        """Say whether that is the device."""

    async def open(self, attached: Attached, *, hasty: bool) -> Device:
        """Open it as the bus does."""
        if hasty:
            pytest.skip("a real device is waited for as long as it takes")
        return await self.bus.open(attached)

    @abstractmethod
    async def plug(self) -> None:
        """Plug the device in again."""

    @abstractmethod
    async def pull(self) -> None:
        """Pull the device out; return at the moment that it is out."""

    @abstractmethod
    async def nothing(self) -> None:
        """Lay nothing on the device, so that whoever uses it waits."""

    @abstractmethod
    async def something(self) -> None:
        """Lay on the device what it is for."""

    @property
    def shared(self) -> bool:
        """Whether a second program may open the device while it is open."""
        return self.use in (USES[Role.FINGER], USES[Role.IRIS], USES[Role.CARD_PRINTER])

    async def turn(self, knobs: str) -> None:
        """Turn the device's `nonsense` or `sense`."""
        pytest.skip(f"a real device gives no {knobs} when told to")


class EmulatedPlace(Place):
    """A device of the kit."""

    def __init__(self, bus: Bus, kit: KitControl, part: Part, folder: Path, clock: Clock) -> None:
        super().__init__(bus, USES[part.role])
        self.part = part
        self._kit = kit
        self._folder = folder
        self._clock = clock

    @property
    def shared(self) -> bool:
        """Whether a second program may open the device while it is open."""
        return Trait.SHARED in self.part.traits

    def meant(self, attached: Attached) -> bool:
        """Say whether that is the device; of two pads the name tells."""
        return attached.role is self.part.role and (
            attached.role is not Role.SIGNATURE or attached.key == f"emulated-{self.part.name}"
        )

    async def open(self, attached: Attached, *, hasty: bool) -> Device:
        """Open it as the bus does, or with less patience."""
        if not hasty:
            return await self.bus.open(attached)
        trusted = authorities((self._folder / CERTIFICATE).read_bytes())
        terms = Terms(trusted, timeout_s=0.3, silence_s=0.3)
        impatient: dict[str, Opener] = {
            "sbi": partial(open_sbi, terms=terms, clock=self._clock),
            "serial": partial(open_sensor, waits=Waits(finger=0.3)),
        }
        return await open_device(attached, {**OPENERS, **impatient})

    async def plug(self) -> None:
        """Plug it in."""
        await self._kit.plug(self.part.name)

    async def pull(self) -> None:
        """Pull it out."""
        await self._kit.unplug(self.part.name)

    async def nothing(self) -> None:
        """Take the hand, the face or the pen away."""
        if self.part.role is Role.SIGNATURE:
            await self._kit.willing(None)
        await self._turn(self.part.nothing)

    async def something(self) -> None:
        """Lay the hand there, or take up the pen."""
        if self.part.role is Role.SIGNATURE:
            await self._kit.willing(11)
        await self._turn(self.part.something)

    async def turn(self, knobs: str) -> None:
        """Turn the kit's knobs."""
        await self._turn(getattr(self.part, knobs))

    async def _turn(self, knobs: Mapping[str, object]) -> None:
        if knobs:
            await getattr(self._kit, self.part.knobs)(**knobs)


@asynccontextmanager
async def emulated(part: Part, folder: Path) -> AsyncIterator[Place]:
    """Lay the kit on the table, this device plugged in and with something on it."""
    clock = SharedClock(folder / "clock")
    try:
        async with running(folder, clock):
            kit = KitControl(folder)
            await kit.plug(part.name)
            if part.spec:
                await kit.sbi(spec=part.spec)
            place = EmulatedPlace(EmulatedBus(folder, clock), kit, part, folder, clock)
            await place.something()
            yield place
            await place.leave()
    finally:
        clock.close()


class RealPlace(Place):
    """A real device, with a person before the terminal who is told what to do."""

    def __init__(self, bus: Bus, attached: Attached, *, watched: bool) -> None:
        super().__init__(bus, USES[attached.role])
        self._attached = attached
        self._watched = watched

    async def attached(self) -> Attached:
        """Return the device as it was named, or wait for it."""
        return await super().attached() if self._watched else self._attached

    def meant(self, attached: Attached) -> bool:
        """Say whether that is the device."""
        return attached.key == self._attached.key

    async def plug(self) -> None:
        """Ask for it."""
        await self._say("plug it in again")
        await self.attached()

    async def pull(self) -> None:
        """Ask for it; the bus says when it is out."""
        if not self._watched:
            pytest.skip("given by its address: nobody says when it is out; give its key instead")
        await self._say("pull it out")
        await self.missing()

    async def nothing(self) -> None:
        """Ask for it."""
        await self._say("leave it alone")

    async def something(self) -> None:
        """Ask for it."""
        await self._say("lay on it what it is for")

    async def _say(self, what: str) -> None:
        try:
            terminal = Path("/dev/tty").open("w", encoding="utf-8")  # noqa: ASYNC230, SIM115 - a person is slower
        except OSError:
            pytest.skip("needs a person at the cable and a terminal to tell him what to do")
        with terminal:
            terminal.write(f"\n{self._attached.name}: {what}.\n")


_DRIVERS = {
    "/dev/hidraw": "stu",
    "/dev/video": "v4l2",
    "/dev/bus/usb/": "ptp",
    "/dev/input/": "evdev",
    "/dev/tty": "serial",
    "ipp": "ipp",
    "127.0.0.1:": "sbi",
}


@asynccontextmanager
async def real(named: str) -> AsyncIterator[Place]:
    """Find a real device by the key that `rekam17 devices --json` shows, or take `ROLE=address` at its word."""
    from store.clock import SystemClock
    from tui.buses import installed_bus
    from tui.settings import read_settings, settings_file

    bus = installed_bus(read_settings(settings_file()), SystemClock())
    role, _, address = named.partition("=")
    if address and role in {one.value for one in Role}:
        driver = next((driver for start, driver in _DRIVERS.items() if address.startswith(start)), "")
        place = RealPlace(bus, Attached(address, Role(role), driver, address, address), watched=False)
    else:
        async with aclosing(bus.watch()) as watching:
            found = next((one for one in await anext(watching) if one.key == named), None)
        if found is None:
            pytest.skip(f"{named} is not attached")
        if found.role not in USES:
            pytest.skip(f"a {found.role.value} is nothing that is captured from")
        place = RealPlace(bus, found, watched=True)
    yield place
    await place.leave()
