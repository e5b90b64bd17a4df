"""What step 2 says: the names of its lines, why a device cannot be used, what waiving one means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hw.types import DeviceState, FailReason, Role
from store.equipment import Readiness
from store.procedure import EquipmentKind, ReadyBy
from store.stock import StockKind
from tui import i18n, selftest
from tui.device_words import brief, user_of
from tui.i18n import N_, _, p_
from tui.line import cells, cut
from tui.messages import Problem, problem
from tui.stock_words import kind_name

if TYPE_CHECKING:
    from hw.types import Attached
    from store.equipment import EquipmentItem
    from store.procedure import Equipment
    from tui.screens.equipment_lines import Kit

_SENTENCE = 76  # of the problem line's 78 cells two are the symbol's
REASONS = (
    N_("broken, reported"),
    N_("used by another team"),
    N_("no connection"),
    N_("left at the office"),
    N_("not enough power"),
    N_("other, write it"),
)
_EFFECTS = {
    EquipmentKind.CAMERA: N_('Effect: the portrait of all pupils today is recorded as "device broken".'),
    EquipmentKind.FINGER: N_('Effect: fingers of all pupils today are recorded as "device broken".'),
    EquipmentKind.IRIS: N_('Effect: iris of all pupils today is recorded as "device broken".'),
    EquipmentKind.SIGNATURE: N_('Effect: signature of all pupils today is recorded as "device broken".'),
    EquipmentKind.CARD_PRINTER: N_("Effect: no card is printed here; recordings wait in step 7."),
    EquipmentKind.RIBBON_FILM: N_("Effect: no card is printed here; recordings wait in step 7."),
    EquipmentKind.BLANKS: N_("Effect: no card is printed here; recordings wait in step 7."),
    EquipmentKind.SIAK: N_("Effect: status and data are checked from the export on board."),
    EquipmentKind.NETWORK: N_("Effect: SIAK updates wait in step 5 until there is a network."),
    EquipmentKind.TRIPOD_CLOTHS: N_("Effect: portraits need another plain red or blue background."),
}
_PLAIN_EFFECT = N_("Effect: the visit goes on without it; the reason is kept.")
_WITHOUT = {
    EquipmentKind.CAMERA: N_("Without camera"),
    EquipmentKind.FINGER: N_("Without fingers"),
    EquipmentKind.IRIS: N_("Without iris"),
    EquipmentKind.SIGNATURE: N_("Without pad"),
    EquipmentKind.CARD_PRINTER: N_("Without printer"),
}
_ASKED = {
    EquipmentKind.FINGER: N_("An officer lays the four fingers of the right hand on the glass."),
    EquipmentKind.IRIS: N_("An officer looks into the scanner."),
}


def name_of(line: Equipment) -> str:
    """Return the SOP's word for a line in the language of the screen."""
    return line.words if i18n.language() == "id" else line.english


def in_a_sentence(line: Equipment) -> str:
    """Return it with a small first letter, unless it is an abbreviation."""
    name = name_of(line)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def effect(kind: EquipmentKind) -> str:
    """Return what going without a line means, the first sentence of the question for the reason."""
    return _(_EFFECTS.get(kind, _PLAIN_EFFECT))


def asked(kind: EquipmentKind) -> str:
    """Return what a self-test needs of the officer, or nothing."""
    return _(_ASKED[kind]) if kind in _ASKED else ""


def state_word(state: DeviceState) -> str:
    """Return what keeps a device that is plugged in from being used."""
    return {
        DeviceState.BUSY: _("in use elsewhere"),
        DeviceState.NOT_READY: p_("device", "not ready"),
        DeviceState.NO_PERMISSION: p_("device", "no permission"),
        DeviceState.CLAIMED: p_("device", "held by another driver"),
        DeviceState.CLOCK_SKEW: p_("device", "its clock is wrong"),
        DeviceState.UNSUPPORTED: p_("device", "not supported"),
        DeviceState.UNREACHABLE: p_("device", "not reachable"),
    }.get(state, p_("device", "ready"))


def why(role: Role, code: str) -> str:
    """Return in words what a self-test found wrong; a code nobody has words for is shown as it is."""
    nobody = {
        Role.CAMERA: _("sends no picture"),
        Role.FINGER: _("no fingers on the glass"),
        Role.SINGLE_FINGER: _("no finger on it"),
        Role.IRIS: _("no eyes before it"),
    }.get(role, _("does not answer"))
    words = {
        selftest.GONE: _("was disconnected"),
        selftest.BUSY: _("in use elsewhere"),
        selftest.STOPPED: _("has stopped"),
        FailReason.TIMEOUT.value: nobody,
        FailReason.NO_BIOMETRIC.value: nobody,
        FailReason.STREAM_ENDED.value: nobody,
        FailReason.NOT_READY.value: p_("device", "not ready"),
        FailReason.NO_SENSOR.value: _("no sensor behind it"),
        FailReason.UNUSABLE_IMAGE.value: _("blurred: wipe, then U"),
        FailReason.WRONG_POSITION.value: _("not the hand asked for"),
        FailReason.WRONG_COUNT.value: _("not all fingers seen"),
        FailReason.TAMPERED.value: _("answer cannot be trusted"),
        FailReason.CLOCK_SKEW.value: _("its clock is wrong"),
        FailReason.BAD_ANSWER.value: _("answer not understood"),
        FailReason.REFUSED.value: _("wants a password") if role is Role.SINGLE_FINGER else _("refused"),
        FailReason.UNSUPPORTED.value: p_("device", "not supported"),
        "cover-open": _("cover open"),
        "media-empty": _("no blank in it"),
        "media-jam": _("card jam"),
        "marker-supply-empty": _("ribbon or film empty"),
    }
    return words.get(code, code)


def device_problem(item: EquipmentItem, device: Attached | None, go: Callable[[], None]) -> Problem | None:
    """Return what is wrong with a line's device, as the problem line says it; None when nothing is."""
    facts = {"device": name_of(item.equipment), "without": _(_WITHOUT[item.equipment.kind])}
    if device is None:
        said = _("{device} is not seen. Check USB cable, then U. {without}: X, reason.").format(**facts)
        if cells(said) > _SENTENCE:
            said = _("{device} is not seen. Check USB cable, then U. Without it: X.").format(**facts)
        return Problem("×", said, go=go)
    if user := user_of(device):
        said = _("{device} used by {officer}. Results are safe. U when it is free.")
        return Problem("!", said.format(officer=cut(user, 20), **facts), go=go)
    if device.state is DeviceState.BUSY:
        said = _("{device} in use elsewhere. Results are safe. U when it is free.")
        return Problem("!", said.format(**facts), go=go)
    if device.state is not DeviceState.READY:
        missing = brief(device) or state_word(device.state)
        return Problem("×", _("{device}: {why}").format(device=facts["device"], why=missing), go=go)
    if item.readiness is Readiness.FAILED:
        said = _("{device}: {why}. U tests again. {without}: X, reason.")
        return Problem("×", said.format(why=why(device.role, item.detail), **facts), go=go)
    if weak := brief(device):
        return Problem("!", _("{device}: {why}").format(device=facts["device"], why=weak), go=go)
    return None


def wrong_way(line: Equipment) -> Problem:
    """Return which key makes this line ready."""
    said = {
        ReadyBy.TEST: _("{line} is tested, not ticked. U tests it."),
        ReadyBy.COUNT: _("{line}: counted, not ticked. E counts."),
        ReadyBy.TICK: _("{line} is looked at and ticked. Space ticks it."),
        ReadyBy.CLOTHS: _("{line}: each cloth is ticked. Space ticks, left and right choose."),
    }[line.ready_by]
    return Problem("!", said.format(line=name_of(line)))


def not_ready(missing: Sequence[Equipment], *, unseen: bool, siak_aboard: bool) -> Problem:
    """Name what is missing, as much of it as the line holds, and how the first of it gets ready."""
    cure = {
        ReadyBy.TEST: _("Connect it, or X.") if unseen else _("U tests, or X."),
        ReadyBy.TICK: _("Space ticks, or X."),
        ReadyBy.COUNT: _("E counts, or X."),
        ReadyBy.CLOTHS: _("Space ticks, or X."),
    }[missing[0].ready_by]
    if missing[0].kind is EquipmentKind.NETWORK and not siak_aboard:
        cure = _("U reads a SIAK export, Space ticks, or X.")
    return Problem("×", _named_within(missing, cure))


def _named_within(missing: Sequence[Equipment], cure: str) -> str:
    """Return the sentence with as many names as the problem line holds, and how many more there are."""
    said = ""
    names = [in_a_sentence(line) for line in missing]
    for count in range(len(names), 0, -1):
        rest = _(" and {count} more").format(count=len(names) - count) if count < len(names) else ""
        said = _("Not ready: {names}. {cure}").format(names=", ".join(names[:count]) + rest, cure=cure)
        if cells(said) <= _SENTENCE:
            break
    return said


def running_low(kit: Kit) -> list[Problem]:
    """Return message 28 for each supply that was counted and runs low."""
    counted = {
        StockKind.BLANK: EquipmentKind.BLANKS,
        StockKind.RIBBON: EquipmentKind.RIBBON_FILM,
        StockKind.FILM: EquipmentKind.RIBBON_FILM,
    }
    return [
        problem(28, supply=kind_name(one.kind), cards=one.closing)
        for one in kit.stock.kinds
        if one.low and kit.equipment.item(counted[one.kind]).readiness is Readiness.COUNTED
    ]
