"""The power goes while an officer records: everything the store has acknowledged is there afterwards.

Prove runs only: each cut boots two machines of its own. The control must lose something, or the cuts would prove
nothing: a disk that acknowledges flushes without doing them.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .fault_disk import FaultDisk, Kept
from .kernel import Kernel
from .laboratory import GUEST
from .machine import PROJECT, Machine, booted

pytestmark = pytest.mark.skipif(os.environ.get("REKAM17_PROVE") != "1", reason="a power cut takes two boots")
KEY = bytes(range(1, 33)).hex()
STORE = "/mnt/rekam17.db"
MAKE = "import sys; from pathlib import Path; from store.clock import SystemClock; from store.store import Store; \
Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), SystemClock(), create=True).close()"


@contextmanager
def _machine(kernel: Kernel, address: Path) -> Iterator[Machine]:
    drive = ("-drive", f"if=none,id=disk,format=raw,file=nbd:unix:{address}", "-device", "virtio-blk-pci,drive=disk")
    with booted(kernel, *drive) as machine:
        yield machine


def _cut(kernel: Kernel, disk: FaultDisk, address: Path, *, lying: bool = False) -> int:
    """Cut the power of an officer who writes, and return the number of the last change that was acknowledged."""
    with _machine(kernel, address) as machine:
        machine.run("mkfs.ext4", "-q", "/dev/vda")
        machine.run("mount", "/dev/vda", "/mnt")
        machine.run(sys.executable, "-c", MAKE, STORE, KEY)
        machine.run("sync")
        writer = machine.start_python(PROJECT / "tests/store/writer.py", STORE, KEY, "Siti", "1000000")
        writer.say(go=True)
        writer.wait(lambda number: number >= 20, seconds=120)
        disk.lies = lying
        writer.wait(lambda number: number >= 60, seconds=120)
    writer.close()
    disk.settle()
    disk.lies = False
    return writer.heard()[-1]


def _look(kernel: Kernel, address: Path) -> dict[str, Any]:
    with _machine(kernel, address) as machine:
        machine.run("mount", "/dev/vda", "/mnt")
        return json.loads(machine.run(sys.executable, str(GUEST / "check_store.py"), STORE, KEY))


@contextmanager
def _disk(kept: Kept, seed: int = 0) -> Iterator[tuple[FaultDisk, Path]]:
    with tempfile.TemporaryDirectory(prefix="rekam17-disk-") as folder:
        image, address = Path(folder) / "image", Path(folder) / "nbd"
        with image.open("wb") as file:
            file.truncate(256 << 20)
        with FaultDisk(image, address, kept, seed) as disk:
            yield disk, address


@pytest.mark.parametrize(("kept", "seed"), [(Kept.NONE, 0), (Kept.BY_CHANCE, 1), (Kept.BY_CHANCE, 2)])
def test_a_power_cut_loses_nothing_that_was_acknowledged(vm_kernel: Kernel, kept: Kept, seed: int) -> None:
    with _disk(kept, seed) as (disk, address):
        last = _cut(vm_kernel, disk, address)
        found = _look(vm_kernel, address)
    assert set(found["names"]) >= {f"Siti {number}" for number in range(last + 1)}
    assert len(found["names"]) <= last + 2
    assert (found["journal"], found["entries"]) == (True, len(found["names"]))


def test_a_disk_that_lies_about_flushing_loses_what_was_acknowledged(vm_kernel: Kernel) -> None:
    with _disk(Kept.NONE) as (disk, address):
        last = _cut(vm_kernel, disk, address, lying=True)
        found = _look(vm_kernel, address)
    assert disk.lost
    assert 20 <= len(found["names"]) < last
    assert found["journal"]
