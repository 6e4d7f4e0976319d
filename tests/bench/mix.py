"""A realistic day of one flywheel: a hundred events, a turn begun each day and open for 28, three commits a deployment.

Everything is a function of the day and the seed, so that two runs measure the same.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Envelope = dict[str, Any]
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
SOURCE = "ci.pipeline"
SERVICES = ("web", "api", "basket", "search")
A_DAY = {"Deployment Finished": 30, "Deployment Started": 12, "Change Recorded": 20, "Metric Measured": 28}
"""The many; ten more are ideas, challenges, work, releases, outcomes, incidents and blockers."""
WORK, RELEASE, OPEN = 5, 21, 28
"""Days after its idea on which a turn's work starts, on which it is released, and on which its soak ends."""


class Days:
    """The days of one flywheel; `per_day` scales the many."""

    def __init__(self, flywheel: str = "checkout", *, per_day: int = 100, begin: datetime = BEGIN) -> None:
        self.flywheel = flywheel
        self.begin = begin
        self._scale = max(1, round(per_day / 100))

    def day(self, number: int) -> list[Envelope]:
        """The events of one day, in order."""
        found = [*self._many(number), *self._few(number)]
        return sorted(found, key=lambda event: str(event["detail"]["time"]))

    def span(self, days: int, first: int = 0) -> Iterator[Envelope]:
        """The events of several days."""
        for number in range(first, first + days):
            yield from self.day(number)

    def at(self, day: int, hours: float = 24.0) -> datetime:
        """A moment of a day; its end unless said."""
        return self.begin + timedelta(days=day, hours=hours)

    def _event(self, kind: str, day: int, hours: float, id: str, **detail: Any) -> Envelope:
        time = (self.begin + timedelta(days=day, seconds=round(hours * 3600))).isoformat().replace("+00:00", "Z")
        body = {"id": id, "time": time, "flywheel": self.flywheel, **detail}
        return {"source": SOURCE, "detail-type": kind, "detail": body}

    def _many(self, day: int) -> Iterator[Envelope]:
        for kind, usual in A_DAY.items():
            count = usual * self._scale
            for number in range(count):
                hours = 8 + 10 * (number + 0.5) / count
                yield self._event(kind, day, hours, f"{kind[:14]}-{day}-{number}", **self._body(kind, day, number))

    def _body(self, kind: str, day: int, number: int) -> dict[str, Any]:
        service = SERVICES[number % len(SERVICES)]
        if kind == "Metric Measured":
            return {"metric": f"metric-{number % 7}", "value": float((day * 31 + number * 17) % 1000)}
        if kind == "Change Recorded":
            commits = self._commits(day, f"change-{number}", 2)
            return {"repository": f"shop/{service}", "branch": "main", "head": commits[-1]["sha"], "commits": commits}
        build = {"deployment": f"{service}-{day}-{number}", "service": service, "environment": "production"}
        if kind == "Deployment Started":
            return build
        told = {"commits": self._commits(day, f"deployment-{number}", 3), "outcome": "succeeded"}
        idea = {"idea": f"idea-{day - WORK - number % 12}"} if number % 3 == 0 and day >= OPEN else {}
        return build | told | idea | {"url": f"https://ci.example/shop/{service}/runs/{day * 1000 + number}"}

    def _commits(self, day: int, name: str, count: int) -> list[dict[str, Any]]:
        times = [
            self.begin + timedelta(days=day, hours=7, minutes=7 * place, seconds=day % 60) for place in range(count)
        ]
        return [
            {
                "sha": hashlib.sha1(f"{self.flywheel} {day} {name} {place}".encode()).hexdigest(),
                "time": time.isoformat(),
            }
            for place, time in enumerate(times)
        ]

    def _few(self, day: int) -> Iterator[Envelope]:
        name = f"idea-{day}"
        yield self._event(
            "Idea Proposed", day, 9, f"{name} proposed", idea=name, title=f"Something people asked for {day}"
        )
        yield self._event("Challenge Opened", day, 10, f"{name} challenged", challenge=f"c-{day}", idea=name)
        yield self._event("Incident Opened", day, 15, f"i-{day}", incident=f"i-{day}", service=SERVICES[day % 4])
        yield self._event("Incident Resolved", day, 16.5, f"i-{day} over", incident=f"i-{day}")
        yield self._event("Blocker Opened", day, 11, f"b-{day}", blocker=f"b-{day}", idea=name)
        if day >= 2:
            yield self._event("Blocker Closed", day, 12, f"b-{day} over", blocker=f"b-{day - 2}")
            resolved = {"challenge": f"c-{day - 2}", "decision": "proceed"}
            yield self._event("Challenge Resolved", day, 13, f"c-{day} over", **resolved)
        if day >= WORK:
            yield self._event("Work Started", day, 9.5, f"w-{day}", idea=f"idea-{day - WORK}")
        if day >= RELEASE:
            released = {"feature": f"feature-{day - RELEASE}", "idea": f"idea-{day - RELEASE}"}
            hours = 14 + day % 5 / 10  # not in the very second in which the soak of an earlier one ends
            yield self._event("Feature Released", day, hours, f"r-{day}", **released)
        if day >= OPEN:
            yield self._event("Outcome Recorded", day, 17, f"o-{day}", idea=f"idea-{day - OPEN}", result="met")
