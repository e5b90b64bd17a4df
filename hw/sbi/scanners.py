"""The slap and iris scanners behind SBI: one order, one checked answer, and a cable that may be pulled meanwhile."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw.types import (
    CaptureFailed,
    Clock,
    DeviceBusy,
    DeviceGone,
    DeviceState,
    Eye,
    FailReason,
    Finger,
    FingerImage,
    Frame,
    IrisImage,
    Slap,
)

from . import answers, codec
from .answers import Biometric, Hashing, Trust
from .codec import EYE_NAMES, FINGER_NAMES, DeviceInfo, Order
from .live import Newest, live
from .transport import Service

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LOOK_S = 0.4  # between two looks at whether the device is still there, and how long a look may take
_OPENING_S = 1.0  # a stream that takes longer to begin is not waited for
_GRACE_S = 3.0  # the service may need this long after its own timeout to answer


@dataclass(frozen=True)
class Terms:
    """How this office captures: whom it trusts, how long it waits, which score the scanner should try to reach.

    The score is a wish: services report success below it too, so the caller compares for itself. `stream_s` is how
    long one live stream is asked for, a new one follows without a word; `silence_s` without a frame is its end.
    """

    trusted: tuple[Certificate, ...]
    timeout_s: float = 10.0
    score: int = 40
    env: str = "Production"
    hashing: Hashing = Hashing.RAW
    stream_s: float = 300.0
    silence_s: float = 5.0

    @property
    def trust(self) -> Trust:
        """By what answers are judged."""
        return Trust(self.trusted, self.env, self.hashing)


class Sensor:
    """One device behind a service, as the scanners and the camera use it."""

    def __init__(self, service: Service, info: DeviceInfo, terms: Terms, clock: Clock) -> None:
        self.service = service
        self.info = info
        self.terms = terms
        self.streaming = asyncio.Event()
        """Cleared while a stream is being opened, set once it runs or failed to."""
        self.streaming.set()
        self._clock = clock
        self._shown: set[Newest] = set()
        self._takes = 0

    @property
    def taking(self) -> bool:
        """Whether a capture is under way."""
        return self._takes > 0

    def show(self, newest: Newest) -> None:
        """Know of a live picture whose stream is about to be opened."""
        self.streaming.clear()
        self._shown.add(newest)

    def hide(self, newest: Newest) -> None:
        """Forget a live picture that nobody looks at any more."""
        self.streaming.set()
        self._shown.discard(newest)

    async def take(self, order: Order) -> tuple[Biometric, ...]:
        """Capture. Raises HardwareError; DeviceGone comes within a second of the cable's being pulled.

        A service may hold a capture open until its timeout although the device is gone, so the driver looks for the
        device while it waits. A stream that is being opened comes first, since a device that captures already opens
        none; every live picture ends with the capture, whether the service ends its stream or forgets it.
        """
        self._takes += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_OPENING_S):
                    await self.streaming.wait()
            return await self._take(order)
        finally:
            self._takes -= 1
            for newest in self._shown:
                newest.end(None)

    async def _take(self, order: Order) -> tuple[Biometric, ...]:
        transaction = uuid.uuid4().hex
        body = codec.capture_body(
            self.info,
            order,
            score=self.terms.score,
            timeout=self.terms.timeout_s,
            transaction=transaction,
            at=self._clock.now(),
            env=self.terms.env,
        )
        limit = self.terms.timeout_s + _GRACE_S
        request = asyncio.ensure_future(self.service.ask("RCAPTURE", "/capture", body, timeout=limit))
        try:
            while not (await asyncio.wait({request}, timeout=_LOOK_S))[0]:
                await self.check_there()
        except BaseException:
            request.cancel()
            await asyncio.gather(request, return_exceptions=True)
            raise
        # Signatures, hashes and half a megabyte of base64: off the loop, or the screen would stutter.
        return await asyncio.to_thread(
            answers.read_capture, request.result(), self.info, order, transaction, self.terms.trust, self._clock.now()
        )

    async def check_there(self) -> None:
        """Raise DeviceGone when the service no longer lists the device.

        A service too busy to answer, or with an answer that speaks of no device, is not proof of anything and passes.
        """
        verb = "SBIDISC" if self.info.newer else "MOSIPDISC"
        try:
            body = await self.service.ask(verb, "/device", codec.discovery_body(self.info.kind), timeout=_LOOK_S)
            listed = answers.read_discovery(body)
        except CaptureFailed:
            return
        if not {self.info.device_id, self.info.serial} & listed.keys():
            raise DeviceGone


class SbiFingerScanner:
    """Implements `types.FingerScanner` over an SBI slap device, which gives each finger apart."""

    def __init__(self, sensor: Sensor) -> None:
        self._sensor = sensor

    def frames(self, slap: Slap) -> AsyncGenerator[Frame]:
        """Yield the newest picture of the glass until the slap is captured. Raises HardwareError."""
        return live(self._sensor, codec.slap_order(slap, frozenset()))

    async def capture(self, slap: Slap, missing: frozenset[Finger] = frozenset()) -> tuple[FingerImage, ...]:
        """Take one slap, fingers in the order of `Slap.fingers`. Raises HardwareError."""
        taken = {part.name: part for part in await self._sensor.take(codec.slap_order(slap, missing))}
        return tuple(
            FingerImage(finger, taken[FINGER_NAMES[finger]].score, taken[FINGER_NAMES[finger]].octets)
            for finger in slap.fingers
            if finger not in missing
        )

    async def close(self) -> None:
        """Let go of the service."""
        await self._sensor.service.close()


class SbiIrisScanner:
    """Implements `types.IrisScanner` over an SBI iris device."""

    def __init__(self, sensor: Sensor) -> None:
        self._sensor = sensor

    def frames(self, eyes: frozenset[Eye] = frozenset(Eye)) -> AsyncGenerator[Frame]:
        """Yield the newest picture of the eyes until they are captured. Raises HardwareError."""
        return live(self._sensor, codec.iris_order(eyes))

    async def capture(self, eyes: frozenset[Eye] = frozenset(Eye)) -> tuple[IrisImage, ...]:
        """Take the eyes asked for, right before left. Raises HardwareError."""
        taken = {part.name: part for part in await self._sensor.take(codec.iris_order(eyes))}
        return tuple(
            IrisImage(eye, taken[EYE_NAMES[eye]].score, taken[EYE_NAMES[eye]].octets) for eye in Eye if eye in eyes
        )

    async def close(self) -> None:
        """Let go of the service."""
        await self._sensor.service.close()


def require_usable(info: DeviceInfo) -> None:
    """Raise what keeps a device from being opened: DeviceBusy, or CaptureFailed that no retry mends."""
    if info.state is DeviceState.UNSUPPORTED:  # before its signature: an unregistered device has none
        raise CaptureFailed(FailReason.REFUSED, "not registered", retriable=False)
    if not info.proven:
        reason = FailReason.CLOCK_SKEW if info.doubt == "expired" else FailReason.TAMPERED
        raise CaptureFailed(reason, info.doubt, retriable=False)
    if not info.fits:
        raise CaptureFailed(FailReason.UNSUPPORTED, info.sub_type, retriable=False)
    if info.state is DeviceState.BUSY:
        raise DeviceBusy
