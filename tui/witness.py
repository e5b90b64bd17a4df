"""A second officer at the same keyboard: who may witness, and whether the passphrase is really his."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.errors import KeyringError
from store.keyring import Keyring, OfficerEntry
from tui.i18n import _
from tui.unlocking import refusal

if TYPE_CHECKING:
    import uuid

    from tui.app import RekamApp
    from tui.asking import Asking
    from tui.widgets.witness_dialog import Witness


async def second_officers(app: RekamApp, besides: Sequence[uuid.UUID] = ()) -> tuple[OfficerEntry, ...]:
    """Return who may stand by: everybody on this laptop but the officer on duty and those named.

    Nobody where there is no keyring: a store in memory has no passphrases.
    """
    if app.folder is None or app.officer is None:
        return ()
    barred = {app.officer.id, *besides}
    try:
        entries = await asyncio.to_thread(Keyring(app.folder).officers)
    except KeyringError:
        return ()
    return tuple(entry for entry in entries if entry.id not in barred)


async def verify(app: RekamApp, officer: uuid.UUID, passphrase: str) -> str:
    """Check a second officer's passphrase, off the loop; return what is wrong in words, or nothing.

    He stands by and does not log in: the login screen still shows when he last did.
    """
    if app.folder is None:
        return _("No officers are set up on this laptop.")
    try:
        await asyncio.to_thread(Keyring(app.folder).verify_second, officer, passphrase, app.clock.now())
    except KeyringError as error:
        return refusal(error).sentence
    return ""


async def ask_second_officer(
    app: RekamApp, screen: Asking, title: str, said: Sequence[str], besides: Sequence[uuid.UUID] = ()
) -> uuid.UUID | None:
    """Ask for a second officer's passphrase and return who it was; None when it was left or nobody is there to ask."""
    officers = await second_officers(app, besides)

    async def check(witness: Witness) -> str:
        return await verify(app, officers[witness.number].id, witness.passphrase)

    if not officers:
        return None
    witness = await screen.ask_witness(title, said, [officer.name for officer in officers], check)
    return None if witness is None else officers[witness.number].id
