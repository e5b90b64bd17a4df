"""What the next system gets of a recording: opened with the office's keys, whole, and what counts of it alone."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from hw.captures import Eye, Finger
from hw.emulators import pictures
from hw.emulators.faces import Pose
from hw.iso19794 import Compression, Modality, Record, parse, write
from store import exceptions, recordings
from store.models.people import Person, Pupil
from store.models.recording import Recording
from store.office import versions
from store.office.opening import OpeningError, OpeningProblem, open_recording
from store.office.tables import OfficeCapture
from store.sealing import OfficeKeys, Seals
from store.sections import PARTS, ExceptionReason, Part, PartScore, RecordingStage, Section
from store.transaction import Transaction
from tests.store.exchange_ground import Ground, Laptop, a_laptop
from tests.store.visit_day import a_pupil, a_visit
from tui.commands import assemble
from tui.enrolment_packet import NAMESPACE

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("cbeff.xsd"))
PNG = b"\x89PNG a signature"
HOSTILE = "SITI <AMINAH> & ]]> \u202e\x1b[31m"
KEYS = OfficeKeys(b"b" * 32, b"p" * 32, b"r" * 32)


def image(part: Part, try_number: int) -> bytes:
    """Return the record a device gives of one part; each try of it looks different."""
    pixels = bytes([try_number]) * 16
    if part in (Part.RIGHT_IRIS, Part.LEFT_IRIS):
        eye = Eye.RIGHT if part is Part.RIGHT_IRIS else Eye.LEFT
        return write(Record(Modality.IRIS, eye.value, 4, 4, Compression.RAW, pixels))
    return write(Record(Modality.FINGER, Finger[part.name].value, 4, 4, Compression.RAW, pixels))


@dataclass
class Taken:
    """Takes the sections of one recording as the program does: sealed at once, hashed, scored."""

    tx: Transaction
    recording: uuid.UUID
    seals: Seals

    def take(self, section: Section, scores: dict[Part, float | None], plain: bytes) -> None:
        printed = section in (Section.PORTRAIT, Section.SIGNATURE)
        sealed = (self.seals.seal_print if printed else self.seals.seal_biometric)(plain)
        parts = tuple(PartScore(part, score) for part, score in scores.items())
        digest, draft = hashlib.sha256(plain).hexdigest(), plain if printed else None
        recordings.add_attempt(self.tx, self.recording, section, parts, sealed, draft, "Alat <1>", digest)

    def slap(self, section: Section, number: int, *scores: float) -> None:
        given = dict(zip((part for part in PARTS[section] if part is not Part.RIGHT_RING), scores, strict=True))
        self.take(section, dict(given), b"".join(image(part, number) for part in given))


def record(laptop: Laptop, name: str = HOSTILE) -> str:
    """Record a pupil: the left slap twice, a finger of the right hand missing; return the recording's key."""
    pupil = a_pupil(laptop.store, a_visit(laptop.store, f"SMA CONTOH {uuid.uuid4().hex[:6]}"))

    def seal(tx: Transaction) -> str:
        Person.update(name=name).where(Person.id == Pupil.get_by_id(pupil).person_id).execute()
        taken = Taken(tx, recordings.open_or_resume(tx, pupil).id, Seals(KEYS.public))
        taken.take(Section.PORTRAIT, {Part.FACE: 68.4}, pictures.face("NORHAYATI", Pose(), 0).image)
        recordings.keep_portrait(tx, taken.recording, 1)
        taken.take(Section.SIGNATURE, {Part.SIGNATURE: None}, PNG)
        taken.slap(Section.LEFT_SLAP, 1, 61, 30, 52, 20)
        taken.slap(Section.LEFT_SLAP, 2, 40, 58, 51, 47)
        exceptions.except_part(tx, taken.recording, Part.RIGHT_RING, ExceptionReason.MISSING, "sejak lahir")
        taken.slap(Section.RIGHT_SLAP, 1, 55, 50, 44)
        taken.slap(Section.THUMBS, 1, 63, 60)
        taken.slap(Section.IRISES, 1, 82, 71)
        sealed = {"stage": RecordingStage.SEALED, "sealed_at": tx.now()}
        Recording.update(sealed).where(Recording.id == taken.recording).execute()
        tx.note("recording.sealed", taken.recording)
        return taken.recording.hex

    return laptop.store.run_now(seal)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    KEYS.write(tmp_path / "safe")
    return Ground(tmp_path)


@pytest.fixture
def laptop(ground: Ground) -> Iterator[Laptop]:
    with a_laptop(ground) as made:
        yield made


def deliver(laptop: Laptop) -> None:
    laptop.export()
    laptop.ground.take_in()


def assembled(ground: Ground, keys: str = "safe") -> int:
    out = argparse.Namespace(keys=str(ground.place / keys), out=str(ground.place / "out"))
    with ground.opened() as office:
        return assemble.run(office, out)


def blocks(ground: Ground, key: str) -> dict[tuple[str, str], tuple[ElementTree.Element, bytes]]:
    """Return the inner records by type and subtype, each with its bytes; the file fits the schema."""
    file = ground.place / "out" / key / "biometrics.xml"
    SCHEMA.validate(str(file))
    found: dict[tuple[str, str], tuple[ElementTree.Element, bytes]] = {}
    space = {"": NAMESPACE}
    for one in ElementTree.parse(file).getroot().findall("BIR", space):
        kind, subtype = one.findtext("BDBInfo/Type", "", space), one.findtext("BDBInfo/Subtype", "", space)
        found[kind, subtype] = one, base64.b64decode(one.findtext("BDB", "", space), validate=True)
    return found


def test_of_each_part_the_best_that_counts_is_written(ground: Ground, laptop: Laptop) -> None:
    key = record(laptop)
    deliver(laptop)
    assert assembled(ground) == 0
    found = blocks(ground, key)
    assert len(found) == 13, "a face, a signature, nine fingers, two eyes"
    tries = {}
    for (kind, subtype), (_element, content) in found.items():
        if kind == "Finger":
            read = parse(content)
            side, word = subtype.split()
            name = f"{side}_{word.removesuffix('Finger')}".upper()
            assert read.position == Finger[name].value
            tries[name] = read.image[0]
    assert {name: tries[name] for name in ("LEFT_INDEX", "LEFT_MIDDLE", "LEFT_RING", "LEFT_LITTLE")} == {
        "LEFT_INDEX": 1,
        "LEFT_MIDDLE": 2,
        "LEFT_RING": 1,
        "LEFT_LITTLE": 2,
    }
    assert "RIGHT_RING" not in tries
    assert parse(found["Iris", "Right"][1]).position == 1
    face = parse(found["Face", ""][1])
    assert (face.modality, face.compression, face.quality) == (Modality.FACE, Compression.JPEG, 68)
    assert face.image == pictures.face("NORHAYATI", Pose(), 0).image
    assert found["SignatureSign", ""][1] == PNG
    scored = found["Finger", "Left LittleFinger"][0].findtext("BDBInfo/Quality/Score", "", {"": NAMESPACE})
    assert scored == "47"


def test_the_person_the_exceptions_and_the_digests_stand_beside(ground: Ground, laptop: Laptop) -> None:
    key = record(laptop)
    deliver(laptop)
    assembled(ground)
    place = ground.place / "out" / key
    said = json.loads((place / "demographics.json").read_bytes())
    assert said["person"]["name"] == HOSTILE
    assert said["person"]["birth_date"] == "2009-05-12"
    assert [(one["part"], one["reason"], one["note"]) for one in said["exceptions"]] == [
        ("right_ring", "missing", "sejak lahir")
    ]
    assert said["quality"]["left_little"] == 47
    manifest = json.loads((place / "manifest.json").read_bytes())
    assert manifest["recording"] == key
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
    assert sorted(manifest["sha256"]) == ["biometrics.xml", "demographics.json"]
    assert {path.stat().st_mode & 0o077 for path in (place, *place.iterdir())} == {0}


def test_again_writes_only_what_is_new_and_mends_what_was_cut(
    ground: Ground, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    first = record(laptop)
    deliver(laptop)
    assembled(ground)
    before = (ground.place / "out" / first / "biometrics.xml").stat().st_ino
    second = record(laptop, "NOOR LAILA")
    deliver(laptop)
    (ground.place / "out" / f".{second}").mkdir()
    (ground.place / "out" / f".{second}" / "half").write_bytes(b"x")
    assert assembled(ground) == 0
    assert "1 recordings written to" in capsys.readouterr().out
    assert (ground.place / "out" / first / "biometrics.xml").stat().st_ino == before
    assert sorted(path.name for path in (ground.place / "out").iterdir()) == sorted([first, second])


def test_whatever_cannot_be_opened_is_named_and_nothing_is_half_written(
    ground: Ground, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged, missing, whole = record(laptop, "A"), record(laptop, "B"), record(laptop, "C")
    deliver(laptop)
    with ground.opened() as office:
        for key, spoil in (
            (damaged, lambda file: file.write_bytes(b"x" + file.read_bytes()[1:])),
            (missing, lambda file: file.unlink()),
        ):
            capture = OfficeCapture.get(OfficeCapture.recording == key)
            spoil(office.capture_file(capture.sha256))
    assert assembled(ground) == 1
    said = capsys.readouterr().out
    assert f"{damaged}: a capture is damaged" in said
    assert f"{missing}: a capture is missing" in said
    assert [path.name for path in (ground.place / "out").iterdir()] == [whole]


def test_other_keys_open_nothing(ground: Ground, laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    record(laptop)
    deliver(laptop)
    OfficeKeys.generate().write(ground.place / "stranger")
    assert assembled(ground, "stranger") == 1
    assert "sealed to another key" in capsys.readouterr().out
    assert assembled(ground, "nowhere") == 2
    assert "biometrics.key and printing.key" in capsys.readouterr().err
    assert list((ground.place / "out").iterdir()) == []


def test_of_a_person_recorded_twice_none_is_written_before_the_coordinator_decided(ground: Ground) -> None:
    keys = []
    for name in ("Laptop 1", "Laptop 2"):
        with a_laptop(ground, name) as laptop:
            keys.append(record(laptop))
            deliver(laptop)
    assert assembled(ground) == 1
    with ground.opened() as office:
        (twice,) = versions.conflicts(office)
        versions.decide(office, twice, keys[0], "wajah lebih baik", "Hj. Mariani")
        with pytest.raises(OpeningError) as refused:
            open_recording(office, keys[1], KEYS.biometrics, KEYS.printing)
        assert refused.value.problem is OpeningProblem.REJECTED
    assert assembled(ground) == 0
    assert [path.name for path in (ground.place / "out").iterdir()] == [keys[0]]


def test_a_recording_that_is_of_somebody_else_stays_closed(ground: Ground, laptop: Laptop) -> None:
    key = record(laptop)
    laptop.store.run_now(recordings.mark_wrong, uuid.UUID(key), "kembar tertukar")
    deliver(laptop)
    assert assembled(ground) == 0
    assert list((ground.place / "out").iterdir()) == []
    later = record(laptop, "NOOR LAILA")
    laptop.export()
    laptop.store.run_now(recordings.mark_wrong, uuid.UUID(later), "kembar tertukar")
    deliver(laptop)
    assert assembled(ground) == 0
    assert list((ground.place / "out").iterdir()) == []
    with ground.opened() as office, pytest.raises(OpeningError) as refused:
        open_recording(office, "ab" * 16, KEYS.biometrics, KEYS.printing)
    assert refused.value.problem is OpeningProblem.UNKNOWN
