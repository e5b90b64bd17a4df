"""One laboratory for all its tests: booting it takes longer than any of them."""

from collections.abc import Callable, Iterator

import pytest
from peers import lacking

from .kernel import kernel
from .laboratory import Laboratory, Seconds, laboratory

PROGRAMS = ("qemu-system-x86_64", "busybox", "modprobe", "udevadm", "ssh", "ssh-keygen", "sshd", "setpriv")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the VM, and may wait for another run's VM to end."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.peer(*PROGRAMS))
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    if not kernel().present:
        lacking("the VM's kernel is not there: python -m tests.lab setup")
    with laboratory(kernel()) as standing:
        yield standing


@pytest.fixture
def took(lab: Laboratory, record_property: Callable[[str, object], None]) -> Callable[[str, Seconds], None]:
    """Say under a device's name how long it took, and how slow the VM was: printed at the end of the run."""

    def said(device: str, seconds: Seconds) -> None:
        record_property("seconds", f"{device:<16}{seconds}  slower {lab.slowness():.0f} x")

    return said
