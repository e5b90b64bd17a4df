"""The painter: a thread that writes to the terminal, since a write may wait for as long as the line is slow.

It holds the newest frame and what else has to be said. A frame goes out when the line has room for it; one that comes
meanwhile takes its place, and is compared with what was really sent. While the terminal is known to have drawn all
before, a frame of usual size is written at once: nothing has to be waited for, and another thread would come later.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from tui.terminal.encoder import Encoder
from tui.terminal.window import ASK, Window

SYNC = ("\x1b[?2026h", "\x1b[?2026l")
"""Between these a terminal that knows them shows nothing half drawn (mode 2026)."""
_SYNC_FROM = 600
"""So many characters of a frame are worth the sixteen of the marks."""
_AT_ONCE = 4096
"""So many bytes any terminal takes that has nothing else to draw."""
_CLOSING_S = 2.0
"""For so long the last words are waited for; a terminal that takes nothing more does not keep the program."""
_ANSWERS_S = 4.0
"""For so long at most the answers under way are waited for."""


class Painter:
    """What is to be written to one terminal, and the thread that writes it; made when the terminal is taken over."""

    def __init__(self, descriptor: int, encoder: Encoder) -> None:
        self.synchronised = False
        """Whether the terminal knows the marks of a whole frame."""
        self._descriptor = descriptor
        self._encoder = encoder
        self._window = Window()
        self._changed = threading.Condition()
        self._sequences: list[str] = []
        self._questions: list[str] = []
        self._frame: tuple[Sequence[str], tuple[int, int]] | None = None
        self._unsent = b""
        """Taken already, and noted as sent, but not yet written."""
        self._quiet = self._ending = self._gone = self._writing = False
        self._thread = threading.Thread(target=self._paint, name="painter", daemon=True)
        self._thread.start()

    def say(self, sequence: str, *, unknown: bool = False) -> None:
        """Write a sequence before the next frame; after an unknown one that frame is drawn whole."""
        with self._changed:
            self._sequences.append(sequence)
            if unknown:
                self._encoder.forget()
            self._changed.notify()

    def ask(self, sequence: str) -> None:
        """Write a sequence behind the frame that waits: its answer tells when that was drawn."""
        with self._changed:
            self._questions.append(sequence)
            self._changed.notify()

    def show(self, rows: Sequence[str], cursor: tuple[int, int]) -> None:
        """Take the newest frame; the one that still waits is dropped."""
        with self._changed:
            if self._quiet:
                return
            self._frame = rows, cursor
            if self._window.empty and not self._writing:
                self._unsent += self._taken(with_frame=True)
                if len(self._unsent) <= _AT_ONCE:
                    with suppress(OSError):  # the thread will meet the same, and knows what is to be done
                        self._unsent = self._unsent[os.write(self._descriptor, self._unsent) :]
            if self._unsent or self._frame:
                self._changed.notify()

    def adopt(self, rows: Sequence[str]) -> None:
        """Take over what the terminal shows already."""
        with self._changed:
            self._encoder.adopt(rows)

    def forget(self) -> None:
        """Know nothing of the screen any more: somebody else wrote on it."""
        with self._changed:
            self._encoder.forget()

    def drop(self) -> None:
        """Forget the screen and the frame that waits: its cells mean nothing any more."""
        with self._changed:
            self._frame = None
            self._encoder.forget()

    def heard(self, answers: int) -> None:
        """Take in answers of the terminal to the questions of the window."""
        with self._changed:
            for _answer in range(answers):
                self._window.answered(time.monotonic())
            self._changed.notify_all()

    @property
    def owed(self) -> bool:
        """Whether the terminal owes an answer."""
        return self._window.owed

    def quieten(self) -> None:
        """Draw and ask nothing more, and wait for answers on their way, or a shell would read them as typed."""
        with self._changed:
            self._quiet, self._frame = True, None
            self._questions.clear()
            end = time.monotonic() + min(_ANSWERS_S, self._window.patience)
            while self._window.owed and self._window.asking and not self._gone and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            self._window.stop()

    def lost(self) -> None:
        """Take in that the terminal is gone: nothing more is written or waited for."""
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def close(self) -> None:
        """Write what was said, and end."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(_CLOSING_S)

    # --- the thread ---------------------------------------------------------------------------------------------

    def _paint(self) -> None:
        with suppress(OSError):  # the terminal is gone; the program hears of that by itself, and ends
            while (data := self._next()) is not None:
                self._write(data)
        self.lost()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:  # the terminal is shared, and another program left it so
                select.select((), (self._descriptor,), ())

    def _next(self) -> bytes | None:
        """Wait for what is to be written now; None at the end."""
        with self._changed:
            self._writing = False
            while not self._unsent:
                wait = None if self._frame is None else self._window.wait(time.monotonic())
                if self._sequences or wait == 0.0 or (self._questions and self._frame is None):
                    self._unsent = self._taken(with_frame=wait == 0.0)
                elif self._ending or self._gone:
                    return None
                else:
                    self._changed.wait(wait)
            data, self._unsent, self._writing = self._unsent, b"", True
            return data

    def _taken(self, *, with_frame: bool) -> bytes:
        """Take what waits, and note it as sent."""
        text = "".join(self._sequences)
        self._sequences.clear()
        if with_frame and self._frame is not None:
            drawn = self._encoder.encode(*self._frame)
            self._frame = None
            text += SYNC[0] + drawn + SYNC[1] if self.synchronised and len(drawn) > _SYNC_FROM else drawn
        if self._frame is None:
            text += "".join(self._questions)
            self._questions.clear()
        data = text.encode("utf-8", "replace")
        if data and self._window.send(len(data), time.monotonic()) and not self._quiet:
            data += ASK.encode()
        return data
