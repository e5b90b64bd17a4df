"""Devices that umockdev shows to udev, and what the officers' own bus announces of them.

libumockdev takes the place of sysfs and of the kernel's event socket for a process that is started under it, so each
test's devices live in a process of their own, which prints what the bus announces.
"""

import json
import subprocess
import sys
from pathlib import Path

PEN = """\
P: /devices/pci0/usb1/1-2
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=056a
E: ID_MODEL_ID=037a
E: ID_SERIAL_SHORT=OBW1
A: idVendor=056a
A: idProduct=037a

P: /devices/pci0/usb1/1-2/1-2:1.0/input/input9/event9
N: input/event9
E: DEVNAME=/dev/input/event9
E: SUBSYSTEM=input
E: ID_INPUT=1
E: ID_INPUT_TABLET=1
E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.0

P: /devices/pci0/usb1/1-2/1-2:1.1/input/input10/event10
N: input/event10
E: DEVNAME=/dev/input/event10
E: SUBSYSTEM=input
E: ID_INPUT=1
E: ID_INPUT_TABLET=1
E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.1
"""
SCANNER = """\
P: /devices/pci0/usb1/1-3
N: bus/usb/001/007
E: DEVNAME=/dev/bus/usb/001/007
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_PATH=pci-0000:00:14.0-usb-0:3
A: idVendor=080b
A: idProduct=0010
"""
WEBCAM = """\
P: /devices/pci0/usb1/1-4/1-4:1.0/video4linux/video0
N: video0
E: DEVNAME=/dev/video0
E: SUBSYSTEM=video4linux
E: ID_V4L_CAPABILITIES=:capture:
E: ID_PATH=pci-0000:00:14.0-usb-0:4:1.0

P: /devices/pci0/usb1/1-4/1-4:1.0/video4linux/video1
N: video1
E: DEVNAME=/dev/video1
E: SUBSYSTEM=video4linux
E: ID_V4L_CAPABILITIES=:
E: ID_PATH=pci-0000:00:14.0-usb-0:4:1.0
"""
STILL_CAMERA = """\
P: /devices/pci0/usb1/1-5
N: bus/usb/001/009
E: DEVNAME=/dev/bus/usb/001/009
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=04a9
E: ID_MODEL_ID=32e1
E: ID_USB_INTERFACES=:060101:
E: ID_PATH=pci-0000:00:14.0-usb-0:5
A: idVendor=04a9
A: idProduct=32e1
"""

STU = """\
P: /devices/pci0/usb1/1-6
N: bus/usb/001/011
E: DEVNAME=/dev/bus/usb/001/011
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_PATH=pci-0000:00:14.0-usb-0:6
E: ID_USB_INTERFACES=:030000:
A: idVendor=056a
A: idProduct=00a8

P: /devices/pci0/usb1/1-6/1-6:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
L: driver=../../../../../bus/usb/drivers/usbhid
"""
HIDRAW = """\
P: /devices/pci0/usb1/1-6/1-6:1.0/0003:056A:00A8.0001/hidraw/hidraw0
N: hidraw0
E: DEVNAME=/dev/hidraw0
E: SUBSYSTEM=hidraw
"""
ROOT_HUB = """\
P: /devices/pci0/usb1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_SERIAL_SHORT=0000:00:14.0
E: ID_PATH=pci-0000:00:14.0
A: idVendor=1d6b
A: idProduct=0002
"""

PRELUDE = """
import asyncio, ctypes, json, sys
from contextlib import aclosing
from hw.site_file import read_site
from hw.types import Attached, Role
from hw.udev import UdevBus

def show(attached):
    print(json.dumps([[a.key, a.role.value, a.driver, a.address, a.state.value, a.why] for a in attached]), flush=True)
"""
LOOK = """
async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
asyncio.run(main())
"""
WITHOUT_THE_EXTRA = """
sys.modules["gphoto2"] = None
"""
TESTBED = """
library = ctypes.CDLL("libumockdev.so.0")
library.umockdev_testbed_new.restype = ctypes.c_void_p
testbed = ctypes.c_void_p(library.umockdev_testbed_new())

def plug(description):
    assert library.umockdev_testbed_add_from_string(testbed, description.encode(), None)
    for line in description.splitlines():
        if line.startswith("P: "):
            library.umockdev_testbed_uevent(testbed, ("/sys" + line[3:]).encode(), b"add")

def pull(description):
    for line in reversed(description.splitlines()):
        if line.startswith("P: "):
            path = ("/sys" + line[3:]).encode()
            library.umockdev_testbed_uevent(testbed, path, b"remove")
            library.umockdev_testbed_remove_device(testbed, path)
"""


def announced(command: list[str], script: str, *arguments: str) -> list[list[list[str]]]:
    """Run a script under umockdev and read the snapshots it prints."""
    done = subprocess.run(
        [*command, sys.executable, "-c", PRELUDE + script, *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
