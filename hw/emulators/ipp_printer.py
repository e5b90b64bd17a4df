"""A retransfer card printer on loopback that speaks IPP/2.0 over HTTP; RFC 8011 names the operations and attributes."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from hw.emulators.card_engine import CardEngine, Job, Knobs, read_knobs
from hw.emulators.ipp_codec import Attribute, Group, IppFormatError, Message, Tag, attribute, decode, encode
from hw.emulators.listening import accept_no_more
from hw.types import Clock

_MEDIA = "om_cr80_54x85.6mm"
_SIZE = attribute(
    Tag.COLLECTION, {"x-dimension": attribute(Tag.INTEGER, 5400), "y-dimension": attribute(Tag.INTEGER, 8560)}
)
_FORMAT = "application/pdf"
_DOCUMENT_LIMIT = 32 << 20
_ANSWERED_JOBS = 500
_PULLED_S = 0.02  # 0 would mean to aiohttp: wait for ever

_OK, _OK_SUBSTITUTED = 0x0000, 0x0001
_BAD_REQUEST, _NOT_POSSIBLE, _NOT_FOUND = 0x0400, 0x0404, 0x0406
_FORMAT_NOT_SUPPORTED, _ATTRIBUTES_NOT_SUPPORTED = 0x040A, 0x040B
_COMPRESSION_NOT_SUPPORTED, _DOCUMENT_FORMAT_ERROR = 0x040F, 0x0411
_OPERATION_NOT_SUPPORTED, _VERSION_NOT_SUPPORTED, _NOT_ACCEPTING = 0x0501, 0x0503, 0x0506

_GROUP_NAMES = frozenset(
    {"all", "job-description", "job-status", "job-template", "printer-description", "printer-status"}
)


class _Refused(Exception):
    def __init__(self, status: int, unsupported: dict[str, Attribute] | None = None) -> None:
        super().__init__(f"{status:#06x}")
        self.status = status
        self.unsupported = unsupported or {}


class IppPrinter:
    """The printer's network side; `engine` is the mechanism behind it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.engine = CardEngine(folder, clock)
        self.port = 0
        self._runner: web.ServerRunner | None = None
        self._listening: socket.socket | None = None
        self._mechanism: asyncio.Task[None] | None = None
        self._released = asyncio.Event()
        self._operations: dict[int, Callable[[Message], tuple[Group, ...]]] = {
            0x0002: self._print_job,
            0x0004: self._validate_job,
            0x0008: self._cancel_job,
            0x0009: self._get_job_attributes,
            0x000A: self._get_jobs,
            0x000B: self._get_printer_attributes,
        }

    @property
    def address(self) -> str:
        """Where clients find the printer."""
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    async def start(self) -> None:
        """Power on and plug in; a second start answers at the same port."""
        if self._mechanism is None:
            self._mechanism = asyncio.create_task(self.engine.run())
        if self._runner is None:
            server = web.Server(self._answer)
            runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_PULLED_S)
            await runner.setup()
            listening = socket.create_server(("127.0.0.1", self.port))
            await web.SockSite(runner, listening).start()
            self._runner, self._listening = runner, listening
            self.port = listening.getsockname()[1]

    async def unplug(self) -> None:
        """Pull the cable; what is being printed is finished all the same."""
        runner, self._runner = self._runner, None
        listening, self._listening = self._listening, None
        self._released.set()
        if runner is None:
            return
        if listening is not None:
            await accept_no_more([listening])
        await runner.cleanup()

    async def close(self) -> None:
        """Unplug and power off."""
        await self.unplug()
        if self._mechanism is not None:
            self._mechanism.cancel()
            await asyncio.wait({self._mechanism})
            self._mechanism = None

    def turn(self, knobs: dict[str, object]) -> None:
        """Turn some knobs. Raises ValueError."""
        self.engine.turn(read_knobs(knobs, self.engine.knobs))
        if not self.engine.knobs.hang:
            self._released.set()

    @property
    def knobs(self) -> Knobs:
        """How the knobs stand, supplies counted down by what was printed."""
        return self.engine.knobs

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.engine.knobs.hang:
            self._released.clear()
            await self._released.wait()
        if request.method != "POST" or request.path != "/ipp/print":
            return web.Response(status=404)
        if request.content_type != "application/ipp":
            return web.Response(status=415)
        body = bytearray()
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > _DOCUMENT_LIMIT:
                return web.Response(status=413)
        if self.engine.knobs.garble:
            return web.Response(body=b"\x02\x00\x00\x00not an answer \xff\xfe", content_type="application/ipp")
        try:
            answer = self._perform(decode(bytes(body)))
        except IppFormatError:
            return web.Response(status=400)
        return web.Response(body=encode(answer), content_type="application/ipp")

    def _perform(self, request: Message) -> Message:
        groups: tuple[Group, ...] = ()
        status = _OK
        try:
            self._check(request)
            operation = self._operations.get(request.code)
            if operation is None:
                raise _Refused(_OPERATION_NOT_SUPPORTED)
            groups = operation(request)
        except _Refused as refused:
            status = refused.status
            groups = (Group(Tag.UNSUPPORTED, refused.unsupported),) if refused.unsupported else ()
        if any(group.tag == Tag.UNSUPPORTED for group in groups) and status == _OK:
            status = _OK_SUBSTITUTED
        language = {
            "attributes-charset": attribute(Tag.CHARSET, "utf-8"),
            "attributes-natural-language": attribute(Tag.LANGUAGE, "en"),
        }
        version = request.version if request.version[0] in (1, 2) else (2, 0)
        return Message(version, status, request.request_id, (Group(Tag.OPERATION, language), *groups))

    def _check(self, request: Message) -> None:
        """Refuse what RFC 8011 section 4.1 wants refused, before looking at the operation."""
        if request.version[0] not in (1, 2):
            raise _Refused(_VERSION_NOT_SUPPORTED)
        if request.request_id == 0 or not request.groups or request.groups[0].tag != Tag.OPERATION:
            raise _Refused(_BAD_REQUEST)
        given = request.groups[0].attributes
        if list(given)[:2] != ["attributes-charset", "attributes-natural-language"]:
            raise _Refused(_BAD_REQUEST)
        if "printer-uri" not in given and "job-uri" not in given:
            raise _Refused(_BAD_REQUEST)

    def _print_job(self, request: Message) -> tuple[Group, ...]:
        unsupported = self._validate(request)
        if self.engine.knobs.refuse:
            raise _Refused(_NOT_ACCEPTING)
        if not request.data.startswith(b"%PDF-"):
            raise _Refused(_DOCUMENT_FORMAT_ERROR if request.data else _BAD_REQUEST)
        given = request.group(Tag.OPERATION)
        job = self.engine.take(
            name=_text(given, "job-name") or "untitled",
            user=_text(given, "requesting-user-name") or "anonymous",
            document=request.data,
        )
        described = self._job_attributes(job)
        answered = ("job-id", "job-uri", "job-state", "job-state-reasons")
        return (*unsupported, Group(Tag.JOB, {name: described[name] for name in answered}))

    def _validate_job(self, request: Message) -> tuple[Group, ...]:
        return self._validate(request)

    def _validate(self, request: Message) -> tuple[Group, ...]:
        given = request.group(Tag.OPERATION)
        if (form := _text(given, "document-format")) not in ("", _FORMAT, "application/octet-stream"):
            raise _Refused(_FORMAT_NOT_SUPPORTED, {"document-format": attribute(Tag.MIME, form)})
        if (compression := _text(given, "compression")) not in ("", "none"):
            raise _Refused(_COMPRESSION_NOT_SUPPORTED, {"compression": attribute(Tag.KEYWORD, compression)})
        supported = {"copies": (1,), "media": (_MEDIA,), "sides": ("one-sided",)}
        unsupported = {
            name: item
            for name, item in request.group(Tag.JOB).items()
            if name not in supported or item.first not in supported[name]
        }
        if not unsupported:
            return ()
        fidelity = given.get("ipp-attribute-fidelity")
        if fidelity is not None and fidelity.first is True:
            raise _Refused(_ATTRIBUTES_NOT_SUPPORTED, unsupported)
        return (Group(Tag.UNSUPPORTED, unsupported),)

    def _cancel_job(self, request: Message) -> tuple[Group, ...]:
        job = self._asked_job(request)
        if job.state.over:
            raise _Refused(_NOT_POSSIBLE)
        self.engine.cancel(job)
        return ()

    def _get_job_attributes(self, request: Message) -> tuple[Group, ...]:
        wanted = _requested(request, {"all"})
        return (Group(Tag.JOB, _chosen(self._job_attributes(self._asked_job(request)), wanted)),)

    def _get_jobs(self, request: Message) -> tuple[Group, ...]:
        given = request.group(Tag.OPERATION)
        which = _text(given, "which-jobs") or "not-completed"
        if which not in ("completed", "not-completed", "all"):
            raise _Refused(_ATTRIBUTES_NOT_SUPPORTED, {"which-jobs": attribute(Tag.KEYWORD, which)})
        limit = given["limit"].first if "limit" in given else _ANSWERED_JOBS
        if not isinstance(limit, int) or limit < 1:
            raise _Refused(_BAD_REQUEST)
        mine = "my-jobs" in given and given["my-jobs"].first is True
        user = _text(given, "requesting-user-name")
        jobs = [
            job
            for job in self.engine.jobs
            if which in ("all", "completed" if job.state.over else "not-completed") and (not mine or job.user == user)
        ]
        if which == "completed":
            jobs.reverse()  # the newest first, RFC 8011 section 4.2.6.2
        wanted = _requested(request, {"job-id", "job-uri"})
        return tuple(Group(Tag.JOB, _chosen(self._job_attributes(job), wanted)) for job in jobs[:limit])

    def _asked_job(self, request: Message) -> Job:
        given = request.group(Tag.OPERATION)
        job_id = given["job-id"].first if "job-id" in given else _text(given, "job-uri").rpartition("/")[2]
        job = next((job for job in self.engine.jobs if job_id in (job.id, str(job.id))), None)
        if job is None:
            raise _Refused(_NOT_FOUND)
        return job

    def _get_printer_attributes(self, request: Message) -> tuple[Group, ...]:
        return (Group(Tag.PRINTER, _chosen(self._printer_attributes(), _requested(request, {"all"}))),)

    def _job_attributes(self, job: Job) -> dict[str, Attribute]:
        def moment(at: int) -> Attribute:
            return attribute(Tag.INTEGER, at) if at else attribute(Tag.NO_VALUE, b"")

        return {
            "job-id": attribute(Tag.INTEGER, job.id),
            "job-uri": attribute(Tag.URI, f"{self.address}/{job.id}"),
            "job-printer-uri": attribute(Tag.URI, self.address),
            "job-name": attribute(Tag.NAME, job.name),
            "job-originating-user-name": attribute(Tag.NAME, job.user),
            "job-state": attribute(Tag.ENUM, int(job.state)),
            "job-state-reasons": attribute(Tag.KEYWORD, job.reason),
            "job-printer-up-time": attribute(Tag.INTEGER, self.engine.up_time),
            "time-at-creation": attribute(Tag.INTEGER, job.created),
            "time-at-processing": moment(job.processed),
            "time-at-completed": moment(job.finished),
        }

    def _printer_attributes(self) -> dict[str, Attribute]:
        engine = self.engine
        return {
            "charset-configured": attribute(Tag.CHARSET, "utf-8"),
            "charset-supported": attribute(Tag.CHARSET, "us-ascii", "utf-8"),
            "color-supported": attribute(Tag.BOOLEAN, True),
            "compression-supported": attribute(Tag.KEYWORD, "none"),
            "copies-default": attribute(Tag.INTEGER, 1),
            "copies-supported": attribute(Tag.RANGE, (1, 1)),
            "document-format-default": attribute(Tag.MIME, _FORMAT),
            "document-format-supported": attribute(Tag.MIME, _FORMAT, "application/octet-stream"),
            "finishings-default": attribute(Tag.ENUM, 3),
            "finishings-supported": attribute(Tag.ENUM, 3),
            "generated-natural-language-supported": attribute(Tag.LANGUAGE, "en"),
            "ipp-versions-supported": attribute(Tag.KEYWORD, "1.1", "2.0"),
            "media-col-default": attribute(Tag.COLLECTION, {"media-size": _SIZE}),
            "media-col-supported": attribute(Tag.KEYWORD, "media-size"),
            "media-default": attribute(Tag.KEYWORD, _MEDIA),
            "media-ready": attribute(Tag.KEYWORD, _MEDIA),
            "media-size-supported": _SIZE,
            "media-supported": attribute(Tag.KEYWORD, _MEDIA),
            "marker-colors": attribute(Tag.NAME, "#00FFFF#FF00FF#FFFF00#000000", "none"),
            "marker-high-levels": attribute(Tag.INTEGER, 100, 100),
            "marker-levels": attribute(Tag.INTEGER, engine.ribbon_level, engine.film_level),
            "marker-low-levels": attribute(Tag.INTEGER, 10, 10),
            "marker-names": attribute(Tag.NAME, "YMCK ribbon", "Retransfer film"),
            "marker-types": attribute(Tag.KEYWORD, "ribbonWax", "transferUnit"),
            "natural-language-configured": attribute(Tag.LANGUAGE, "en"),
            "operations-supported": attribute(Tag.ENUM, *self._operations),
            "orientation-requested-default": attribute(Tag.ENUM, 4),
            "orientation-requested-supported": attribute(Tag.ENUM, 4),
            "output-bin-default": attribute(Tag.KEYWORD, "auto"),
            "output-bin-supported": attribute(Tag.KEYWORD, "auto"),
            "pages-per-minute": attribute(Tag.INTEGER, 2),
            "pages-per-minute-color": attribute(Tag.INTEGER, 2),
            "pdl-override-supported": attribute(Tag.KEYWORD, "not-attempted"),
            "print-quality-default": attribute(Tag.ENUM, 4),
            "print-quality-supported": attribute(Tag.ENUM, 4),
            "printer-info": attribute(Tag.TEXT, "Rekam17 emulated card printer"),
            "printer-is-accepting-jobs": attribute(Tag.BOOLEAN, not engine.knobs.refuse),
            "printer-location": attribute(Tag.TEXT, "nowhere"),
            "printer-make-and-model": attribute(Tag.TEXT, "Rekam17 Emulated Retransfer Printer"),
            "printer-more-info": attribute(Tag.URI, f"http://127.0.0.1:{self.port}/"),
            "printer-name": attribute(Tag.NAME, "rekam17-card"),
            "printer-resolution-default": attribute(Tag.RESOLUTION, (300, 300, 3)),
            "printer-resolution-supported": attribute(Tag.RESOLUTION, (300, 300, 3)),
            "printer-state": attribute(Tag.ENUM, engine.state),
            "printer-state-reasons": attribute(Tag.KEYWORD, *engine.reasons),
            "printer-up-time": attribute(Tag.INTEGER, engine.up_time),
            "printer-uri-supported": attribute(Tag.URI, self.address),
            "printer-uuid": attribute(Tag.URI, uuid.uuid5(uuid.NAMESPACE_URL, self.address).urn),
            "queued-job-count": attribute(Tag.INTEGER, sum(not job.state.over for job in engine.jobs)),
            "sides-default": attribute(Tag.KEYWORD, "one-sided"),
            "sides-supported": attribute(Tag.KEYWORD, "one-sided"),
            "uri-authentication-supported": attribute(Tag.KEYWORD, "requesting-user-name"),
            "uri-security-supported": attribute(Tag.KEYWORD, "none"),
        }


def _text(given: dict[str, Attribute], name: str) -> str:
    value = given[name].first if name in given else ""
    return value if isinstance(value, str) else ""


def _requested(request: Message, default: set[str]) -> set[str]:
    asked = request.group(Tag.OPERATION).get("requested-attributes")
    return {value for value in asked.values if isinstance(value, str)} if asked else default


def _chosen(attributes: dict[str, Attribute], wanted: set[str]) -> dict[str, Attribute]:
    """Pick what was asked for; the group names of RFC 8011 section 4.2.5.1 stand for everything here."""
    if wanted & _GROUP_NAMES:
        return attributes
    return {name: item for name, item in attributes.items() if name in wanted}
