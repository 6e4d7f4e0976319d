"""A realistic day of one flywheel: a hundred events, a turn begun each day and open for 28, three commits a deployment.
Of more events a day the turns are more too, in proportion.

Everything is a function of the day and the seed, so that two runs measure the same.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Self

Envelope = dict[str, Any]
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
SOURCE = "ci.pipeline"
SERVICES = ("web", "api", "basket", "search")
A_DAY = {"Deployment Finished": 30, "Deployment Started": 12, "Change Recorded": 20, "Metric Measured": 28}
"""Of each hundred; ten more are ideas, challenges, work, releases, outcomes, incidents and blockers."""
NAMED = {"idea", "challenge", "incident", "blocker", "feature", "deployment"}
LEAST_A_DAY = 95
"""Of each hundred; on the first days nothing is worked on yet."""
MEMORY_DAYS = 680
"""Fewer than are remembered: the last of a size's days are not full ones."""
WORK, RELEASE, OPEN = 5, 21, 28
"""Days after its idea on which a turn's work starts, on which it is released, and on which its soak ends."""


class Days:
    """The days of one flywheel; `per_day` is rounded to hundreds."""

    def __init__(
        self, flywheel: str = "checkout", *, per_day: int = 100, begin: datetime = BEGIN, names: str = ""
    ) -> None:
        """`names`: before each name, where several flywheels are to have none in common."""
        self.flywheel = flywheel
        self._names = names
        self.begin = begin
        self._scale = max(1, round(per_day / 100))

    @classmethod
    def holding(cls, events: int) -> Self:
        """Days so busy that so many events lie well within the memory."""
        return cls(per_day=max(100, -(-events // MEMORY_DAYS // 100) * 100))

    def first(self, events: int) -> Iterator[Envelope]:
        """The first so many events."""
        return islice(self.span(events), events)

    def after(self, events: int) -> datetime:
        """A moment by which the first so many have happened, and all of them are remembered."""
        return self.at(events // (self._scale * LEAST_A_DAY) + 1)

    def day(self, number: int) -> list[Envelope]:
        """The events of one day, in order."""
        found = [*self._many(number)]
        for place in range(self._scale):
            found += self._few(number, f"-{place}" if place else "")
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
        named = {name: f"{self._names}{value}" if name in NAMED else value for name, value in detail.items()}
        body = {"id": f"{self._names}{id}", "time": time, "flywheel": self.flywheel, **named}
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
        hundred = number % self._scale
        more = f"-{hundred}" if hundred else ""
        place = number // self._scale
        idea = {"idea": f"idea-{day - WORK - place % 12}{more}"} if place % 3 == 0 and day >= OPEN else {}
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

    def _few(self, day: int, more: str) -> Iterator[Envelope]:
        """What one hundred brings; `more` tells the names of the second and later hundreds from those of the first."""
        name = f"idea-{day}{more}"
        yield self._event(
            "Idea Proposed", day, 9, f"{name} proposed", idea=name, title=f"Something people asked for {day}{more}"
        )
        yield self._event("Challenge Opened", day, 10, f"{name} challenged", challenge=f"c-{day}{more}", idea=name)
        incident = f"i-{day}{more}"
        yield self._event("Incident Opened", day, 15, incident, incident=incident, service=SERVICES[day % 4])
        yield self._event("Incident Resolved", day, 16.5, f"{incident} over", incident=incident)
        yield self._event("Blocker Opened", day, 11, f"b-{day}{more}", blocker=f"b-{day}{more}", idea=name)
        if day >= 2:
            yield self._event("Blocker Closed", day, 12, f"b-{day}{more} over", blocker=f"b-{day - 2}{more}")
            resolved = {"challenge": f"c-{day - 2}{more}", "decision": "proceed"}
            yield self._event("Challenge Resolved", day, 13, f"c-{day}{more} over", **resolved)
        if day >= WORK:
            yield self._event("Work Started", day, 9.5, f"w-{day}{more}", idea=f"idea-{day - WORK}{more}")
        if day >= RELEASE:
            yield self.release(day, more)
        if day >= OPEN:
            yield self._event(
                "Outcome Recorded", day, 17, f"o-{day}{more}", idea=f"idea-{day - OPEN}{more}", result="met"
            )

    def release(self, day: int, more: str = "") -> Envelope:
        """What is released on a day: the idea of three weeks before."""
        released = {"feature": f"feature-{day - RELEASE}{more}", "idea": f"idea-{day - RELEASE}{more}"}
        hours = 14 + day % 5 / 10  # not in the very second in which the soak of an earlier one ends
        return self._event("Feature Released", day, hours, f"r-{day}{more}", **released)
