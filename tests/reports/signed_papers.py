"""Signed minutes of an invented handover, and what a forger would make of them."""

from __future__ import annotations

import io
import math
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from reports import handover, office_key, signing
from reports.layout import BALANGAN, DrawnSignature
from store.signing_key import SigningKey
from tests.reports.office_keys import PASSPHRASE, Private, a_key_file
from tests.reports.paper_samples import minutes, recipient

HELD = DrawnSignature(tuple(tuple((0.1 + i / 80, 0.5 + 0.3 * math.sin(i / 4 + s)) for i in range(60)) for s in (0, 2)))
"""What both parties drew on the pad."""
AT = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
GIVES = signing.Signed(handover.OFFICE_FIELD, "Fahrurrazi", "Menyerahkan 3 KTP-el: Fahrurrazi", HELD)
TAKES = signing.Signed(handover.RECEIVER_FIELD, "Drs. Syamsuddin", "Menerima 3 KTP-el: Drs. Syamsuddin", HELD)


def a_key(key: Private | None = None) -> SigningKey:
    return office_key.read(a_key_file(AT, key=key), PASSPHRASE, AT)


def a_paper(
    *, names: tuple[str, ...] = ("AHMAD FAUZAN", "ANTUNG RUSMALA", "MARIATUL KIFTIAH")
) -> handover.HandoverPaper:
    paper = minutes(*(recipient(number, name) for number, name in enumerate(names, 1)))
    return replace(
        paper,
        giver=replace(paper.giver, signature=HELD),
        receiver=replace(paper.receiver, signature=HELD),
        journal_head="ab12cd34ef",
    )


def signed(key: SigningKey, *parties: signing.Signed, paper: handover.HandoverPaper | None = None) -> bytes:
    drawn, fields = handover.draw_to_sign(paper or a_paper(), BALANGAN)
    return signing.sign(drawn, fields, parties, key, at=AT, place="Paringin")


Change = Callable[[IncrementalPdfFileWriter], None]


def updated(paper: bytes, change: Change) -> bytes:
    """Change a paper as readers do that keep its signatures: by an update behind its last byte."""
    writer = IncrementalPdfFileWriter(io.BytesIO(paper), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def text_over(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"q 0 0 0 rg 94 500 200 12 re f Q")
    writer.add_stream_to_page(0, writer.add_object(stream))


def row_replaced(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][1].get_object()
    lines = page["/Contents"].data
    page["/Contents"] = writer.add_object(
        generic.StreamObject(stream_data=lines.replace(b"AHMAD FAUZAN", b"AHMAD FAUZAM"))
    )
    writer.update_container(page)


def page_removed(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][1]
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def page_added(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(1))
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def note_added(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 500, 300, 520))),
            pdf_name("/Contents"): generic.pdf_string("dua puluh keping"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def signature_redrawn(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    look = field["/AP"]["/N"]
    look._data = b"0 0 m 100 40 l S"
    look._encoded_data = None
    writer.update_container(look)


def signature_moved(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (300, 600, 500, 650)))
    writer.update_container(field)


def certification_removed(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def title_changed(writer: IncrementalPdfFileWriter) -> None:
    info = generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("Berita Acara lain")})
    writer.set_info(writer.add_object(info))


def font_swapped(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][1].get_object()
    fonts = page["/Resources"]["/Font"]
    first, second = list(fonts)[:2]
    swapped = (fonts.raw_get(second), fonts.raw_get(first))
    fonts[first], fonts[second] = swapped
    writer.update_container(fonts)


def also_signed(paper: bytes, key: SigningKey) -> bytes:
    """Sign once more, in a field that was not there."""
    from asn1crypto import keys, x509

    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(key.key),
        cert_registry=None,  # type: ignore[arg-type]
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    more = PdfSigner(PdfSignatureMetadata(field_name="Ketiga"), signer, new_field_spec=SigFieldSpec("Ketiga"))
    return more.sign_pdf(writer, in_place=False).getvalue()


def revisions(paper: bytes) -> list[int]:
    """Return where the paper ended each time before it was signed again."""
    return [found.end() for found in re.finditer(rb"%%EOF\n", paper)]


def other_cms(paper: bytes, other: bytes) -> bytes:
    """Put the last signature's own bytes of another paper in the place of this one's."""
    mine, theirs = (list(re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", one))[-1] for one in (paper, other))
    room = len(mine[1])  # what a signature does not need of it is zeros
    return paper[: mine.start(1)] + theirs[1].ljust(room, b"0")[:room] + paper[mine.end(1) :]


def by_qpdf(folder: Path, paper: bytes, *arguments: str) -> bytes:
    """Write the paper anew, as a program would that knows nothing of signatures."""
    source, made = folder / "source.pdf", folder / "made.pdf"
    source.write_bytes(paper)
    subprocess.run(["qpdf", *(str(source) if one == "IN" else one for one in arguments), str(made)], check=True)
    return made.read_bytes()


def forgeries(folder: Path, paper: bytes, key: SigningKey) -> dict[str, bytes]:
    """Return everything a forger would try with a paper of two signatures, by what it is."""
    stranger = a_key()
    ends = revisions(paper)

    def flipped(at: int) -> bytes:
        copy = bytearray(paper)
        copy[at] ^= 4
        return bytes(copy)

    return {
        "text laid over": updated(paper, text_over),
        "a row replaced": updated(paper, row_replaced),
        "a page removed": updated(paper, page_removed),
        "a page added": updated(paper, page_added),
        "a note added": updated(paper, note_added),
        "a signature redrawn": updated(paper, signature_redrawn),
        "a signature moved": updated(paper, signature_moved),
        "the certification removed": updated(paper, certification_removed),
        "the title changed": updated(paper, title_changed),
        "fonts swapped": updated(paper, font_swapped),
        "an update that changes nothing": updated(paper, lambda writer: writer.update_root()),
        "a signature of another key added": also_signed(paper, stranger),
        "a signature of the office's key added": also_signed(paper, key),
        "signed by another office of that name": signed(stranger, GIVES, TAKES),
        "another paper's signature": other_cms(paper, signed(key, GIVES, TAKES, paper=a_paper(names=("ORANG LAIN",)))),
        "the receiver's signature taken out": paper[: ends[-2]],
        "both signatures taken out": paper[: ends[0]],
        "written anew without a page": by_qpdf(folder, paper, "--empty", "--pages", "IN", "1", "--"),
        "written anew under another": by_qpdf(folder, paper, "IN", "--underlay", "IN", "--"),
        "written anew": by_qpdf(folder, paper, "IN"),
        "one bit of the minutes": flipped(len(paper) // 3),
        "one bit of the first signature": flipped(paper.index(b"/Contents <") + 400),
        "one bit of the reason": flipped(paper.index(b"/Reason") + 12),
        "its last byte missing": paper[:-1],
        "something behind its end": paper + b"\n",
    }
