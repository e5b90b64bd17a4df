"""`rekam17` and `rekam17 --training`: the application on this terminal, on real data or on a training ground."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from tui.i18n import _, use
from tui.settings import Settings, SettingsError, read_settings, settings_file


def run(args: argparse.Namespace) -> int:
    """Open the application; 2 where there is no terminal or the settings cannot be read, with one line of why."""
    try:
        settings = read_settings(settings_file())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if args.lang:
        settings = replace(settings, language=args.lang)
    use(settings.language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("Rekam17 needs a terminal; without one: rekam17 rehearse --auto"), file=sys.stderr)
        return 2
    if args.training:
        return asyncio.run(_train(settings, Path(args.data) if args.data else None, ascii_only=args.ascii))
    return asyncio.run(_work(settings, Path(args.data) if args.data else None, ascii_only=args.ascii))


async def _work(settings: Settings, data: Path | None, *, ascii_only: bool) -> int:
    from store.clock import SystemClock
    from store.folder import Folder
    from tui.app import RekamApp
    from tui.buses import installed_bus
    from tui.ink import Look

    clock = SystemClock()
    folder = Folder(data) if data else Folder.usual(os.environ)
    look = Look.choose(ascii_only=ascii_only)
    app = RekamApp(None, installed_bus(settings, clock), settings, clock, folder=folder, look=look)
    await app.run_async(mouse=False)
    return app.return_code or 0


async def _train(settings: Settings, data: Path | None, *, ascii_only: bool) -> int:
    """Make the ground, start the kit beside the login, and throw both away at the end; `data` keeps the ground."""
    from hw.emulators.bus import EmulatedBus
    from hw.emulators.control import start_kit
    from store.clock import SystemClock
    from tui.app import RekamApp
    from tui.ink import Look
    from tui.training import ground

    clock = SystemClock()
    async with AsyncExitStack() as stack:
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
            look=Look.choose(ascii_only=ascii_only),
        )
        starting = asyncio.create_task(stack.enter_async_context(start_kit(made.kit)))
        await app.run_async(mouse=False)
        await starting
        return app.return_code or 0
