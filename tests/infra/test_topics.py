"""Topics that Amazon Q shows: who posts may publish to those of the settings, and to no other."""

from collections.abc import Callable
from pathlib import Path

from tests.infra.template import Synthesised, listed

LEADS, OPS = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("leads", "ops"))


def published_to(stack: Synthesised) -> dict[str, list[str]]:
    """By role, the topics that it may publish to."""
    return {
        role: listed(each["Resource"])
        for role in stack.of_type("AWS::IAM::Role")
        for each in stack.role_statements(role)
        if "sns:Publish" in listed(each["Action"])
    }


def test_nobody_publishes_where_no_topic_is_named(stack: Synthesised) -> None:
    assert published_to(stack) == {}


def test_who_posts_publishes_to_the_named_topics_alone(synthesise: Callable[..., Synthesised], tmp_path: Path) -> None:
    text = f'[slack]\ntopics = {{ "#leads" = "{LEADS}", "#ops" = "{OPS}" }}\n'
    (tmp_path / "flywheel.toml").write_text(text)
    [(role, topics)] = published_to(synthesise(config=str(tmp_path / "flywheel.toml"))).items()
    assert role.startswith("Notify")
    assert topics == [LEADS, OPS]
