"""What is printed on a blank: the person's data as of today, and two pictures that only the printing key opens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from store import recordings, standing
from store.progress import Sex
from store.rules import Cloth, cloth
from store.transaction import OfficerRole, Transaction

VALIDITY = "SEUMUR HIDUP"


@dataclass(frozen=True)
class Issuer:
    """What the card says about where it comes from; an office's letterhead settings replace the shipped one."""

    province: str = "KALIMANTAN SELATAN"
    regency: str = "BALANGAN"
    place: str = "BALANGAN"


@dataclass(frozen=True, repr=False)
class CardFace:
    """Everything printed on a blank; portrait and signature are boxes sealed to the office's printing key.

    They are None when the person was recorded elsewhere: the picture then is at the centre, not on this laptop.
    """

    pupil: uuid.UUID
    person: uuid.UUID
    visit: uuid.UUID
    province: str
    regency: str
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex | None
    blood_type: str
    address: str
    rt: str
    rw: str
    village: str
    district: str
    religion: str
    marital_status: str
    occupation: str
    citizenship: str
    validity: str
    issue_place: str
    issue_day: date
    cloth: Cloth
    portrait: bytes | None
    signature: bytes | None


def face(tx: Transaction, pupil: uuid.UUID, issuer: Issuer | None = None) -> CardFace:
    """Return what would be printed for a pupil, for the preview."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    issuer = issuer or Issuer()
    row = standing.pupil_row(pupil)
    person = row.person
    portrait, signature = recordings.printing_boxes(tx, row.person_id)
    return CardFace(
        pupil=pupil,
        person=row.person_id,
        visit=row.visit_id,
        province=issuer.province,
        regency=issuer.regency,
        nik=person.nik or "",
        name=person.name,
        birth_place=person.birth_place or "",
        birth_date=person.birth_date,
        sex=person.sex,
        blood_type=person.blood_type or "-",
        address=person.address or "",
        rt=person.rt or "",
        rw=person.rw or "",
        village=person.village or "",
        district=person.district or "",
        religion=person.religion or "",
        marital_status=person.marital_status or "",
        occupation=person.occupation or "",
        citizenship=person.citizenship or "WNI",
        validity=VALIDITY,
        issue_place=issuer.place,
        issue_day=tx.today(),
        cloth=cloth(person.birth_date),
        portrait=portrait,
        signature=signature,
    )
