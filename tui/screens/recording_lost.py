"""S19: the box of a device that is gone in mid-capture: what is kept, and that nothing need be pressed."""

from __future__ import annotations

from datetime import datetime

from hw.types import Role
from store.sections import RecordingState, Section
from tui import figures
from tui.i18n import _, p_
from tui.line import Line
from tui.screens import recording_words as words

_INNER = 66
_FINGERS = (Section.LEFT_SLAP, Section.RIGHT_SLAP, Section.THUMBS)
ROLE_OF = {
    Section.PORTRAIT: Role.CAMERA,
    Section.SIGNATURE: Role.SIGNATURE,
    Section.LEFT_SLAP: Role.FINGER,
    Section.RIGHT_SLAP: Role.FINGER,
    Section.THUMBS: Role.FINGER,
    Section.IRISES: Role.IRIS,
}
"""The device of each section."""


def lost_box(state: RecordingState, role: Role, lost: datetime) -> list[Line]:
    """Draw the box of a device that went at that local time."""
    kept = _("Kept: {what}.").format(what=", ".join(_kept(state)))
    keys_line = Line("  ").add(_("U  again   Esc sections") + _elsewhere(state, role))
    keys_line.put(42, _("N  another pupil now"))
    body = [
        Line("  ").state(2, f"× {words.device_lost(role)}  {figures.clock_time(lost)}"),
        Line(),
        Line("  ").put(2, kept, width=_INNER - 4),
        Line("  ").put(2, _("Plug the USB cable back in. As soon as it is seen, it is ready.")),
        Line(),
        keys_line,
    ]
    made = [Line("     ╔" + "═" * _INNER + "╗")]
    made += [Line("     ║").over(6, line.crop(_INNER)).put(6 + _INNER, "║") for line in body]
    return [*made, Line("     ╚" + "═" * _INNER + "╝")]


def _elsewhere(state: RecordingState, role: Role) -> str:
    """Return the next section that another device could take meanwhile."""
    following = (one for one in state.sections if not one.complete(state.limits))
    other = next((one.section for one in following if ROLE_OF[one.section] is not role), None)
    return "" if other is None else f" ({words.section_short(other)})"


def _kept(state: RecordingState) -> list[str]:
    """Name everything that is stored, down to the tries of a section under way."""
    kept = [p_("strip", "data")] if state.confirmed_at else []
    for one in state.sections:
        name = words.section_checked(one.section)
        if one.complete(state.limits):
            kept.append(words.section_short(one.section) if one.section not in _FINGERS else name)
        elif one.tried:
            kept.append(_("try {number} {section}").format(number=one.tried, section=name))
    return kept
