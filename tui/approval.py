"""A second officer's word for an exception: given at the same keyboard with a passphrase of his own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.transaction import OfficerRole
from tui.i18n import _
from tui.messages import Problem
from tui.witness import verify

if TYPE_CHECKING:
    from store.officers import OfficerRecord
    from tui.frame import FrameScreen
    from tui.widgets.witness_dialog import Witness


async def ask_coordinator(screen: FrameScreen, title: str, reason: str) -> uuid.UUID | None:
    """Return the coordinator who answers for it: the officer himself, or one who types his passphrase here.

    None when nobody did; where the office has no coordinator, the screen says so.
    """
    officer = screen.rekam.officer
    if officer is not None and officer.may(OfficerRole.COORDINATOR):
        return officer.id
    return await ask_officer(screen, title, reason, lambda one: OfficerRole.COORDINATOR in one.roles)


async def ask_officer(
    screen: FrameScreen, title: str, reason: str, accepts: Callable[[OfficerRecord], bool]
) -> uuid.UUID | None:
    """Return the officer, one of those accepted, who types his passphrase here; None when nobody did."""
    from store import officers

    app = screen.rekam
    known = await screen.store.run(officers.everybody)
    offered = [one for one in known if one.active and accepts(one)]
    if not offered or app.folder is None:
        screen.refuse(Problem("×", _("Nobody can approve it here. Nothing changed. K: change officer.")))
        return None

    async def check(witness: Witness) -> str:
        return await verify(app, offered[witness.number].id, witness.passphrase)

    said = (_("Reason: {reason}").format(reason=reason), _("Whoever approves types the passphrase here."))
    witness = await screen.ask_witness(title, said, [one.name for one in offered], check)
    return None if witness is None else offered[witness.number].id
