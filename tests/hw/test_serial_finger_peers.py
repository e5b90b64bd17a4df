"""Two independent libraries ask the emulated sensor for its picture, and get the one that our driver gets."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import adafruit_fingerprint
import pytest
import serial
from PIL import Image
from pyfingerprint.pyfingerprint import PyFingerprint

from hw.emulators.clock import SharedClock
from hw.emulators.one_finger import OneFinger
from hw.serial_finger import image
from hw.serial_finger.sensor import open_sensor
from hw.types import Attached, Role


@pytest.fixture
async def sensor(tmp_path: Path) -> AsyncIterator[OneFinger]:
    clock = SharedClock(tmp_path / "clock")
    sensor = OneFinger(clock, lambda: None)
    await sensor.start()
    yield sensor
    await sensor.unplug()
    clock.close()


async def ours(node: str) -> bytes:
    """Fetch a new picture with the driver."""
    opened = await open_sensor(Attached("sensor", Role.SINGLE_FINGER, "serial", "sensor", node))
    try:
        return (await opened.capture()).grey
    finally:
        await opened.close()


def pyfingerprint_fetches(node: str, file: Path) -> tuple[dict[str, object], bytes]:
    """Fetch the picture that the sensor keeps, and what it says of itself."""
    library = PyFingerprint(node, 57_600)
    assert library.verifyPassword()
    said = {
        "capacity": library.getStorageCapacity(),
        "security": library.getSecurityLevel(),
        "packet_size": library.getMaxPacketSize(),
        "baud": library.getBaudRate(),
    }
    library.downloadImage(str(file))
    with Image.open(file) as picture:
        return said, picture.tobytes()


def pyfingerprint_takes(node: str, file: Path) -> bytes:
    library = PyFingerprint(node, 57_600)
    assert library.verifyPassword()
    assert library.readImage()
    library.downloadImage(str(file))
    with Image.open(file) as picture:
        return picture.tobytes()


def adafruit_fetches(node: str, take: bool) -> bytes:
    with serial.Serial(node, 57_600, timeout=2) as line:
        library = adafruit_fingerprint.Adafruit_Fingerprint(line)
        assert library.library_size == 1000
        assert not take or library.get_image() == adafruit_fingerprint.OK
        return bytes(library.get_fpdata("image"))


def adafruit_refused(node: str, password: tuple[int, int, int, int]) -> int:
    with serial.Serial(node, 57_600, timeout=2) as line:
        library = adafruit_fingerprint.Adafruit_Fingerprint(line, password)
        return library.get_image()


async def test_pyfingerprint_gets_the_picture_that_our_driver_gets(sensor: OneFinger, tmp_path: Path) -> None:
    picture = await ours(sensor.address)
    said, theirs = await asyncio.to_thread(pyfingerprint_fetches, sensor.address, tmp_path / "finger.bmp")
    assert theirs == picture
    assert said == {"capacity": 1000, "security": 3, "packet_size": 128, "baud": 57_600}


async def test_a_picture_that_pyfingerprint_took_is_the_one_the_sensor_keeps(sensor: OneFinger, tmp_path: Path) -> None:
    theirs = await asyncio.to_thread(pyfingerprint_takes, sensor.address, tmp_path / "finger.bmp")
    assert image.pack(theirs) == sensor.picture


async def test_adafruits_library_gets_the_picture_that_our_driver_gets(sensor: OneFinger) -> None:
    picture = await ours(sensor.address)
    assert image.unpack(await asyncio.to_thread(adafruit_fetches, sensor.address, False)) == picture
    assert image.unpack(await asyncio.to_thread(adafruit_fetches, sensor.address, True)) != picture


async def test_the_sensor_refuses_others_as_it_refuses_us(sensor: OneFinger) -> None:
    sensor.turn({"finger": False, "password": 0x01020304})
    with pytest.raises(RuntimeError, match="Failed to find sensor"):
        await asyncio.to_thread(adafruit_refused, sensor.address, (0, 0, 0, 0))
    seen = await asyncio.to_thread(adafruit_refused, sensor.address, (1, 2, 3, 4))
    assert seen == adafruit_fingerprint.NOFINGER
