"""Card printers behind IPP: their own network port, or a CUPS queue of this machine.

One card is one job, and its name is the token the store has noted before anything is sent. Whether a card was sent is
asked by that name and never by job id: CUPS gives an id again after it was killed (measured, see documents.md there:
"Card printing"). No answer here proves a card; only the officer's look into the tray does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import asynccontextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hw.card_ledger import URI_PREFIX, CardLedger, LedgerUnreadable
from hw.types import (
    Attached,
    CaptureFailed,
    CardFate,
    DeviceBusy,
    DeviceGone,
    DeviceState,
    FailReason,
    HardwareError,
    JobOutcome,
    Marker,
    PrinterStatus,
)

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp.connector import Connection
    from pyipp import IPP

_SECONDS = 8.0
_SEND_SECONDS = 20.0
_PROBE_SECONDS = 1.5
_ANSWER_LIMIT = 4 << 20

_PRINTER_STATES = {3: "idle", 4: "processing", 5: "stopped"}
_OUTCOMES = {
    3: JobOutcome.PENDING,
    4: JobOutcome.HELD,
    5: JobOutcome.PROCESSING,
    6: JobOutcome.STOPPED,
    7: JobOutcome.CANCELED,
    8: JobOutcome.ABORTED,
    9: JobOutcome.DONE,
}
_NEARNESS = (
    JobOutcome.DONE,
    JobOutcome.PROCESSING,
    JobOutcome.STOPPED,
    JobOutcome.PENDING,
    JobOutcome.HELD,
    JobOutcome.ABORTED,
    JobOutcome.CANCELED,
)
"""Of several jobs with one token the one that is nearest to a card counts."""
_SUFFIXES = ("-report", "-warning", "-error")
_JOB_ATTRIBUTES = ["job-id", "job-name", "job-state", "job-state-reasons", "job-printer-state-message"]
"""Without these a job comes as its id alone. The last makes cupsd read an ended job again that it has put out of its
memory, sometimes seconds after its end; else the job comes without its name (measured with 2.4.2)."""
_SUPPLIES = ("marker-names", "marker-types", "marker-levels")


class IppCardPrinter:
    """One printer or queue by its ipp:// or ipps:// address; a connection is made for each request."""

    def __init__(self, address: str, ledger: CardLedger | None = None) -> None:
        self._address = address
        self._ledger = ledger or CardLedger()

    async def status(self) -> PrinterStatus:
        """Ask the printer how it is. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        return await self._status(_SECONDS)

    async def send(self, token: str, document: bytes) -> int:
        """Send one card's PDF as one job named by its token, and return the printer's job id.

        Raises DeviceGone, DeviceBusy or CaptureFailed. After DeviceGone, TIMEOUT and BAD_ANSWER the printer may have
        the job all the same: ask `outcome` before anything is sent again.
        """
        if not (token.isascii() and token.isprintable() and 0 < len(token) <= 255):
            raise ValueError("a token is 1 to 255 printable ASCII characters")
        if not document.startswith(b"%PDF-"):
            raise ValueError("a card's document is a PDF")
        from pyipp.enums import IppOperation

        async with _asking(self._address, _SEND_SECONDS) as printer:
            # No media and no copies: the printer's defaults are one card, and some refuse a job for a size by a name
            # that they do not know.
            answer = await printer.execute(
                IppOperation.PRINT_JOB,
                {
                    "operation-attributes-tag": {
                        "job-name": token,
                        "document-format": "application/pdf",
                    },
                    "data": document,
                },
            )
        for job in _dicts(answer.get("jobs")):
            if isinstance(job_id := job.get("job-id"), int):
                return job_id
        raise CaptureFailed(FailReason.BAD_ANSWER, "job-id", retriable=False)

    async def outcome(self, token: str) -> JobOutcome:
        """Find the job by its token and say how far it came. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        outcomes: set[JobOutcome] = set()
        # Open jobs first: one that ends between the two questions is then seen twice instead of not at all.
        for which in ("not-completed", "completed"):
            outcomes |= {_outcome(job) for job in await self._jobs(which) if job.get("job-name") == token}
        return next((outcome for outcome in _NEARNESS if outcome in outcomes), JobOutcome.NOT_FOUND)

    async def settle(self, token: str, now: datetime) -> CardFate | None:
        """Make sure that a token of which no job runs is never sent from now on, and say what became of it.

        Only a queue of this machine with our backend in front has a ledger; of any other printer the answer is None.
        Raises DeviceGone, DeviceBusy, CaptureFailed or LedgerUnreadable.
        """
        if not _guarded(await self._queue(_SECONDS)):
            return None
        return await asyncio.to_thread(self._ledger.withdraw, token, now)

    async def weakness(self) -> str:
        """Name what lets a crash make a card twice or leave it in doubt, in about a second; nothing where all is well.

        `unguarded`: a queue of this machine without our backend in front; `ledger`: its ledger cannot be written here.
        Of a printer elsewhere, and of one that does not answer, nothing is said.
        """
        try:
            behind = await self._queue(_PROBE_SECONDS)
        except HardwareError:
            return ""
        if behind and not _guarded(behind):
            return "unguarded"
        return "ledger" if behind and not await asyncio.to_thread(self._ledger.usable) else ""

    async def long_past(self, now: datetime) -> tuple[str, ...]:
        """Return tokens of the ledger, if there is one, that are so old that it could do without them."""
        try:
            return await asyncio.to_thread(self._ledger.long_past, now)
        except LedgerUnreadable:
            return ()

    async def forget(self, ended: Collection[str], now: datetime) -> int:
        """Let the ledger forget cards that ended, as the store knows, and are long past; return how many.

        A held job lies in the scheduler's spool as long as nobody clears it, and its token is all that keeps it from
        being printed: such a one stays. Raises DeviceGone, DeviceBusy, CaptureFailed or LedgerUnreadable.
        """
        names = [job.get("job-name") for job in await self._jobs("not-completed")]
        if not all(isinstance(name, str) for name in names):
            return 0
        return await asyncio.to_thread(self._ledger.prune, sorted(set(ended) - set(names)), now)

    async def close(self) -> None:
        """Nothing is held between requests."""

    async def probe(self) -> DeviceState:
        """Say whether anything at the address answers as a printer, in about a second."""
        try:
            status = await self._status(_PROBE_SECONDS)
        except DeviceBusy:
            return DeviceState.BUSY
        except CaptureFailed as error:
            return DeviceState.UNREACHABLE if error.reason is FailReason.TIMEOUT else DeviceState.NOT_READY
        except HardwareError:
            return DeviceState.UNREACHABLE
        return DeviceState.READY if status.accepting and status.state != "stopped" else DeviceState.NOT_READY

    async def _jobs(self, which: str) -> list[dict[str, Any]]:
        from pyipp.enums import IppOperation

        async with _asking(self._address, _SECONDS) as printer:
            answer = await printer.execute(
                IppOperation.GET_JOBS,
                {
                    "operation-attributes-tag": {
                        "which-jobs": which,
                        "requested-attributes": _JOB_ATTRIBUTES,
                    }
                },
            )
        return list(_dicts(answer.get("jobs")))

    async def _queue(self, seconds: float) -> tuple[str, ...]:
        """Return the addresses behind a queue of this machine; nothing for a printer that is none."""
        from pyipp.enums import IppOperation

        if not _is_here(self._address):
            return ()
        async with _asking(self._address, seconds) as printer:
            answer = await printer.execute(
                IppOperation.GET_PRINTER_ATTRIBUTES,
                {"operation-attributes-tag": {"requested-attributes": ["device-uri"]}},
            )
        uris = (attributes.get("device-uri") for attributes in _dicts(answer.get("printers")))
        return tuple(uri for uri in uris if isinstance(uri, str))

    async def _status(self, seconds: float) -> PrinterStatus:
        from pyipp.enums import IppOperation

        wanted = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs", *_SUPPLIES]
        async with _asking(self._address, seconds) as printer:
            answer = await printer.execute(
                IppOperation.GET_PRINTER_ATTRIBUTES, {"operation-attributes-tag": {"requested-attributes": wanted}}
            )
        for attributes in _dicts(answer.get("printers")):
            state = attributes.get("printer-state")
            if isinstance(state, int) and state in _PRINTER_STATES:
                return PrinterStatus(
                    state=_PRINTER_STATES[state],
                    reasons=tuple(dict.fromkeys(_reasons(attributes.get("printer-state-reasons")))),
                    markers=tuple(_markers(attributes)),
                    accepting=attributes.get("printer-is-accepting-jobs") is not False,
                )
        raise CaptureFailed(FailReason.BAD_ANSWER, "printer-state")


async def open_card_printer(attached: Attached) -> IppCardPrinter:
    """Open a printer that answers. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    printer = IppCardPrinter(attached.address)
    await printer.status()
    return printer


@asynccontextmanager
async def _asking(address: str, seconds: float) -> AsyncGenerator[IPP]:
    """One request's connection; whatever goes wrong in it comes out as a HardwareError."""
    import aiohttp
    import pyipp
    import yarl

    answers: list[aiohttp.ClientResponse] = []

    class Answer(aiohttp.ClientResponse):
        """An answer with an end: pyipp reads a stream of any length into memory, and closes only good answers."""

        async def start(self, connection: Connection) -> aiohttp.ClientResponse:
            answers.append(self)
            return await super().start(connection)

        async def read(self) -> bytes:
            body = bytearray()
            async for piece in self.content.iter_any():
                body += piece
                if len(body) > _ANSWER_LIMIT:
                    raise CaptureFailed(FailReason.BAD_ANSWER, "endless")
            return bytes(body)

    try:
        url = yarl.URL(address)
        usable = url.scheme in ("ipp", "ipps") and bool(url.host)
    except ValueError:
        usable = False
    if not usable:
        raise CaptureFailed(FailReason.UNSUPPORTED, "address", retriable=False)
    try:
        async with asyncio.timeout(seconds), aiohttp.ClientSession(response_class=Answer) as session:
            # Its own limit is the longer one, so that ours can tell silence from a broken connection.
            yield pyipp.IPP(address, session=session, request_timeout=round(seconds) + 5)
    except TimeoutError as error:
        raise CaptureFailed(FailReason.TIMEOUT) from error
    except (pyipp.IPPParseError, pyipp.IPPVersionNotSupportedError, UnicodeDecodeError) as error:
        raise CaptureFailed(FailReason.BAD_ANSWER) from error
    except pyipp.IPPResponseError as error:
        raise _refusal(_detail(error, "status-code"), "http") from error
    except (pyipp.IPPConnectionError, pyipp.IPPConnectionUpgradeRequired, aiohttp.ClientError, OSError) as error:
        raise DeviceGone from error
    except pyipp.IPPError as error:
        raise _refusal(_detail(error, "status-code"), "ipp") from error
    finally:
        for answer in answers:
            answer.close()


def _is_here(address: str) -> bool:
    """Whether an address is this machine's own scheduler, whose ledger lies on this machine's disk."""
    return (urlsplit(address).hostname or "") in ("localhost", "127.0.0.1", "::1")


def _guarded(behind: tuple[str, ...]) -> bool:
    return bool(behind) and all(uri.startswith(URI_PREFIX) for uri in behind)


def _detail(error: Exception, key: str) -> int:
    """Pick a number out of pyipp's errors, which carry (message, details)."""
    details: Any = error.args[1] if len(error.args) > 1 else {}
    value = details.get(key) if isinstance(details, dict) else None
    return value if isinstance(value, int) else 0


def _refusal(status: int, protocol: str) -> HardwareError:
    """Tell apart what the printer's status code (RFC 8011 appendix B, or HTTP) allows to be done about it."""
    detail = f"{protocol} {status:#06x}" if protocol == "ipp" else f"{protocol} {status}"
    if protocol == "ipp" and status == 0x0507:
        return DeviceBusy()
    if protocol == "ipp" and status == 0x0406:
        return CaptureFailed(FailReason.UNKNOWN_QUEUE, detail, retriable=False)
    if protocol == "ipp" and status in (0x0504, 0x0505, 0x0506):
        return CaptureFailed(FailReason.NOT_READY, detail)
    if protocol == "ipp" and status in (0x040A, 0x040B, 0x0501):
        return CaptureFailed(FailReason.UNSUPPORTED, detail, retriable=False)
    return CaptureFailed(FailReason.REFUSED, detail, retriable=False)


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _listed(value: object) -> list[Any]:
    """Undo pyipp's three ways to give a value: none, one, a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _reasons(value: object) -> Iterator[str]:
    for reason in _listed(value):
        if isinstance(reason, str) and reason != "none":
            for suffix in _SUFFIXES:
                reason = reason.removesuffix(suffix)
            yield reason


def _markers(attributes: dict[str, Any]) -> Iterator[Marker]:
    names, kinds, levels = (_listed(attributes.get(name)) for name in _SUPPLIES)
    for name, kind, level in zip_longest(names, kinds[: len(names)], levels[: len(names)]):
        known = isinstance(level, int) and 0 <= level <= 100
        yield Marker(
            name=name if isinstance(name, str) else "",
            kind=kind if isinstance(kind, str) else "unknown",
            level=level if known else None,
        )


def _outcome(job: dict[str, Any]) -> JobOutcome:
    state = job.get("job-state")
    if isinstance(state, int) and state in _OUTCOMES:
        return _OUTCOMES[state]
    raise CaptureFailed(FailReason.BAD_ANSWER, "job-state")
