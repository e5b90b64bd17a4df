"""Workbooks (.xlsx, .xlsb, .xls, .ods) through calamine, after a look at what the file claims to hold.

A calamine that aborts, panics or grows is expected: this runs in the child process and nowhere else.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from store.roster.headers import Row
from store.roster.types import Unreadable, UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"
_UNZIPPED = 250_000_000  # bytes of all parts together
_PARTS = 3_000
_RATIO = 200  # times a large part may grow; ten thousand alike rows reach about 40
_RATIO_FROM = 20_000_000  # bytes below which no ratio does harm
_CELLS = 12_000_000
SHEETS = 60
_MANIFEST = "META-INF/manifest.xml"
_MANIFEST_READ = 1_000_000


def check_zip(data: bytes) -> None:
    """Refuse what unpacks to more than any list needs, before anything is unpacked.

    A 203 kB workbook was seen to take 426 MB. Raises UnreadableFile.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            encrypted = _is_encrypted(archive, parts)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError, OverflowError):
        raise UnreadableFile(Unreadable.DAMAGED) from None
    if len(parts) > _PARTS:
        raise UnreadableFile(Unreadable.ZIP_BOMB)
    unzipped = sum(part.file_size for part in parts)
    grown = any(part.file_size > _RATIO * max(part.compress_size, 1) for part in parts if part.file_size > _RATIO_FROM)
    overlapping = sum(part.compress_size for part in parts) > len(data)
    if unzipped > _UNZIPPED or grown or overlapping:
        raise UnreadableFile(Unreadable.ZIP_BOMB)
    if encrypted:
        raise UnreadableFile(Unreadable.ENCRYPTED)
    names = {part.filename.lower() for part in parts}
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise UnreadableFile(Unreadable.NOT_A_LIST)


def _is_encrypted(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> bool:
    """Tell a locked archive, and an OpenDocument whose manifest says how its parts are locked."""
    if any(part.flag_bits & 1 for part in parts):
        return True
    if not any(part.filename == _MANIFEST for part in parts):
        return False
    with archive.open(_MANIFEST) as manifest:
        return b":encryption-data" in manifest.read(_MANIFEST_READ)


def check_ole(data: bytes) -> None:
    """Tell an encrypted workbook and other office documents from an .xls by the names in the container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile(Unreadable.ENCRYPTED)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        reason = Unreadable.NOT_A_LIST if "WordDocument".encode("utf-16-le") in data else Unreadable.DAMAGED
        raise UnreadableFile(reason)


def sheets(data: bytes, wanted: str | None) -> Iterator[tuple[str, bool, list[Row]]]:
    """Yield each sheet's name, whether it is visible, and its rows that hold something; only `wanted`, if given.

    Raises UnreadableFile for a damaged or encrypted workbook, a sheet that is not there, or too many cells.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = False
        for meta in book.sheets_metadata[:SHEETS]:
            if wanted is not None and meta.name != wanted:
                continue
            found = True
            if "Chart" in str(meta.typ):
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height * sheet.total_width > _CELLS * 8 or sheet.height * sheet.width > _CELLS:
                raise UnreadableFile(Unreadable.TOO_LARGE)
            rows: list[Row] = []
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                if any(cell != "" for cell in cells):
                    rows.append((number, cells))
            yield meta.name, meta.visible == SheetVisibleEnum.Visible, rows
    except PasswordError:
        raise UnreadableFile(Unreadable.ENCRYPTED) from None
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        encrypted = re.search(r"password|encrypt", str(error), re.IGNORECASE)
        raise UnreadableFile(Unreadable.ENCRYPTED if encrypted else Unreadable.DAMAGED) from None
    if wanted is not None and not found:
        raise UnreadableFile(Unreadable.NO_SHEET)
