"""Who else may put events: workflows of GitHub, other accounts, the organisation. Off unless the stage says so."""

import fnmatch
import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.github_subjects import SubjectError, subjects_of
from shared.sources.catalogue import SOURCES
from tests.infra.template import Synthesised, id_of, listed

ISSUER = "token.actions.githubusercontent.com"
OLD = "repo:acme/shop:environment:production"
NEW = "repo:acme@4401/shop@990177:environment:production"


@pytest.fixture(scope="module")
def opened(synthesise: Callable[..., Synthesised]) -> Synthesised:
    """The default stack with everybody let in, which cdk-nag has passed."""
    return synthesise(
        github_oidc="acme@4401/shop@990177,acme/legacy:ref:refs/heads/release",
        accounts="111122223333,444455556666",
        organisation="o-a1b2c3d4e5",
    )


def pipeline_roles(stack: Synthesised) -> list[dict[str, Any]]:
    return [role for role in stack.of_type("AWS::IAM::Role").values() if "ManagedPolicyArns" in role]


def trusted(stack: Synthesised) -> dict[str, Any]:
    (role,) = pipeline_roles(stack)
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


def bus_statements(stack: Synthesised) -> dict[str, dict[str, Any]]:
    return {
        each["StatementId"].removeprefix("cdk-"): each["Statement"]
        for each in stack.of_type("AWS::Events::EventBusPolicy").values()
    }


def protected(condition: dict[str, Any]) -> list[str]:
    """The sources that a condition takes out, whatever else a request holds."""
    assert condition["Null"] == {"events:source": "false"}
    return list(condition["ForAllValues:StringNotLike"]["events:source"])


def test_nobody_else_may_put_events_unless_the_stage_says_so(stack: Synthesised) -> None:
    assert pipeline_roles(stack) == []
    assert set(bus_statements(stack)) == {"Impostors"}
    assert "RoleArn" not in stack.template["Outputs"]


def test_a_workflow_assumes_its_role_with_a_token_for_aws_from_githubs_issuer(opened: Synthesised) -> None:
    statement = trusted(opened)
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert str(statement["Principal"]["Federated"]).count(f":oidc-provider/{ISSUER}") == 1
    assert statement["Condition"]["StringEquals"][f"{ISSUER}:aud"] == "sts.amazonaws.com"


def test_trust_names_both_forms_of_the_subject_exactly(opened: Synthesised) -> None:
    condition = trusted(opened)["Condition"]
    assert set(condition) == {"StringEquals"}
    assert condition["StringEquals"][f"{ISSUER}:sub"] == [
        OLD,
        "repo:acme/shop:ref:refs/heads/main",
        NEW,
        "repo:acme@4401/shop@990177:ref:refs/heads/main",
        "repo:acme/legacy:ref:refs/heads/release",
    ]


def test_the_role_may_put_events_and_ask_what_became_of_them_and_nothing_else(opened: Synthesised) -> None:
    (role,) = pipeline_roles(opened)
    (policy,) = role["ManagedPolicyArns"]
    statement, *asking = opened.template["Resources"][id_of(policy)]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert [each["Action"] for each in asking] == [
        "events:DescribeEventBus", "execute-api:Invoke", "ssm:GetParameter"
    ]  # fmt: skip
    assert "/GET/events/*" in str(asking[1]["Resource"])
    assert "/flywheel-dev/events-url" in str(asking[2]["Resource"])
    assert {"flywheel", "well-architected-tool", "github/*", "slack/*"} <= set(protected(statement["Condition"]))
    assert "Policies" not in role
    assert role["MaxSessionDuration"] == 3600


def test_the_arn_of_the_role_is_an_output_and_a_parameter(opened: Synthesised) -> None:
    output = opened.template["Outputs"]["RoleArn"]["Value"]
    named = {each["Name"]: each["Value"] for each in opened.of_type("AWS::SSM::Parameter").values()}
    assert named["/flywheel-dev/role-arn"] == output


def test_accounts_and_the_organisation_may_put_events_but_not_as_the_flywheel_or_a_webhook(opened: Synthesised) -> None:
    statements = bus_statements(opened)
    assert set(statements) == {"Accounts", "Impostors", "Organisation"}
    for statement in (statements["Accounts"], statements["Organisation"]):
        assert (statement["Effect"], statement["Action"]) == ("Allow", "events:PutEvents")
        assert id_of(statement["Resource"]) in opened.of_type("AWS::Events::EventBus")
        assert {"flywheel", "well-architected-tool", "github/*"} <= set(protected(statement["Condition"]))
    named = str(statements["Accounts"]["Principal"])
    assert "111122223333:root" in named
    assert "444455556666:root" in named
    assert "StringEquals" not in statements["Accounts"]["Condition"]


def test_anybody_on_the_bus_means_anybody_of_the_organisation(opened: Synthesised) -> None:
    allowed = [each for each in bus_statements(opened).values() if each["Effect"] == "Allow"]
    for statement in allowed:
        if "*" in listed(statement["Principal"]) or statement["Principal"] == {"AWS": "*"}:
            assert statement["Condition"]["StringEquals"] == {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
            return
    pytest.fail("the organisation is let in by a condition on everybody")


def test_nobody_speaks_as_a_hook_or_the_flywheel_but_the_functions_that_publish_and_the_operator(
    stack: Synthesised,
) -> None:
    statement = bus_statements(stack)["Impostors"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "events:PutEvents")
    assert statement["Principal"] in ("*", {"AWS": "*"})
    assert id_of(statement["Resource"]) in stack.of_type("AWS::Events::EventBus")
    sources = statement["Condition"]["ForAnyValue:StringLike"]["events:source"]
    assert {"flywheel", "well-architected-tool", *(f"{name}/*" for name in SOURCES), "slack/*"} == set(sources)
    named = {id_of(arn) for arn in statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]}
    operator = id_of(stack.template["Outputs"]["OperatorRoleArn"]["Value"])
    assert named == {operator, *publishing(stack)}
    assert len(named) >= 4


def publishing(stack: Synthesised) -> set[str]:
    """The roles of functions that may put events."""
    roles = stack.template["Resources"]
    functions = {id_of(each["Role"]) for each in stack.of_type("AWS::Lambda::Function").values() if "Role" in each}
    return {role for role in functions if "events:PutEvents" in json.dumps(roles[role]["Properties"]["Policies"])}


def test_each_function_that_publishes_is_held_to_its_own_sources(stack: Synthesised) -> None:
    for role in publishing(stack):
        (own,) = stack.template["Resources"][role]["Properties"]["Policies"]
        (statement,) = [each for each in own["PolicyDocument"]["Statement"] if each["Action"] == "events:PutEvents"]
        assert "ForAllValues:StringLike" in statement["Condition"], role
        assert statement["Condition"]["Null"] == {"events:source": "false"}, role


def test_the_operator_is_of_this_account_and_speaks_as_anybody_but_the_flywheel(stack: Synthesised) -> None:
    operator = stack.template["Resources"][id_of(stack.template["Outputs"]["OperatorRoleArn"]["Value"])]["Properties"]
    (trust,) = operator["AssumeRolePolicyDocument"]["Statement"]
    assert ":root" in json.dumps(trust["Principal"])
    (own,) = operator["Policies"]
    (statement,) = own["PolicyDocument"]["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert protected(statement["Condition"]) == ["flywheel", "well-architected-tool"]


def test_a_whole_repository_is_trusted_only_where_somebody_wrote_the_star(
    synthesise: Callable[..., Synthesised],
) -> None:
    condition = trusted(synthesise(github_oidc="acme/shop:*"))["Condition"]
    assert condition["StringLike"] == {f"{ISSUER}:sub": ["repo:acme/shop:*"]}
    assert condition["StringEquals"] == {f"{ISSUER}:aud": "sts.amazonaws.com"}


@pytest.mark.parametrize(
    "impostor",
    [
        "repo:acme@9/shop@990177:environment:production",
        "repo:acme@4401/shop@1:environment:production",
        "repo:acme@4401/shop-2@990177:environment:production",
        "repo:acme-4401/shop-990177:environment:production",
        "repo:evil/shop:environment:production",
        "repo:acme/shop:environment:production-test",
        "repo:acme/shop:pull_request",
        "repo:acme/shop@990177:environment:production",
    ],
)
def test_no_other_repository_or_context_fits(impostor: str) -> None:
    subjects = subjects_of("acme@4401/shop@990177")
    assert OLD in subjects
    assert NEW in subjects
    assert not any(fnmatch.fnmatchcase(impostor, subject) for subject in subjects)


@pytest.mark.parametrize(
    "text", ["", "acme", "acme/shop:", "acme/shop:branch", "acme@0/shop@1", "a?me/shop", "acme/sh*p"]
)
def test_what_is_no_exact_repository_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(SubjectError, match="gh api repos/OWNER/REPO"):
        subjects_of(text)
