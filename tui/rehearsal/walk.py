"""The eight steps as an officer carries them out: she looks, presses the key the book gives her, and looks again.

Every step begins by looking where things stand, so that a rehearsal that was killed goes on there.
"""

from __future__ import annotations

from tui.rehearsal.cards import Cards
from tui.rehearsal.preparing import Preparing
from tui.rehearsal.pupils import Pupils
from tui.rehearsal.ways import Ways


async def play(ways: Ways) -> None:
    """Carry out what is left of the procedure, from the school's list to the signed handover."""
    await ways.log_in()
    preparing, cards = Preparing(ways), Cards(ways)
    await preparing.plan()
    await preparing.equip()
    await Pupils(ways).serve_all()
    await cards.wait_for_the_centre()
    await cards.print_ready()
    await cards.hand_over()
