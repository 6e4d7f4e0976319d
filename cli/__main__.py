"""`python -m cli`, the same as the installed `flywheel`."""

import sys

from cli.main import main

sys.exit(main())
