"""A recording as the next system takes it: CBEFF as XML, the person's data as JSON, and a manifest of both.

The XML is the patron format of ISO/IEC 19785-3: one record with one more inside for each part. Fingers and irises go as
the devices gave them, ISO/IEC 19794-4 and -6; the portrait's JPEG is put into a 19794-5 record. Format numbers are
those ISO/IEC JTC 1/SC 37 (organization 257) registered: 7 finger, 8 face, 9 iris.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

from hw.captures import Eye, Finger
from hw.iso19794 import Compression, MalformedRecord, Modality, Record, parse, write
from store.office.opening import OpenedCapture, OpenedRecording
from store.sections import Part, Section

NAMESPACE = "http://standards.iso.org/iso-iec/19785/-3/ed-2/"
BIOMETRICS, DEMOGRAPHICS, MANIFEST = "biometrics.xml", "demographics.json", "manifest.json"
_SC37, _OURS = "257", "rekam17"
_HEAD = 12  # magic, version, and the record's own length
_FINGER_WORDS = {"THUMB": "Thumb", "INDEX": "IndexFinger", "MIDDLE": "MiddleFinger", "RING": "RingFinger"}


class UnusableCapture(Exception):
    """What a device gave for a part is not what it should be; nothing is written of the recording."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.value)
        self.part = part


def files(opened: OpenedRecording) -> dict[str, bytes]:
    """Return the packet's files by name; raises UnusableCapture."""
    made = {BIOMETRICS: _biometrics(opened), DEMOGRAPHICS: _spelled(_demographics(opened))}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    return made | {MANIFEST: _spelled({"recording": opened.recording, "sha256": digests})}


def _spelled(said: dict[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _demographics(opened: OpenedRecording) -> dict[str, object]:
    """Return the person's data, how she was recorded, and whatever is missing or weak, with its reason."""
    scores = {one.part.value: one.score for one in opened.captures}
    excepted = [{name: one.get(name) for name in ("part", "reason", "permanent", "note")} for one in opened.exceptions]
    return {
        "person": opened.person,
        "recording": {"id": opened.recording, "laptop": opened.laptop, "sealed_at": opened.about.get("sealed_at")},
        "legal_basis": opened.about.get("basis"),
        "quality": scores,
        "exceptions": excepted,
    }


def _biometrics(opened: OpenedRecording) -> bytes:
    ElementTree.register_namespace("", NAMESPACE)
    outer = ElementTree.Element(_name("BIR"))
    _versions(outer)
    _text(_child(outer, "BIRInfo"), "Integrity", "false")
    for one in opened.captures:
        outer.append(_record(one))
    written = io.BytesIO()
    ElementTree.ElementTree(outer).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue()


def _record(one: OpenedCapture) -> ElementTree.Element:
    organization, kind, modality, subtype, content = _block(one)
    made = ElementTree.Element(_name("BIR"))
    _versions(made)
    _text(_child(made, "BIRInfo"), "Integrity", "false")
    info = _child(made, "BDBInfo")
    _text(info, "Index", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{one.part.value} {one.sha256}")))
    registered = _child(info, "Format")
    _text(registered, "Organization", organization)
    _text(registered, "Type", kind)
    _text(info, "CreationDate", one.at)
    _text(info, "Type", modality)
    if subtype:
        _text(info, "Subtype", subtype)
    _text(info, "Level", "Raw")
    _text(info, "Purpose", "Enroll")
    if one.score is not None:
        _text(_child(info, "Quality"), "Score", str(round(one.score)))
    _text(made, "BDB", base64.b64encode(content).decode())
    return made


def _block(one: OpenedCapture) -> tuple[str, str, str, str, bytes]:
    """Return format, type, subtype and bytes of one part."""
    match one.section:
        case Section.PORTRAIT:
            return _SC37, "8", "Face", "", _face(one)
        case Section.SIGNATURE:
            return _OURS, "signature-png", "SignatureSign", "", one.plain
        case Section.IRISES:
            eye = Eye.RIGHT if one.part is Part.RIGHT_IRIS else Eye.LEFT
            return _SC37, "9", "Iris", eye.name.capitalize(), _own(one, Modality.IRIS, eye.value)
        case _:
            side, _dash, word = one.part.name.partition("_")
            subtype = f"{side.capitalize()} {_FINGER_WORDS.get(word, 'LittleFinger')}"
            return _SC37, "7", "Finger", subtype, _own(one, Modality.FINGER, Finger[one.part.name].value)


def _face(one: OpenedCapture) -> bytes:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(one.plain), formats=("JPEG",)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError) as error:
        raise UnusableCapture(one.part) from error
    quality = None if one.score is None else round(one.score)
    at = datetime.fromisoformat(one.at)
    return write(Record(Modality.FACE, 0, width, height, Compression.JPEG, one.plain, quality, at))


def _own(one: OpenedCapture, modality: Modality, position: int) -> bytes:
    """Return the record of one part out of those that the device gave for the section."""
    try:
        for record in _records(one.plain):
            found = parse(record)
            if (found.modality, found.position) == (modality, position):
                return record
    except MalformedRecord as error:
        raise UnusableCapture(one.part) from error
    raise UnusableCapture(one.part)


def _records(plain: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(plain):
        length = int.from_bytes(plain[at + 8 : at + _HEAD], "big")
        yield plain[at : at + max(length, _HEAD)]
        at += max(length, _HEAD)


def _versions(parent: ElementTree.Element) -> None:
    for name, major, minor in (("Version", "1", "0"), ("CBEFFVersion", "2", "0")):
        version = _child(parent, name)
        _text(version, "Major", major)
        _text(version, "Minor", minor)


def _child(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, _name(name))


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    _child(parent, name).text = text


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
