"""The sentences that stand the same on every page, as `sentences.yml` holds them."""

from pathlib import Path
from typing import Any

import yaml

from calib.names import WHOSE

SENTENCES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8").replace("{whose}", WHOSE)
)
