"""Help (S32): what the keys do on the screen in front, and what the SOP says of its step; none of it written by hand.

The first page quotes the SOP and lists the keys, the second the words and blockers of the screen, the last the symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.procedure import STEPS, Step
from tui import i18n, keys
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint, Key
from tui.line import Line, stack, wrap
from tui.widgets.bars import Top, rail_word

SYMBOLS = (
    ("√", N_("done, agrees")),
    ("►", N_("under way, cursor")),
    ("·", N_("not yet")),
    ("!", N_("look at it; may go on")),
    ("×", N_("failed, blocked")),
    ("?", N_("not certain yet")),
    ("○", N_("waits: PRR, age, somebody else")),
    ("~", N_("excepted, with a reason")),
    ("–", N_("not needed")),
    ("◊", N_("absent")),
)
"""The ten states, in the words of the book."""

_EVERYWHERE = (
    *(keys.HELP, keys.GO_ON, keys.SEARCH, keys.NEXT, keys.AGAIN),
    *(keys.BOARD, keys.EXCEPTION, keys.HISTORY, keys.LOCK, keys.QUIT, keys.BACK, keys.REDRAW),
)


class HelpScreen(FrameScreen):
    """The help of one screen, over it."""

    searches = True

    def __init__(self, about: FrameScreen) -> None:
        super().__init__()
        self._about = about
        self._page = 0
        self.step = about.step

    def top(self) -> Top:
        """Return the top line of the screen in front."""
        return self._about.top()

    def headline(self) -> tuple[str, str]:
        """Return what the help is about, and its page."""
        parts = [_("Help")]
        if self.step is not None:
            parts.append(f"{self.step} {rail_word(self.step)}")
        if self._about.subject:
            parts.append(_(self._about.subject))
        pages = len(self._pages(18))
        return " · ".join(parts), _("{page} of {pages}").format(page=min(self._page, pages - 1) + 1, pages=pages)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the page, or every line of the help that holds what is searched for."""
        pages = self._pages(height)
        if self.search:
            wanted = self.search.casefold()
            return [line for page in pages for line in page if wanted in str(line).casefold()]
        return pages[min(self._page, len(pages) - 1)]

    def status(self) -> str:
        """Say what to do where a terminal keeps the F-keys for itself."""
        return _("F-keys do nothing? The letter beside does the same. In a field: Esc first.")

    def hints(self) -> Sequence[Hint]:
        """Return the keys that turn pages and close."""
        return (
            Hint(keys.DOWN, _("More"), lambda: self._turn(1)),
            Hint(keys.PAGE_DOWN, _("More"), lambda: self._turn(1), rank=0),
            Hint(keys.UP, _("Back"), lambda: self._turn(-1), rank=0),
            Hint(keys.PAGE_UP, _("Back"), lambda: self._turn(-1), rank=0),
            self.search_hint(),
            Hint(keys.BACK, _("Close"), self.rekam.back),
            Hint(keys.HELP, _("Close"), self.rekam.back, rank=0),
        )

    def _turn(self, by: int) -> None:
        self._page = max(min(self._page + by, len(self._pages(18)) - 1), 0)

    def _pages(self, height: int) -> list[list[Line]]:
        """Return the pages, none higher than the work area."""
        quote = stack(self._quote(), max(len(self._quote()), 5)) if self.step else []
        first = [*quote, *self._key_table()]
        words = [Line("     " + text) for sentence in self._about.words() for text in wrap(sentence, 74)]
        symbols = [Line().state(5, symbol).put(8, _(meaning)) for symbol, meaning in SYMBOLS]
        flows = [first]
        if words:
            flows.append([Line().put(5, _("Words and blockers"), Ink.VALUE), *words])
        flows.append([Line().put(5, _("Symbols"), Ink.VALUE), *symbols])
        return [flow[start : start + height] for flow in flows for start in range(0, len(flow), height)]

    def _quote(self) -> list[Line]:
        """Quote the SOP's step in its own words, in English below where that is the language."""
        step = STEPS[(self.step or 1) - 1]
        label = _("SOP step {number}:").format(number=step.number)
        made = [Line(f"     {text}" if not at else f"{'':{indent}}{text}") for at, indent, text in _quoted(label, step)]
        if i18n.language() == "en":
            made += [Line("       " + text) for text in wrap(step.english, 71)]
        low, high = step.standard_minutes
        minutes = str(high) if low == high else f"{low}-{high}"
        needs = _("Completeness: {papers}. Standard {minutes} minutes.")
        said = needs.format(papers=", ".join(step.completeness), minutes=minutes)
        return made + [Line("     " + text) for text in wrap(said, 74)]

    def _key_table(self) -> list[Line]:
        """List the keys of the screen beside those of all screens."""
        here = list(self._keys_here())
        head = Line().put(5, _("On this screen"), Ink.VALUE).put(43, _("On all screens"), Ink.VALUE)
        made = [head]
        rows = [(cap if not at else "", text) for cap, said in here for at, text in enumerate(wrap(said, 28))]
        for row in range(max(len(rows), len(_EVERYWHERE))):
            line = Line()
            if row < len(rows):
                line.put(5, rows[row][0], Ink.VALUE).put(14, rows[row][1])
            if row < len(_EVERYWHERE):
                key = _EVERYWHERE[row]
                line.put(43, _both_ways(key), Ink.VALUE).put(52, _(key.meaning), width=28)
            made.append(line)
        return made

    def _keys_here(self) -> Iterator[tuple[str, str]]:
        about = self._about
        hints = about.hints()
        seen: set[Key] = set()
        for hint in hints:
            if hint.key not in seen and (hint.help or hint.key not in _EVERYWHERE):
                seen.add(hint.key)
                said = hint.help or _(hint.key.meaning)
                ahead = keys.find(hints, keys.RIGHT) if hint.key is keys.LEFT else None
                if ahead is not None and said == (ahead.help or _(ahead.key.meaning)):
                    seen.add(keys.RIGHT)
                yield hint.cap or ("←" if ahead and keys.RIGHT not in seen else hint.key.cap()), said
        shared = {hint.key for hint in about.shared_keys()} - seen
        if keys.STEPS[0] in shared:
            yield "1-8 9", _("step; stock")
        for key in (keys.PROBLEMS, keys.PALETTE, keys.STOP):
            if key in shared or key is keys.STOP:
                yield key.cap(), _(key.meaning)


def _both_ways(key: Key) -> str:
    return f"{key.function} {key.letter}".strip() or key.cap()


def _quoted(label: str, step: Step) -> Iterator[tuple[int, int, str]]:
    """Break the quotation as the SOP numbers it: line number, indent, text."""
    head, numbered, rest = step.activity.partition(": 1. ")
    texts = wrap(f'{label} "{head}{":" if numbered else chr(34)}', 74)
    indents = [7] * len(texts)
    if numbered:
        body = wrap(f'1. {rest}."', 69)
        texts += body
        indents += [7] + [10] * (len(body) - 1)
    yield from zip(range(len(texts)), indents, texts, strict=True)
