"""After a try: enough, again, or the best with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.quality import Limits, Verdict, below, best_eyes, best_fingers, eyes_below, verdict
from hw.types import Eye, Finger, FingerImage, IrisImage, Slap

LIMITS = Limits()


def slap(*scores: float) -> tuple[FingerImage, ...]:
    fingers = Slap.RIGHT_FOUR.fingers
    return tuple(FingerImage(finger, score, b"") for finger, score in zip(fingers, scores, strict=True))


def test_the_tries_of_the_screen_book() -> None:
    tries = [slap(52, 48, 44, 21), slap(55, 50, 46, 33)]
    best = best_fingers(tries)
    assert [image.score for image in best] == [55, 50, 46, 33]
    assert below(best, LIMITS.finger) == (Finger.RIGHT_LITTLE,)
    scores = [image.score for image in best]
    assert verdict(scores, LIMITS.finger, 2, LIMITS) is Verdict.AGAIN
    assert verdict(scores, LIMITS.finger, 3, LIMITS) is Verdict.BEST_WITH_REASON


def test_a_score_at_the_limit_is_enough() -> None:
    assert verdict([40.0], LIMITS.finger, 1, LIMITS) is Verdict.ENOUGH


def test_only_the_eye_that_failed_is_taken_again() -> None:
    first = (IrisImage(Eye.RIGHT, 82, b""), IrisImage(Eye.LEFT, 57, b""))
    assert eyes_below(first, LIMITS.iris) == {Eye.LEFT}
    best = best_eyes([first, (IrisImage(Eye.LEFT, 71, b""),)])
    assert {image.eye: image.score for image in best} == {Eye.RIGHT: 82, Eye.LEFT: 71}


def test_nothing_captured_is_nothing_to_judge() -> None:
    with pytest.raises(ValueError, match="nothing"):
        verdict([], LIMITS.finger, 3, LIMITS)


SCORES = st.lists(st.tuples(*[st.floats(0, 100)] * 4), min_size=1, max_size=5)


@given(SCORES)
def test_no_finger_gets_worse_by_another_try(tries: list[tuple[float, float, float, float]]) -> None:
    images = [slap(*scores) for scores in tries]
    before, after = best_fingers(images[:1]), best_fingers(images)
    assert [image.finger for image in after] == list(Slap.RIGHT_FOUR.fingers)
    assert all(new.score >= old.score for new, old in zip(after, before, strict=True))
    assert [image.score for image in after] == [max(column) for column in zip(*tries, strict=True)]


@given(st.floats(0, 100))
def test_what_is_as_good_does_not_replace_what_is_there(score: float) -> None:
    first, second = slap(score, score, score, score), slap(score, score, score, score)
    kept = best_fingers([first, second])
    assert all(image is old for image, old in zip(kept, first, strict=True))
