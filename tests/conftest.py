"""What holds for every test: examples are judged by what they show, never by how long a busy machine takes.

And garbage is looked for rarely: thousands of tests and all of moto live as long as the process, and each look at them
takes as long as some tests.
"""

import gc
import os

from hypothesis import HealthCheck, settings

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

gc.set_threshold(10_000, 20, 50)
