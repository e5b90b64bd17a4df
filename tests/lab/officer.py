"""The program in the VM, seen from outside: what it has announced, and captures on demand."""

from __future__ import annotations

import itertools
from typing import Any

from .feed import PATIENCE, Feed, Line

_names = itertools.count()


class Capture:
    """One capture that the program was told to make."""

    def __init__(self, feed: Feed, key: str, what: str) -> None:
        self._feed = feed
        self._name = f"{what}-{next(_names)}"
        self._since = feed.mark
        feed.say(do="capture", key=key, what=what, **{"as": self._name})

    def opened(self, *, seconds: float = PATIENCE) -> Line:
        """Wait until the device is open."""
        return self._wait("opened", self._since, seconds)

    def got(self, *, seconds: float = PATIENCE, since: int | None = None) -> Line:
        """Wait for the first frame, point or image, or the first after a mark; what was got is under `got`."""
        return self._wait("got", self._since if since is None else since, seconds)

    def all_got(self) -> list[Any]:
        """Everything captured so far."""
        return [line["got"] for line in self._feed.heard(self._since) if self._mine(line, "got")]

    def ended(self, *, seconds: float = PATIENCE) -> Line:
        """Wait for the end; `ended` is `done`, `stopped` or the error's name, `reason` that of a failed capture."""
        return self._wait("ended", self._since, seconds)

    def stop(self) -> Line:
        """Let go of the device and wait until it is closed."""
        self._feed.say(do="stop", **{"as": self._name})
        return self.ended()

    def _wait(self, what: str, since: int, seconds: float) -> Line:
        return self._feed.wait(lambda line: self._mine(line, what), since=since, seconds=seconds)

    def _mine(self, line: Line, what: str) -> bool:
        return line.get("capture") == self._name and what in line


class Officer:
    """The program: `guest/officer.py`, started once for all tests."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    @property
    def mark(self) -> int:
        """How much it has said so far."""
        return self.feed.mark

    def sees(self, *, since: int = 0, seconds: float = PATIENCE, **wanted: str) -> tuple[Line, Line]:
        """Wait for a snapshot with a device like that (role, driver, name, state ...); return snapshot and device."""
        snapshot = self.feed.wait(lambda line: _like(line, wanted) is not None, since=since, seconds=seconds)
        device = _like(snapshot, wanted)
        assert device is not None
        return snapshot, device

    def misses(self, key: str, *, since: int, seconds: float = PATIENCE) -> Line:
        """Wait for a snapshot without that key."""
        return self.feed.wait(
            lambda line: "attached" in line and all(device["key"] != key for device in line["attached"]),
            since=since,
            seconds=seconds,
        )

    def capture(self, key: str, what: str) -> Capture:
        """Have it capture: `frames`, `points`, `still`, `slap`, `eyes`, `finger` or `status`."""
        return Capture(self.feed, key, what)


def _like(line: Line, wanted: dict[str, str]) -> Line | None:
    return next(
        (device for device in line.get("attached", ()) if all(device[name] == wanted[name] for name in wanted)), None
    )
