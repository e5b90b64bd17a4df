"""The driver: Textual's own for Linux, which writes through the painter and reads the terminal's answers.

Only what Textual writes and reads is taken over; modes, signals and suspending stay with it. Textual flushes after each
frame, which is where one ends.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import termios
import time
import tty
from codecs import getincrementaldecoder
from contextlib import suppress
from types import FrameType
from typing import Any

from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal import first_glass
from tui.terminal.abilities import known_abilities
from tui.terminal.answers import Answers
from tui.terminal.cells import CellTable, Frame
from tui.terminal.encoder import Encoder
from tui.terminal.first_glass import FirstGlass
from tui.terminal.painter import SYNC, Painter
from tui.terminal.pen import UnknownOutput

_SEQUENCES = re.compile(
    r"(?:\x1b\[[?>=<][\d;]*[$ ]?[a-zA-Z]|\x1b\](?!8;)[^\x07\x1b]*(?:\x07|\x1b\\)|\x07|\x1b\[\d*c)+\Z"
)
"""Modes, titles, the bell, queries: they draw nothing, and go to the terminal as they are."""
_WHERE = "\x1b[6n"
"""The question that follows a picture; it goes behind the frame, or its answer would come too soon."""
_OTHER_SCREEN = "\x1b[?1049h"
_READ = 4096
_LONGEST_WAIT_S = 0.1
"""Between two looks at whether the program ends."""


class LineDriver(LinuxDriver):
    """Draws on a terminal at the end of a line that may be slow."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._table = CellTable()
        self._abilities = known_abilities()
        self._frame: Frame | None = None
        self._drawn = False
        self._adopted = False
        self._painter: Painter | None = None

    # --- what Textual writes ------------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Take a string of Textual's: a sequence is passed on, a piece of a frame is kept until the frame is whole."""
        painter = self._painter
        if painter is None or not data:
            return
        if data in SYNC:
            painter.synchronised = True
        elif data == _WHERE:
            painter.ask(data)
        elif self._adopted and data == _OTHER_SCREEN:
            self._adopted = False  # the glass stands there already; once more, and it would be erased
        elif _SEQUENCES.match(data):
            painter.say(data, unknown=data == _OTHER_SCREEN)
        else:
            self._drawn = True
            try:
                self._sized().apply(data)
            except UnknownOutput:
                painter.say(data, unknown=True)

    def flush(self) -> None:
        """Hand the frame to the painter: Textual calls this after each."""
        if self._drawn and self._frame is not None and self._painter is not None:
            self._drawn = False
            self._painter.show(list(self._frame.rows), self._frame.cursor)

    def repaint(self) -> None:
        """Draw everything anew: something else wrote on the terminal, or its window changed."""
        if self._painter is not None:
            self._painter.forget()
            self._drawn = True
            self.flush()

    def _uncover(self) -> None:
        """Draw anew after the window changed, also where its size is the old one again; Textual would not."""
        if self._painter is not None:
            self._painter.forget()
        if self._frame is not None and (self._frame.columns, len(self._frame.rows)) == self._get_terminal_size():
            self.repaint()

    def _sized(self) -> Frame:
        columns, rows = self._app.size
        if len(self._table) > CellTable.MOST:  # practically never: a million cells were drawn
            self._table.clear()
            self._frame = None
            if self._painter is not None:
                self._painter.drop()
            self._app.call_later(self._app.refresh)
        if self._frame is None:
            self._frame = Frame(self._table, columns, rows)
        elif (self._frame.columns, len(self._frame.rows)) != (columns, rows):
            self._frame = self._frame.resized(columns, rows)
        return self._frame

    def send_message(self, message: Message) -> None:
        """Hand a message to the program in its loop, as one call; Textual would make a task of it."""
        self._loop.call_soon_threadsafe(self._app.post_message, message)

    # --- taking the terminal and giving it back -----------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Take the terminal."""
        assert self._file is not None, "the command looked for a terminal before"
        self._painter = Painter(self._file.fileno(), Encoder(self._table, self._abilities))
        glass = first_glass.claim()
        if glass is not None:
            self._take_over(glass)
        super().start_application_mode()
        if glass is not None:
            self.attrs_before = glass.attributes
        with suppress(termios.error):
            attributes = termios.tcgetattr(self.fileno)
            attributes[tty.OFLAG] &= ~termios.OPOST  # a line feed is one row down, and nothing else
            termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        resized = signal.getsignal(signal.SIGWINCH)

        def on_resize(number: int, frame: FrameType | None) -> None:
            if callable(resized):
                resized(number, frame)
            self._uncover()

        signal.signal(signal.SIGWINCH, on_resize)

    def _take_over(self, glass: FirstGlass) -> None:
        """Go on from the glass that stands there."""
        frame = Frame(self._table, glass.columns, glass.rows)
        with suppress(UnknownOutput):  # of another version: it is drawn over
            frame.apply(glass.frame)
            self._adopted = True
            if self._painter is not None:
                self._painter.adopt(frame.rows)

    def stop_application_mode(self) -> None:
        """Give the terminal back, with no answer on its way to whoever has it next."""
        if self._painter is not None:
            self._painter.quieten()
        super().stop_application_mode()

    def close(self) -> None:
        """Write the last words, and end the threads."""
        if self._painter is not None:
            self._painter.say("\x1b[m")
            self._painter.close()
            self._painter = None
        super().close()

    # --- what the terminal writes -------------------------------------------------------------------------------

    def run_input_thread(self) -> None:
        """Read keys as Textual does, without the painter's answers, and let Esc wait for no more than its delay."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        answers, decided = Answers(ESCAPE_DELAY, time.monotonic), 0.0
        with selectors.SelectSelector() as line:
            line.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = ""
                if line.select(_seconds_until(decided, answers.due)):
                    typed = self._read()
                    if not typed:
                        break
                    text = self._keys(answers, decode(typed))
                if text := text or answers.overdue():
                    for event in parser.feed(text):
                        self.process_message(event)
                    decided = time.monotonic() + ESCAPE_DELAY  # a little later than the parser, never before it
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """Read what was typed; nothing comes any more from a terminal that is gone."""
        try:
            typed = os.read(self.fileno, _READ)
        except OSError:
            typed = b""
        if not typed and self._painter is not None:
            self._painter.lost()
        return typed

    def _keys(self, answers: Answers, text: str) -> str:
        painter = self._painter
        if painter is None:
            return text
        keys, count = answers.part(text, owed=painter.owed)
        if count:
            painter.heard(count)
        return keys


def _seconds_until(*moments: float | None) -> float:
    """Return for how long to wait for keys: until an Esc was a key, or until something is held for nothing."""
    waits = [moment - time.monotonic() for moment in moments if moment is not None]
    return min((wait for wait in waits if wait > 0), default=_LONGEST_WAIT_S)
