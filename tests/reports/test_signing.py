"""Signed minutes: who signed is read back, programs of others agree, and whatever a forger makes of them is refused."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reports import handover, signatures, signing
from reports.layout import BALANGAN
from reports.signatures import Doubt
from store.signing_key import SigningKey
from tests.reports.office_keys import OFFICE
from tests.reports.signed_papers import AT, GIVES, TAKES, a_key, a_paper, forgeries, signed


@pytest.fixture(scope="module", params=["elliptic curve", "rsa"])
def key(request: pytest.FixtureRequest) -> SigningKey:
    return a_key() if request.param == "elliptic curve" else a_key(key=rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def paper(key: SigningKey) -> bytes:
    return signed(key, GIVES, TAKES)


def test_who_signed_what_when_is_read_back(key: SigningKey, paper: bytes) -> None:
    examined = signatures.examine(paper, [key.certificate])
    assert examined.doubt is None
    assert [(one.name, one.reason, one.key_of) for one in examined.signatures] == [
        (GIVES.name, GIVES.reason, OFFICE),
        (TAKES.name, TAKES.reason, OFFICE),
    ]
    assert {one.at for one in examined.signatures} == {AT}


@pytest.mark.parametrize("parties", [(GIVES,), (TAKES,), ()], ids=["the office", "the school", "nobody, ink on both"])
def test_whoever_signed_on_the_pad_the_paper_is_certified_and_locked(
    key: SigningKey, parties: tuple[signing.Signed, ...]
) -> None:
    paper = signed(key, *parties)
    examined = signatures.examine(paper, [key.certificate])
    assert examined.doubt is None
    assert [one.reason for one in examined.signatures] == [one.reason for one in parties] or [""]


def test_the_papers_own_bytes_stay_in_front_of_its_signatures(key: SigningKey, paper: bytes) -> None:
    drawn, fields = handover.draw_to_sign(a_paper(), BALANGAN)
    assert paper.startswith(drawn)
    assert {one.name: one.page for one in fields} == {handover.OFFICE_FIELD: 0, handover.RECEIVER_FIELD: 0}


def test_a_party_that_signs_in_ink_gets_no_field() -> None:
    paper = a_paper()
    _, fields = handover.draw_to_sign(replace(paper, receiver=replace(paper.receiver, signature=None)), BALANGAN)
    assert [one.name for one in fields] == [handover.OFFICE_FIELD]


def test_every_forgery_is_refused(tmp_path: Path, key: SigningKey, paper: bytes) -> None:
    made = forgeries(tmp_path, paper, key)
    doubts = {what: signatures.examine(forged, [key.certificate]).doubt for what, forged in made.items()}
    assert [what for what, doubt in doubts.items() if doubt is None] == []
    assert len(doubts) == 25
    assert len(set(made.values())) == 25
    assert doubts["text laid over"] is Doubt.CHANGED
    assert doubts["the receiver's signature taken out"] is Doubt.LACKING
    assert doubts["both signatures taken out"] is Doubt.UNSIGNED
    assert doubts["signed by another office of that name"] is Doubt.FOREIGN_KEY
    assert doubts["one bit of the minutes"] is Doubt.BROKEN


def test_what_is_no_paper_at_all_is_refused_without_an_error(key: SigningKey) -> None:
    for lie in (b"", b"%PDF-1.7", b"%PDF-1.4\nstartxref\n99999999\n%%EOF\n", b"\x00" * 5000, b"/ByteRange" * 400):
        assert signatures.examine(lie, [key.certificate]) == signatures.Examined((), Doubt.UNREADABLE)


def test_pyhankos_own_validator_accepts_it_through_the_authority(key: SigningKey, paper: bytes) -> None:
    authority = x509.Certificate.load(pem.unarmor(key.above)[2])
    reader = PdfFileReader(io.BytesIO(paper))
    for one in reader.embedded_signatures:
        status = validate_pdf_signature(one, ValidationContext(trust_roots=[authority], moment=AT))
        assert status.bottom_line, status.pretty_print_details()
        assert status.trusted


@pytest.mark.peer("pdfsig")
def test_pdfsig_accepts_it(tmp_path: Path, paper: bytes) -> None:
    file = tmp_path / "bast.pdf"
    file.write_bytes(paper)
    told = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature Validation: Signature is Valid.") == 2
    assert told.count("Signature Type: ETSI.CAdES.detached") == 2
    assert told.count("Certificate issuer isn't Trusted.") == 2, "its authority is an invented one"
    assert "  - Total document signed" in told.partition("Signature #2")[2]


@pytest.mark.peer("qpdf", "pdffonts")
def test_it_is_a_clean_file_with_every_font_in_it(tmp_path: Path, paper: bytes) -> None:
    file = tmp_path / "bast.pdf"
    file.write_bytes(paper)
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    rows = subprocess.run(["pdffonts", file], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows)
