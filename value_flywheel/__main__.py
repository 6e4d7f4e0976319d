"""`python -m value_flywheel` is `flywheel`."""

import sys

from value_flywheel.launcher import main

sys.exit(main())
