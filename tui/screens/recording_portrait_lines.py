"""The pre-check of a portrait in words: a line for each thing that can be moved, and the one movement to say."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from hw.pictures.portrait import Advice, Background, Eyes, Faces, Focus, Height, Light, PortraitCheck
from hw.types import Cloth
from tui.i18n import N_, _, p_
from tui.line import Line
from tui.screens import recording_words as words

_WORDS: Mapping[enum.Enum, str] = {
    Faces.ONE_CENTRED: N_("one, in the middle"),
    Faces.NONE: N_("nobody"),
    Faces.SEVERAL: N_("more than one"),
    Faces.LEFT: N_("left of the middle"),
    Faces.RIGHT: N_("right of the middle"),
    Eyes.OPEN_LEVEL: N_("open, level"),
    Eyes.CLOSED: N_("eyes closed"),
    Eyes.TILTED: N_("tilted"),
    Eyes.UNSEEN: N_("not seen"),
    Light.EVEN: N_("evenly lit"),
    Light.LEFT_DARK: N_("left is dark"),
    Light.RIGHT_DARK: N_("right is dark"),
    Light.DARK: N_("too dark"),
    Light.BRIGHT: N_("too bright"),
    Light.UNSEEN: N_("not seen"),
    Focus.ENOUGH: N_("sharp enough"),
    Focus.SOFT: N_("not sharp"),
    Focus.UNSEEN: N_("not seen"),
}
_GOOD = {Faces.ONE_CENTRED, Height.GOOD, Eyes.OPEN_LEVEL, Light.EVEN, Focus.ENOUGH}
_UNSEEN = {Height.UNSEEN, Eyes.UNSEEN, Light.UNSEEN, Focus.UNSEEN}
_ADVICE: Mapping[Advice, str] = {
    Advice.NONE: N_("All is well."),
    Advice.SIT_DOWN: N_("Let the pupil sit down."),
    Advice.ONE_ONLY: N_("Only the pupil in the picture."),
    Advice.CHANGE_CLOTH: N_("Change the cloth."),
    Advice.MOVE_LEFT: N_("Move to the pupil's left."),
    Advice.MOVE_RIGHT: N_("Move to the pupil's right."),
    Advice.CLOSER: N_("Come closer."),
    Advice.FARTHER: N_("Move back a little."),
    Advice.OPEN_EYES: N_("Open the eyes."),
    Advice.HEAD_LEVEL: N_("Hold the head level."),
    Advice.LAMP_LEFT: N_("Move the lamp to the pupil's left."),
    Advice.LAMP_RIGHT: N_("Move the lamp to the pupil's right."),
    Advice.MORE_LIGHT: N_("More light."),
    Advice.LESS_LIGHT: N_("Less light."),
    Advice.HOLD_STILL: N_("Hold still."),
    Advice.SMOOTH_CLOTH: N_("Smooth the cloth."),
    Advice.HANG_CLOTH: N_("Hang up the cloth."),
}


def advice(check: PortraitCheck | None) -> str:
    """Return the one movement that would gain most."""
    return "" if check is None else _(_ADVICE[check.advice])


def check_lines(check: PortraitCheck | None, wanted: Cloth, score: float | None, limit: float) -> list[Line]:
    """Return the seven lines beside the picture, the first at column 0."""
    labels = (
        p_("portrait", "face"),
        p_("portrait", "height"),
        p_("portrait", "eyes"),
        p_("portrait", "light"),
        p_("portrait", "sharp"),
        p_("portrait", "cloth"),
    )
    if check is None:
        made = [_line("·", label, "") for label in labels]
    else:
        share = _("head {share} % (70-80)").format(share=round(check.head_share * 100))
        said = (
            (_symbol(check.faces), _(_WORDS[check.faces])),
            (_symbol(check.height), "–" if check.height is Height.UNSEEN else share),
            (_symbol(check.eyes), _(_WORDS[check.eyes])),
            (_symbol(check.light), _(_WORDS[check.light])),
            (_symbol(check.focus), _(_WORDS[check.focus])),
            _cloth(check, wanted),
        )
        made = [_line(symbol, label, text) for label, (symbol, text) in zip(labels, said, strict=True)]
    mark = "" if score is None else " √" if score >= limit else " ×"
    total = Line().put(2, _("score")).put(12, f"{words.score(score)} / {limit:g}").add(" ")
    return [*made, total.state(len(total), mark.strip()) if mark else total]


def _line(symbol: str, label: str, text: str) -> Line:
    return Line().state(0, f"{symbol} {label}").put(12, text, width=26)


def _symbol(verdict: enum.Enum) -> str:
    return "√" if verdict in _GOOD else "·" if verdict in _UNSEEN else "!"


def _cloth(check: PortraitCheck, wanted: Cloth) -> tuple[str, str]:
    if check.cloth is None or check.background is Background.NO_CLOTH:
        return "!", _("no cloth seen")
    if check.cloth is not wanted:
        return "×", _("{seen}, must be {needed}").format(
            seen=words.cloth_name(check.cloth), needed=words.cloth_name(wanted)
        )
    even = check.background is Background.EVEN
    return ("√" if even else "!"), words.cloth_name(check.cloth) + ", " + (
        p_("cloth", "even") if even else p_("cloth", "creased")
    )
