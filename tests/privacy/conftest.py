"""What an outsider can do is measured in bench/: its folder is put on the path of these tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
