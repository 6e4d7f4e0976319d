"""DynamoDB Local, Amazon's own: the second engine, which keeps moto honest and counts request units as AWS does.

It lives in memory and as long as the context; Java and Maven are only needed by who uses it.
"""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from engine.errors import EngineError
from engine.java import maven

POM: Final = Path(__file__).with_name("dynamodb-local.pom.xml")
_MAIN: Final = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
_JVM: Final = ("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_PATIENCE: Final = 60.0
"""Seconds until it must answer: a second or two here, more where everything is busy."""
_ATTEMPTS: Final = 3


class DynamoDBLocalError(EngineError):
    """DynamoDB Local did not start."""

    def __init__(self, output: str) -> None:
        self.output = output
        super().__init__(f"DynamoDB Local did not start: {output.strip() or 'it said nothing'}")


def available() -> str | None:
    """None where it can run; else what to install, as one line."""
    return maven.lacking(["java"], POM)


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """The endpoint of an empty server on a free port of this machine, gone afterwards.

    Any credentials and Region will do; each pair of them sees tables of its own.
    """
    directory = maven.jars(POM)
    process, port = _started(directory)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _started(directory: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers; a port that somebody else took in the meantime is not the end."""
    with tempfile.TemporaryFile("w+") as output:
        for _ in range(_ATTEMPTS):
            port = _free_port()
            command = ["java", *_JVM, f"-Djava.library.path={directory}", "-cp", f"{directory}/*", _MAIN]
            process = subprocess.Popen(
                [*command, "-inMemory", "-port", str(port), "-disableTelemetry"],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            if _answers(process, port):
                return process, port
            process.kill()
            process.wait()
        output.seek(0)
        raise DynamoDBLocalError(output.read())


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
