"""How long laws are tried: a fixed sample in `make test`, far more in `make soak`."""

import os
import random

from hypothesis import HealthCheck, settings

_CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "sample", derandomize=True, max_examples=60, deadline=None, suppress_health_check=_CHECKS
)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=_CHECKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "sample"))

ON_A_SERVER = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 100
WITH_PREFECT = 4000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 250
UNDOINGS = 500 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10
LEAKS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 5
STEPS_OF_HANDS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 40
SEEDS_OF_HANDS = (
    [random.randrange(10**6) for _ in range(3)]
    if os.environ.get("HYPOTHESIS_PROFILE") == "soak"
    else [4]
)
