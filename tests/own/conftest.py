"""The same noise in every run of these tests: keys are made, but not drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from raw_cohorts import KEY
from recalib.cohorts import key_file


class Drawn:
    """Stands for the module `secrets`."""

    @staticmethod
    def token_hex(size: int) -> str:
        assert len(KEY) == 2 * size
        return KEY


@pytest.fixture(scope="module", autouse=True)
def _one_key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "secrets", Drawn)
        yield
