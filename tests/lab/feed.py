"""A program in the VM that says JSON lines and takes some: everything it said is kept until somebody asks for it."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

PATIENCE = 90.0
"""Seconds to wait for what should come at once: the VM may be a hundred times slower than an idle machine."""
Line = dict[str, Any]
Wanted = Callable[[Line], object]


class Silence(AssertionError):
    """What was waited for was not said; the message holds what was."""


class Feed:
    """The two directions of such a program; also a context manager that closes it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        self._said: list[Line] = []
        self._errors: list[str] = []
        self._ended = False
        self._changed = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def mark(self) -> int:
        """How much was said so far: `since` for what comes after."""
        with self._changed:
            return len(self._said)

    @property
    def running(self) -> bool:
        """Whether the program is still there."""
        return self._process.poll() is None

    def say(self, **order: object) -> None:
        """Send one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def heard(self, since: int = 0) -> list[Line]:
        """Everything that was said after a mark."""
        with self._changed:
            return self._said[since:]

    def wait(self, wanted: Wanted, *, since: int = 0, seconds: float = PATIENCE) -> Line:
        """Return the first line after a mark that is wanted. Raises Silence."""
        end = time.monotonic() + seconds
        at = since
        with self._changed:
            while True:
                for line in self._said[at:]:
                    if wanted(line):
                        return line
                at = len(self._said)
                if self._ended or not self._changed.wait(max(0.0, end - time.monotonic())):
                    said = "\n".join(json.dumps(line) for line in self._said[since:][-20:])
                    why = "the program ended" if self._ended else f"nothing within {seconds} s"
                    raise Silence(f"{why}; it said:\n{said}\n{''.join(self._errors)[-2000:]}")

    def close(self) -> None:
        """Hang up, which the program takes as its end, and wait for it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(10)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        # ssh hands the pipes to the connection that all orders share, which keeps them until the program has ended.
        end = time.monotonic() + PATIENCE
        for reader in self._readers:
            reader.join(max(0.0, end - time.monotonic()))
        if any(reader.is_alive() for reader in self._readers):
            raise Silence(f"the program did not end; it said:\n{self._said[-20:]}\n{''.join(self._errors)[-2000:]}")
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            with self._changed:
                try:
                    self._said.append(json.loads(text))
                except ValueError:
                    self._errors.append(text)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for text in self._process.stderr:
            with self._changed:
                self._errors.append(text)
