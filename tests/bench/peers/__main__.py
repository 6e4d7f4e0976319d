"""`python -m tests.bench.peers CHECKOUT --python INTERPRETER`: a peer's figures and ours of the same events, in turn.

CHECKOUT is one of Middleware's (github.com/middlewarehq/middleware). It needs third-party modules, in an interpreter
of its own: Flask, Flask-SQLAlchemy, SQLAlchemy, voluptuous, stringcase, pytz, redis, python-redis-lock, python-dotenv,
PyGithub, pycryptodome and aiohttp, as its `backend/requirements.txt` says; what else stands there is not needed here.
Other peers calculate in a database (Four Keys in BigQuery, DevLake in MySQL): they cannot be measured beside.
"""

import argparse
import sys
from pathlib import Path

from tests.bench.__main__ import printed
from tests.bench.ground.surroundings import USUAL
from tests.bench.peers import middleware
from tests.bench.peers.measuring import rows


def main() -> int:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("checkout", type=Path, help="of Middleware")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has Middleware's requirements")
    parser.add_argument("--deployments", type=int, default=100_000)
    asked = parser.parse_args()
    if not (asked.checkout / middleware.CODE).is_dir():
        parser.error(f"{asked.checkout}: no checkout of Middleware, it has no {middleware.CODE}")
    program = [asked.python, str(Path(middleware.__file__)), str(asked.checkout)]
    printed(list(rows(program, "Middleware", asked.deployments, USUAL.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
