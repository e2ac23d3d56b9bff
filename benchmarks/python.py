"""The interpreter that is measured: of an environment that has what users have, and no more.

Libraries look for one another when they are imported, so that what only developers have
would be measured too. `make bench` makes `.bench`; without it this environment is taken.
"""

import sys
from pathlib import Path

_MADE = Path(__file__).resolve().parents[1] / ".bench" / "bin" / "python"
PYTHON = str(_MADE) if _MADE.exists() else sys.executable
