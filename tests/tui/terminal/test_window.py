"""The window: how much may be on its way to a terminal, told by its answers."""

from __future__ import annotations

from tui.terminal.window import Window


def filled(window: Window, now: float = 0.0) -> None:
    """Send frames until no more may go."""
    while window.wait(now) == 0.0:
        window.send(500, now)


def test_frames_go_until_the_window_is_full_and_on_when_an_answer_comes() -> None:
    window = Window()
    filled(window)
    assert window.owed
    assert window.wait(0.1) > 0
    while window.owed:
        window.answered(0.1)
    assert window.wait(0.1) == 0.0


def test_a_question_goes_behind_a_frame_but_not_behind_every_few_bytes() -> None:
    window = Window()
    assert window.send(60, 0.0)
    assert not window.send(60, 0.0)
    assert window.send(200, 0.0)


def test_quick_answers_widen_the_window_and_slow_ones_narrow_it() -> None:
    def under_way(delay: float) -> int:
        window, now = Window(), 0.0
        window.send(300, now)
        window.answered(now + 0.05)
        for _frame in range(40):
            now += 10
            window.send(300, now)
            window.answered(now + delay)
        sent = 0
        while window.wait(now) == 0.0:
            window.send(250, now)
            sent += 250
        return sent

    assert under_way(0.05) > 2 * under_way(2.0)


def test_a_terminal_that_never_answers_is_asked_no_more_and_gets_no_flood() -> None:
    window, now, sent = Window(), 0.0, 0
    while now < 10:
        if not (wait := window.wait(now)):
            window.send(1000, now)
            sent += 1
        now += max(wait, 0.001)
    assert not window.asking
    assert not window.send(1000, now)
    assert sent < 10 / 0.05 + 10


def test_an_answer_that_got_lost_holds_the_screen_up_for_two_seconds_at_most() -> None:
    window = Window()
    window.send(300, 0.0)
    window.answered(0.1)
    filled(window, 1.0)
    assert 0 < window.wait(1.0) <= 2.0
    assert window.wait(3.1) == 0.0
    assert window.asking, "it has answered before"


def test_an_answer_to_nothing_changes_nothing() -> None:
    window = Window()
    window.answered(0.0)
    assert not window.owed
    assert window.wait(0.0) == 0.0
