"""Settings of a deployment: typed, checked, and refused with the key, the value and what would do."""

from pathlib import Path

import pytest

from infra.stage import Stage, StageError
from shared.flywheel.settings.file import ConfigError


def test_without_context_data_is_kept(tmp_path: Path) -> None:
    stage = Stage.from_context({}, tmp_path)
    assert stage == Stage()
    assert (stage.prefix, stage.retain_data, stage.config) == ("flywheel-dev", True, None)


def test_context_from_the_command_line_is_text_and_from_cdk_json_is_typed(tmp_path: Path) -> None:
    as_text = {"stage": "prod", "retain_data": "false", "tick_minutes": "5", "log_level": "DEBUG"}
    typed = {"stage": "prod", "retain_data": False, "tick_minutes": 5, "log_level": "DEBUG"}
    assert Stage.from_context(as_text, tmp_path) == Stage.from_context(typed, tmp_path)
    assert Stage.from_context(typed, tmp_path).retain_data is False


def test_what_the_cdk_keeps_in_the_context_is_not_ours(tmp_path: Path) -> None:
    context = {"@aws-cdk/core:x": True, "availability-zones:account=1:region=x": [], "cli-telemetry": False, "tags": []}
    assert Stage.from_context(context, tmp_path) == Stage()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("stage", "Prod", "lower-case"),
        ("stage", "a" * 21, "20 characters"),
        ("retain_data", "no", "true or false"),
        ("tracing", "on", "true or false"),
        ("tick_minutes", "4", "from 5 to 1440"),
        ("tick_minutes", "soon", "whole number"),
        ("archive_days", "-1", "whole number"),
        ("intake_concurrency", "1001", "from 0 to 1000"),
        ("record_concurrency", "1", "0 .no bound., or 2 to 1000"),
        ("notify_concurrency", "1001", "from 0 to 1000"),
        ("stream_parallel", "0", "from 1 to 10"),
        ("log_retention_days", "8", "one of 1, 3, 5, 7"),
        ("log_level", "LOUD", "DEBUG, INFO"),
        ("slack_secret_arn", "xoxb-token", "full ARN"),
        ("key_arn", "alias/mine", "the ARN of a key of KMS"),
        ("table_name", "a b", "name of a table"),
        ("table_stream", "yesterday", "flywheel restore"),
        ("alarm_email", "nobody", "an e-mail address"),
        ("github_oidc", "shop", "OWNER/REPO"),
        ("github_oidc", "*/shop", "OWNER/REPO"),
        ("github_oidc", "acme/*", "OWNER/REPO"),
        ("github_oidc", "acme/shop@7", "OWNER@ID/REPO@ID"),
        ("github_oidc", "acme/shop,acme@x/web@2", "several with commas"),
        ("github_oidc", "acme/shop:ref:refs/heads/*", "ref:refs/heads/NAME"),
        ("accounts", "12345", "12-digit"),
        ("accounts", "111122223333,*", "12-digit"),
        ("organisation", "111122223333", "organisation's id"),
        ("config", "missing.toml", r"a file .*; say it with -c config=…$"),
        ("tick_minutes", "4", r"; say it in \[stages.…\] of flywheel.toml, or with -c tick_minutes=…$"),
        ("retain_date", "false", r"there is no such setting, did you mean retain_data\?$"),
        ("tick-minutes", "5", "did you mean tick_minutes?"),
    ],
)
def test_a_wrong_setting_is_refused_with_key_value_and_mend(tmp_path: Path, key: str, value: str, says: str) -> None:
    with pytest.raises(StageError, match=says) as caught:
        Stage.from_context({key: value}, tmp_path)
    assert (caught.value.key, caught.value.value) == (key, value)
    assert f"{key}={value!r}" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("table_name", "restored", "table_stream=.*flywheel restore restored"),
        ("table_stream", "2026-03-20T10:00:00.123", "table_name"),
    ],
)
def test_a_table_is_adopted_by_its_name_and_its_stream_together(
    tmp_path: Path, key: str, value: str, says: str
) -> None:
    with pytest.raises(StageError, match=says):
        Stage.from_context({key: value}, tmp_path)


def test_the_configuration_in_the_project_travels_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "flywheel.toml").write_text('[slack]\nchannel = "#turns"\n')
    assert Stage.from_context({}, tmp_path).config == tmp_path / "flywheel.toml"


def test_a_mistake_in_the_configuration_stops_the_deployment(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[slack]\nchanel = "#turns"\n')
    with pytest.raises(ConfigError, match="chanel"):
        Stage.from_context({"config": "mine.toml"}, tmp_path)
