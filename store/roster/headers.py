"""Columns found by their header text: any order, many spellings, one to three header rows with merged group cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.roster.text import Cell, brief, clean, shown
from store.roster.types import FIELDS, ListKind

Row = tuple[int, Sequence[Cell]]
"""A row's number, from 1 as the file shows it, and its cells."""

_SEARCHED = 100  # rows that may come before the header
_WIDEST = 300  # columns looked at
_DEEPEST = 3  # rows a header may have
_ANCHORS = {"nik", "nisn", "birth_date", "sex", "kk", "class_name"}  # a list of people has one beside the name
_SIAK_ONLY = {"status_code", "living_status"}


def _spellings(text: str) -> tuple[str, ...]:
    return tuple("".join(part.split()) for part in text.split(","))


_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    # in the order of preference where a file has several of them
    "name": _spellings(
        "nama lengkap peserta didik, nama peserta didik, nama lengkap siswa, nama siswa, nama murid, nama santri, "
        "nama pd, nama lengkap, nama penduduk, nama, name, full name, nama anak, nama pelajar, nama warga belajar, "
        "nama siswa siswi, nama siswa i, nama lgkp, nama mahasiswa, siswa, peserta didik"
    ),
    "nik": _spellings(
        "nik, nik siswa, nik peserta didik, nomor induk kependudukan, no induk kependudukan, nomor nik, no nik, "
        "nik pd, nik ktp, no ktp, nomor ktp, nik anak, nik murid, nik santri, nik kependudukan, nik siswa i"
    ),
    "nisn": _spellings("nisn, no nisn, nomor nisn, nomor induk siswa nasional, nisn siswa"),
    "kk": _spellings(
        "no kk, nomor kk, kk, no kartu keluarga, nomor kartu keluarga, kartu keluarga, nkk, no kk siswa, nomor kk siswa"
    ),
    "sex": _spellings(
        "jk, l p, jenis kelamin, kelamin, sex, gender, jns kelamin, jenis kel, jns kel, jenis klmin, lk pr, "
        "jenis kelamin l p, jk l p, l p jk, p l, jns klmin, laki laki perempuan, klmn"
    ),
    "birth_place": _spellings(
        "tempat lahir, tmp lahir, tmpt lahir, tpt lahir, kota lahir, tempat kelahiran, tmp lhr, tmpt lhr, tempat lhr, "
        "place of birth, birth place, kota kelahiran"
    ),
    "birth_date": _spellings(
        "tanggal lahir, tgl lahir, tgl lhr, tanggal kelahiran, tgl kelahiran, tgl bln th, tgl bln thn, tanggal lhr, "
        "tgl bln th lahir, tgl bln thn lahir, tanggal bulan tahun lahir, date of birth, birth date, dob, tgl l, lahir"
    ),
    "mother": _spellings(
        "nama ibu kandung, nama ibu, ibu kandung, ibu, nama lengkap ibu, nama lgkp ibu, nama ibu siswa, mother"
    ),
    "father": _spellings(
        "nama ayah kandung, nama ayah, ayah kandung, ayah, nama bapak, bapak, nama lengkap ayah, nama lgkp ayah, "
        "nama ayah siswa, father"
    ),
    "class_name": _spellings(
        "rombel saat ini, rombongan belajar, nama rombel, rombel, kelas rombel, kelas saat ini, kelas sekarang, kelas, "
        "kls, kelas jurusan, nama kelas, class, kelas paralel, tingkat kelas, tingkat rombel"
    ),
    "religion": _spellings("agama, religion"),
    "address": _spellings(
        "alamat, alamat siswa, alamat rumah, alamat tinggal, alamat lengkap, alamat jalan, alamat tempat tinggal, "
        "alamat peserta didik, jalan, address, alamat domisili, alamat kk"
    ),
    "rt": _spellings("rt, no rt"),
    "rw": _spellings("rw, no rw"),
    "village": _spellings(
        "kelurahan, desa, desa kelurahan, kelurahan desa, desa kel, kel desa, nama desa, nama kelurahan, kel, "
        "nama kel, village"
    ),
    "district": _spellings("kecamatan, kec, nama kecamatan, nama kec, district"),
    "birth_certificate": _spellings(
        "no registrasi akta lahir, nomor registrasi akta lahir, no akta lahir, nomor akta lahir, no akta kelahiran, "
        "nomor akta kelahiran, akta lahir, no reg akta lahir, akta kelahiran, no akta lhr, no akta, nomor akta, "
        "no registrasi akta kelahiran, no reg akta, akte lahir, no akte lahir, no akte kelahiran, no akte"
    ),
    "birth_order": _spellings("anak ke berapa, anak ke, anakke"),
    "citizenship": _spellings("kewarganegaraan, warga negara, wn, citizenship, wni wna"),
    "marital_status": _spellings(
        "status kawin, stat kwn, status perkawinan, status nikah, stat kawin, stts kawin, status kwn, stat nikah"
    ),
    "blood_type": _spellings("gol darah, golongan darah, gol drh, goldar, gol dar"),
    "occupation": _spellings("pekerjaan, jenis pekerjaan, jns pekerjaan, jenis pkrjn"),
    "status_code": _spellings(
        "stat rkm, status rekam, status perekaman, status rekam ktp el, status perekaman ktp el, stat rekam, "
        "status rekaman, status ktp el, status ektp, status e ktp, stat ktp el, current status code, status code, "
        "ket rekam, keterangan rekam, status record, status data ktp el, status rekam ektp"
    ),
    "living_status": _spellings("status hidup, status penduduk, stat hidup, status keberadaan, sts hidup"),
}
_FIELD_OF = {spelling: (field, rank) for field, all_ in _SPELLINGS.items() for rank, spelling in enumerate(all_)}
_OTHER_WORDS = frozenset(
    _spellings(
        "no, nomor, no urut, nipd, nis, dusun, kode pos, jenis tinggal, alat transportasi, telepon, hp, e mail, email, "
        "skhun, penerima kps, no kps, tahun lahir, jenjang pendidikan, pendidikan, penghasilan, terakhir, "
        "no peserta ujian nasional, no seri ijazah, penerima kip, nomor kip, nama di kip, nomor kks, bank, "
        "nomor rekening bank, rekening atas nama, layak pip usulan dari sekolah, layak pip, alasan layak pip, "
        "kebutuhan khusus, sekolah asal, lintang, bujur, berat badan, tinggi badan, lingkar kepala, "
        "jml saudara kandung, jarak rumah ke sekolah km, shdk, status, ktp el, wjb ktp, tempat, tanggal, tgl, "
        "data ayah, data ibu, data wali, pendidikan terakhir, keterangan, ket, tanda tangan, ttd, paraf, jurusan"
    )
)
_NOT_THE_PUPIL = re.compile(
    r"\b(ayah|bapak|ibu|wali|ortu|orang ?tua|sekolah|bank|rekening|kip|kks|kps|kepala|guru|pengunduh|saudara|"
    r"pasangan|suami|istri|panggilan|petugas|email|mail)\b"
)
_TELLING_WORDS = (
    ("nisn", "nisn"), ("nik", "nik"), ("kelamin", "sex"), ("rombel", "class_name"), ("alamat", "address"),
    ("agama", "religion"), ("kelurahan", "village"), ("desa", "village"), ("kecamatan", "district"),
    ("kelas", "class_name"),
)  # fmt: skip
_NAMED_THINGS = {"dusun", "jalan", "kabupaten", "kota", "provinsi", "prodi", "jurusan", "negara", "dapodik", "file"}
_NUMBERED = {"no", "nomor", "nourut", "nomorurut", "urut", "nourt", ""}


@dataclass(frozen=True)
class Header:
    """Where a header stands and what its columns are: labels made unique, and field to column (from 0).

    `number` is the column of running numbers, `bare_status` one called just "Status", `sex_marks` two columns to tick,
    L and P, where there are such. Two fields may have one column ("TTL"), and
    `depth` rows from `row` belong to the header.
    """

    row: int
    depth: int
    labels: tuple[str, ...]
    fields: Mapping[str, int]
    number: int | None
    bare_status: int | None
    sex_marks: tuple[int, int] | None = None

    @property
    def last_row(self) -> int:
        """The last row of the header."""
        return self.row + self.depth - 1

    @property
    def complete(self) -> bool:
        """Whether a person can be read at all: name and birth date have their columns."""
        return "name" in self.fields and "birth_date" in self.fields

    @property
    def score(self) -> int:
        """How much of a list of people the header describes."""
        return len(self.fields) + len(set(self.fields.values())) + 2 * self.complete + (self.sex_marks is not None)


def words(cell: Cell) -> str:
    """Return a header cell in lower case, without punctuation, words split by one blank."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", shown(cell)) if isinstance(cell, str) else ""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def is_header_word(cell: Cell) -> bool:
    """Tell whether a cell says what a known column says."""
    squashed = words(cell).replace(" ", "")
    return squashed in _FIELD_OF or squashed in _OTHER_WORDS


def find_header(rows: Sequence[Row], kind: ListKind) -> Header | None:
    """Return the header that explains most columns among the first rows, or None where nothing looks like one.

    Of two that explain as much the one with fewer rows is right: the other took a title in.
    """
    best: Header | None = None
    for index in range(min(len(rows), _SEARCHED)):
        for depth in range(1, _DEEPEST + 1):
            found = header_at(rows, index, depth, kind)
            if found is not None and (best is None or (found.score, -depth) > (best.score, -best.depth)):
                best = found
    return best


def header_at(rows: Sequence[Row], index: int, depth: int, kind: ListKind) -> Header | None:
    """Return the header made of `depth` rows from that one, or None where they are none."""
    taken = rows[index : index + depth]
    if len(taken) < depth or any(number != taken[0][0] + offset for offset, (number, _) in enumerate(taken)):
        return None
    if depth > 1 and not any(is_header_word(cell) or words(cell) == "l" for cell in taken[-1][1][:_WIDEST]):
        return None
    columns = _stacked([cells[:_WIDEST] for _, cells in taken])
    fields = _assign(columns, kind)
    marks = _sex_marks(columns)
    if marks is not None and "sex" in fields:
        marks = None
    elif marks is not None:
        fields["sex"] = marks[0]
    if "name" not in fields or not _ANCHORS & fields.keys():
        return None
    top_words = ["".join(words(part) for part in column).replace(" ", "") for column in columns]
    number = next((at for at, text in enumerate(top_words[: fields["name"]]) if text in _NUMBERED), None)
    bare = next((at for at, text in enumerate(top_words) if text == "status"), None)
    return Header(taken[0][0], depth, _unique(columns), fields, number, bare, marks)


def override(header: Header, columns: Mapping[str, str]) -> Header:
    """Return the header with the caller's mapping, field to label, in place of the one found.

    Raises KeyError for a label or a field that is not there.
    """
    at = {label: index for index, label in reversed(list(enumerate(header.labels)))}
    unknown = set(columns) - set(FIELDS)
    if unknown:
        raise KeyError(unknown.pop())
    fields = {field: at[label] for field, label in columns.items()}
    marks = header.sex_marks if fields.get("sex") == (header.sex_marks or (None,))[0] else None
    return Header(header.row, header.depth, header.labels, fields, header.number, None, marks)


def _stacked(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Return each column's header texts from top to bottom, a group's text repeated over the columns it spans."""
    width = max(len(cells) for cells in rows)
    texts = [
        [shown(cell) if isinstance(cell, str) else "" for cell in [*cells, *[""] * width][:width]] for cells in rows
    ]
    for level in range(len(texts) - 1):
        spread = ""
        for at in range(width):
            below = any(texts[lower][at] for lower in range(level + 1, len(texts)))
            if texts[level][at]:
                spread = texts[level][at] if below else ""
            elif below and spread:
                texts[level][at] = spread
            else:
                spread = ""
    columns = [[text for text in column if text] for column in zip(*texts, strict=True)]
    return [[text for at, text in enumerate(column) if at == 0 or text != column[at - 1]] for column in columns]


def _sex_marks(columns: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Find two columns side by side called L and P, to be ticked."""
    own = [words(column[-1]).replace(" ", "") if column else "" for column in columns]
    pairs = (("l", "p"), ("lk", "pr"), ("lakilaki", "perempuan"))
    return next(((at, at + 1) for at in range(len(own) - 1) if (own[at], own[at + 1]) in pairs), None)


def _unique(columns: Iterable[Sequence[str]]) -> tuple[str, ...]:
    labels: list[str] = []
    seen: dict[str, int] = {}
    for column in columns:
        label = brief(clean(" › ".join(column)))
        seen[label] = seen.get(label, 0) + 1
        labels.append(label if seen[label] == 1 or not label else f"{label} ({seen[label]})")
    return tuple(labels)


def _assign(columns: Sequence[Sequence[str]], kind: ListKind) -> dict[str, int]:
    """Give each field its best column: the most usual spelling, then the leftmost."""
    best: dict[str, tuple[int, int]] = {}
    for at, column in enumerate(columns):
        for field, rank in _fields_of([words(part) for part in column]):
            if field in _SIAK_ONLY and kind is not ListKind.SIAK:
                continue
            if field not in best or rank < best[field][0]:
                best[field] = (rank, at)
    return {field: best[field][1] for field in FIELDS if field in best}


def _fields_of(parts: Sequence[str]) -> list[tuple[str, int]]:
    """Return what a column can become and how unusual its spelling is, from its texts, the group's first."""
    parts = [part for part in parts if part]
    if not parts:
        return []
    own, group = parts[-1], " ".join(parts[:-1])
    if parent := re.search(r"\b(ayah|bapak|ibu|wali)\b", group):
        named = own in ("nama", "nama lengkap", "name")
        return [("mother" if parent[1] == "ibu" else "father", 0)] if named and parent[1] != "wali" else []
    if re.search(r"\b(lahir|kelahiran|ttl)\b", group):
        if own in ("tempat", "tmp", "tmpt", "kota", "tempat lahir"):
            return [("birth_place", 0)]
        if own in ("tanggal", "tgl", "tanggal lahir", "tgl lahir", "tgl bln th", "tgl bln thn"):
            return [("birth_date", 0)]
    for text in (own, " ".join(parts)):
        if (known := _FIELD_OF.get(text.replace(" ", ""))) is not None:
            return [known]
    return _by_words(" ".join(own.split()))


def _by_words(text: str) -> list[tuple[str, int]]:
    """Recognise spellings nobody listed, by the words that matter in them."""
    rank = 100
    tokens = set(text.split())
    if _is_place_and_date(text):
        return [("birth_place", rank), ("birth_date", rank)]
    if {"rt", "rw"} <= tokens and "alamat" not in tokens:
        return [("rt", rank), ("rw", rank)]
    if _NOT_THE_PUPIL.search(text):
        if tokens & {"nama"} and tokens & {"ayah", "bapak"} and not tokens & {"ibu", "wali"}:
            return [("father", rank)]
        if tokens & {"nama"} and "ibu" in tokens and not tokens & {"ayah", "bapak", "wali"}:
            return [("mother", rank)]
        return []
    if "lahir" in tokens or "kelahiran" in tokens:
        if tokens & {"tanggal", "tgl"} and not tokens & {"akta", "akte"}:
            return [("birth_date", rank)]
        if tokens & {"tempat", "tmp", "tmpt"}:
            return [("birth_place", rank)]
        if tokens & {"akta", "akte"} and not tokens & {"tanggal", "tgl"}:
            return [("birth_certificate", rank)]
        return []
    for word, field in _TELLING_WORDS:
        if word in tokens:
            return [(field, rank)]
    if "kk" in tokens and tokens & {"no", "nomor"} and not tokens & {"blangko", "tgl", "tanggal", "cetak"}:
        return [("kk", rank)]
    if "nama" in tokens:
        known = tokens & {"siswa", "murid", "peserta", "santri", "lengkap", "pelajar"}
        return [("name", rank if known else 2 * rank)] if known or not tokens & _NAMED_THINGS else []
    return []


def _is_place_and_date(text: str) -> bool:
    squashed = text.replace(" ", "")
    if squashed in ("ttl", "tetala", "tempattanggal", "tempattgl") or squashed.startswith("ttl"):
        return True
    place = re.search(r"\b(tempat|tempt|tmp|tmpt|tpt|tmplahir|tempatlahir)\b", text)
    day = re.search(r"\b(tanggal|tgl|tggl|tg)\b", text)
    return bool(place and day and re.search(r"lahir|lhr|kelahiran", text))
