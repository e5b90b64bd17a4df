"""The kit's process, its bus and the capture drivers together, as training mode uses them."""

from contextlib import aclosing
from pathlib import Path

from hw.emulators.bus import EmulatedBus
from hw.emulators.clock import RealClock
from hw.emulators.control import start_kit
from hw.sbi.scanners import SbiFingerScanner
from hw.types import Role, Slap


async def test_a_scanner_is_announced_used_pulled_and_back_by_itself(tmp_path: Path) -> None:
    async with start_kit(tmp_path) as kit:
        bus = EmulatedBus(tmp_path, RealClock())
        async with aclosing(bus.watch()) as snapshots:
            attached = {device.role: device for device in await anext(snapshots)}
            assert {Role.FINGER, Role.IRIS, Role.CAMERA} <= attached.keys()
            scanner = await bus.open(attached[Role.FINGER])
            assert isinstance(scanner, SbiFingerScanner)
            await kit.sbi(subject="Norhayati", touch={"wetness": 0.2})
            dry = await scanner.capture(Slap.THUMBS)
            await kit.sbi(touch={"wetness": 0.5})
            good = await scanner.capture(Slap.THUMBS)
            assert max(image.score for image in dry) < 40 < min(image.score for image in good)
            await kit.unplug("finger")
            assert Role.FINGER not in {device.role for device in await anext(snapshots)}
            await kit.plug("finger")
            again = {device.role: device for device in await anext(snapshots)}
            assert again[Role.FINGER].key == attached[Role.FINGER].key
            assert len(await scanner.capture(Slap.LEFT_FOUR)) == 4
            await scanner.close()
