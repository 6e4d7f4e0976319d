"""`python -m tests.java`: fetches the programs of Amazon's own that tests run, so that no test waits for a download.

What cannot be fetched, or nothing could run, is said by the tests that need it.
"""

from contextlib import suppress
from pathlib import Path

from engine.java import dynamodb_local, maven

POMS = (dynamodb_local.POM, Path(__file__).with_name("event-ruler.pom.xml"))


def main() -> None:
    for pom in POMS:
        if maven.lacking(["java"], pom) is None:
            with suppress(maven.MavenError):
                maven.jars(pom)


if __name__ == "__main__":
    main()
