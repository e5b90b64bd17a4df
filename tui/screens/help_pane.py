"""The right pane of a form on a wide terminal: its keys and the sentences of its help; F1 shows all of it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.i18n import _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, wrap
from tui.pane import WIDTH

_TEXT = 9


def lines(hints: Sequence[Hint], words: Sequence[str]) -> list[Line]:
    """Draw each key with what it does, then each sentence."""
    made = [Line(_("Help"), Ink.VALUE)]
    said: set[str] = set()
    for hint in hints:
        what = hint.help or _(hint.key.meaning)
        if what in said or hint.barred is not None:  # a second key that does the same, such as ↓ beside ↑↓
            continue
        said.add(what)
        cap = hint.cap or hint.key.cap(typing=True)
        for row, part in enumerate(wrap(what, WIDTH - _TEXT)):
            made.append(Line().put(0, "" if row else cap, Ink.VALUE).put(_TEXT, part))
    for sentence in words:
        made += [Line(), *(Line(part) for part in wrap(sentence, WIDTH))]
    return made
