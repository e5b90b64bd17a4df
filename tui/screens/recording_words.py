"""The words of step 6: sections, fingers, eyes, reasons, and why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hw.types import CaptureFailed, Cloth, FailReason, Role
from store.recordings import RecordingReason, RecordingRefusedError
from store.rules import Cloth as ClothRule
from store.sections import (
    BestReason,
    ExceptionReason,
    Limits,
    Part,
    PartException,
    RecordingState,
    SealBlocker,
    SealBlockerKind,
    Section,
    SectionState,
)
from tui.i18n import N_, _, p_
from tui.line import cut
from tui.messages import Problem, problem

if TYPE_CHECKING:
    from tui.live import LivePicture

_FULL: Mapping[Section, str] = {
    Section.PORTRAIT: N_("portrait"),
    Section.SIGNATURE: N_("pupil's signature"),
    Section.LEFT_SLAP: N_("left four fingers"),
    Section.RIGHT_SLAP: N_("right four fingers"),
    Section.THUMBS: N_("two thumbs"),
    Section.IRISES: N_("irises"),
}
_CHECKED: Mapping[Section, str] = {
    Section.LEFT_SLAP: N_("left 4"),
    Section.RIGHT_SLAP: N_("right 4"),
    Section.THUMBS: N_("thumbs"),
}
_PARTS: Mapping[Part, str] = {
    Part.FACE: N_("portrait"),
    Part.SIGNATURE: N_("pupil's signature"),
    Part.LEFT_INDEX: N_("left index finger"),
    Part.LEFT_MIDDLE: N_("left middle finger"),
    Part.LEFT_RING: N_("left ring finger"),
    Part.LEFT_LITTLE: N_("left little finger"),
    Part.RIGHT_INDEX: N_("right index finger"),
    Part.RIGHT_MIDDLE: N_("right middle finger"),
    Part.RIGHT_RING: N_("right ring finger"),
    Part.RIGHT_LITTLE: N_("right little finger"),
    Part.LEFT_THUMB: N_("left thumb"),
    Part.RIGHT_THUMB: N_("right thumb"),
    Part.RIGHT_IRIS: N_("right iris"),
    Part.LEFT_IRIS: N_("left iris"),
}
_BEST: Mapping[BestReason, str] = {
    BestReason.DRY_SKIN: N_("dry skin"),
    BestReason.WET_SKIN: N_("wet skin"),
    BestReason.WORN_SKIN: N_("worn skin"),
    BestReason.EYELID: N_("eyelid"),
    BestReason.LIGHT: N_("bad light"),
    BestReason.OTHER: N_("other, write"),
}
_EXCEPTED: Mapping[ExceptionReason, str] = {
    ExceptionReason.MISSING: N_("missing for good"),
    ExceptionReason.PERMANENT_DEFECT: N_("permanent defect"),
    ExceptionReason.BANDAGED: N_("bandaged"),
    ExceptionReason.INJURED: N_("injured or peeling skin"),
    ExceptionReason.CANNOT_SIGN: N_("cannot sign"),
    ExceptionReason.CANNOT_OPEN_EYE: N_("cannot open the eye"),
    ExceptionReason.WHEELCHAIR: N_("wheelchair"),
    ExceptionReason.DEVICE_BROKEN: N_("device broken"),
    ExceptionReason.OTHER: N_("other, write"),
}
_LOST: Mapping[Role, str] = {
    Role.CAMERA: N_("CAMERA LOST"),
    Role.FINGER: N_("FINGERPRINT SCANNER LOST"),
    Role.IRIS: N_("IRIS SCANNER LOST"),
    Role.SIGNATURE: N_("SIGNATURE PAD LOST"),
}
_DEVICE: Mapping[Role, str] = {
    Role.CAMERA: N_("Camera"),
    Role.FINGER: N_("Fingerprint scanner"),
    Role.IRIS: N_("Iris scanner"),
    Role.SIGNATURE: N_("Signature pad"),
}
_REFUSED: Mapping[RecordingReason, str] = {
    RecordingReason.NOT_HERE_YET: N_("Not at step 6 yet: steps 3 to 5 come first. Esc: queue."),
    RecordingReason.UNKNOWN: N_("This recording is not there. Nothing changed. Esc: queue."),
    RecordingReason.NOT_OPEN: N_("Sealed already: nothing changes any more. Esc: queue."),
    RecordingReason.GUARDIAN_MISSING: N_("The guardian has not agreed yet. Enter: whose consent."),
    RecordingReason.NOTE_NEEDED: N_("This reason needs a note. Nothing changed. X: write it after the reason."),
    RecordingReason.NO_ATTEMPT: N_("Nothing was taken yet. Nothing changed."),
    RecordingReason.TRIES_LEFT: N_("There are tries left. All tries are kept. U: try once more."),
    RecordingReason.NOTHING_BELOW: N_("Nothing is below the limit. Nothing changed."),
}
_FAILED: Mapping[FailReason, str] = {
    FailReason.TIMEOUT: N_("{device}: nothing came. Kept as it was. U tries again."),
    FailReason.NOT_READY: N_("{device} is not ready. Results are kept. It is tried again."),
    FailReason.NO_BIOMETRIC: N_("{device} sees nothing. Nothing stored. Place it again."),
    FailReason.BAD_ANSWER: N_("{device}: answer makes no sense. Not stored. It is tried again."),
    FailReason.TAMPERED: N_("{device}: answer not genuine. Not stored. Another device, then U."),
    FailReason.CLOCK_SKEW: N_("{device}: its clock is wrong. Not stored. Set the clock, then U."),
}


def section_name(section: Section) -> str:
    """Return a section's name in full: `empat jari kiri`."""
    return _(_FULL[section])


def section_checked(section: Section) -> str:
    """Return a section's name as the list before the seal has it: `jari kiri`."""
    return _(_CHECKED.get(section, _FULL[section])) if section is not Section.IRISES else p_("strip", "iris")


def section_short(section: Section) -> str:
    """Return a section's name in the strip below the work: `kiri`."""
    match section:
        case Section.PORTRAIT:
            return p_("strip", "portrait")
        case Section.SIGNATURE:
            return p_("strip", "signature")
        case Section.LEFT_SLAP:
            return p_("strip", "left")
        case Section.RIGHT_SLAP:
            return p_("strip", "right")
        case Section.THUMBS:
            return p_("strip", "thumbs")
        case Section.IRISES:
            return p_("strip", "iris")


def hand(section: Section) -> tuple[str, str]:
    """Return what a slap asks for, short and as it is said to the pupil: `kanan`, `tangan kanan`."""
    match section:
        case Section.LEFT_SLAP:
            return p_("hand", "left"), _("left hand")
        case Section.RIGHT_SLAP:
            return p_("hand", "right"), _("right hand")
        case _:
            return _("both thumbs"), _("both thumbs")


def part_name(part: Part) -> str:
    """Return a part's name: `kelingking kanan`."""
    return _(_PARTS[part])


def finger_name(part: Part) -> str:
    """Return a finger's name without its hand, as a column of a slap has it; of a thumb the hand."""
    if part in (Part.LEFT_THUMB, Part.RIGHT_THUMB):
        return p_("thumb", "left") if part is Part.LEFT_THUMB else p_("thumb", "right")
    kind = part.value.split("_")[1]
    return {
        "index": p_("finger", "index"),
        "middle": p_("finger", "middle"),
        "ring": p_("finger", "ring"),
        "little": p_("finger", "little"),
    }[kind]


def eye_side(part: Part) -> str:
    """Return which of the pupil's own eyes it is: `kiri`."""
    return p_("eye", "left") if part is Part.LEFT_IRIS else p_("eye", "right")


def cloth_name(cloth: Cloth | ClothRule) -> str:
    """Return a cloth's colour in capitals, as it is called across a classroom."""
    return _("RED") if cloth.value == Cloth.RED.value else _("BLUE")


def best_reason(reason: BestReason) -> str:
    """Return why the best is kept."""
    return _(_BEST[reason])


def exception_reason(reason: ExceptionReason) -> str:
    """Return why a part is excepted."""
    return _(_EXCEPTED[reason])


def excepted(one: PartException) -> str:
    """Return why a part is excepted, and that it is for life where the reason does not say so itself."""
    said = exception_reason(one.reason)
    return said + ", " + p_("exception", "for life") if one.permanent and one.reason.lasts is None else said


def device_name(role: Role) -> str:
    """Return what a device is called: `Pemindai sidik jari`."""
    return _(_DEVICE[role])


def device_short(role: Role) -> str:
    """Return a device's one word: `jari`."""
    return {
        Role.CAMERA: p_("short", "camera"),
        Role.FINGER: p_("short", "fingers"),
        Role.IRIS: p_("short", "iris"),
        Role.SIGNATURE: p_("short", "pad"),
    }[role]


def device_lost(role: Role) -> str:
    """Return the heading of the box for a device that is gone."""
    return _(_LOST[role])


def lost_problem(role: Role) -> Problem:
    """Return what the problem line says while a device is gone."""
    if role is Role.FINGER:
        return problem(13)
    if role is Role.CAMERA:
        return problem(12)
    return Problem("×", _("{device} lost. All results are kept. Plug it in, or U.").format(device=device_name(role)))


def busy_problem(role: Role, holder: str) -> Problem:
    """Return what to tell of a device in use: at which desk or by whom, where that is known; it is tried again."""
    device = _("Finger scanner") if role is Role.FINGER else device_name(role)
    if holder.isdecimal():
        return problem(24, device=device, desk=holder)
    if holder:
        said = _("{device} used by {officer}. Results are safe. U when it is free.")
        return Problem("!", said.format(device=device, officer=cut(holder, 20)))
    return Problem("!", _("{device} in use elsewhere. Results are safe. U when it is free.").format(device=device))


def failed_problem(error: CaptureFailed, role: Role) -> Problem:
    """Return what to tell of a capture that gave nothing."""
    said = _FAILED.get(error.reason, N_("{device} refused. Nothing stored, the rest is kept. U tries again."))
    return Problem("!" if error.retriable else "×", _(said).format(device=device_name(role)))


def pace(picture: LivePicture) -> str:
    """Return how often the live picture comes, or that the line carries none."""
    if picture.still:
        return _("slow line: still")
    return _("{rate} pictures/s").format(rate=picture.rate)


def refusal(error: RecordingRefusedError) -> Problem:
    """Return what to tell where the rules of step 6 said no."""
    if error.reason is RecordingReason.ALREADY_RECORDED:
        day = f"{error.day:%d-%m-%Y}" if error.day else "?"
        return problem(10, date=day, status=error.code or "?")
    if error.reason is RecordingReason.BLOCKED:
        return problem(20, section=blocked_by(error.blockers[0]))
    return Problem("×", _(_REFUSED[error.reason]) if error.reason in _REFUSED else _("Refused. Nothing changed."))


def blocked_by(blocker: SealBlocker) -> str:
    """Return what a seal waits for."""
    if blocker.kind is SealBlockerKind.HANDS_MISSING:
        return _("photo of hands")
    return section_name(blocker.section) if blocker.section else _("data right")


def following(state: RecordingState) -> str:
    """Return what comes next in a recording."""
    if state.next is not None:
        return section_name(state.next)
    return _("photo of hands") if state.hands_missing else _("check and seal")


def leaving(name: str, state: RecordingState) -> tuple[str, ...]:
    """Return what the question before leaving says of an open recording."""
    said = _("{name} is open at step 6. What was taken is kept; later it goes on from {section}.")
    return (said.format(name=name, section=following(state)),)


def symbol(state: SectionState, limits: Limits) -> str:
    """Return the state symbol of a section that is not under way."""
    if not state.complete(limits):
        return "·"
    if not state.wanted():
        return "~"
    if state.best_reason is not None or any(part in state.excepted for part in state.best):
        return "!"
    return "~" if state.exceptions else "√"


def score(value: float | None) -> str:
    """Write a score as the screens have it: whole, never rounded up to a limit it missed."""
    return "–" if value is None else str(int(value))
