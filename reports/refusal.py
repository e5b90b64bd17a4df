"""Why a paper is not drawn; the words for the officer are made in `tui`."""

from __future__ import annotations

import enum


class Refusal(enum.Enum):
    """What was wrong with what a paper was asked to show."""

    EMPTY_LIST = "empty_list"
    BAD_IMAGE = "bad_image"
    BAD_SIGNATURE = "bad_signature"


class PaperRefused(Exception):
    """The paper cannot be drawn as asked; nothing was written."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason.value} {detail}".strip())
        self.reason = reason
        self.detail = detail
