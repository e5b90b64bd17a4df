"""Why a bundle, a key or a receipt is refused; of a refused one nothing is kept."""

from __future__ import annotations

import enum


class BundleProblem(enum.Enum):
    """The reason, for whoever has to do something about it."""

    NOT_A_BUNDLE = "not_a_bundle"
    WRONG_OFFICE = "wrong_office"  # sealed to another office
    UNKNOWN_LAPTOP = "unknown_laptop"
    REVOKED_LAPTOP = "revoked_laptop"
    BAD_SIGNATURE = "bad_signature"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    TOO_BIG = "too_big"
    BOMB = "bomb"  # unpacks to more than any laptop packs
    GAP = "gap"  # an earlier bundle has not come yet
    CHAIN = "chain"  # its lines do not hang together, or not on those that came before
    FORK = "fork"  # other lines came before under the same laptop: it was restored from a copy
    NOT_A_KEY = "not_a_key"  # not a key file of this program, or one that was changed
    NOT_A_RECEIPT = "not_a_receipt"
    NOT_AN_ANSWER = "not_an_answer"  # an answer for another laptop, or of another office


class BundleError(Exception):
    """It was not taken; nothing was written."""

    def __init__(self, problem: BundleProblem, detail: str = "") -> None:
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem = problem
        self.detail = detail
