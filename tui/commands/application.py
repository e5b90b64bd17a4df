"""`rekam17` and `rekam17 --training`: the application on this terminal, on real data or on a training ground."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.i18n import _, use
from tui.messages import Problem
from tui.settings import Settings, SettingsError, read_settings, settings_file
from tui.terminal import first_glass

if TYPE_CHECKING:
    from tui.app import RekamApp

_TEXTUAL = {"ESCDELAY": "25", "TEXTUAL_FPS": "240"}
"""What Textual reads when it is imported: for so many milliseconds an Esc waits for the rest of a key's sequence, which
terminals send in one piece; and how soon after a frame another may be drawn, for which the line decides better."""


def run(args: argparse.Namespace) -> int:
    """Open the application; 2 where there is no terminal or the settings cannot be read, with one line of why."""
    try:
        settings = read_settings(settings_file())
    except SettingsError as error:
        return _refuse(str(error))
    if args.lang:
        settings = replace(settings, language=args.lang)
    use(settings.language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _refuse(_("Rekam17 needs a terminal; without one: rekam17 rehearse --auto"))
    if not sys.stderr.isatty():  # Textual draws through it: in a file the screens would be lost
        print(_("Rekam17 draws through the error output too: start it without 2> FILE"))
        return 2
    for name, value in _TEXTUAL.items():
        os.environ.setdefault(name, value)
    data = Path(args.data).absolute() if args.data else None
    start = _train if args.training else _work
    return asyncio.run(start(settings, data, ascii_only=args.ascii))


def _refuse(said: str) -> int:
    """Say why the screens are not opened, where it can be read."""
    first_glass.take_down()
    print(said, file=sys.stderr)
    return 2


async def _work(settings: Settings, data: Path | None, *, ascii_only: bool) -> int:
    """Open this laptop's store; a laptop that nobody has set up begins with that."""
    with _uncollected():
        from store import setup
        from store.clock import SystemClock
        from store.folder import Folder
        from tui.app import RekamApp
        from tui.buses import later_bus
        from tui.device_locks import DeviceLocks
        from tui.ink import Look
        from tui.navigation import Place, screen_of

        importlib.import_module("tui.screens.login")  # what most starts show

    clock = SystemClock()
    folder = Folder(data) if data else Folder.usual(os.environ)
    with contextlib.suppress(OSError):  # the login says what is wrong with the folder
        folder.settle()
    first = Place.SETUP if setup.pending(folder) else Place.LOGIN

    def on_duty() -> str:
        return app.officer.name if app.officer else ""

    try:
        bus = later_bus(settings, clock, holds=DeviceLocks(folder, on_duty))
    except SettingsError as error:
        return _refuse(str(error))
    look = Look.choose(ascii_only=ascii_only, contrast=settings.high_contrast)
    app = RekamApp(None, bus, settings, clock, folder=folder, look=look, first=partial(screen_of, first))
    await app.run_async(mouse=False)
    return app.return_code or 0


@contextlib.contextmanager
def _uncollected() -> Generator[None]:
    """Import without looking for garbage: there is none, and all of it is passed over ever after."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _train(settings: Settings, data: Path | None, *, ascii_only: bool) -> int:
    """Make the ground, start the kit beside the login, and throw both away at the end; `data` keeps the ground."""
    from hw.emulators.bus import EmulatedBus
    from store.clock import SystemClock
    from tui.app import RekamApp
    from tui.ink import Look
    from tui.training import ground

    clock = SystemClock()
    with ExitStack() as stack:
        place = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rekam17-training-")))
        made = ground.prepare(place, clock)
        settings = replace(settings, inbox=str(made.inbox), documents=str(place / "documents"))
        app = RekamApp(
            None,
            EmulatedBus(made.kit, clock),
            settings,
            clock,
            folder=made.folder,
            training=True,
            look=Look.choose(ascii_only=ascii_only, contrast=settings.high_contrast),
        )
        kit = asyncio.create_task(_run_kit(app, made.kit))
        await app.run_async(mouse=False)
        kit.cancel()
        await asyncio.wait([kit])
        return app.return_code or 0


async def _run_kit(app: RekamApp, folder: Path) -> None:
    """Run the emulated kit until cancelled, whoever is open on the screen standing before it."""
    from hw.emulators.control import KitFailed, start_kit
    from tui.training.stand_in import StandIn

    try:
        async with start_kit(folder) as kit:
            pupil = StandIn(app, kit)
            app.watch(app, "pupil", pupil.call)
            await pupil.follow()
    except KitFailed:
        said = _("The emulated kit does not run: {log}. Steps 2, 6 and 7 need it.")
        app.standing = (*app.standing, Problem("×", said.format(log=folder / "kit.log")))
