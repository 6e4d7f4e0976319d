"""The worked example and the shell of the pages do what the pages say."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shared.sources.catalogue import SOURCES, Ping, Source, Tells, translate
from shared.sources.delivery import Delivery, delivery_of
from shared.sources.options import SourceOptions
from shared.sources.verifiers import SharedSecret, StandardWebhooks

PAGES = Path(__file__).parents[3] / "docs" / "sources"


def block(page: str, language: str, name: str = "") -> str:
    found = re.search(rf"^```{language} ?{name}\n(.*?)^```", (PAGES / page).read_text(), re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_worked_example_translates_its_sample_to_what_the_page_expects() -> None:
    module: dict[str, Any] = {}
    exec(block("README.md", "python", "translator"), module)
    module |= {"unleash": type("unleash", (), {"translate": staticmethod(module["translate"])})}
    row = {each.__name__: each for each in (Source, SharedSecret, Tells, Ping)}
    source: Source = eval(block("README.md", "python", "row"), module | row)
    sample = json.loads(block("README.md", "json", "counted"))
    assert sample["body"] == json.loads(block("README.md", "json", "sent"))
    delivery = delivery_of([("Authorization", "our secret")], json.dumps(sample["body"]))
    source.verifier.verify(delivery, ["our secret"], 0)
    found = translate(source, delivery, SourceOptions()).events
    assert [{"detail-type": each.detail_type, "detail": each.detail} for each in found] == sample["expected"]


def test_the_shell_of_standard_webhooks_signs_what_is_accepted(tmp_path: Path) -> None:
    """With a `curl` that writes down what it was given."""
    curl = tmp_path / "curl"
    curl.write_text('#!/usr/bin/env bash\nprintf "%s\\n" "$@" > "$OUT"\n')
    curl.chmod(0o755)
    secret, out = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", tmp_path / "sent"
    told = {"SECRET": secret, "ADDRESS": "https://hooks.example.com/hooks/standard-webhooks", "OUT": str(out)}
    environment = os.environ | told | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-eu", "-c", block("standard-webhooks.md", "bash")], check=True, env=environment)
    delivery = as_sent(out.read_text().splitlines())
    StandardWebhooks().verify(delivery, [secret], float(delivery.headers["webhook-timestamp"]))
    (event,) = translate(SOURCES["standard-webhooks"], delivery, SourceOptions()).events
    assert event.detail["deployment"] == "311"


def as_sent(arguments: list[str]) -> Delivery:
    headers = [arguments[place + 1].split(": ", 1) for place, each in enumerate(arguments) if each == "-H"]
    return delivery_of([(name, value) for name, value in headers], arguments[arguments.index("-d") + 1])


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_list_of_sources_links_every_page(source: Source) -> None:
    name = Path(source.docs).name
    assert f"[{name}]({name})" in (PAGES / "README.md").read_text()
