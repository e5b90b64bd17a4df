"""One laboratory for all its tests: booting it takes longer than any of them."""

from collections.abc import Callable, Iterator

import pytest
from peers import lacking

from .kernel import Kernel, held, kernel
from .laboratory import Laboratory, Seconds, laboratory

PROGRAMS = ("qemu-system-x86_64", "busybox", "modprobe", "udevadm", "ssh", "ssh-keygen", "sshd", "setpriv")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the VM, and may wait for another run's VM to end."""
    for item in items:
        if "vm_kernel" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.peer(*PROGRAMS))
            item.add_marker(pytest.mark.timeout(900))
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def vm_kernel() -> Iterator[Kernel]:
    """Wait until no other run has a VM: two would starve each other."""
    if not kernel().present:
        lacking("the VM's kernel is not there: python -m tests.lab setup")
    with held("machine"):
        yield kernel()


@pytest.fixture(scope="session")
def lab(vm_kernel: Kernel) -> Iterator[Laboratory]:
    with laboratory(vm_kernel) as standing:
        yield standing


@pytest.fixture
def took(lab: Laboratory, record_property: Callable[[str, object], None]) -> Callable[[str, Seconds], None]:
    """Say under a device's name how long it took, and how slow the VM was: printed at the end of the run."""

    def said(device: str, seconds: Seconds) -> None:
        record_property("seconds", f"{device:<16}{seconds}  slower {lab.slowness():.0f} x")

    return said
