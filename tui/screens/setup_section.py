"""What every section of the first set-up has: its line, its part of the work, its keys, paths to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from store.folder import Folder
from tui import keys
from tui.ink import Ink
from tui.keys import Hint, Press
from tui.line import Line, cut
from tui.widgets.fields import Field, Form, Part

if TYPE_CHECKING:
    from tui.screens.setup import SetupScreen


class Section:
    """One section: its line above, its work below, its keys, and what makes it done."""

    parts: tuple[Part, ...] = ()

    def __init__(self, screen: SetupScreen) -> None:
        self.screen = screen

    @property
    def folder(self) -> Folder:
        """The data folder that is being set up."""
        folder = self.screen.rekam.folder
        assert folder is not None, "a set-up has a folder"
        return folder

    def title(self) -> str:
        """Return the section's name."""
        raise NotImplementedError

    def detail(self) -> list[str]:
        """Return what stands behind the name, a line or two."""
        raise NotImplementedError

    def done(self) -> bool:
        """Tell whether its line has its √."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the work below the sections."""
        del width, height
        return []

    def status(self) -> str:
        """Return line 22."""
        return ""

    def hints(self) -> Sequence[Hint]:
        """Return the keys that are the section's own."""
        return ()

    def first_part(self) -> int:
        """Return which part has the focus when the section opens."""
        return 0

    def back(self) -> bool:
        """Go one level back within the section; tell whether there was one."""
        return False

    async def opened(self) -> None:
        """Look at what the section shows."""

    async def finish(self) -> bool:
        """Store the section where that is still to be done; tell whether the next may be opened."""
        return self.done()


class Picks:
    """A few files or folders to choose from, as a part that can have the focus."""

    typing = False

    def __init__(self) -> None:
        self.focused = False
        self.paths: list[tuple[Path, str]] = []
        self.at = 0

    @property
    def path(self) -> Path | None:
        """What is chosen."""
        return self.paths[self.at][0] if self.paths else None

    def take(self, path: Path, where: str) -> None:
        """Put a path first and choose it."""
        self.paths = [(path, where), *(one for one in self.paths if one[0] != path)]
        self.at = 0

    def press(self, press: Press) -> bool:
        """Move the cursor."""
        if press.key not in (keys.UP, keys.DOWN):
            return False
        self.at = max(min(self.at + (1 if press.key is keys.DOWN else -1), len(self.paths) - 1), 0)
        return True

    def lines(self, width: int, most: int = 5) -> list[Line]:
        """Draw the rows around the cursor."""
        made: list[Line] = []
        first = max(self.at - most + 1, 0)
        for number, (path, where) in enumerate(self.paths[first : first + most], first):
            line = Line().put(5, path.name or str(path), width=34).put(41, where, width=12)
            line.put(54, cut(str(path.parent), width - 55))
            if number == self.at:
                line.put(3, "►", Ink.VALUE)
                if self.focused:
                    line.paint(Ink.CURSOR, 3, width)
            made.append(line)
        return made


class WithPicks(Section):
    """A section in which a path is chosen from those found, or typed."""

    def __init__(self, screen: SetupScreen) -> None:
        super().__init__(screen)
        self.picks = Picks()
        self.form = Form((Field("path", 50, limit=1000),))
        self.parts = (self.picks, self.form)

    def first_part(self) -> int:
        """Begin in the list where something was found, else in the field."""
        return 0 if self.picks.paths else 1

    def typed(self) -> Path | None:
        """Return the path that was typed, if any."""
        text = self.form["path"].text.strip()
        return Path(text).expanduser() if text else None
