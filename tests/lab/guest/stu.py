"""Runs in the VM: an STU pad on a USB bus of the kernel's own, with its real ids and feature reports (FunctionFS).

The pad is the one that the kit plays, behind another wire. It is plugged in when it says `plugged` and pulled when its
standard input ends. `{"do": "sign", "seed": 3}` writes a signature, `{"do": "glass"}` tells what stands on the glass.

A process of its own plays the pad, and to pull it out that process ends, whatever its threads wait for: the kernel
wakes them, closes the endpoints and takes the device off the bus. Who unbinds it from within waits for the kernel's
lock on the control endpoint, which an answer that the host no longer fetches may hold.
"""

import errno
import json
import os
import struct
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from hw.emulators.hand import invent
from hw.emulators.stu_tablet import MODELS, StuTablet
from hw.stu.reports import BLOCK, Report

_GADGETS = Path("/sys/kernel/config/usb_gadget")
_CONTROLLERS = Path("/sys/class/udc")
_ENGLISH = "0x409"
_FULL_AND_HIGH_SPEED = 3
_DESCRIPTORS, _STRINGS = 3, 2
_EVENT = struct.Struct("<BBHHHB3x")
"""usb_functionfs_event: a setup packet and the event's type."""
_SETUP = 4
_GIVEN_UP = frozenset((errno.EIDRM, errno.EL2HLT))
"""How FunctionFS says that the host took a request back, or that one without an answer was refused."""
_GET_REPORT, _SET_REPORT, _GET_DESCRIPTOR = 0x01, 0x09, 0x06
_REPORT_DESCRIPTOR = 0x22


def report_descriptor() -> bytes:
    """Describe the reports on a page of the vendor's own, which the kernel's wacom driver makes nothing of."""
    inputs = ((Report.PEN, 6), (Report.PEN_OPTION, 8), (Report.PEN_TIMED, 10))
    features = (
        *((Report.STATUS, 4), (Report.CAPABILITY, 16), (Report.END_CAPTURE, 1), (Report.CLEAR, 1), (Report.INKING, 1)),
        *((Report.IMAGE_START, 1), (Report.IMAGE_BLOCK, BLOCK + 2), (Report.IMAGE_END, 1), (Report.PEN_OPTION_MODE, 1)),
    )
    body = b"".join(
        bytes((0x85, code, 0x09, code, 0x75, 8, 0x95, size, kind, 0x02))
        for kind, reports in ((0x81, inputs), (0xB1, features))
        for code, size in reports
    )
    return bytes.fromhex("06 00ff 0901 a101 1500 26 ff00") + body + b"\xc0"


class Wire:
    """The pad's USB device."""

    def __init__(self, tablet: StuTablet) -> None:
        self._tablet = tablet
        self._name = f"stu{os.getpid()}"
        self._gadget = _GADGETS / self._name
        self._ffs = Path("/run") / self._name
        self._descriptor = report_descriptor()
        self.claimed = threading.Lock()
        """Between the pen and the feature reports, which meet on the same tablet."""
        self._control = self._pen = -1

    def make(self) -> None:
        """Make the device, without anything in it that answers."""
        config = self._gadget / "configs/c.1"
        config.mkdir(parents=True)
        strings = self._gadget / "strings" / _ENGLISH
        strings.mkdir(parents=True)
        for name, value in (("idVendor", "0x056a"), ("idProduct", f"{self._tablet.model.product:#x}")):
            (self._gadget / name).write_text(value)
        for name, value in (("manufacturer", "Wacom"), ("product", self._tablet.model.name), ("serialnumber", "STU1")):
            (strings / name).write_text(value)
        function = self._gadget / "functions" / f"ffs.{self._name}"
        function.mkdir(parents=True)
        (config / function.name).symlink_to(function)
        self._ffs.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "functionfs", self._name, str(self._ffs)], check=True)

    def plug(self) -> None:
        """Bring it to life and connect it; returns when the kernel has configured it."""
        self._control = os.open(self._ffs / "ep0", os.O_RDWR)
        self._describe()
        self._pen = os.open(self._ffs / "ep1", os.O_RDWR)
        threading.Thread(target=self._serve, daemon=True).start()
        taken = {file.read_text().strip() for file in _GADGETS.glob("*/UDC")}
        controller = next(udc for udc in sorted(_CONTROLLERS.glob("dummy_udc.*")) if udc.name not in taken)
        (self._gadget / "UDC").write_text(controller.name)
        while (controller / "state").read_text().strip() != "configured":
            time.sleep(0.01)

    def put_away(self) -> None:
        """Unmake the device, which whoever played it has let go of."""
        (self._gadget / f"configs/c.1/ffs.{self._name}").unlink()
        subprocess.run(["umount", str(self._ffs)], check=True)
        for folder in (f"functions/ffs.{self._name}", "configs/c.1", f"strings/{_ENGLISH}", "."):
            (self._gadget / folder).rmdir()

    def report(self, report: bytes) -> None:
        """Send what the pen does; waits until the kernel has asked for it, as USB does."""
        os.write(self._pen, report)

    def _describe(self) -> None:
        hid = struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, _REPORT_DESCRIPTOR, len(self._descriptor))
        interface = struct.pack("<9B", 9, 4, 0, 0, 1, 3, 0, 0, 0)
        speeds = b"".join(interface + hid + struct.pack("<BBBBHB", 7, 5, 0x81, 3, 64, every) for every in (4, 6))
        counts = struct.pack("<II", 3, 3)
        length = 12 + len(counts) + len(speeds)
        os.write(self._control, struct.pack("<III", _DESCRIPTORS, length, _FULL_AND_HIGH_SPEED) + counts + speeds)
        os.write(self._control, struct.pack("<IIII", _STRINGS, 16, 0, 0))

    def _serve(self) -> None:
        while True:
            try:
                heard = os.read(self._control, _EVENT.size)
            except OSError as error:
                if error.errno not in _GIVEN_UP:
                    raise
                continue
            kind, request, value, _index, length, event = _EVENT.unpack(heard)
            if event == _SETUP:
                self._setup(kind, request, value, length)

    def _setup(self, kind: int, request: int, value: int, length: int) -> None:
        to_host = bool(kind & 0x80)
        try:
            if to_host:
                answer = self._answer(request, value)
                if answer is None:
                    # Reading where an answer is due is how FunctionFS is told to stall.
                    os.read(self._control, 0)
                else:
                    os.write(self._control, answer[:length])
            else:
                content = os.read(self._control, length)
                if request == _SET_REPORT:
                    with self.claimed:
                        self._tablet.obey(content)
        except OSError:
            pass

    def _answer(self, request: int, value: int) -> bytes | None:
        if request == _GET_DESCRIPTOR and value >> 8 == _REPORT_DESCRIPTOR:
            return self._descriptor
        if request == _GET_REPORT:
            with self.claimed:
                return self._tablet.get(value & 0xFF)
        return None


def sign(wire: Wire, tablet: StuTablet, seed: int) -> None:
    """Write as a pupil does, a report every five milliseconds."""
    ms = int(time.monotonic() * 1000)
    for stroke in invent(seed):
        for number, (x, y, pressure) in enumerate((*stroke, stroke[-1])):
            with wire.claimed:
                report = tablet.write(x, y, pressure, ms, touches=number < len(stroke))
            if report is not None:
                wire.report(report)
            ms += 5
            time.sleep(0.005)
    print(json.dumps({"signed": seed}), flush=True)


def play(wire: Wire, tablet: StuTablet) -> None:
    """Be the pad for as long as it is plugged in."""
    wire.plug()
    print(json.dumps({"plugged": True}), flush=True)
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if order["do"] == "sign":
            threading.Thread(target=sign, args=(wire, tablet, order["seed"]), daemon=True).start()
        else:
            with wire.claimed:
                told = {"clean": tablet.clean, "ink": len(tablet.ink), "inking": tablet.inking}
                print(json.dumps({"glass": told, "complaints": tablet.complaints}), flush=True)


def main() -> None:
    tablet = StuTablet(MODELS[int(sys.argv[1], 16)])
    wire = Wire(tablet)
    subprocess.run(["modprobe", "libcomposite"], check=True)
    wire.make()
    player = os.fork()
    if player == 0:
        try:
            play(wire, tablet)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)  # without waiting for a thread: this is the pull
    _, status = os.waitpid(player, 0)
    wire.put_away()
    sys.exit(os.waitstatus_to_exitcode(status))


main()
