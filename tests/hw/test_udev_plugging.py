"""Real devices by udev as they come and go: whole snapshots, in calm, whatever is plugged, pulled, flaps or is lost."""

import pytest

from tests.hw.udev_ground import (
    HIDRAW,
    PEN,
    SCANNER,
    STU,
    TESTBED,
    announced,
)

pytestmark = pytest.mark.peer("umockdev-run", "umockdev-wrapper")


HOTPLUG = """
pen, scanner = sys.argv[1:]

async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        plug(pen)
        while len(attached := await anext(watching)) < 1: pass
        show(attached)
        plug(scanner)
        while len(attached := await anext(watching)) < 2: pass
        show(attached)
        pull(pen)
        while len(attached := await anext(watching)) > 1: pass
        show(attached)
asyncio.run(main())
"""


def test_what_is_plugged_and_pulled_is_announced_whole_each_time() -> None:
    snapshots = announced(["umockdev-wrapper"], TESTBED + HOTPLUG, PEN, SCANNER)
    assert [[entry[1] for entry in snapshot] for snapshot in snapshots] == [
        [],
        ["signature"],
        ["finger", "signature"],
        ["finger"],
    ]


SERVICE = """
served = Attached("S1", Role.FINGER, "sbi", "Slap scanner", "127.0.0.1:4501/1", "S1")
running = True

async def sweep(changed):
    return (served,) if running else ()

async def main():
    global running
    plug(sys.argv[1])
    async with aclosing(UdevBus(sweeps=[sweep]).watch()) as watching:
        show(await anext(watching))
        running = False
        plug(sys.argv[2])
        while len(attached := await anext(watching)) < 2 or attached[0].key == "S1": pass
        show(attached)
asyncio.run(main())
"""


def test_a_scanner_is_its_services_as_long_as_that_runs() -> None:
    with_service, without = announced(["umockdev-wrapper"], TESTBED + SERVICE, SCANNER, PEN)
    assert [(entry[0], entry[4]) for entry in with_service] == [("S1", "ready")]
    assert [(entry[1], entry[4]) for entry in without] == [("finger", "unreachable"), ("signature", "ready")]


GAP = """
import errno, pyudev

kept = pyudev.Monitor.poll

def lost(monitor, timeout=None):
    pyudev.Monitor.poll = kept
    while kept(monitor, 0) is not None:
        pass
    raise OSError(errno.ENOBUFS, "No buffer space available")

async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        pyudev.Monitor.poll = lost
        plug(sys.argv[1])
        show(await anext(watching))
asyncio.run(main())
"""


def test_after_events_were_lost_everything_is_looked_at_again() -> None:
    before, after = announced(["umockdev-wrapper"], TESTBED + GAP, PEN)
    assert before == []
    assert [entry[1] for entry in after] == ["signature"]


FLAP = """
device, node = sys.argv[1:]
again = node.replace(".0001", ".0002").replace("hidraw0", "hidraw3")

async def main():
    plug(device); plug(node)
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        changed = asyncio.ensure_future(anext(watching))
        pull(node)
        await asyncio.sleep(0.1)
        plug(again)
        show(await changed)
        pull(again); pull(device)
        show(await anext(watching))
asyncio.run(main())
"""


def test_a_node_that_flaps_is_no_loss_and_one_that_is_pulled_is() -> None:
    assert announced(["umockdev-wrapper"], TESTBED + FLAP, STU, HIDRAW) == [
        [["pci-0000:00:14.0-usb-0:6", "signature", "stu", "/dev/hidraw0", "ready", ""]],
        [["pci-0000:00:14.0-usb-0:6", "signature", "stu", "/dev/hidraw3", "ready", ""]],
        [],
    ]


RESET = """
device, node = sys.argv[1:]
# The testbed leaves the files of nodes in /dev.
back = ["\\n".join(line for line in one.splitlines() if not line.startswith("N:")) + "\\n" for one in (device, node)]

async def main():
    plug(device); plug(node)
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        changed = asyncio.ensure_future(anext(watching))
        for _ in range(3):
            pull(node); pull(device)
            await asyncio.sleep(0.1)
            plug(back[0]); plug(back[1])
            await asyncio.sleep(0.1)
        done, _ = await asyncio.wait({changed}, timeout=1)
        print(json.dumps([["said again" if done else "nothing said"]]))
        changed.cancel()
        await asyncio.wait({changed})
asyncio.run(main())
"""


def test_a_device_that_is_reset_again_and_again_is_not_spoken_of() -> None:
    first, after = announced(["umockdev-wrapper"], TESTBED + RESET, STU, HIDRAW)
    assert first[0][1] == "signature"
    assert after == [["nothing said"]]
