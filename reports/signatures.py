"""What a paper's electronic signatures say: who signed when, with whose key, and whether anything changed since.

Both are asked, whether the signed bytes are intact and, by difference analysis, whether what was added behind them only
signs: text laid over a signed paper in an update leaves its signature valid, and some readers content.
"""

from __future__ import annotations

import enum
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

for _library in ("pyhanko", "pyhanko_certvalidator"):  # what they would print of a forgery is told as a doubt
    logging.getLogger(_library).addHandler(logging.NullHandler())

_UNREADABLE = (PdfError, PathError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What a file that lies about its own structure makes the reader of PDF raise: it has no one error for that."""


class Doubt(enum.Enum):
    """Why a paper is not the one that was signed."""

    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    UNCERTIFIED = "uncertified"  # no signature says that nothing may be added
    LACKING = "lacking"  # a field is there whose signature was taken away
    FOREIGN_KEY = "foreign_key"
    BROKEN = "broken"  # the signed bytes themselves
    CHANGED = "changed"  # something was added after the signature


@dataclass(frozen=True)
class SignatureMade:
    """One signature as it says of itself; `key_of` is the common name in the certificate it was made under."""

    key_of: str
    name: str = field(repr=False)
    reason: str = field(repr=False)
    at: datetime | None


@dataclass(frozen=True)
class Examined:
    """The signatures of a paper in their order, and the first doubt about it; None where there is none."""

    signatures: tuple[SignatureMade, ...]
    doubt: Doubt | None


def examine(paper: bytes, certificates: Sequence[bytes]) -> Examined:
    """Read a paper's signatures and hold them against the certificates (DER) that the office ever signed under.

    A paper without doubt is certified, signed in each of its fields under a certificate of the office, and nothing
    stands in the file that the last signature does not cover. Runs a loop of its own: not for a thread that has one.
    """
    made: list[SignatureMade] = []
    try:
        reader = PdfFileReader(io.BytesIO(paper), strict=False)
        found = list(reader.embedded_regular_signatures)
        made += (_made(one) for one in found)
        return Examined(tuple(made), _doubt(reader, found, certificates))
    except _UNREADABLE:
        return Examined(tuple(made), Doubt.UNREADABLE)


def _made(signature: EmbeddedPdfSignature) -> SignatureMade:
    said = signature.sig_object
    return SignatureMade(
        key_of=str(signature.signer_cert.subject.native.get("common_name", "")),
        name=str(said.get("/Name", "")),
        reason=str(said.get("/Reason", "")),
        at=signature.self_reported_timestamp,
    )


def _doubt(reader: PdfFileReader, found: Sequence[EmbeddedPdfSignature], certificates: Sequence[bytes]) -> Doubt | None:
    if not found:
        return Doubt.UNSIGNED
    for one in found:
        certificate = one.signer_cert.dump()
        if certificate not in certificates:
            return Doubt.FOREIGN_KEY
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(certificate)], moment=one.self_reported_timestamp, allow_fetching=False
        )
        # What the key may be used for was looked at when it was set up.
        status = validate_pdf_signature(one, context, key_usage_settings=KeyUsageConstraints(key_usage=set()))
        if not (status.intact and status.valid):
            return Doubt.BROKEN
        if not status.trusted:
            return Doubt.FOREIGN_KEY
        ends = one is not found[-1] or status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        if not (status.bottom_line and ends):
            return Doubt.CHANGED
    if found[0].docmdp_level is None:
        return Doubt.UNCERTIFIED
    if any(True for _ in enumerate_sig_fields(reader, filled_status=False)):
        return Doubt.LACKING
    return None
