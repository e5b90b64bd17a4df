"""The panel below step 4's nine fields: one field's value, which document prevails, and why."""

from __future__ import annotations

from collections.abc import Callable

from store.comparison import Result, compare
from store.siak_check import Decision, Field, FieldRow
from tui import figures, keys
from tui.i18n import N_, _
from tui.keys import Press
from tui.line import Line
from tui.screens import siak_fields
from tui.widgets import fields
from tui.widgets.fields import Choice, Form

_DECISIONS = (Decision.CERTIFICATE, Decision.SIAK, Decision.POSTPONE)
_WORDS = (N_("certificate: change SIAK"), "SIAK", N_("postpone"))
_NIK_TELLS = (Field.BIRTH_DATE, Field.SEX)
_SHORT = (Field.BIRTH_DATE, Field.SEX)
_WIDTH = 50


class Panel(Form):
    """What is typed about one field; with `siak` only the value that SIAK's own screen shows.

    `on_change(values)` is called with all that stands in it after every keystroke, for the draft; without it the panel
    is only looked at.
    """

    def __init__(
        self, row: FieldRow, on_change: Callable[[dict[str, str]], None] | None = None, *, siak: bool = False
    ) -> None:
        self.row = row
        self.siak = siak
        raw = row.siak if siak else row.certificate or ""
        chosen = None if row.decision is None else _DECISIONS.index(row.decision)
        self._value = siak_fields.entry(row.field, _WIDTH, raw)
        self._decision = Choice("decision", [_(word) for word in _WORDS], chosen)
        self._reason = fields.Field("reason", _WIDTH, row.reason)
        entries = (self._value,) if siak else (self._value, self._decision, self._reason)
        tell = None if on_change is None else lambda _name, _text: on_change(self.values())
        super().__init__(entries, tell, esc_leaves=False)
        self.focused = False

    @property
    def value(self) -> str | None:
        """The raw value typed; None where it is none that could be meant."""
        return siak_fields.typed(self.row.field, self._value)

    @property
    def decision(self) -> Decision | None:
        """Which document prevails."""
        return None if self._decision.chosen is None else _DECISIONS[self._decision.chosen]

    @property
    def reason(self) -> str:
        """Why."""
        return self._reason.text.strip()

    def press(self, press: Press) -> bool:
        """Leave Enter to the screen where nothing more is to be asked; a digit of a decision goes on to its reason."""
        if press.key is keys.ENTER and self.entry is self._value and self._settled:
            return False
        before = self.entry
        taken = super().press(press)
        if isinstance(before, Choice) and press.text.isascii() and press.text.isdigit():
            if taken and before is self._decision:
                self.focus("reason")
            return True  # a digit that is no option is no step of the rail either
        return taken

    def lines(self, nik: str | None) -> list[Line]:
        """Draw the four lines."""
        field = self.row.field
        line = Line().put(5, siak_fields.label(field), width=15)
        if self.siak:
            return [self._draw_value(line.put(21, "SIAK"), 27), Line().put(21, _("as SIAK's own screen shows it now"))]
        if field in _SHORT:
            line.put(21, "SIAK").put(27, siak_fields.shown(field, self.row.siak), width=13)
            self._draw_value(line.put(41, _("cert.")), 47)
        else:
            self._draw_value(line.put(21, _("cert.")), 27)
        decision = Line().put(5, _("Which prevails"))
        self._decision.draw(decision, 21, focused=self._has(self._decision), gap=3)
        reason = self._reason.draw(Line().put(5, _("Reason")), 21, focused=self._has(self._reason))
        last = Line()
        if field in _NIK_TELLS and nik:
            told = _("NIK {nik} stays, even when the birth date is corrected.")
            last.put(5, told.format(nik=figures.grouped(nik)))
        return [line, decision, reason, last]

    @property
    def _settled(self) -> bool:
        value = self.value
        return self.siak or (value is not None and compare(self.row.siak, value).result is Result.SAME)

    def _has(self, entry: fields.Field | Choice) -> bool:
        return self.focused and self.entry is entry

    def _draw_value(self, line: Line, column: int) -> Line:
        return self._value.draw(line, column, focused=self._has(self._value))
