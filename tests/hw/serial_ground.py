"""A one-finger sensor on a serial line, and the patience that a busy machine asks for."""

from __future__ import annotations

from hw.serial_finger.dialogue import Waits
from hw.types import Attached, Role

PATIENT = Waits(probe=0.4, answer=3.0, packet=10.0, picture=60.0, quiet=0.1, finger=0.3, look=0.01)
"""For what comes, however busy the machine is; nothing of it is waited for to the end."""


def at(node: str) -> Attached:
    return Attached("sensor", Role.SINGLE_FINGER, "serial", "USB-serial CH340", node)
