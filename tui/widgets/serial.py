"""A blank's serial being typed: its last four digits, or the whole of it by a scanner that types.

Digits belong to the field; letters are keys of the screen, except the one with which the expected serial begins or
goes on, so that a scanner that types letter by letter is understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui import keys
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, guard

_LONGEST = 20
_TAIL = 4


class SerialEntry:
    """The field of S23 and S24: `[A011 ____]`, the beginning taken from the blank that is expected."""

    typing = False

    def __init__(self, live: Iterable[keys.Key] = (), on_change: Callable[[str], None] | None = None) -> None:
        self.focused = True
        self.text = ""
        self.expected = ""
        """The whole serial of the blank that lies on top; nothing where none is in stock."""
        self._live = {key.letter for key in live}
        self._on_change = on_change

    @property
    def complete(self) -> bool:
        """Whether enough is typed for Enter: four digits, or a whole serial."""
        return len(self.text) >= _TAIL

    def press(self, press: Press) -> bool:
        """Take digits, and what a scanner types; leave every other key to the screen."""
        if press.name == "backspace" and self.text:
            self.set(self.text[:-1])
            return True
        if press.text.isascii() and press.text.isdigit():
            self.set(self.text + press.text)
            return True
        if self._goes_on(press.text.upper()):
            self.set(self.text + press.text.upper())
            return True
        return False

    def set(self, text: str) -> None:
        """Put text into the field, as a draft or a scan does."""
        text = guard(text)[:_LONGEST]
        if text != self.text:
            self.text = text
            if self._on_change is not None:
                self._on_change(text)

    def draw(self, line: Line, column: int, *, focused: bool = False) -> Line:
        """Draw the field at a column; a whole serial stands there split as the expected one does."""
        if focused:
            line.put(column - 1, "►", Ink.VALUE)
        head, tail = self.expected[:-_TAIL], self.text
        if len(self.text) > _TAIL:
            head, tail = self.text[:-_TAIL], self.text[-_TAIL:]
        line.put(column, "[").add(head).add(" " if head else "").add(tail.ljust(_TAIL, "_"), Ink.VALUE)
        return line.add("]")

    def _goes_on(self, letter: str) -> bool:
        expected = self.expected[len(self.text) : len(self.text) + 1]
        return bool(letter) and letter.isalpha() and letter == expected and letter not in self._live
