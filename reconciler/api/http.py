"""The door to httpx, without the command line that it brings along.

That one imports rich, pygments and click, which is a tenth of what a run needs to start.
"""

import sys
from typing import Any, cast

if "httpx" not in sys.modules:
    modules = cast("dict[str, Any]", sys.modules)
    modules["httpx._main"] = None  # an ImportError, after which httpx does without it
    import httpx

    del modules["httpx._main"]
else:
    import httpx

__all__ = ["httpx"]
