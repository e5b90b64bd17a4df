"""What all tests share: the programs they need from outside, and the seconds that some of them measure."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from peers import need

from tui import i18n

# How long an example takes is the machine's business, not a test's.
settings.register_profile("any_machine", deadline=None)
settings.load_profile("any_machine")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin in the language of the source: the words of one test, or of a benchmark, are not those of the next."""
    i18n.use("en")
    yield
    i18n.use("en")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let real devices be named, for the contract that every driver keeps."""
    named = "a real device by its key or as ROLE=ADDRESS, to hold the drivers' contract with; may be repeated"
    parser.addoption("--device", action="append", default=[], help=named)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that of several workers none is still at one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))  # a loaded machine is slow, not broken


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file with one worker, for its tests share what is dear to make; the laboratory too, for it has one VM."""
    from xdist.scheduler.loadfile import LoadFileScheduling

    class OneLaboratory(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/lab" if nodeid.startswith("tests/lab/") else super()._split_scope(nodeid)

    return OneLaboratory(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for the programs a test names with @pytest.mark.peer before it runs."""
    for mark in item.iter_markers("peer"):
        for program in mark.args:
            need(program)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured and counted: in no test's output, where only failures are shown."""
    titles = {
        "seconds": "seconds from the kernel's event, in a VM that is so many times slower than this machine",
        "counted": "counted under fire",
    }
    passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    for wanted, title in titles.items():
        measured = [value for report in passed for name, value in report.user_properties if name == wanted]
        if measured:
            terminalreporter.section(title)
            for line in measured:
                terminalreporter.line(str(line))
