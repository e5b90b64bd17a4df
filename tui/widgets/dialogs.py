"""The dialogs: boxes over the work that ask one thing and are answered or left; a screen behind them stays as it is.

They are drawn into the screen's own lines rather than as a modal screen, which would repaint everything behind it.
An action awaits one with `await self.ask(...)` and gets the answer, or None when the officer left with Esc.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tui import keys
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, cells, cut, wrap
from tui.messages import Problem, worst_first
from tui.widgets.bars import box
from tui.widgets.fields import Field

Answer = TypeVar("Answer")
WIDTH = 60
INNER = WIDTH - 4


class Dialog(Generic[Answer]):
    """One box: its lines, what a press does in it, and the answer it will have."""

    note = ""

    def __init__(self, title: str) -> None:
        self.title = title
        self.answered: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

    @property
    def typing(self) -> bool:
        """Whether letters are typed into the box rather than being keys."""
        return False

    def body(self) -> list[Line]:
        """Return the lines inside the frame, `INNER` cells wide."""
        raise NotImplementedError

    def lines(self) -> list[Line]:
        """Return the whole box."""
        return box(self.title, self.body(), WIDTH, self.note)

    def press(self, press: Press) -> Awaitable[None] | None:
        """Act on a press; Esc and Ctrl+C leave without an answer. What takes time is returned to be awaited."""
        if press.key in (keys.BACK, keys.STOP):
            self.leave()
        return None

    def insert(self, text: str) -> None:
        """Take a paste or a scan; a box without a field has no use for one."""

    def answer(self, answer: Answer) -> None:
        """Close the box with an answer."""
        if not self.answered.done():
            self.answered.set_result(answer)

    def leave(self) -> None:
        """Close the box without one; nothing has changed."""
        if not self.answered.done():
            self.answered.set_result(None)


def footer(left: tuple[str, str], right: tuple[str, str], column: int, gap: str = " ") -> Line:
    """Draw the box's two keys, the second one at its column."""
    line = Line().add(left[0], Ink.KEYCAP).add(gap + left[1])
    column = max(column, len(line) + 2)
    return line.put(column, right[0], Ink.KEYCAP).add(gap + right[1])


@dataclass(frozen=True, repr=False)
class Reason:
    """A reason given: the number of the listed one that was chosen (0 for one of the officer's own) and its words."""

    number: int
    text: str


class ReasonDialog(Dialog[Reason]):
    """B10: an effect, up to six numbered reasons, and a field that a digit fills and that stays editable.

    The reason numbered `other` is not a text but an invitation: its digit empties the field to be written in.
    """

    def __init__(self, title: str, effect: str, reasons: Sequence[str], *, save: str = "", other: int = 0) -> None:
        super().__init__(title)
        self._effect = effect
        self._reasons = tuple(reasons)
        self._save = save or _("Save the reason")
        self._other = other
        self._chosen = 0
        label = _("Reason")
        self._column = cells(label) + 2
        self._field = Field("reason", INNER - self._column - 2)

    @property
    def typing(self) -> bool:
        """Letters always go into the reason."""
        return True

    def body(self) -> list[Line]:
        """Draw effect, reasons in two columns, field and keys."""
        made = [Line(text) for text in wrap(self._effect, INNER)] + [Line()]
        half = (len(self._reasons) + 1) // 2
        for index in range(half):
            line = Line().put(1, f"{index + 1} {self._reasons[index]}", width=28)
            if index + half < len(self._reasons):
                line.put(31, f"{index + half + 1} {self._reasons[index + half]}", width=INNER - 31)
            made.append(line)
        made.append(self._field.draw(Line(_("Reason")), self._column, focused=True))
        return [*made, Line(), footer(("Enter", self._save), ("Esc", _("Leave, as it was")), 31)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Let a digit fill the field while nothing of the officer's own stands in it."""
        number = int(press.text) if press.text.isascii() and press.text.isdigit() else 0
        untouched = self._field.text == self._words(self._chosen)
        if press.key is keys.ENTER:
            if text := self._field.text.strip():
                self.answer(Reason(self._chosen, text))
        elif 1 <= number <= len(self._reasons) and (untouched and not (self._chosen and self._chosen == self._other)):
            self._chosen = number
            self._field.text = self._words(number)
        elif not self._field.press(press):
            return super().press(press)
        return None

    def _words(self, number: int) -> str:
        return "" if number in (0, self._other) else self._reasons[number - 1]

    def insert(self, text: str) -> None:
        """Paste into the reason."""
        self._field.insert(text)


class CountDialog(Dialog[int]):
    """B27: for what touches many at once: Enter does nothing until the number typed is the number meant."""

    def __init__(self, title: str, said: Sequence[str], count: int, *, act: str = "") -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._count = count
        self._act = act or _("Go on when the number is right")
        digits = len(str(count))
        self._field = Field("count", digits, pattern="9" * digits)

    def body(self) -> list[Line]:
        """Draw what will happen, the number asked for and the keys."""
        label = _("Type the number ({count})").format(count=self._count)
        asked = self._field.draw(Line(label), cells(label) + 2, focused=True)
        said = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)]
        return [*said, Line(), asked, Line(), footer(("Enter", self._act), ("Esc", _("Leave")), 43)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Compare on Enter."""
        if press.key is keys.ENTER:
            if self._field.text == str(self._count):
                self.answer(self._count)
        elif not self._field.press(press):
            return super().press(press)
        return None


class YesDialog(Dialog[bool]):
    """B34: says what is kept; only Y and Esc act."""

    def __init__(self, title: str, said: Sequence[str], yes: str, no: str = "") -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._yes = yes
        self._no = no or _("No")

    def body(self) -> list[Line]:
        """Draw the sentences and the two keys."""
        said = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)]
        return [*said, Line(), footer(("Y", self._yes), ("Esc", self._no), 44, "  ")]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Answer yes with Y alone."""
        if press.key is keys.YES:
            self.answer(True)
            return None
        return super().press(press)


class ProblemsDialog(Dialog[Problem]):
    """All open problems, worst first; Enter goes to the one at the cursor."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("Problems"))
        self._problems = worst_first(problems)
        self._at = 0
        self.note = str(len(self._problems))

    def body(self) -> list[Line]:
        """Draw each problem on one or two lines, ten at most around the cursor."""
        made: list[Line] = []
        for index in range(max(self._at - 4, 0), len(self._problems)):
            for number, text in enumerate(wrap(self._problems[index].text, INNER - 2)):
                line = Line().put(2, text)
                if index == self._at:
                    if not number:
                        line.put(0, "►", Ink.VALUE)
                    line.paint(Ink.CURSOR, 0, INNER)
                made.append(line)
        return [*made[:10], Line(), footer(("Enter", _("Go there")), ("Esc", _("Close")), 43)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Move, or choose."""
        if press.key is keys.ENTER and self._problems:
            self.answer(self._problems[self._at])
        elif press.key is keys.UP:
            self._at = max(self._at - 1, 0)
        elif press.key is keys.DOWN:
            self._at = max(min(self._at + 1, len(self._problems) - 1), 0)
        else:
            return super().press(press)
        return None


@dataclass(frozen=True, repr=False)
class Found:
    """One entry of the palette: its line, and what choosing it does."""

    text: str
    act: Callable[[], Awaitable[None] | None]


Provider = Callable[[str], Awaitable[Sequence[Found]]]
"""Answers what was typed with entries, best first; asked again with every keystroke."""


class PaletteDialog(Dialog[Found]):
    """B31: people, then commands, then help, from the providers in their order."""

    ROWS = 4

    def __init__(self, providers: Sequence[Provider]) -> None:
        super().__init__(_("Commands"))
        self._providers = tuple(providers)
        self._field = Field("what", INNER - 3)
        self._found: list[Found] = []
        self._at = 0

    @property
    def typing(self) -> bool:
        """Letters always search."""
        return True

    def body(self) -> list[Line]:
        """Draw the field, the entries around the cursor, and the keys."""
        self.note = str(len(self._found))
        made = [self._field.draw(Line(), 1, focused=True)]
        first = max(min(self._at - self.ROWS + 1, len(self._found) - self.ROWS), 0)
        for index in range(first, first + self.ROWS):
            line = Line()
            if index < len(self._found):
                line.put(2, cut(self._found[index].text, INNER - 2))
                if index == self._at:
                    line.put(0, "►", Ink.VALUE).paint(Ink.CURSOR, 0, INNER)
            made.append(line)
        keys_line = footer(("Enter", _("Open")), ("↑↓", _("Choose")), 13).add("   ")
        keys_line.add("Esc", Ink.KEYCAP).add(" " + _("Close") + "   " + _("name, NIK, command"))
        return [*made, Line(), keys_line]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Move over the entries, choose one, or search for what has been typed."""
        if press.key is keys.ENTER:
            if self._found:
                self.answer(self._found[self._at])
        elif press.key is keys.UP:
            self._at = max(self._at - 1, 0)
        elif press.key is keys.DOWN:
            self._at = max(min(self._at + 1, len(self._found) - 1), 0)
        elif self._field.press(press):
            return self.search()
        else:
            return super().press(press)
        return None

    async def search(self) -> None:
        """Ask the providers; an answer that a newer keystroke has overtaken is thrown away."""
        wanted = self._field.text
        found: list[Found] = []
        for provider in self._providers:
            found += await provider(wanted)
            if self._field.text != wanted:
                return
        self._found = found
        self._at = 0
