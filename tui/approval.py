"""A coordinator's word for an exception: given at the same keyboard with his own passphrase."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from store.errors import KeyringError
from store.transaction import OfficerRole
from tui.i18n import _
from tui.messages import Problem
from tui.unlocking import refusal
from tui.widgets.dialogs import Witness

if TYPE_CHECKING:
    from store.officers import OfficerRecord
    from tui.frame import FrameScreen


async def ask_coordinator(screen: FrameScreen, title: str, reason: str) -> uuid.UUID | None:
    """Return the coordinator who answers for it: the officer himself, or one who types his passphrase here.

    None when nobody did; where the office has no coordinator, the screen says so.
    """
    from store import officers

    app = screen.rekam
    if app.officer is not None and app.officer.may(OfficerRole.COORDINATOR):
        return app.officer.id
    known = await screen.store.run(officers.everybody)
    offered = [one for one in known if one.active and OfficerRole.COORDINATOR in one.roles]
    if not offered or app.folder is None:
        screen.refuse(Problem("×", _("No coordinator can approve here. Nothing changed. K: change officer.")))
        return None

    async def check(witness: Witness) -> str:
        return await _passphrase_wrong(screen, offered[witness.number], witness.passphrase)

    said = (_("Reason: {reason}").format(reason=reason), _("A coordinator approves with his own passphrase."))
    witness = await screen.ask_witness(title, said, [one.name for one in offered], check)
    return None if witness is None else offered[witness.number].id


async def _passphrase_wrong(screen: FrameScreen, officer: OfficerRecord, passphrase: str) -> str:
    from store.keyring import Keyring

    app = screen.rekam
    assert app.folder is not None, "asked only where there is a keyring"
    keyring = Keyring(app.folder)
    try:
        await asyncio.to_thread(keyring.unlock, officer.id, passphrase, app.clock.now())
    except KeyringError as error:
        return refusal(error).sentence
    return ""
