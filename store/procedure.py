"""The SOP as data: eight steps, the equipment list, the time standards.

Source: SOP "Inovasi Layanan Direkam di Sekolah, Sweet Seventeen KTP-ku Datang", Dukcapil Kabupaten Balangan, in force
since 2 February 2020. The Indonesian texts are quoted; rail, help, clock and summary are made from them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Actor(enum.Enum):
    """Who carries out a step."""

    COORDINATION = "I"
    RECORDING = "R"
    PRINTING = "P"


class Per(enum.Enum):
    """How often a step is done."""

    VISIT = "visit"
    PUPIL = "pupil"
    BATCH = "batch"


class Kit(enum.Enum):
    """The roles of equipment that a step cannot do without."""

    CAMERA = "camera"
    FINGER = "finger"
    IRIS = "iris"
    SIGNATURE = "signature"
    CARD_PRINTER = "card_printer"


@dataclass(frozen=True)
class Step:
    """One row of the SOP's table; minutes are the standard's shortest and longest."""

    number: int
    word: str
    activity: str
    english: str
    actors: tuple[Actor, ...]
    completeness: tuple[str, ...]
    standard_minutes: tuple[int, int]
    output: str
    english_output: str
    per: Per
    needs: tuple[Kit, ...] = ()

    @property
    def standard_seconds(self) -> int:
        """The longest time that still keeps the standard."""
        return self.standard_minutes[1] * 60


_PAPERS = ("fotokopi KK", "fotokopi akta kelahiran")

STEPS: tuple[Step, ...] = (
    Step(
        1,
        "Jadwal",
        "Melakukan koordinasi dan menentukan jadwal serta petugas lapangan",
        "Coordinate; set the schedule and the field officers",
        (Actor.COORDINATION, Actor.RECORDING),
        ("daftar murid 16 tahun ke atas", "rancangan jadwal"),
        (30, 30),
        "Jadwal Perekaman",
        "recording schedule",
        Per.VISIT,
    ),
    Step(
        2,
        "Alat",
        "Petugas lapangan mempersiapkan peralatan perekaman dan mendatangi sekolah sesuai dengan jadwal yang telah"
        " disepakati",
        "Field officers prepare the recording equipment and go to the school on the agreed schedule",
        (Actor.RECORDING,),
        ("jadwal perekaman", "alat perekaman", "data murid"),
        (60, 120),
        "Peralatan perekaman siap digunakan",
        "recording equipment ready for use",
        Per.VISIT,
    ),
    Step(
        3,
        "Cek",
        "Operator mengecek data perekaman: 1. jika sudah pernah merekam namun belum dicetak, langsung dimasukkan dalam"
        " daftar; 2. jika belum pernah merekam, dilanjutkan dengan perekaman",
        "Operator checks the recording data: 1. already recorded but not printed: straight into the list; 2. never"
        " recorded: goes on to recording",
        (Actor.RECORDING,),
        _PAPERS,
        (5, 5),
        "Hasil pengecekan status perekaman KTP-el",
        "result of the KTP-el recording status check",
        Per.PUPIL,
    ),
    Step(
        4,
        "SIAK",
        "Operator mengecek data SIAK: 1. jika data SIAK sudah sesuai dengan akta kelahiran, dilanjutkan dengan"
        " perekaman; 2. jika belum sesuai, dilakukan update data SIAK berdasarkan akta kelahiran",
        "Operator checks the SIAK data: 1. SIAK agrees with the birth certificate: recording; 2. it does not: SIAK is"
        " updated from the certificate",
        (Actor.RECORDING,),
        _PAPERS,
        (5, 5),
        "Hasil pengecekan data SIAK",
        "result of the SIAK data check",
        Per.PUPIL,
    ),
    Step(
        5,
        "Ubah",
        "Melakukan update data SIAK berdasarkan akta kelahiran",
        "Update SIAK from the birth certificate",
        (Actor.RECORDING,),
        _PAPERS,
        (5, 10),
        "Data SIAK terupdate",
        "SIAK data updated",
        Per.PUPIL,
    ),
    Step(
        6,
        "Rekam",
        "Melakukan perekaman data KTP elektronik",
        "Record the KTP-el data (portrait, fingerprints, irises, signature)",
        (Actor.RECORDING,),
        ("hasil pengecekan status perekaman",),
        (20, 20),
        "Data perekaman KTP-el",
        "KTP-el recording data",
        Per.PUPIL,
        (Kit.CAMERA, Kit.FINGER, Kit.IRIS, Kit.SIGNATURE),
    ),
    Step(
        7,
        "Cetak",
        "Melakukan pencetakan KTP elektronik",
        "Print the KTP-el",
        (Actor.PRINTING,),
        ("data perekaman KTP-el",),
        (5, 5),
        "KTP-el tercetak",
        "printed KTP-el",
        Per.PUPIL,
        (Kit.CARD_PRINTER,),
    ),
    Step(
        8,
        "Serah",
        "Menyerahkan KTP elektronik kepada pihak sekolah (kolektif)",
        "Hand the cards over to the school, collectively",
        (Actor.PRINTING, Actor.COORDINATION),
        ("KTP-el tercetak",),
        (30, 30),
        "KTP-el diterima",
        "KTP-el received",
        Per.BATCH,
    ),
)


def step(number: int) -> Step:
    """Return the step of that number, 1 to 8; raises KeyError for any other."""
    if not 1 <= number <= len(STEPS):
        raise KeyError(number)
    return STEPS[number - 1]


class EquipmentKind(enum.Enum):
    """Every line of the SOP's equipment list, each a row of the readiness check in step 2."""

    SIAK = "siak"
    BENROLLER_BCARD = "benroller_bcard"
    CAMERA = "camera"
    FINGER = "finger"
    IRIS = "iris"
    SIGNATURE = "signature"
    TRIPOD_CLOTHS = "tripod_cloths"
    PHONE = "phone"
    CARD_PRINTER = "card_printer"
    RIBBON_FILM = "ribbon_film"
    BLANKS = "blanks"
    STATIONERY = "stationery"
    NETWORK = "network"
    VEHICLE = "vehicle"


class ReadyBy(enum.Enum):
    """How a line of the equipment list comes to be ready."""

    TICK = "tick"
    TEST = "test"
    COUNT = "count"
    CLOTHS = "cloths"


@dataclass(frozen=True)
class Equipment:
    """One line: its letter in the SOP, its words, how it gets ready, and whether only the coordinator may waive it."""

    kind: EquipmentKind
    letter: str
    words: str
    english: str
    ready_by: ReadyBy
    coordinator_waives: bool = False


EQUIPMENT: tuple[Equipment, ...] = (
    Equipment(EquipmentKind.SIAK, "a", "Komputer: SIAK", "Computer: SIAK", ReadyBy.TICK),
    Equipment(EquipmentKind.BENROLLER_BCARD, "a", "Benroller, B-card", "Benroller, B-card", ReadyBy.TICK),
    Equipment(EquipmentKind.CAMERA, "b", "Kamera", "Camera", ReadyBy.TEST, coordinator_waives=True),
    Equipment(
        EquipmentKind.FINGER, "b", "Pemindai sidik jari", "Fingerprint scanner", ReadyBy.TEST, coordinator_waives=True
    ),
    Equipment(EquipmentKind.IRIS, "b", "Pemindai iris", "Iris scanner", ReadyBy.TEST),
    Equipment(EquipmentKind.SIGNATURE, "b", "Pad tanda tangan", "Signature pad", ReadyBy.TEST, coordinator_waives=True),
    Equipment(EquipmentKind.TRIPOD_CLOTHS, "c", "Tripod, latar", "Tripod, background", ReadyBy.CLOTHS),
    Equipment(EquipmentKind.PHONE, "d", "HP atau radio", "Phone or radio", ReadyBy.TICK),
    Equipment(EquipmentKind.CARD_PRINTER, "e", "Printer kartu", "Card printer", ReadyBy.TEST),
    Equipment(EquipmentKind.RIBBON_FILM, "f", "Pita dan film", "Ribbon and film", ReadyBy.COUNT),
    Equipment(EquipmentKind.BLANKS, "g", "Blangko", "Blank cards", ReadyBy.COUNT),
    Equipment(EquipmentKind.STATIONERY, "h", "ATK", "Stationery", ReadyBy.TICK),
    Equipment(EquipmentKind.NETWORK, "i", "Jaringan data", "Data network", ReadyBy.TICK),
    Equipment(EquipmentKind.VEHICLE, "j", "Kendaraan", "Vehicle", ReadyBy.TICK),
)
