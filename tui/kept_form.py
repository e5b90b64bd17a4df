"""A few fields asked for in a box, every keystroke kept, until what was typed has been carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from tui.widgets.form_dialog import Entry, FormDialog

if TYPE_CHECKING:
    from tui.frame import FrameScreen


async def ask(
    screen: FrameScreen,
    title: str,
    said: Sequence[str],
    entries: Sequence[Entry],
    check: Callable[[dict[str, str]], str],
    act: Callable[[dict[str, str]], Awaitable[None]],
    drafts_under: str,
) -> None:
    """Ask for the fields and carry out `act` with them; what a cut left half typed stands there again.

    `check` returns what is wrong, in words, or nothing. The drafts under that key are dropped when `act` is done, or
    when the officer leaves with Esc; what `act` raises is raised here, and then they stay.
    """
    from store import drafts

    held = await screen.store.run(drafts.load_under, drafts_under)
    for entry in entries:
        entry.field.text = held.get(entry.field.name, entry.field.text)

    def keep(name: str, text: str) -> None:
        screen.rekam.aside(screen.store.run(drafts.save, drafts_under + name, text))

    values = await screen.ask(FormDialog(title, said, entries, check, keep))
    if values is not None:
        await act(values)
    await screen.store.run(drafts.drop_under, drafts_under)
