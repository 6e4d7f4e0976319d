"""`flywheel emit` in a process of its own: the CPU that it takes until its first byte is on its way to the bus."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import Bar, Row, lacking, row
from tests.bench.ground.surroundings import Surroundings

PROJECT = Path(__file__).parents[3]
SENDING = Bar(0.6, 0.3)
_RUN = "import sys; from value_flywheel.launcher import main; sys.exit(main())"
_IDEA = ("emit", "idea", "--idea", "SHOP-1", "--flywheel", "web")
_WHAT = "`flywheel emit` to its first byte sent"


def rows(ground: Surroundings) -> Iterator[Row]:
    """CPU seconds, with bytecode, as it is installed: a round before the first one writes that."""
    if not Path("/proc/self/stat").exists():
        yield lacking(_WHAT, SENDING, "the CPU of a process that still runs is read from /proc")
        return
    with socket.create_server(("127.0.0.1", 0)) as bus, tempfile.TemporaryDirectory(prefix="flywheel-bench-") as made:
        _seconds(bus, Path(made))
        yield row(_WHAT, "s", SENDING, [_seconds(bus, Path(made)) for _ in range(ground.sizes.rounds)])


def _seconds(bus: socket.socket, folder: Path) -> float:
    """Of one command, which is ended as soon as its request arrives."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(PROJECT),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "AWS_ACCESS_KEY_ID": "embedded",
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": "eu-west-1",
    }
    url = f"http://127.0.0.1:{bus.getsockname()[1]}"
    command = [sys.executable, "-c", _RUN, *_IDEA, "--endpoint-url", url]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        connection, _ = bus.accept()
        with connection:
            connection.recv(1)
            return _taken(process.pid)
    finally:
        process.kill()
        process.wait()


def _taken(pid: int) -> float:
    """Seconds of CPU of a process, from the fields utime and stime of its stat file (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
