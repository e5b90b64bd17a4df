"""The reports of STU pads: what they mean, and what nonsense of them leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.captures import PenPoint
from hw.emulators.stu_tablet import MODELS, STU_530
from hw.stu import reports
from hw.stu.glass import picture
from hw.stu.reports import BadReport, PenOption, PenReport, Status, StuDecoder
from hw.tablet import OffThePad

RANGES = STU_530.capability.ranges
# As the layout has it: near and tip down, pressure 0x155, x 0x1518 = 5400, y 0x0ca8 = 3240, 5000 ms, number 7.
DOWN = bytes.fromhex("34 9155 1518 0ca8 1388 0007")


def test_a_timed_pen_report() -> None:
    assert reports.pen_report(DOWN, PenOption.TIME_AND_SEQUENCE) == PenReport(True, True, 5400, 3240, 0x155, 5000, 7)


def test_a_plain_pen_report_and_one_of_a_hovering_pen() -> None:
    assert reports.pen_report(bytes.fromhex("01 93ff 1518 0ca8"), PenOption.NONE) == PenReport(
        True, True, 5400, 3240, 1023
    )
    assert reports.pen_report(bytes.fromhex("01 8000 1518 0ca8"), PenOption.NONE) == PenReport(
        True, False, 5400, 3240, 0
    )
    # Not near: whatever the tip's bits say, it touches nothing.
    assert reports.pen_report(bytes.fromhex("01 1100 0000 0000"), PenOption.NONE) == PenReport(False, False, 0, 0, 256)


def test_one_count_is_time_or_a_number_as_was_chosen() -> None:
    report = bytes.fromhex("30 9155 1518 0ca8 1388")
    timed = reports.pen_report(report, PenOption.TIME)
    numbered = reports.pen_report(report, PenOption.SEQUENCE)
    assert timed is not None
    assert numbered is not None
    assert (timed.ms, timed.sequence) == (5000, None)
    assert (numbered.ms, numbered.sequence) == (None, 5000)


@pytest.mark.parametrize("report", ["", "01", "01 9155 1518 0c", "34 9155 1518 0ca8 1388", "10 9155 1518 0ca8", "ff"])
def test_what_is_short_or_of_another_kind_is_no_pen_report(report: str) -> None:
    assert reports.pen_report(bytes.fromhex(report), PenOption.NONE) is None


def test_a_capability_as_a_540_sends_it() -> None:
    report = bytes.fromhex("09 2a30 1950 03ff 0320 01e0 c8 09ec 0f 0000")
    capability = reports.capability(report)
    assert (capability.ranges.x.maximum, capability.ranges.y.maximum) == (10800, 6480)
    assert capability.ranges.pressure is not None
    assert capability.ranges.pressure.maximum == 1023
    assert (capability.screen_width, capability.screen_height, capability.rate, capability.dots) == (
        800,
        480,
        200,
        2540,
    )
    assert capability.ranges.aspect == pytest.approx(5 / 3)
    # Older models say nothing after the screen.
    assert reports.capability(report[:11]).screen_width == 800


@pytest.mark.parametrize(
    "report",
    [
        "",
        "09 2a30",
        "08 2a30 1950 03ff 0320 01e0 c8 09ec 0f 0000",  # another report
        "09 0000 0000 0000 0000 0000 00 0000 00 0000",  # a pad that answers zeros
        "09 2a30 1950 03ff 0000 01e0 c8 09ec 0f 0000",  # no screen
        "09 2a30 1950 03ff ffff ffff c8 09ec 0f 0000",  # a screen of 65535 x 65535
        "09 ffff 0001 03ff 0320 01e0 c8 09ec 0f 0000",  # a surface like a thread
    ],
)
def test_a_capability_that_cannot_be_is_refused(report: str) -> None:
    with pytest.raises(BadReport):
        reports.capability(bytes.fromhex(report))


@given(st.binary(max_size=40))
def test_whatever_a_pad_answers_it_is_read_or_refused(answer: bytes) -> None:
    for read in (reports.capability, reports.status, reports.pen_option):
        try:
            read(answer)
        except BadReport:
            continue
    try:
        capability = reports.capability(b"\x09" + answer)
    except BadReport:
        return
    assert len(picture(capability.screen_width, capability.screen_height, "Tanda tangan di sini")) == (
        (capability.screen_width + 7) // 8 * capability.screen_height
    )


def test_a_status() -> None:
    assert reports.status(bytes.fromhex("03 01 00 0000")) is Status.IMAGE
    for wrong in ("03 01", "04 01 00 0000", "03 77 00 0000"):
        with pytest.raises(BadReport):
            reports.status(bytes.fromhex(wrong))


def test_a_picture_goes_in_pieces_of_253_bytes_and_is_committed() -> None:
    rows = bytes(range(256)) * 2
    start, *blocks, end = reports.image(rows)
    assert (start, end) == (b"\x25\x00", b"\x27\x00")
    assert [len(block) for block in blocks] == [256] * 3
    assert [block[:3] for block in blocks] == [b"\x26\xfd\x00", b"\x26\xfd\x00", b"\x26\x06\x00"]
    assert b"".join(block[3 : 3 + block[1]] for block in blocks) == rows


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_the_words_fit_on_every_models_glass(model: object) -> None:
    capability = model.capability  # type: ignore[attr-defined]
    width, height = capability.screen_width, capability.screen_height
    with_words, without = (picture(width, height, words) for words in ("Tanda tangan di sini", ""))
    assert len(with_words) == (width + 7) // 8 * height
    assert with_words != without
    # What is written on stays free: more than half of the glass, above the line.
    assert set(without[: (width + 7) // 8 * (height * 6 // 10)]) == {0xFF}
    assert with_words[: (width + 7) // 8 * (height * 6 // 10)] == without[: (width + 7) // 8 * (height * 6 // 10)]


def test_words_that_do_not_fit_are_left_out() -> None:
    assert picture(320, 200, "x" * 400) == picture(320, 200, "")


def pens(*samples: tuple[bool, int, int, int, int], option: PenOption = PenOption.TIME_AND_SEQUENCE) -> list[bytes]:
    """Make reports of (tip down, x, y, ms, number)."""
    return [
        reports.write_pen(PenReport(True, down, x, y, 400, ms, number), option) for down, x, y, ms, number in samples
    ]


def decoded(stream: list[bytes], option: PenOption = PenOption.TIME_AND_SEQUENCE, step: int = 5) -> list[PenPoint]:
    decoder = StuDecoder(RANGES, option)
    return [point for at, report in enumerate(stream) for point in decoder.feed(report, 1000 + at * step)]


def test_a_stroke_of_points_ends_where_the_pen_lifts() -> None:
    points = decoded(
        pens((False, 10, 10, 0, 1), (True, 5400, 3240, 5, 2), (True, 10800, 3240, 10, 3), (False, 0, 0, 15, 4))
    )
    assert [(p.x, p.y, p.ms, p.down) for p in points] == [(0.5, 0.5, 0, True), (1, 0.5, 5, True), (1, 0.5, 10, False)]


def test_the_pads_milliseconds_begin_again_and_a_pause_is_measured_by_arrival() -> None:
    assert [p.ms for p in decoded(pens((True, 1, 1, 65533, 1), (True, 2, 2, 2, 2)))] == [0, 5]
    decoder = StuDecoder(RANGES, PenOption.TIME_AND_SEQUENCE)
    first, second = pens((True, 1, 1, 100, 1), (True, 2, 2, 200, 2))
    assert [p.ms for report, at in ((first, 0), (second, 70_000)) for p in decoder.feed(report, at)] == [0, 70_000]


def test_time_that_runs_backwards_stands_still() -> None:
    assert [p.ms for p in decoded(pens((True, 1, 1, 900, 1), (True, 2, 2, 400, 2), (True, 3, 3, 405, 3)))] == [0, 0, 5]
    backwards = StuDecoder(RANGES, PenOption.NONE)
    stream = pens((True, 1, 1, 0, 0), (True, 2, 2, 0, 0), option=PenOption.NONE)
    assert [p.ms for report, at in zip(stream, (900, 400), strict=True) for p in backwards.feed(report, at)] == [0, 0]


def test_after_lost_reports_the_stroke_ends() -> None:
    points = decoded(pens((True, 1, 1, 0, 65535), (True, 2, 2, 5, 0), (True, 5000, 6000, 300, 60)))
    assert [p.down for p in points] == [True, True, False, True]


def test_a_pad_without_time_or_numbers_counts_arrivals() -> None:
    stream = pens((True, 1, 1, 0, 0), (True, 2, 2, 0, 0), (False, 2, 2, 0, 0), option=PenOption.NONE)
    assert [p.ms for p in decoded(stream, PenOption.NONE, step=7)] == [0, 7, 14]


def test_a_sample_off_the_glass_is_left_out_and_a_pen_that_stays_there_is_not_believed() -> None:
    assert [p.x for p in decoded(pens((True, 5400, 1, 0, 1), (True, 60000, 1, 5, 2), (True, 5400, 1, 10, 3)))] == [
        0.5,
        0.5,
    ]
    with pytest.raises(OffThePad):
        decoded(pens(*((True, 60000, 1, at, at) for at in range(200))))


@given(
    st.lists(
        st.one_of(st.binary(max_size=16), st.binary(min_size=10, max_size=10).map(lambda body: b"\x34" + body)),
        max_size=60,
    ),
    st.sampled_from(PenOption),
)
def test_nonsense_never_draws_off_the_pad(stream: list[bytes], option: PenOption) -> None:
    try:
        points = decoded(stream, option)
    except OffThePad:
        return
    assert all(0 <= p.x <= 1 and 0 <= p.y <= 1 and 0 <= p.pressure <= 1 for p in points)
    assert [p.ms for p in points] == sorted(p.ms for p in points)
    lifts = [index for index, point in enumerate(points) if not point.down]
    assert all(index > 0 and points[index - 1].down for index in lifts)


@given(st.booleans(), st.integers(0, 10800), st.integers(0, 6480), st.integers(0, 4095), st.sampled_from(PenOption))
def test_a_sample_comes_out_of_its_report_as_it_went_in(
    touches: bool, x: int, y: int, pressure: int, option: PenOption
) -> None:
    ms = 17 if option in (PenOption.TIME, PenOption.TIME_AND_SEQUENCE) else None
    number = 99 if option in (PenOption.SEQUENCE, PenOption.TIME_AND_SEQUENCE) else None
    sample = PenReport(True, touches, x, y, pressure, ms, number)
    assert reports.pen_report(reports.write_pen(sample, option), option) == sample
