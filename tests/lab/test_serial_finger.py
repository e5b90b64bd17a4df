"""A sensor for one finger behind a serial adapter, found by the adapter's ids and proven by what it answers."""

from collections.abc import Callable
from pathlib import Path

from .laboratory import Laboratory, Seconds

SENSOR = Path(__file__).with_name("one_finger_line.py")


def test_a_sensor_is_pulled_while_its_picture_comes_and_gives_one_afterwards(
    lab: Laboratory, took: Callable[[str, Seconds], None]
) -> None:
    with lab.wired(SENSOR, serial="FT1") as sensor:
        took("one finger", lab.there_and_back(sensor, "finger", role="single_finger", driver="serial", key="FT1"))
