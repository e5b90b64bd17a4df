"""Runs in the VM: the hands that plug devices in and pull them out, over USB buses of the kernel's own (dummy_hcd).

A device is a configfs gadget with any ids, so it is enumerated, matched to drivers and shown to udev as a real one
would be. Orders are JSON lines; each is answered with `result` and the moment (CLOCK_MONOTONIC) before it was done.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_GADGETS = Path("/sys/kernel/config/usb_gadget")
_CONTROLLERS = Path("/sys/class/udc")
_ENGLISH = "0x409"
_SECONDS = 60

Order = dict[str, Any]


def prepare() -> None:
    subprocess.run(["modprobe", "libcomposite"], check=True)
    subprocess.run(["modprobe", "dummy_hcd", "num=4", "is_high_speed=1"], check=True)
    wait(lambda: any(_CONTROLLERS.glob("dummy_udc.*")))
    subprocess.run(["udevadm", "settle"], check=True)


def wait(done: Any) -> None:
    end = time.monotonic() + _SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def make(order: Order) -> list[str]:
    """Make a device that is not yet plugged in; the result is its own side of each function, where it has a node."""
    gadget = _GADGETS / order["name"]
    strings, config = gadget / "strings" / _ENGLISH, gadget / "configs/c.1"
    strings.mkdir(parents=True)
    config.mkdir(parents=True)
    ids = {"idVendor": order["vendor"], "idProduct": order["product"], "bcdDevice": order["release"]}
    for name, value in ids.items():
        (gadget / name).write_text(f"0x{value}")
    (gadget / "bcdUSB").write_text("0x0200")
    words = {"manufacturer": order["maker"], "product": order["model"], "serialnumber": order["serial"]}
    for name, value in words.items():
        if value:
            (strings / name).write_text(value)
    nodes = []
    for number, function in enumerate(order["functions"]):
        folder = gadget / "functions" / f"{function['kind']}.{order['name']}{number}"
        folder.mkdir()
        nodes.append(FUNCTIONS[function["kind"]](folder, function))
        (config / folder.name).symlink_to(folder)
    return nodes


def acm(folder: Path, function: Order) -> str:
    return f"/dev/ttyGS{(folder / 'port_num').read_text().strip()}"


def hid(folder: Path, function: Order) -> str:
    for name in ("protocol", "subclass", "report_length"):
        (folder / name).write_text(str(function[name]))
    (folder / "report_desc").write_bytes(bytes.fromhex(function["descriptor"]))
    # Named when it is plugged in: the number is the kernel's choice.
    return f"/dev/char/{(folder / 'dev').read_text().strip()}"


def printer(folder: Path, function: Order) -> str:
    (folder / "pnp_string").write_text(function["ieee1284"])
    (folder / "q_len").write_text("10")
    return f"/dev/g_printer{len(list(_GADGETS.glob('*/functions/printer.*'))) - 1}"


FUNCTIONS = {"acm": acm, "hid": hid, "printer": printer}


def plug(order: Order) -> None:
    """Connect a device; waits until the host's side has configured it, not until udev is done with it."""
    taken = {file.read_text().strip() for file in _GADGETS.glob("*/UDC")}
    controller = next(udc for udc in sorted(_CONTROLLERS.glob("dummy_udc.*")) if udc.name not in taken)
    (_GADGETS / order["name"] / "UDC").write_text(controller.name)
    wait(lambda: (controller / "state").read_text().strip() == "configured")


def pull(order: Order) -> None:
    """Disconnect a device, whatever is going on with it."""
    (_GADGETS / order["name"] / "UDC").write_text("\n")


def remove(order: Order) -> None:
    """Unmake a device."""
    gadget = _GADGETS / order["name"]
    if (gadget / "UDC").read_text().strip():
        pull(order)
    for link in (gadget / "configs/c.1").iterdir():
        if link.is_symlink():
            link.unlink()
    for function in (gadget / "functions").iterdir():
        function.rmdir()
    (gadget / "configs/c.1").rmdir()
    (gadget / "strings" / _ENGLISH).rmdir()
    gadget.rmdir()


def turns(order: Order) -> float:
    """Count to a number and return the seconds it took, for comparison with the same outside."""
    begin = time.perf_counter()
    for _ in range(order["count"]):
        pass
    return time.perf_counter() - begin


ORDERS = {"make": make, "plug": plug, "pull": pull, "remove": remove, "turns": turns}


def main() -> None:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
    prepare()
    print(json.dumps({"ready": True}), flush=True)
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        at = time.monotonic()
        answer: Order = {"order": number, "at": at}
        try:
            answer["result"] = ORDERS[order["do"]](order)
        except (OSError, StopIteration) as error:
            answer["error"] = repr(error)
        print(json.dumps(answer), flush=True)


main()
