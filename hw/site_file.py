"""The site's own file of devices: read whole or refused whole, since a half-read one would bind the wrong device."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, cast

from hw.recognition import DRIVERS, Printer, Recognised, Services, Site, SiteEntry, UsbEntry
from hw.types import Role

_ID = re.compile("[0-9a-f]{4}")
_PASSWORD = re.compile("[0-9a-fA-F]{8}")
_MOST = 200
_SERVICES = {"env": ("Production", "Pre-Production", "Staging", "Developer"), "hashing": ("raw", "hex")}


class SiteFileError(ValueError):
    """The site's device file says something that cannot be; `entry` is which one of its table, counted from 1."""

    def __init__(self, what: str, table: str = "", entry: int = 0) -> None:
        super().__init__(f"{table} {entry}: {what}" if entry else what)
        self.entry = entry


def read_site(text: str) -> Site:
    """Read the tables; each entry of the first three has a role and a name besides.

    `[[device]]` is one device by serial or path, with its driver; `[[usb]]` a kind of device by vendor and, where not
    all of them are meant, products, with its driver; `[[printer]]` one by its address. `[sbi]` says how services work
    here, `[sensor]` which password the sensors for one finger have. Raises SiteFileError.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteFileError(str(error)) from error
    if unknown := set(tables) - {"device", "usb", "printer", "sbi", "sensor"}:
        raise SiteFileError(f"unknown {', '.join(sorted(unknown))}")
    return Site(
        devices=tuple(_device(entry) for entry in _entries(tables, "device")),
        usb=tuple(_usb(entry) for entry in _entries(tables, "usb")),
        printers=tuple(_printer(entry) for entry in _entries(tables, "printer")),
        services=_services(tables.get("sbi", {})),
        sensor_password=_password(tables["sensor"]) if "sensor" in tables else 0,
    )


class _Entry:
    """One entry of a table, which says where a mistake is."""

    def __init__(self, table: str, number: int, fields: object) -> None:
        self.table = table
        self.number = number
        self.fields = cast("Mapping[str, Any]", fields) if isinstance(fields, dict) else {}

    def wrong(self, what: str) -> SiteFileError:
        return SiteFileError(what, self.table, self.number)

    def require(self, needed: set[str], optional: set[str]) -> None:
        if not needed <= set(self.fields) <= needed | optional:
            also = f"; may have {', '.join(sorted(optional))}" if optional else ""
            raise self.wrong(f"needs {', '.join(sorted(needed))}{also}")

    def text(self, name: str) -> str:
        return self.line(self.fields[name], name) if name in self.fields else ""

    def line(self, value: object, name: str) -> str:
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _MOST:
            raise self.wrong(f"{name} is not a line of text")
        return value

    def recognised(self, driver: str) -> Recognised:
        known = DRIVERS.get(driver)
        if known is None:
            raise self.wrong(f"driver {driver!r}, known are {', '.join(DRIVERS)}")
        try:
            role = Role(self.text("role"))
        except ValueError as error:
            raise self.wrong(str(error)) from error
        if role not in known.roles:
            raise self.wrong(f"driver {driver!r} is for {', '.join(sorted(one.value for one in known.roles))}")
        return Recognised(role, driver, self.text("name"))


def _entries(tables: dict[str, Any], name: str) -> list[_Entry]:
    entries = tables.get(name, [])
    if not isinstance(entries, list):
        raise SiteFileError(f"{name} is not a list of tables")
    return [_Entry(name, number, fields) for number, fields in enumerate(cast("list[object]", entries), 1)]


def _device(entry: _Entry) -> SiteEntry:
    entry.require({"role", "driver", "name"}, {"serial", "path"})
    if ("serial" in entry.fields) is ("path" in entry.fields):
        raise entry.wrong("either serial or path")
    return SiteEntry(entry.text("serial"), entry.text("path"), entry.recognised(entry.text("driver")))


def _usb(entry: _Entry) -> UsbEntry:
    entry.require({"role", "driver", "name", "vendor"}, {"products"})
    products = entry.fields.get("products", [])
    if not isinstance(products, list) or len(cast("list[object]", products)) > _MOST:
        raise entry.wrong("products is not a list")
    ids = [entry.text("vendor"), *(entry.line(one, "products") for one in cast("list[object]", products))]
    ids = [one.lower() for one in ids]
    if not all(_ID.fullmatch(one) for one in ids):
        raise entry.wrong("vendor and products are four hexadecimal digits, as lsusb shows them")
    return UsbEntry(ids[0], tuple(ids[1:]), entry.recognised(entry.text("driver")))


def _printer(entry: _Entry) -> Printer:
    entry.require({"role", "name", "address"}, set())
    address = entry.text("address")
    if entry.text("role") != Role.CARD_PRINTER.value or not address.startswith(("ipp://", "ipps://")):
        raise entry.wrong("a card_printer at an ipp:// or ipps:// address")
    return Printer(address, Recognised(Role.CARD_PRINTER, "ipp", entry.text("name")))


def _services(fields: object) -> Services:
    if not isinstance(fields, dict):
        raise SiteFileError("sbi is not a table")
    given = cast("Mapping[str, object]", fields)
    for name, value in given.items():
        if value not in _SERVICES.get(name, ()):
            known = "; ".join(f"{name}: {', '.join(values)}" for name, values in _SERVICES.items())
            raise SiteFileError(f"sbi may have {known}")
    return Services(**cast("dict[str, str]", given))


def _password(fields: object) -> int:
    given = cast("Mapping[str, object]", fields) if isinstance(fields, dict) else {}
    value = given.get("password")
    if set(given) != {"password"} or not isinstance(value, str) or not _PASSWORD.fullmatch(value):
        raise SiteFileError("sensor has a password of eight hexadecimal digits")
    return int(value, 16)
