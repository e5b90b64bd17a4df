"""Step 2 (S09): every line of the SOP's equipment list made ready; devices are shown as they are at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from hw.types import Attached, DeviceState
from store import equipment, faults
from store.documents import DocumentKind
from store.equipment import EquipmentItem, EquipmentReason, EquipmentRefusedError, Readiness, WaiveReason
from store.procedure import EQUIPMENT, EquipmentKind, ReadyBy
from store.rules import Cloth
from tui import device_faults, keys, printer_health, sop
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.navigation import Place
from tui.screens import equipment_lines as drawing
from tui.screens import equipment_words as wording
from tui.screens import paper_preview, stock_counts
from tui.screens.equipment_faults import FaultsDialog, told
from tui.screens.equipment_lines import ROLES, Kit, Look
from tui.screens.equipment_sensor import SensorLine
from tui.selftest import GONE, self_test
from tui.widgets.paged_list import PagedList, Way

if TYPE_CHECKING:
    import uuid

    from hw.types import PrinterHealth

_LINES = {line.kind: line for line in EQUIPMENT}
_ORDER = tuple(_LINES)


class EquipmentScreen(FrameScreen):
    """The list with a cursor; U tests a device, Space ticks, E counts, X waives, L declares the visit ready."""

    step = 2
    subject = N_("equipment")

    def __init__(self) -> None:
        super().__init__()
        self.list = PagedList[EquipmentKind, EquipmentKind](self._page, lambda kind: kind, self._row)
        self.list.total = len(_ORDER)
        self.sensor = SensorLine()
        self.parts = (self.list,)
        self._kit: Kit | None = None
        self._cloth = 0
        self._health: PrinterHealth | None = None
        self._testing: tuple[EquipmentKind, float] | None = None
        self._pulled: set[EquipmentKind] = set()
        """Devices seen to go, until the store has it: behind the lock it takes nothing."""

    @property
    def _visit(self) -> uuid.UUID:
        visit = self.rekam.visit
        assert visit is not None, "the rail leads here, and there is none before a visit is open"
        return visit.id

    async def load(self) -> None:
        """Read the list of the visit, the ledger and what is known of SIAK's data; the step's clock runs until L."""
        for kind in tuple(self._pulled):
            await self.store.run(equipment.device_lost, self._visit, kind)
            self._pulled.discard(kind)
        self._kit = await self.store.run(drawing.read, self._visit)
        if not self.in_front:  # the officer has gone on meanwhile
            return
        if self._kit.equipment.ready_at is None:
            await sop.begin(self.rekam, 2, self._visit)
        else:
            await sop.idle(self.rekam, 2)

    def on_mount(self) -> None:
        """Watch what is plugged in and pulled out while this screen stands."""
        self._see_sensor(self.rekam.equipment)
        self.rekam.aside(self._ask_printer())
        self.watch(self.rekam, "equipment", self._plugged, init=False)

    def _see_sensor(self, attached: tuple[Attached, ...]) -> None:
        self.sensor.see(attached)
        self.parts = (self.list, self.sensor) if self.sensor.there else (self.list,)
        if not self.sensor.there:
            self.focus_part(0)

    def _plugged(self, before: tuple[Attached, ...], now: tuple[Attached, ...]) -> None:
        self._see_sensor(now)
        self._pulled |= {kind for kind, role in ROLES.items() if _has(before, role) and not _has(now, role)}
        if self._pulled:
            self.rekam.aside(self.reload())

    async def _ask_printer(self) -> None:
        self._health = await printer_health.ask(self.rekam)
        self.refresh_frame()

    # --- what stands there --------------------------------------------------------------------------------------

    async def _page(self, anchor: EquipmentKind | None, way: Way, count: int) -> Sequence[EquipmentKind]:
        at = None if anchor is None else _ORDER.index(anchor)
        if way is Way.AFTER:
            first = 0 if at is None else at + 1
            return _ORDER[first : first + count]
        last = len(_ORDER) if at is None else at
        return _ORDER[max(last - count, 0) : last]

    def _item(self, kind: EquipmentKind) -> EquipmentItem | None:
        return None if self._kit is None else self._kit.equipment.item(kind)

    def _look(self, item: EquipmentItem) -> Look:
        kit, app = self._kit, self.rekam
        assert kit is not None, "there is no line before the list was read"
        if self._testing is not None and self._testing[0] is item.equipment.kind:
            seconds = int(app.clock.monotonic() - self._testing[1])
            return Look("►", _("testing {seconds} s").format(seconds=seconds))
        return drawing.look(item, kit, app.equipment, app.local_now(), app.settings.paper)

    def _row(self, kind: EquipmentKind) -> Line:
        item = self._item(kind)
        if item is None:
            return Line().put(5, _LINES[kind].letter).put(7, wording.name_of(_LINES[kind]))
        seen = self._look(item)
        if item.equipment.ready_by is ReadyBy.CLOTHS and item.readiness is not Readiness.WAIVED:
            return drawing.cloths_row(item, seen, self._cloth if self.list.row is kind else None)
        return drawing.row(item.equipment, seen)

    def headline(self) -> tuple[str, str]:
        """Return the step, and how many lines are ready."""
        left = _("2 Kit · readiness of the equipment")
        if self._kit is None:
            return left, ""
        return left, _("{ready} of {lines} ready").format(ready=self._marks()["√"], lines=len(_ORDER))

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the fourteen lines and the SOP's completeness."""
        if self._kit is None:
            return [drawing.heads()]
        rows = stack(self.list.lines(len(_ORDER), width), len(_ORDER))
        beside = [Line(), self.sensor.line(width)] if self.sensor.there else []
        return [drawing.heads(), *rows, drawing.completeness(self._kit, ready=not self._missing()), *beside]

    def status(self) -> str:
        """Count the marks; while a scanner waits for a hand or an eye, ask for it."""
        if self._testing is not None and (asked := wording.asked(self._testing[0])):
            return asked
        if asked := self.sensor.asked():
            return asked
        if self._kit is None:
            return ""
        if self.list.row is not None and (tally := self._kit.faults.get(self.list.row)) is not None:
            return told(self._called(self.list.row), tally, self.rekam.local)
        marks = self._marks()
        words = (
            ("√", _("ready")),
            ("~", _("waived")),
            ("!", _("nearly used up")),
            ("×", _("not yet")),
        )
        return " · ".join(f"{mark} {marks[mark]} {word}" for mark, word in words if marks[mark] or mark == "√")

    def _marks(self) -> dict[str, int]:
        """Count the lines: in order, waived, in order but nearly used up, in the way."""
        marks = dict.fromkeys("√~!×", 0)
        for item in self._kit.equipment.items if self._kit else ():
            symbol = self._look(item).symbol
            if not drawing.is_there(item, self.rekam.equipment):
                symbol = "×"
            marks[symbol if symbol in marks else "√"] += 1
        return marks

    def _missing(self) -> tuple[EquipmentKind, ...]:
        items = self._kit.equipment.items if self._kit else ()
        return tuple(item.equipment.kind for item in items if not drawing.is_there(item, self.rekam.equipment))

    def problems(self) -> Sequence[Problem]:
        """Return the devices that cannot be used; where there are none, what is old or nearly used up."""
        if self._kit is None:
            return ()
        found = [each for item in self._kit.equipment.items if (each := self._device_problem(item)) is not None]
        return found or [*self._old_siak(), *wording.running_low(self._kit), *printer_health.problems(self._health)]

    def _device_problem(self, item: EquipmentItem) -> Problem | None:
        kind = item.equipment.kind
        if kind not in ROLES or item.readiness is Readiness.WAIVED:
            return None
        device = drawing.device_of(kind, self.rekam.equipment)
        return wording.device_problem(item, device, partial(self._go_to, kind))

    def _old_siak(self) -> list[Problem]:
        kit = self._kit
        if kit is None or kit.siak_day is None or not kit.siak_old:
            return []
        return [problem(38, date=f"{kit.siak_day:%d-%m}", go=partial(self._go_to, EquipmentKind.NETWORK))]

    def _go_to(self, kind: EquipmentKind) -> None:
        if self.list.row is not None:
            self.list.move(_ORDER.index(kind) - _ORDER.index(self.list.row))

    def words(self) -> Sequence[str]:
        """Say what stops this sheet."""
        return (
            _("L is refused while a line is neither ready nor waived, or a tested device is not plugged in."),
            _("A device that was pulled out has to be tested again."),
            _("A test keeps a size or a score, never the picture of whoever stood before the device."),
            _("Camera, fingerprint scanner and signature pad are waived by the coordinator only."),
            _("A count that is not the book's number needs a reason and a second officer."),
            _("A sensor for one finger stands below the list: it only verifies and is no fingerprint scanner."),
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the list; Enter does the main thing of a line, and at the top tests everything."""
        if self.sensor.focused:
            return (
                Hint(keys.AGAIN, _("Test"), self._test_sensor, help=_("test the sensor with one finger")),
                Hint(keys.ENTER, _("Test"), self._test_sensor, rank=0),
                Hint(keys.FIELD, _("List"), partial(self.focus_part, 0)),
                Hint(keys.UP, _("List"), partial(self.focus_part, 0), rank=0),
            )
        at_top = self.list.row is _ORDER[0]
        printed = partial(paper_preview.show_of_visit, self, DocumentKind.EQUIPMENT, DocumentKind.FAULTS)
        to_sensor = Hint(keys.FIELD, _("Sensor"), partial(self.focus_part, 1), rank=2)
        return (
            Hint(keys.TICK, _("Tick"), self._tick, help=_("tick a line; each cloth by itself")),
            Hint(keys.EDIT, _("Count"), self._count, help=_("count blanks, ribbon and film")),
            Hint(keys.AGAIN, _("Test"), self._test_here, help=_("test this device; SIAK: read an export")),
            Hint(keys.EXCEPTION, _("Waive"), self._waive, help=_("go without it, with a reason")),
            Hint(keys.GO_ON, _("Go on"), self._finish, help=_("ready: on to step 3")),
            Hint(keys.ENTER, _("Test all") if at_top else _("Do it"), self._enter, rank=2, help=_("top: test all")),
            Hint(keys.HISTORY, _("Faults"), self._open_log, rank=0, help=_("what this device did wrong, and when")),
            Hint(keys.PRINT, _("Print"), printed, rank=0, help=_("the checklist, and the log of faults")),
            Hint(keys.LEFT, _("Cloth"), partial(self._choose_cloth, 0), rank=0),
            Hint(keys.RIGHT, _("Cloth"), partial(self._choose_cloth, 1), rank=0),
            *((to_sensor,) if self.sensor.there else ()),
        )

    async def _enter(self) -> None:
        kind = self.list.row
        if kind is None:
            return
        if kind is _ORDER[0]:
            await self._test(tuple(ROLES))
        else:
            ways = {ReadyBy.TEST: self._test_here, ReadyBy.COUNT: self._count}
            await ways.get(_LINES[kind].ready_by, self._tick)()

    def _choose_cloth(self, number: int) -> None:
        self._cloth = number

    async def _tick(self) -> None:
        kind = self.list.row
        item = None if kind is None else self._item(kind)
        if kind is None or item is None:
            return
        if item.equipment.ready_by is ReadyBy.CLOTHS:
            cloth, there = (Cloth.RED, item.red_cloth) if self._cloth == 0 else (Cloth.BLUE, item.blue_cloth)
            await self.store.run(equipment.cloths, self._visit, cloth, not there)
            self._cloth = 1 - self._cloth
        else:
            ticked = item.readiness is not Readiness.TICKED
            try:
                await self.store.run(equipment.tick, self._visit, kind, ticked)
            except EquipmentRefusedError:
                self._refuse_way(kind)
                return
            if ticked:
                self.list.move(1)
        await self.load()

    def _refuse_way(self, kind: EquipmentKind) -> None:
        """Say which key makes this line ready."""
        self.refuse(wording.wrong_way(_LINES[kind]))

    async def _count(self) -> None:
        if self.list.row is EquipmentKind.BLANKS:
            done = await stock_counts.count_blanks(self, self._visit)
        elif self.list.row is EquipmentKind.RIBBON_FILM:
            done = await stock_counts.count_ribbon_film(self, self._visit)
        else:
            if self.list.row is not None:
                self._refuse_way(self.list.row)
            return
        if done:
            self.news = _("√ Counted and in the ledger.")
            await self.load()

    async def _test_here(self) -> None:
        kind = self.list.row
        if kind is not None and kind in ROLES:
            await self._test((kind,))
        elif kind in drawing.SIAK_LINES:
            from tui.screens.list_file import siak_import

            await self.rekam.over(siak_import(self.step))
        elif kind is not None:
            self._refuse_way(kind)

    async def _test_sensor(self) -> None:
        if self.rekam.bus is not None:
            await self.sensor.test(self.rekam.bus, self.refresh_frame)

    async def _test(self, kinds: Sequence[EquipmentKind]) -> None:
        """Test one device after the other; each result is stored before the next one begins."""
        tested = passed = 0
        for kind in kinds:
            device = drawing.device_of(kind, self.rekam.equipment)
            if device is None or device.state is not DeviceState.READY:
                continue  # its line and the problem line say so already
            tested += 1
            passed += await self._test_one(kind, device)
        if tested and tested == passed:
            self.news = _("√ {count} tested, all in order.").format(count=tested)

    async def _test_one(self, kind: EquipmentKind, device: Attached) -> bool:
        bus = self.rekam.bus
        assert bus is not None, "what is attached was announced by a bus"
        self._testing = (kind, self.rekam.clock.monotonic())
        ticking = self.set_interval(1, self.refresh_frame)
        self.refresh_frame()
        try:
            result = await self_test(bus, device)
        finally:
            ticking.stop()
            self._testing = None
        await self.store.run(equipment.device_tested, self._visit, kind, result.passed, result.said)
        fault = None if result.passed else device_faults.fault_of_test(result.said, device.role)
        if fault is not None and (named := device_faults.named(device)) is not None:
            await self.store.run(faults.note, self._visit, named, fault)
        if result.said == GONE:
            await self.store.run(equipment.device_lost, self._visit, kind)
        await self.load()
        return result.passed

    async def _open_log(self) -> None:
        """Lay the log of the devices of the marked line over the work."""
        kind = self.list.row
        if kind is None or kind not in ROLES:
            self.refuse(
                Problem("×", _("{line} has no log of faults. Devices have one.").format(line=self._called(kind)))
            )
            return
        found = await self.store.run(faults.of_kind, kind)
        await self.ask(FaultsDialog(self._called(kind), found, self.rekam.local))

    @staticmethod
    def _called(kind: EquipmentKind | None) -> str:
        return "" if kind is None else wording.name_of(_LINES[kind])

    async def _waive(self) -> None:
        kind = self.list.row
        if kind is None:
            return
        effect = wording.effect(kind)
        title = _("Waive: {line}").format(line=wording.name_of(_LINES[kind]))
        given = await self.ask_reason(
            title, effect, [_(reason) for reason in wording.REASONS], other=len(wording.REASONS)
        )
        if given is None:
            return
        reason = tuple(WaiveReason)[given.number - 1] if given.number else WaiveReason.OTHER
        try:
            await self.store.run(equipment.waive, self._visit, kind, reason, given.text)
        except EquipmentRefusedError:
            self.refuse(Problem("×", _("Nothing readable is in the reason. Nothing changed. X.")))
            return
        await self.load()

    async def _finish(self) -> None:
        """Declare the visit ready, unless something is missing in the store or at the plug."""
        if missing := self._missing():
            self._refuse_missing(missing)
            return
        try:
            await sop.end_with(self.rekam, equipment.finish, self._visit)
        except EquipmentRefusedError as refused:
            if refused.reason is not EquipmentReason.NOT_READY:
                raise
            await self.load()
            self._refuse_missing(refused.missing)
            return
        await self.rekam.go(Place.STATUS_CHECK)

    def _refuse_missing(self, missing: Sequence[EquipmentKind]) -> None:
        first = missing[0]
        unseen = first in ROLES and drawing.device_of(first, self.rekam.equipment) is None
        aboard = self._kit is not None and self._kit.siak_day is not None
        self.refuse(wording.not_ready([_LINES[kind] for kind in missing], unseen=unseen, siak_aboard=aboard))


def _has(attached: Sequence[Attached], role: object) -> bool:
    return any(device.role is role for device in attached)
