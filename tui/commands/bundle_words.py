"""What is said of bundles, keys and sticks on the command line."""

from __future__ import annotations

from store.bundles.carrying import CarryError, CarryProblem
from store.bundles.refusal import BundleError, BundleProblem
from store.key_files import SealError, SealProblem

_BUNDLES = {
    BundleProblem.NOT_A_BUNDLE: "is no bundle of rekam17",
    BundleProblem.WRONG_OFFICE: "is for another office",
    BundleProblem.UNKNOWN_LAPTOP: "comes from a laptop that was not added: rekam17 office add",
    BundleProblem.REVOKED_LAPTOP: "comes from a laptop that was revoked",
    BundleProblem.BAD_SIGNATURE: "is not signed by whom it says",
    BundleProblem.DAMAGED: "is damaged: let the laptop export again",
    BundleProblem.TRUNCATED: "is cut off: let the laptop export again",
    BundleProblem.TOO_BIG: "is larger than any laptop makes",
    BundleProblem.BOMB: "unpacks to more than any laptop packs",
    BundleProblem.GAP: "waits: an earlier bundle has not come yet",
    BundleProblem.CHAIN: "its journal does not hang together",
    BundleProblem.FORK: "other records came before under the same laptop: it was restored from an old copy",
    BundleProblem.NOT_A_RECEIPT: "is no receipt for this laptop",
    BundleProblem.NOT_AN_ANSWER: "is no answer to this laptop",
}
_CARRYING = {
    CarryProblem.NOT_A_FOLDER: "is no folder",
    CarryProblem.FULL: "no space left; what is there is whole, and nothing is gone from this laptop",
    CarryProblem.GONE: "cannot be read or written; nothing is gone from this laptop",
    CarryProblem.BUSY: "another export is running",
    CarryProblem.UNREACHABLE: "the office cannot be reached, or the line was cut; call again, it goes on from there",
    CarryProblem.NOT_THE_OFFICE: "answers, but is not the office this laptop belongs to; nothing was sent",
    CarryProblem.NOT_LET_IN: "the office does not know this laptop: rekam17 office add with its new file",
    CarryProblem.LOST: "a bundle of the outgoing folder is missing: restore a backup",
}
_KEYS = {
    SealProblem.UNREADABLE: "cannot be read",
    SealProblem.EXISTS: "keys are there already, and are never overwritten",
}


def of_bundle(error: BundleError) -> str:
    """Say why a bundle or a receipt was not taken."""
    said = _BUNDLES[error.problem]
    return f"{said} (number {error.detail})" if error.problem is BundleProblem.GAP else said


def of_carrying(error: CarryError) -> str:
    """Say why not everything is on the stick."""
    return _CARRYING[error.problem]


def of_key(error: SealError) -> str:
    """Say why a key file was not taken."""
    return _KEYS.get(error.problem, "is no such key, or was changed")
