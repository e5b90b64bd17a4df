"""Step 6 in trouble: what the officer reads when a device is lost, lies, is used elsewhere, or the disk is full."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from kept_states import compare
from recording_day import Desk, a_desk

from hw.types import Role
from store.errors import ChangeError, Reason
from store.sections import Section
from tui import captures, i18n
from tui.screens import recording_camera
from tui.settings import Settings

_PICTURE = str.maketrans(dict.fromkeys("▀▄█▓▒░▌▐", " ") | {chr(dots): " " for dots in range(0x2800, 0x2900)})


def boxed(desk: Desk) -> bool:
    return "╔" in "".join(desk.screen)


def told(desk: Desk) -> bool:
    """Tell whether the problem line has something that is not merely going on."""
    return desk.screen[22][1:2] in ("×", "!")


async def nothing(_desk: Desk) -> None:
    """Let the section begin: what goes wrong was there before."""


def pulled(role: Role, device: str) -> Callable[[Desk], Awaitable[None]]:
    async def pull(desk: Desk) -> None:
        await desk.when(lambda: desk.app.screen.attached is not None, "the device")
        if role is Role.CAMERA:
            await desk.when(lambda: "%" in desk.screen[6], "what the live picture is like")
        await desk.kit.unplug(device)
        await desk.when(lambda: role not in {one.role for one in desk.app.equipment})

    return pull


@dataclass(frozen=True)
class Trouble:
    """A section, how the kit behaves there, what then happens, and by what one sees that the officer was told.

    `breaks` is a function of the program, by module and name, and what stands in its place once the section opens.
    """

    section: Section
    kit: dict[str, object]
    happens: Callable[[Desk], Awaitable[None]] = nothing
    seen: Callable[[Desk], bool] = told
    breaks: tuple[object, str, object] | None = None


def full(*_arguments: object) -> None:
    raise ChangeError(Reason.FULL)


TROUBLES = {
    "camera pulled": Trouble(Section.PORTRAIT, {}, pulled(Role.CAMERA, "camera"), boxed),
    "camera silent": Trouble(Section.PORTRAIT, {"hold": True}, breaks=(recording_camera, "BEGINS_S", 0.05)),
    "pad pulled": Trouble(Section.SIGNATURE, {}, pulled(Role.SIGNATURE, "pen"), boxed),
    "fingerprint scanner pulled": Trouble(Section.LEFT_SLAP, {"hold": True}, pulled(Role.FINGER, "finger"), boxed),
    "the other hand": Trouble(Section.RIGHT_SLAP, {"lie": "other_hand"}),
    "three tries below the limit": Trouble(
        Section.THUMBS,
        {"touches": {"LEFT_THUMB": {"wetness": 0.1}}},
        seen=lambda desk: desk.recording.section(Section.THUMBS).tried == 3 and told(desk),
    ),
    "iris scanner pulled": Trouble(Section.IRISES, {"hold": True}, pulled(Role.IRIS, "iris"), boxed),
    "iris scanner used elsewhere": Trouble(Section.IRISES, {"busy": ["iris"]}),
    "an answer that is not genuine": Trouble(Section.IRISES, {"lie": "signature"}),
    "disk full": Trouble(Section.IRISES, {}, breaks=(captures.recordings, "add_attempt", full)),
}


async def look(folder: Path, trouble: Trouble, language: str, patch: pytest.MonkeyPatch) -> list[str]:
    """Get into that trouble, and return what stands on the screen once nothing changes any more."""
    i18n.use(language)
    try:
        async with a_desk(folder, upto=trouble.section, settings=Settings(language=language)) as desk:
            if trouble.kit:
                await desk.kit.sbi(**trouble.kit)
            if trouble.breaks:
                patch.setattr(*trouble.breaks)
            await desk.press("enter")
            await trouble.happens(desk)
            await desk.when(lambda: trouble.seen(desk), "what the officer is told")
            before: list[str] = []
            while (shown := [line.translate(_PICTURE).rstrip() for line in desk.screen]) != before:
                before = shown
                await desk.rest()
            return shown
    finally:
        i18n.use("id")


async def test_what_the_officer_reads_is_the_one_kept(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    both: dict[str, dict[str, list[str]]] = {language: {} for language in i18n.LANGUAGES}

    for name, trouble in TROUBLES.items():
        for language, shown in both.items():
            with monkeypatch.context() as patch:
                shown[name] = await look(tmp_path_factory.mktemp("kit"), trouble, language, patch)
    compare("capture trouble", both)
