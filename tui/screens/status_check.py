"""Step 3: the status check begins with the queue; a pupil is opened from it (`pupil_check`)."""

from __future__ import annotations

from tui.screens.queue_list import QueueScreen


class StatusCheckScreen(QueueScreen):
    """The queue of step 3: everybody of the visit whom this desk deals with."""
