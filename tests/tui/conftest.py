"""The words of one test are not those of the next."""

from collections.abc import Iterator

import pytest

from tui import i18n


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = i18n.language()
    yield
    i18n.use(before)
