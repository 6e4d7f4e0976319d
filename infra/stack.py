"""The stack: which parts there are and how they hang together. How a part is made is in the file named after it."""

from dataclasses import replace
from typing import Any

from aws_cdk import Aws, Duration, Fn, Stack, Tags
from aws_cdk import aws_iam as iam
from constructs import Construct

from events import PUBLISHER
from infra.alarms import Alarms
from infra.bundle import bundle
from infra.bus import OF_HOOKS, OF_SLACK, OUR_OWN, PUT_EVENTS, Bus, speaks_as
from infra.bus_policy import keep_out_impostors, let_in
from infra.dashboard import Dashboard
from infra.exports import export
from infra.function import Function, Task, allow, only_keys
from infra.github_subjects import subjects_of
from infra.http_api import EVENTS, REPORTS, SLACK, HttpApi, only_asked
from infra.mapping import from_queue, from_stream, items, reads_queue, reads_stream, turns_with_news
from infra.nag import acknowledge
from infra.operator_role import OperatorRole
from infra.pipeline_role import PipelineRole
from infra.queries import queries_of, save
from infra.queue import WorkQueue, failures
from infra.reviews import acknowledge_reviews, reads_reviews
from infra.schedule import Schedule
from infra.secret import slack_secret_arn, uses_of
from infra.stage import Stage
from infra.table import Table
from shared.store.table import names

SLACK_API = "https://slack.com/api/"

# What each function does to the table, and nothing else.
RECORDS = ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"]
FOLDS = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
KEEPS = ["dynamodb:GetItem", "dynamodb:PutItem"]
NOTIFIES = ["dynamodb:BatchGetItem", *KEEPS]


class FlywheelStack(Stack):
    """intake → bus → record → log → project → turns → summarise → summaries → bus → notify → Slack, and tick beside."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)
        self._stage = stage
        self._make_ground()
        self._make_functions()
        self._connect()
        self._watch()
        self._show()
        self._export()
        self._let_in()
        Tags.of(self).add("application", "value-flywheel")
        Tags.of(self).add("stage", stage.stage)

    def _make_ground(self) -> None:
        """Make the bus, the queues and the table."""
        prefix, retain = self._stage.prefix, self._stage.retain_data
        self.table = Table(self, "Store", stage=self._stage)
        self.failures = failures(self, "Failures", f"{prefix}-failures")
        self.bus = Bus(
            self, "Events", name=prefix, archive=Duration.days(self._stage.archive_days), undelivered=self.failures
        )
        self.operator = OperatorRole(self, "Operator", bus=self.bus.bus)
        self.slack_secret = self._stage.slack_secret_arn or slack_secret_arn(
            self, "SlackToken", name=prefix, retain=retain, key=self._stage.key_arn
        )
        self.inbox = WorkQueue(
            self, "Inbox", name=f"{prefix}-inbox", handled_in=Duration.seconds(30), window=Duration.seconds(2)
        )
        self.outbox = WorkQueue(
            self, "Outbox", name=f"{prefix}-outbox", handled_in=Duration.seconds(60), window=Duration.seconds(0)
        )

    def _make_functions(self) -> None:
        """Make the functions: one sentence each."""
        table, outbox = self.table, self.outbox.queue
        topics = list(self._stage.shape.topics)
        self.http = HttpApi(self, "Webhooks", stage=self._stage)
        self.intake = self._function(self._intake())
        acknowledge(
            self.intake.role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter"
            f"{self._hooks}*]",
            "Hooks are added and taken away without a deployment; under this name lie their secrets and nothing else",
        )
        dead = [self.inbox.dead, self.outbox.dead, self.failures]
        self.record = self._function(
            Task(
                name="record",
                does="Appends what producers sent to the log, each event once",
                timeout=self.inbox.handled_in,
                environment={names.ENV_STACK_ID: Aws.STACK_ID},
                allowed=[reads_queue(self.inbox.queue), allow(RECORDS, table.arn)],
            )
        )
        self.project = self._function(
            Task(
                name="project",
                does="Folds the log into turns and their transitions",
                timeout=Duration.minutes(5),
                memory=1024,
                allowed=[*reads_stream(table, self.failures), allow(FOLDS, table.arn)],
            )
        )
        self.summarise = self._function(
            Task(
                name="summarise",
                does="Turns transitions into phase summaries and publishes what happened and that they are ready",
                timeout=Duration.seconds(60),
                environment={names.ENV_BUS: self.bus.bus.event_bus_name},
                allowed=[
                    *reads_stream(table, self.failures),
                    allow(KEEPS, table.arn),
                    allow([PUT_EVENTS], self.bus.bus.event_bus_arn, where=speaks_as(PUBLISHER)),
                ],
            )
        )
        self.notify = self._function(
            Task(
                name="notify",
                does="Posts summaries to Slack, each once, and keeps the ledger of it",
                timeout=self.outbox.handled_in,
                environment={
                    names.ENV_OUTBOX: outbox.queue_url,
                    names.ENV_SLACK_SECRET: self.slack_secret,
                    names.ENV_SLACK_API: SLACK_API,
                    names.ENV_LINK_KEY: self._link_key,
                    names.ENV_BOARD: self.http.url("/board/"),
                },
                allowed=[
                    reads_queue(outbox),
                    allow(NOTIFIES, table.arn),
                    allow(["secretsmanager:GetSecretValue"], self.slack_secret),
                    allow(["sqs:SendMessage"], outbox.queue_arn),
                    *([allow(["sns:Publish"], *topics)] if topics else []),
                    *self._knows_links("ssm:GetParameter"),
                ],
            )
        )
        self.tick = self._function(
            Task(
                name="tick",
                does="Advances what time alone changes, makes digests, seals and audits the log, keeps dead letters",
                timeout=Duration.minutes(5),
                memory=1024,
                environment={
                    names.ENV_BUS: self.bus.bus.event_bus_name,
                    names.ENV_OUTBOX: outbox.queue_url,
                    names.ENV_DEAD_LETTERS: Fn.join(",", [queue.queue_url for queue in dead]),
                    names.ENV_LINK_KEY: self._link_key,
                    **({names.ENV_KEY: self._stage.key_arn} if self._stage.key_arn else {}),
                },
                allowed=[
                    allow([*FOLDS, "dynamodb:BatchWriteItem"], table.arn),
                    allow(["sqs:DeleteMessage", "sqs:ReceiveMessage"], *(queue.queue_arn for queue in dead)),
                    allow(["dynamodb:Query"], table.due_arn),
                    allow([PUT_EVENTS], self.bus.bus.event_bus_arn, where=speaks_as(*OUR_OWN)),
                    allow(["sqs:SendMessage"], outbox.queue_arn, self.failures.queue_arn),
                    *self._knows_links("ssm:GetParameter", "ssm:PutParameter"),
                    *reads_reviews(self, self._stage.shape.reviews),
                ],
            )
        )
        self.explain = self._function(
            Task(
                name="explain",
                does="Answers from the log whom IAM lets in: what became of an event, which events are behind a figure",
                timeout=Duration.seconds(25),
                memory=1024,
                allowed=[allow(["dynamodb:BatchGetItem", "dynamodb:Query"], table.arn)],
            )
        )
        self.board = self._function(self._board())
        self.slack = self._function(self._slack())
        acknowledge_reviews(self.tick, self._stage.shape.reviews)

    @property
    def _hooks(self) -> str:
        """The beginning of the names of the parameters that hold hooks' secrets."""
        return f"/{self._stage.prefix}/hooks/"

    @property
    def _link_key(self) -> str:
        """The name of the parameter that holds the key of signed links: `tick` makes it, nobody else writes it."""
        return f"/{self._stage.prefix}/board/link-key"

    def _knows_links(self, *actions: str) -> list[iam.PolicyStatement]:
        """What a function does with the key of links; nothing where links are off."""
        return [allow(actions, self._parameter_arn(self._link_key))] if self._stage.shape.links else []

    def _parameter_arn(self, name: str) -> str:
        return self.format_arn(service="ssm", resource="parameter", resource_name=name.lstrip("/"))

    def _board(self) -> Task:
        """It sees what is derived of flywheels and nothing else of the table, and writes nothing."""
        return Task(
            name="board",
            does="Shows the stored answer of a flywheel: as a page behind a signed link, as data, on the dashboard",
            timeout=Duration.seconds(20),
            memory=1024,
            environment={
                names.ENV_LINK_KEY: self._link_key,
                names.ENV_EXPLAIN: self.explain.function.function_arn,
            },
            allowed=[
                allow(
                    ["dynamodb:GetItem", "dynamodb:Query"],
                    self.table.arn,
                    where=only_keys(names.WHEEL_PREFIX),
                ),
                *self._knows_links("ssm:GetParameter"),
            ],
        )

    def _slack(self) -> Task:
        """It reads what is derived of flywheels, adds votes, and speaks on the bus as people in Slack alone."""
        return Task(
            name="slack",
            does="Answers what people do in Slack, and publishes what they tell",
            timeout=Duration.seconds(10),
            memory=1024,
            environment={
                names.ENV_BUS: self.bus.bus.event_bus_name,
                names.ENV_SLACK_SECRET: self.slack_secret,
                names.ENV_SLACK_API: SLACK_API,
            },
            allowed=[
                allow(["dynamodb:GetItem"], self.table.arn, where=only_keys(names.WHEEL_PREFIX)),
                allow(["dynamodb:PutItem"], self.table.arn, where=only_keys(names.VOTES_PREFIX)),
                allow(["secretsmanager:GetSecretValue"], self.slack_secret),
                allow([PUT_EVENTS], self.bus.bus.event_bus_arn, where=speaks_as(OF_SLACK)),
            ],
        )

    def _intake(self) -> Task:
        """It knows neither the table nor any secret but those of hooks. Memory is for a quick start: somebody waits."""
        return Task(
            name="intake",
            does="Proves who sends a webhook, says what it means and publishes that",
            timeout=Duration.seconds(10),
            memory=1024,
            concurrency=self._stage.intake_concurrency or None,
            knows_table=False,
            environment={
                names.ENV_BUS: self.bus.bus.event_bus_name,
                names.ENV_INBOX: self.inbox.queue.queue_url,
                names.ENV_HOOKS: self._hooks,
                names.ENV_STACK_ID: Aws.STACK_ID,
            },
            allowed=[
                allow(
                    ["ssm:GetParameter"],
                    self._parameter_arn(f"{self._hooks}*"),
                ),
                allow([PUT_EVENTS], self.bus.bus.event_bus_arn, where=speaks_as(*OF_HOOKS)),
                allow(["sqs:SendMessage"], self.inbox.queue.queue_arn),
            ],
        )

    def _function(self, task: Task) -> Function:
        """The settings travel with every function; all but intake know the table."""
        table = {names.ENV_TABLE: self.table.table.table_name} if task.knows_table else {}
        made = bundle(task.name, config=self._stage.config)
        used = list(uses_of(self._stage.key_arn, task.allowed))
        task = replace(task, environment={**table, **task.environment}, allowed=[*task.allowed, *used])
        return Function(self, task.name.capitalize(), task, stage=self._stage, bundle=made)

    def _connect(self) -> None:
        """Connect functions with what starts them."""
        self.bus.to_recorder(self.inbox.queue)
        self.bus.to_notifier(self.outbox.queue)
        if self._stage.aws_services:
            self.bus.from_aws_services(self.inbox.queue)
        self.bus.lets_rules_send()
        self.http.takes_webhooks(self.intake)
        if self._stage.shape.links:
            self.http.shows_boards(self.board)
        self.http.answers(REPORTS, self.board, "Board")
        self.http.answers(EVENTS, self.explain, "Explain")
        self.http.hears_slack(self.slack)
        for asked in (self.intake, self.board, self.explain, self.slack):
            only_asked(asked)
        from_queue(
            self.record,
            self.inbox.queue,
            batch=100,
            window=self.inbox.window,
            concurrency=self._stage.record_concurrency or None,
        )
        from_queue(
            self.notify,
            self.outbox.queue,
            batch=10,
            window=self.outbox.window,
            concurrency=self._stage.notify_concurrency or None,
        )
        from_stream(
            self.project,
            self.table,
            self.failures,
            wanted=[items(names.SEGMENT, "INSERT")],
            window=Duration.seconds(3),
            parallel=self._stage.stream_parallel,
        )
        from_stream(
            self.summarise,
            self.table,
            self.failures,
            wanted=[items(names.TRANSITION, "INSERT", "MODIFY"), turns_with_news()],
            window=Duration.seconds(1),
            parallel=self._stage.stream_parallel,
        )
        Schedule(self, "Clock", target=self.tick, minutes=self._stage.tick_minutes, failures=self.failures)

    def _watch(self) -> None:
        """Every alarm of the stack."""
        self.alarms = Alarms(self, "Alarms", stage=self._stage)
        self.alarms.on_dead_letters("inbox", self.inbox.dead)
        self.alarms.on_dead_letters("outbox", self.outbox.dead)
        self.alarms.on_dead_letters("failures", self.failures)
        # Without record and notify: called by a queue alone, whose dead letters tell of what they cannot handle.
        self.alarms.on_errors([self.project, self.summarise, self.intake, self.tick])
        self.alarms.on_answers([self.board, self.explain, self.slack])
        self.alarms.on_waiting(self.inbox.queue)
        self.alarms.on_stream_age(self.project)
        self.alarms.on_lateness(self.tick, self._stage.tick_minutes)
        self.alarms.on_silence(self.tick, self._stage.tick_minutes)
        self.alarms.on_refusals(self.notify, self._stage.tick_minutes)
        self.alarms.on_refused_requests(self.http.api)
        self.alarms.on_rejections(self.record)

    def _show(self) -> None:
        """Save queries of the logs, and make the dashboard, where it is wanted."""
        every = [each for each in self.node.children if isinstance(each, Function)]
        groups = {each.name.rpartition("-")[2]: each.logs.log_group_name for each in every}
        queries = queries_of(groups, self.http.logs.log_group_name)
        save(self, self._stage.prefix, queries)
        self.dashboard = None
        if self._stage.dashboard:
            self.dashboard = Dashboard(self, "Shown", name=self._stage.prefix)
            self.dashboard.shows_board(self.board)
            dead = {"inbox": self.inbox.dead, "outbox": self.outbox.dead, "failures": self.failures}
            self.dashboard.shows_failures(dead, [self.project, self.summarise], every)
            queues = {"inbox": self.inbox.queue, "outbox": self.outbox.queue}
            self.dashboard.shows_traffic(self.http.api, queues, every)
            self.dashboard.shows_queries([each for each in queries if each.is_watched])

    def _export(self) -> None:
        """Export what others need to know, each with its purpose."""
        bus = self.bus.bus
        for path, value, description in (
            ("bus-name", bus.event_bus_name, "Put events here"),
            ("bus-arn", bus.event_bus_arn, "Target of other rules"),
            (
                "put-events-policy-arn",
                self.bus.producers.managed_policy_arn,
                "Attach to a pipeline's role: it may then put events on the bus, and nothing else",
            ),
            (
                "operator-role-arn",
                self.operator.role.role_arn,
                "Assume it to import or replay: only it and the functions may speak as webhooks",
            ),
            ("webhook-url", self.http.url("/hooks/"), "Followed by a hook's name: where its vendor sends to"),
            ("slack-url", self.http.url(SLACK), "Where Slack tells of commands, shortcuts and buttons"),
            ("table-name", self.table.table.table_name, "The log and all that is folded from it"),
            ("slack-secret-arn", self.slack_secret, "Put Slack's bot token in here"),
            ("outbox-queue-url", self.outbox.queue.queue_url, "What wakes the function that posts"),
            ("alarm-topic-arn", self.alarms.topic.topic_arn, "Subscribe to hear of alarms"),
            ("events-url", self.http.url("/events/"), "Followed by an event's key: what became of it"),
        ):
            export(self, self._stage.prefix, path, value, description)
        if self._stage.key_arn is not None:
            export(self, self._stage.prefix, "key-arn", self._stage.key_arn, "What secrets of hooks are encrypted with")
        if self.dashboard is not None:
            export(self, self._stage.prefix, "dashboard-url", self.dashboard.url, "The board, and whether all is well")

    def _let_in(self) -> None:
        """Admit senders besides this account's own roles, where the stage says so; nobody speaks as what is proven."""
        stage = self._stage
        self.bus.lets_producers_ask(
            allow(["execute-api:Invoke"], self.http.arn("GET", EVENTS.replace("{key}", "*"))),
            allow(["ssm:GetParameter"], self._parameter_arn(f"/{stage.prefix}/events-url")),
        )
        acknowledge(
            self.bus.producers,
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
            f"<{self.http.logical_id}>/$default/GET/events/*]",
            "Every event has a key of its own, and who sends may ask for what was sent: verdict, flywheel and reason",
        )
        functions = (each for each in self.node.children if isinstance(each, Function))
        publishers = [each.role for each in functions if each.publishes]
        keep_out_impostors(self.bus.bus, publishers=[*publishers, self.operator.role])
        let_in(self.bus.bus, accounts=stage.accounts, organisation=stage.organisation)
        if stage.github_oidc:
            subjects = [subject for repository in stage.github_oidc for subject in subjects_of(repository)]
            made = PipelineRole(self, "Pipelines", subjects=subjects, allowed=self.bus.producers)
            description = "Role of GitHub's workflows, for the input `role` of the action"
            export(self, stage.prefix, "role-arn", made.role.role_arn, description)
