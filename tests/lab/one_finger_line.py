"""The emulated sensor for one finger at the end of a cable into the VM: `one_finger_line.py SOCKET`, until killed.

QEMU's `usb-serial` is an FTDI adapter as long as somebody is connected to its socket: the end of this process is the
pulled cable. It runs outside the VM, at full speed.
"""

import asyncio
import os
import sys
import termios
from contextlib import suppress

from hw.emulators.clock import RealClock
from hw.emulators.one_finger import OneFinger


def _set_speed(line: int, baud: int) -> None:
    """Speak at the sensor's own speed: the socket does not carry the one that the program has set."""
    attributes = termios.tcgetattr(line)
    attributes[4] = attributes[5] = getattr(termios, f"B{baud}")
    termios.tcsetattr(line, termios.TCSANOW, attributes)


async def main(socket: str) -> None:
    sensor = OneFinger(RealClock(), pulled=lambda: None)
    await sensor.start()
    line = os.open(sensor.address, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    _set_speed(line, sensor.knobs.baud)
    reader, writer = await asyncio.open_unix_connection(socket)

    def heard() -> None:
        with suppress(BlockingIOError):
            writer.write(os.read(line, 4096))

    asyncio.get_running_loop().add_reader(line, heard)
    while data := await reader.read(4096):
        os.write(line, data)


asyncio.run(main(sys.argv[1]))
