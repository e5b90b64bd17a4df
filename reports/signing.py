"""Electronic signatures on papers (PAdES): what each party drew on the pad, each in a field, under the office's key.

The office's key attests what it saw: who drew which signature when. With the first signature the paper is certified,
with the last it is locked: whatever is added afterwards, be it a further signature, makes it no longer the paper that
was signed.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import keys, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.layout import PEN, PEN_WIDTH, DrawnSignature, strokes_in
from reports.page import SigningField
from store.signing_key import SigningKey

logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # it would print over the screen

SEAL_FIELD = "Kantor"
"""The field of a paper on which nobody drew: nothing is to be seen of it."""


@dataclass(frozen=True, repr=False)
class Signed:
    """What one party drew: into which field, who it was, and what the signature says it is for."""

    into: str
    name: str
    reason: str
    drawing: DrawnSignature


def sign(
    paper: bytes,
    fields: Sequence[SigningField],
    parties: Sequence[Signed],
    key: SigningKey,
    *,
    at: datetime,
    place: str = "",
) -> bytes:
    """Return the paper with a signature for each party, in their order; with none, certified and locked all the same.

    The key is one that `office_key.check` let pass at this moment, which the signatures bear. Each signature is an
    update of its own behind the paper's bytes, which stay as they are. Not for a thread that has an event loop.
    """
    writer = _writer(paper)
    if not parties:
        seal = _METADATA(
            field_name=SEAL_FIELD, location=place or None, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES
        )
        return _signed(writer, _SignerAt(at, seal, _signer(key), new_field_spec=SigFieldSpec(SEAL_FIELD)))
    places = {one.name: one for one in fields}
    for party in parties:
        where, last = places[party.into], party is parties[-1]
        left, low, right, top = (round(edge) for edge in where.box)
        lock = FieldMDPSpec(FieldMDPAction.ALL) if last else None
        append_signature_field(
            writer,
            SigFieldSpec(
                party.into,
                on_page=where.page,
                box=(left, low, right, top),
                field_mdp_spec=lock,
                doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
                readable_field_name=party.reason,
            ),
        )
    signer = _signer(key)
    for party in parties:
        meant = _METADATA(
            field_name=party.into,
            name=party.name,
            reason=party.reason,
            location=place or None,
            certify=party is parties[0],
            docmdp_permissions=MDPPerm.NO_CHANGES if party is parties[-1] else MDPPerm.FILL_FORMS,
        )
        box = places[party.into].box
        look = _look(party.drawing, box[2] - box[0], box[3] - box[1])
        paper = _signed(writer, _SignerAt(at, meant, signer, stamp_style=look))
        writer = _writer(paper)
    return paper


_METADATA = partial(PdfSignatureMetadata, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")


class _SignerAt(PdfSigner):
    """Signs at the moment of the store's clock instead of the machine's, as everything else is dated."""

    def __init__(self, at: datetime, *meant: Any, **how: Any) -> None:
        super().__init__(*meant, **how)
        self._at = at

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def _writer(paper: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(paper))


def _signed(writer: IncrementalPdfFileWriter, signer: _SignerAt) -> bytes:
    return signer.sign_pdf(writer, in_place=False).getvalue()


def _signer(key: SigningKey) -> SimpleSigner:
    above = SimpleCertificateStore()
    above.register_multiple(load_certs_from_pemder_data(key.above) if key.above else ())
    return SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(key.key),
        cert_registry=above,
    )


def _look(drawing: DrawnSignature, width: float, height: float) -> StaticStampStyle:
    """Return the drawing alone as the field's look, as large as it would be drawn into the page."""
    commands = [f"{PEN[0]} {PEN[1]} {PEN[2]} RG {PEN_WIDTH} w 1 J 1 j"]
    for stroke in strokes_in(drawing, width, height):
        commands += [f"{x:.2f} {y:.2f} {'l' if index else 'm'}" for index, (x, y) in enumerate(stroke)]
        commands.append("S")
    box = BoxConstraints(width=round(width), height=round(height))
    here = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins())
    return StaticStampStyle(
        border_width=0,
        background=RawContent(" ".join(commands).encode("ascii"), box=box),
        background_layout=here,
        background_opacity=1.0,
    )
