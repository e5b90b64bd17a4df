"""Devices whose cable only shows that they are there: a service or a queue does the work."""

from collections.abc import Callable

from .devices import Acm, Labels, Printer
from .laboratory import Laboratory, Seconds

Took = Callable[[str, Seconds], None]


def test_a_card_printer_is_announced_pulled_and_announced_again(lab: Laboratory, took: Took) -> None:
    evolis = Labels("0f49", "0a00", "EV123", "Evolis", "Primacy 2")
    with lab.gadget(evolis, Printer("MFG:Evolis;MDL:Primacy 2;CLS:PRINTER;CMD:EVOLIS;")) as printer:
        took("card printer", lab.there_and_back(printer, role="card_printer", driver="queue", key="EV123"))


def test_a_slap_scanner_without_its_service_is_named_and_not_ready(lab: Laboratory, took: Took) -> None:
    with lab.gadget(Labels("080b", "0010", "SLAP1", "Cross Match", "L Scan"), Acm()) as scanner:
        seen, _ = lab.announce(scanner, key="SLAP1")
        assert (seen["role"], seen["driver"], seen["state"], seen["why"]) == ("finger", "sbi", "unreachable", "service")
        scanner.pull()
        took("slap scanner", lab.there_and_back(scanner, key="SLAP1"))
