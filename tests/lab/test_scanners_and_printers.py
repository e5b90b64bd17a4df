"""Devices whose cable only shows that they are there: a service or a queue does the work."""

from collections.abc import Callable, Iterator

import pytest

from .devices import Acm, Function, Hid, Labels, Printer
from .feed import Feed, Line
from .laboratory import GUEST, SERVICE, Laboratory, Seconds

Took = Callable[[str, Seconds], None]
CROSS_MATCH = Labels("080b", "0010", "SLAP1", "Cross Match", "L Scan")
IRIS = Labels("1d50", "6171", "IRIS1", "Iris", "Double")
"""Iris scanners are in no public list of ids: they are known through their service alone."""
VENDORS_OWN = Hid("0600ff 0901 a101 1500 26ff00 7508 9540 0901 8102 c0")
"""An interface of the vendor's own page, in which no driver of the kernel sees anything."""


def test_a_card_printer_is_announced_pulled_and_announced_again(lab: Laboratory, took: Took) -> None:
    evolis = Labels("0f49", "0a00", "EV123", "Evolis", "Primacy 2")
    with lab.gadget(evolis, Printer("MFG:Evolis;MDL:Primacy 2;CLS:PRINTER;CMD:EVOLIS;")) as printer:
        took("card printer", lab.there_and_back(printer, role="card_printer", driver="queue", key="EV123"))


@pytest.mark.parametrize(
    ("interface", "state", "why"),
    [(VENDORS_OWN, "unreachable", "service"), (Acm(), "claimed", "cdc_acm")],
    ids=["its own", "one that a kernel's driver takes"],
)
def test_a_slap_scanner_without_its_service_says_what_is_missing(
    lab: Laboratory, interface: Function, state: str, why: str
) -> None:
    with lab.gadget(CROSS_MATCH, interface) as scanner:
        first = lab.announce(scanner, key="SLAP1", state=state)
        assert (first.device["role"], first.device["driver"], first.device["why"]) == ("finger", "sbi", why)
        lab.pull(scanner, "SLAP1")


@pytest.fixture(scope="module")
def service(lab: Laboratory) -> Iterator[Feed]:
    """Run the vendors' service, which knows of their scanners only while these are plugged in."""
    with lab.machine.start_python(
        GUEST / "sbi_service.py", SERVICE, f"finger={CROSS_MATCH.ids}", f"iris={IRIS.ids}"
    ) as running:
        running.wait(lambda line: "ready" in line, seconds=120)
        yield running


@pytest.mark.parametrize(
    ("labels", "key", "what"),
    [(CROSS_MATCH, "R17-JARI-0001", "slap"), (IRIS, "R17-IRIS-0001", "eyes")],
    ids=["slap scanner", "iris scanner"],
)
def test_a_scanner_behind_its_service_is_pulled_in_mid_capture_and_captures_again(
    lab: Laboratory, service: Feed, took: Took, labels: Labels, key: str, what: str
) -> None:
    with lab.gadget(labels, VENDORS_OWN) as scanner:
        first = lab.announce(scanner, key=key, state="ready")
        _turn(service, hold=True)
        since = service.mark
        capture = lab.officer.capture(key, what)
        service.wait(lambda line: "capturing" in line, since=since)
        pulled, ended = lab.pull(scanner, key, capture)

        _turn(service, hold=False)
        again = lab.announce(scanner, key=key, state="ready")
        done = _capture(lab, key, what)
        lab.pull(scanner, key)
        took(
            "slap scanner" if what == "slap" else "iris scanner",
            Seconds(first.seconds, pulled, again.seconds, ended, done["at"] - again.event),
        )


def _capture(lab: Laboratory, key: str, what: str) -> Line:
    """Capture as an officer does, who presses again: on a loaded machine the service needs longer than it is given."""
    for _ in range(5):
        ended = lab.officer.capture(key, what).ended()
        if ended["reason"] != "timeout":
            break
    assert ended["ended"] == "done", ended
    return ended


def _turn(service: Feed, **knobs: object) -> None:
    since = service.mark
    service.say(**knobs)
    service.wait(lambda line: "turned" in line, since=since)
