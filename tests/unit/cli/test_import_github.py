"""`flywheel import github` against a server that speaks GitHub's API."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import events
from cli.github.commits import Graph, commit_of
from cli.github.links import next_page
from cli.target import Target
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import Delivery
from shared.sources.options import SourceOptions
from tests.fakes.eventbridge import EventsClient
from tests.unit.cli.github_server import NUMBER, Server, Trouble, commit, push, serving, sha

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
SAMPLES = Path(events.__file__).parent / "samples" / "github"


def deployment(number: int, head: str, at: str, environment: str = "production") -> dict[str, Any]:
    return {
        "id": number,
        "sha": sha(head),
        "ref": "main",
        "task": "deploy",
        "environment": environment,
        "created_at": at,
        "payload": {},
        "creator": {"login": "ada"},
    }


def status(number: int, state: str, at: str) -> dict[str, Any]:
    return {"id": number, "state": state, "created_at": at, "environment": "production", "creator": {"login": "ada"}}


def issue(number: int, at: str, *labels: str, **more: Any) -> dict[str, Any]:
    named = [{"name": label} for label in labels]
    base = {"id": 9000 + number, "number": number, "title": f"Issue {number}", "state": "open", "labels": named}
    return {**base, "created_at": at, "updated_at": at, "user": {"login": "ada"}, **more}


def pull(number: int, at: str, branch: str, **more: Any) -> dict[str, Any]:
    base = {"id": 8000 + number, "number": number, "title": "A change", "state": "open", "draft": False}
    head = {"ref": branch, "sha": sha(branch)}
    return {**base, "head": head, "created_at": at, "updated_at": at, "user": {"login": "ada"}, **more}


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Three deployments of three pushes, and one of each other thing."""
    monkeypatch.setenv("GITHUB_TOKEN", "a-token")
    server = Server()
    server.lists = {
        "commits": [
            commit("d", "2026-03-05T08:00:00Z", "c"),
            commit("c", "2026-03-03T08:00:00Z", "b", message="Pay with a saved card\n\nRefs SHOP-12"),
            commit("b", "2026-03-02T08:00:00Z", "a"),
            commit("a", "2026-03-01T08:00:00Z"),
        ],
        "activity": [
            push(3, "c", "d", "2026-03-05T09:00:00Z"),
            push(2, "a", "c", "2026-03-03T09:00:00Z", "pr_merge"),
            push(1, "", "a", "2026-03-01T09:00:00Z", "branch_creation"),
        ],
        "deployments": [
            deployment(43, "d", "2026-03-05T10:00:00Z"),
            deployment(42, "c", "2026-03-04T08:00:00Z"),
            deployment(41, "a", "2026-03-01T10:00:00Z"),
        ],
        "deployments/43/statuses": [status(431, "failure", "2026-03-05T10:30:00Z")],
        "deployments/42/statuses": [
            status(423, "inactive", "2026-03-05T10:30:00Z"),
            status(422, "success", "2026-03-04T08:30:00Z"),
            status(421, "in_progress", "2026-03-04T08:10:00Z"),
        ],
        "deployments/41/statuses": [status(411, "success", "2026-03-01T10:30:00Z")],
        "releases": [
            {
                "id": 71,
                "tag_name": "v1.1",
                "published_at": "2026-03-04T09:00:00Z",
                "updated_at": "2026-03-09T09:00:00Z",
            },
            {"id": 70, "tag_name": "v2", "draft": True, "published_at": None},
        ],
        "issues": [
            issue(1, "2026-03-01T07:00:00Z", "idea"),
            issue(2, "2026-03-04T12:00:00Z", "incident", state="closed", closed_at="2026-03-04T14:00:00Z"),
            issue(3, "2026-03-04T13:00:00Z", "question"),
            issue(4, "2026-03-04T13:00:00Z", pull_request={"url": "x"}),
        ],
        "pulls": [
            pull(5, "2026-03-02T07:00:00Z", "SHOP-12-cards", state="closed", merged_at="2026-03-03T09:00:00Z"),
            pull(6, "2026-03-02T07:30:00Z", "tidy"),
        ],
        "pulls/5/reviews": [{"id": 51, "state": "APPROVED", "submitted_at": "2026-03-02T15:00:00Z", "user": {}}],
    }
    with serving(server) as running:
        yield running


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept, without sleeping."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps


@pytest.fixture
def imported(flywheel: Run, github: Server) -> Callable[..., list[dict[str, Any]]]:
    """The events of a dry run that went well."""

    def run(*arguments: str) -> list[dict[str, Any]]:
        ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url, *arguments)
        assert ran.code == 0, ran.err
        return [json.loads(line) for line in ran.out.splitlines()]

    return run


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [event["detail"]["id"] for event in found]


def of_type(found: list[dict[str, Any]], detail_type: str) -> list[dict[str, Any]]:
    return [event["detail"] for event in found if event["detail-type"] == detail_type]


def test_every_page_of_every_list_is_read(imported: Run) -> None:
    found = imported()
    assert {each["deployment"] for each in of_type(found, "Deployment Finished")} == {"41", "42", "43"}
    assert [each["outcome"] for each in of_type(found, "Deployment Finished")] == ["failed", "succeeded", "succeeded"]
    assert [each["idea"] for each in of_type(found, "Idea Proposed")] == ["acme/shop#1"]
    assert [each["time"] for each in of_type(found, "Incident Resolved")] == ["2026-03-04T14:00:00Z"]
    assert [each["decision"] for each in of_type(found, "Challenge Resolved")] == ["proceed"]
    assert len(ids(found)) == len(set(ids(found)))


def test_a_release_keeps_its_time_when_its_notes_are_edited_and_a_draft_is_none(imported: Run) -> None:
    (release,) = of_type(imported(), "Feature Released")
    assert (release["feature"], release["time"]) == ("shop@v1.1", "2026-03-04T09:00:00Z")


def test_a_push_brings_what_no_push_before_it_had(imported: Run) -> None:
    found = of_type(imported(), "Change Recorded")
    assert [[each["sha"] for each in change["commits"]] for change in found] == [
        [sha("a")],
        [sha("b"), sha("c")],
        [sha("d")],
    ]
    assert found[1]["id"] == f"push-{NUMBER}-main-{sha('a')[:12]}-{sha('c')[:12]}"
    assert found[1]["time"] == "2026-03-03T09:00:00Z"
    assert found[1]["commits"][1]["ideas"] == ["SHOP-12"]


def test_lead_times_come_out_as_worked_by_hand(flywheel: Run, imported: Run, tmp_path: Path) -> None:
    """Deployed 03-04 08:30: b 48.5 h and c 24.5 h old; 03-01 10:30 counts its head alone, a, 2.5 h old."""
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in imported("--flywheel", "checkout")))
    ran = flywheel("report", file, "--flywheel", "checkout", "--as-of", "2026-03-10T00:00:00Z", "--json")
    report = json.loads(ran.out)
    lead = report["dora"]["lead_time_hours"]
    assert (lead["n"], lead["p50"]) == (3, 24.5), lead


def test_no_name_address_or_message_of_anybody_is_told(imported: Run) -> None:
    told = json.dumps(imported())
    for private in ("ada", "Ada", "example.org", "Pay with a saved card"):
        assert private not in told


def test_every_event_is_valid_and_of_the_hooks_source(imported: Run) -> None:
    for event in imported("--hook", "shop"):
        assert events.decode(event).source == "github/shop"


@pytest.mark.parametrize(
    ("sample", "lists"),
    [
        ("deployment-created", {"deployments": "deployment"}),
        ("deployment-status-success", {"deployments": "deployment", "statuses": "deployment_status"}),
        ("deployment-status-failure", {"deployments": "deployment", "statuses": "deployment_status"}),
        ("release-published", {"releases": "release"}),
        ("issue-opened-as-idea", {"issues": "issue"}),
        ("incident-closed", {"issues": "issue"}),
        ("pull-request-opened", {"pulls": "pull_request"}),
        ("review-approved", {"pulls": "pull_request", "reviews": "review"}),
    ],
)
def test_what_the_webhook_told_comes_again_under_the_same_id(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, sample: str, lists: dict[str, str]
) -> None:
    """The same things listed by the API as the sample of the webhook shows them."""
    shown = json.loads((SAMPLES / f"{sample}.json").read_text())
    monkeypatch.setenv("GITHUB_TOKEN", "a-token")
    server = Server()
    for name, field in lists.items():
        thing = shown["body"][field]
        owner = {"statuses": "deployments/{}/statuses", "reviews": "pulls/{}/reviews"}.get(name, name)
        parent = shown["body"].get("deployment", {}).get("id") or shown["body"].get("pull_request", {}).get("number")
        server.lists[owner.format(parent)] = [thing]
    server.names(shown["body"]["repository"])
    with serving(server):
        ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", server.url)
    told = {event["detail"]["id"] for event in map(json.loads, ran.out.splitlines())}
    assert {event["detail"]["id"] for event in shown["expected"]} <= told, ran.err
    assert shown["expected"]


def test_a_history_with_the_deliveries_that_came_meanwhile_counts_once(
    flywheel: Run, github: Server, imported: Run, tmp_path: Path
) -> None:
    history = imported("--flywheel", "checkout")
    body = {
        "action": "created",
        "deployment_status": github.lists["deployments/42/statuses"][1],
        "deployment": github.lists["deployments"][1],
        "repository": {"id": NUMBER, "full_name": "acme/shop", "default_branch": "main"},
    }
    delivery = Delivery({"x-github-event": "deployment_status"}, json.dumps(body).encode())
    (sent,) = translate(SOURCES["github"], delivery, SourceOptions()).events
    envelope = sent.envelope(event_source("github", "github"))
    envelope["detail"]["flywheel"] = "checkout"

    def figures(found: list[dict[str, Any]]) -> dict[str, Any]:
        file = tmp_path / "events.jsonl"
        file.write_text("".join(json.dumps(event) + "\n" for event in found))
        ran = flywheel("report", file, "--as-of", "2026-03-10T00:00:00Z", "--json")
        return dict(json.loads(ran.out)["dora"])

    assert figures([*history, envelope]) == figures(history)


def test_before_pushes_were_kept_deployments_tell_what_came_between(github: Server, imported: Run) -> None:
    github.missing.add("activity")
    found = of_type(imported(), "Change Recorded")
    assert [[each["sha"] for each in change["commits"]] for change in found] == [
        [sha("a")],
        [sha("b"), sha("c")],
        [sha("d")],
    ]
    assert [change["time"] for change in found] == [
        "2026-03-01T10:00:00Z",
        "2026-03-04T08:00:00Z",
        "2026-03-05T10:00:00Z",
    ]
    assert all(change["id"].startswith(f"compare-{NUMBER}-") for change in found)


def test_where_pushes_begin_late_deployments_bridge_to_them(github: Server, imported: Run) -> None:
    github.lists["activity"] = [push(3, "c", "d", "2026-03-05T09:00:00Z")]
    found = of_type(imported(), "Change Recorded")
    assert [(change["id"].partition("-")[0], change["commits"][-1]["sha"]) for change in found] == [
        ("compare", sha("a")),
        ("compare", sha("c")),
        ("push", sha("d")),
    ]


def test_the_first_deployment_swallows_no_history(github: Server, imported: Run) -> None:
    github.missing.add("activity")
    github.lists["deployments"] = github.lists["deployments"][:2]
    first, *_ = of_type(imported(), "Change Recorded")
    assert [each["sha"] for each in first["commits"]] == [sha("c")]


def test_commits_that_a_forced_push_took_away_are_asked_for(github: Server, imported: Run) -> None:
    gone = f"compare/{sha('a')}...{sha('lost')}"
    github.lists["activity"].insert(0, push(4, "a", "lost", "2026-03-06T09:00:00Z", "force_push"))
    github.lists[gone] = [commit("lost", "2026-03-06T08:00:00Z", "a")]
    assert of_type(imported(), "Change Recorded")[-1]["commits"][0]["sha"] == sha("lost")
    github.missing.add(gone)
    assert of_type(imported(), "Change Recorded")[-1]["commits"][0]["sha"] == sha("d")


def test_files_are_asked_for_only_where_the_configuration_says_whose_they_are(
    github: Server, imported: Run, tmp_path: Path
) -> None:
    imported()
    assert not any(asked.startswith("commits/") for asked in github.asked)
    github.files[sha("d")] = ["basket/store.py"]
    (tmp_path / "flywheel.toml").write_text('[sources]\npaths = {"acme/shop" = {"basket/*" = "basket"}}\n')
    assert of_type(imported(), "Change Recorded")[-1]["commits"][0]["services"] == ["basket"]


def test_workflow_runs_are_deployments_where_a_rule_says_so(github: Server, imported: Run, tmp_path: Path) -> None:
    github.lists["actions/runs"] = [
        {
            "id": 61,
            "name": "Deploy",
            "path": ".github/workflows/deploy.yml",
            "head_sha": sha("d"),
            "conclusion": "success",
            "run_attempt": 2,
            "run_started_at": "2026-03-05T11:00:00Z",
            "updated_at": "2026-03-05T11:05:00Z",
        }
    ]
    imported()
    assert not any(asked.startswith("actions/") for asked in github.asked)
    (tmp_path / "flywheel.toml").write_text('[sources]\nworkflows = {"Deploy" = "production"}\n')
    assert "workflow-run-61-2-completed" in ids(imported())


@pytest.mark.parametrize("state", ["waiting", "queued"])
def test_a_deployment_that_waited_began_when_it_was_in_progress(github: Server, imported: Run, state: str) -> None:
    github.lists["deployments/42/statuses"].append(status(420, state, "2026-03-04T08:00:00Z"))
    of_it = [event for event in imported() if event["detail"].get("deployment") == "42"]
    assert [event["detail"]["time"] for event in of_it] == ["2026-03-04T08:10:00Z", "2026-03-04T08:30:00Z"]
    assert "started_at" not in of_it[1]["detail"]


def test_since_leaves_out_what_is_older(github: Server, imported: Run) -> None:
    found = imported("--since", "2026-03-04T00:00:00+00:00")
    assert {each["deployment"] for each in of_type(found, "Deployment Finished")} == {"42", "43"}
    assert [each["head"] for each in of_type(found, "Change Recorded")][-1] == sha("d")
    assert not any(asked.startswith("deployments/41") for asked in github.asked)


def test_servers_in_trouble_are_asked_again(github: Server, imported: Run, slept: list[float]) -> None:
    usual = imported()
    github.troubles = [Trouble(502), Trouble(0), Trouble(503, {"Retry-After": "7"}), Trouble(500, path="statuses")]
    assert imported() == usual
    assert slept == [0.5, 1.0, 7.0, 0.5]


def test_no_connection_is_no_trouble_of_githubs(flywheel: Run, slept: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", nobody)
    assert ran.code == 1
    assert "no connection, 6 times ([Errno 111] Connection refused); is there a network" in ran.err
    assert f"is --api-url {nobody} right?" in ran.err


def test_after_six_attempts_it_says_where_to_go_on(
    flywheel: Run, github: Server, imported: Run, slept: list[float]
) -> None:
    usual = imported()
    github.troubles = [Trouble(502, path="page=2") for _ in range(6)]
    stopped = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert stopped.code == 1
    assert "in trouble (status 502, 6 times)" in stopped.err
    assert "--resume issues@2 goes on" in stopped.err
    rest = imported("--resume", "issues@2")
    first = [json.loads(line) for line in stopped.out.splitlines()]
    assert sorted({*ids(first), *ids(rest)}) == sorted(ids(usual))
    assert len(rest) < len(usual)


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (Trouble(429, {"Retry-After": "30"}), 30.0),
        (Trouble(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "{now+90}"}), 91.0),
        (Trouble(403, {}, {"message": "You have exceeded a secondary rate limit."}), 60.0),
    ],
)
def test_a_rate_limit_is_waited_for_as_github_says(
    flywheel: Run, github: Server, slept: list[float], monkeypatch: pytest.MonkeyPatch, trouble: Trouble, seconds: float
) -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC).timestamp()
    monkeypatch.setattr("cli.github.api.time.time", lambda: now)
    headers = {name: str(int(now) + 90) if "{" in value else value for name, value in trouble.headers.items()}
    github.troubles = [trouble._replace(headers=headers)]
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert ran.code == 0, ran.err
    assert slept == [seconds]
    assert f"going on in {seconds:.0f} s" in ran.err


def test_a_wait_that_is_too_long_stops_with_the_place(flywheel: Run, github: Server, slept: list[float]) -> None:
    github.troubles = [Trouble(429, {"Retry-After": "3600"}, path="/deployments/42/")]
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url, "--max-wait", "30")
    assert ran.code == 1
    assert "60 more minutes" in ran.err
    assert "--resume deployments@1 goes on" in ran.err
    assert slept == []


def test_who_interrupts_it_hears_where_it_goes_on(
    flywheel: Run, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupted)
    github.troubles = [Trouble(502, path="/pulls?")]
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert (ran.code, "--resume pulls@1 goes on" in ran.err) == (130, True)


def test_an_import_that_goes_on_after_the_deployments_still_knows_their_heads(github: Server, imported: Run) -> None:
    github.missing.add("activity")
    assert of_type(imported("--resume", "changes@1"), "Change Recorded") == of_type(imported(), "Change Recorded")


@pytest.mark.parametrize(
    ("trouble", "code", "says"),
    [
        (Trouble(401, {}, {"message": "Bad credentials"}), 4, "set GITHUB_TOKEN"),
        (Trouble(403, {}, {"message": "Resource not accessible"}), 4, "the token needs"),
        (Trouble(404), 1, "a private one needs GITHUB_TOKEN"),
        (Trouble(422, {}, {"message": "Unprocessable"}), 1, "refuses with 422"),
        (Trouble(302, {"Location": "http://127.0.0.1:9/elsewhere"}), 1, "refuses with 302"),
    ],
)
def test_a_refusal_says_what_mends_it(flywheel: Run, github: Server, trouble: Trouble, code: int, says: str) -> None:
    github.troubles = [trouble]
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_the_token_is_sent_and_never_to_a_server_without_tls(flywheel: Run, github: Server, imported: Run) -> None:
    imported()
    assert github.tokens == {"Bearer a-token"}
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", "http://github.example.com/api/v3")
    assert (ran.code, "--api-url" in ran.err) == (2, True)


@pytest.mark.parametrize("name", ["shop", "acme/shop/x", "../shop", "acme/..", ""])
def test_what_is_no_repository_is_refused(flywheel: Run, github: Server, name: str) -> None:
    ran = flywheel("import", "github", name, "--dry-run", "--api-url", github.url)
    assert (ran.code, "OWNER/REPO" in ran.err) == (2, True)
    assert github.asked == []


def test_a_wrong_place_to_resume_at_is_refused(flywheel: Run, github: Server) -> None:
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url, "--resume", "wiki@3")
    assert (ran.code, "--resume: got 'wiki@3'" in ran.err) == (2, True)


def test_one_unreadable_thing_is_left_out_and_told(github: Server, flywheel: Run) -> None:
    github.lists["issues"][0]["created_at"] = "yesterday"
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert ran.code == 0
    assert "issue.created_at" in ran.err
    assert "left out because it could not be understood: 1" in ran.err
    assert "Deployment Finished" in ran.out


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"id": {}}, {"commit": 1, "sha": [], "activity_type": "push"}])
def test_what_no_list_of_github_holds_stops_nothing(github: Server, flywheel: Run, junk: Any) -> None:
    for listed in github.lists.values():
        listed.append(junk)
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert ran.code == 0, ran.err
    assert ran.out.count("Deployment Finished") == 3


def test_an_empty_repository_with_issues_switched_off_has_no_events(github: Server, imported: Run) -> None:
    github.lists = {}
    github.missing = {"issues", "activity", "commits"}
    assert imported() == []


def test_events_go_onto_the_bus_in_tens(
    flywheel: Run, github: Server, imported: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = imported()
    bus = EventsClient()
    monkeypatch.setattr(Target, "client", lambda *_: bus)
    ran = flywheel("import", "github", "acme/shop", "--api-url", github.url, "--json")
    answer = json.loads(ran.out)
    assert (answer["sent"], answer["resume"], ran.code) == (len(usual), None, 0)
    assert {len(call) for call in bus.calls[:-1]} == {10}
    assert [json.loads(entry["Detail"])["id"] for entry in bus.entries] == ids(usual)


def test_what_came_before_a_stop_is_sent(
    flywheel: Run, github: Server, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    bus = EventsClient()
    monkeypatch.setattr(Target, "client", lambda *_: bus)
    github.troubles = [Trouble(429, {"Retry-After": "3600"}, path="/deployments?")]
    ran = flywheel("import", "github", "acme/shop", "--api-url", github.url, "--json")
    assert (ran.code, json.loads(ran.out)["resume"]) == (1, "deployments@1")
    assert "Idea Proposed" in {entry["DetailType"] for entry in bus.entries}
    assert len(bus.entries) == json.loads(ran.out)["sent"]


def test_a_merge_brings_its_branch_parents_first() -> None:
    listed = [
        commit("m", "2026-03-03T00:00:00Z", "b", "y"),
        commit("y", "2026-03-02T00:00:00Z", "x"),
        commit("x", "2026-03-01T00:00:00Z", "a"),
        commit("b", "2026-03-02T12:00:00Z", "a"),
        commit("a", "2026-03-01T00:00:00Z", "before-the-cut"),
    ]
    graph = Graph(each for each in map(commit_of, listed) if each)
    assert [each.sha for each in graph.bring(sha("a"))] == [sha("a")]
    assert [each.sha for each in graph.bring(sha("m"))] == [sha("b"), sha("x"), sha("y"), sha("m")]
    assert graph.bring(sha("y")) == []
    assert graph.bring(sha("unknown")) == []


def test_ten_thousand_commits_in_a_row_are_no_deep_recursion() -> None:
    listed = [commit(f"{number:08}", "2026-03-01T00:00:00Z", f"{number - 1:08}") for number in range(1, 10_001)]
    graph = Graph(each for each in map(commit_of, listed) if each)
    assert len(graph.bring(sha("00010000"))) == 10_000


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<https://a/x?page=2>; rel="next", <https://a/x?page=9>; rel="last"', "https://a/x?page=2"),
        (
            '<https://a/x?page=1>; rel="prev", <https://a/x?after=Y3Vyc29y%3D>; rel="next"',
            "https://a/x?after=Y3Vyc29y%3D",
        ),
        ('<https://a/x?page=1>; rel="first", <https://a/x?page=1>; rel="prev"', None),
        ("", None),
    ],
)
def test_the_next_page_is_where_the_link_header_says(header: str, address: str | None) -> None:
    assert next_page(header) == address


def test_a_next_page_at_another_server_is_not_followed(flywheel: Run, github: Server) -> None:
    github.troubles = [
        Trouble(200, {"Link": '<http://127.0.0.1:9/steal>; rel="next"'}, [], path="/releases?"),
    ]
    ran = flywheel("import", "github", "acme/shop", "--dry-run", "--api-url", github.url)
    assert (ran.code, "not followed" in ran.err) == (1, True)
