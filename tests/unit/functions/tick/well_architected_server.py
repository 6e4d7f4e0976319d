"""The Well-Architected Tool on this machine: pages of workloads and milestones, and lens reviews, over HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

PAGE = 2
"""What a page holds here, so that three of anything take two pages."""


class FakeTool:
    """What it knows, what it was asked, and how it is to fail."""

    def __init__(self) -> None:
        self.workloads: dict[str, str] = {}
        self.milestones: dict[str, list[dict[str, Any]]] = {}
        self.pillars: dict[str, dict[str, int]] = {"security": {"HIGH": 2, "NONE": 5, "NOT_APPLICABLE": 1}}
        self.lenses = ["wellarchitected"]
        self.asked: list[str] = []
        self.failure: tuple[int, str] | None = None

    def add(self, workload: str, name: str, *recorded_at: float) -> None:
        """A workload with milestones, by the seconds at which they were recorded."""
        self.workloads[workload] = name
        self.milestones[workload] = [
            {"MilestoneNumber": number, "MilestoneName": f"Milestone {number}", "RecordedAt": at}
            for number, at in enumerate(recorded_at, 1)
        ]

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
        """Status, body and error of one call."""
        self.asked.append(path)
        if self.failure is not None:
            return self.failure[0], {"Message": "no"}, self.failure[1]
        steps = [unquote(step) for step in path.strip("/").split("/")]
        if steps == ["workloadsSummaries"]:
            known = [{"WorkloadId": key, "WorkloadName": name} for key, name in self.workloads.items()]
            return 200, _page("WorkloadSummaries", known, body), ""
        if steps[2] == "milestonesSummaries":
            then = {"WorkloadSummary": {"Lenses": self.lenses}}
            return 200, _page("MilestoneSummaries", [each | then for each in self.milestones[steps[1]]], body), ""
        if steps[3] == "gone":
            return 404, {"Message": "no such lens"}, "ResourceNotFoundException"
        reviews = [{"PillarId": pillar, "RiskCounts": counts} for pillar, counts in self.pillars.items()]
        return 200, {"LensReview": {"LensAlias": steps[3], "PillarReviewSummaries": reviews}}, ""


def _page(what: str, known: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    start = int(body.get("NextToken") or 0)
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(known) else {}
    return {what: known[start : start + PAGE], **more}


@contextmanager
def serving(tool: FakeTool) -> Iterator[str]:
    """The address of the tool while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer, error = tool.answer(urlsplit(self.path).path, json.loads(sent or b"{}"))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if error:
                self.send_header("x-amzn-errortype", error)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815  the name that http.server calls

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the test looks at `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
