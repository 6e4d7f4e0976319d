"""Schedules of EventBridge Scheduler and their groups, as a template declares them."""

from typing import ClassVar

from moto.core.common_models import CloudFormationModel
from moto.scheduler.models import Schedule, ScheduleGroup, scheduler_backends

from engine.cloudformation.inert import Inert


class DeclaredSchedule(Inert, CloudFormationModel):
    """A schedule of EventBridge Scheduler; `engine.eventbridge.schedules` fires it."""

    type_name = "AWS::Scheduler::Schedule"
    name_property = "Name"
    attributes: ClassVar = {"Arn": "arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}"}

    @property
    def group(self) -> str:
        return str(self.properties.get("GroupName", "default"))

    def _filled(self, template: str) -> str:
        return template.format(name=self.name, account=self.account, region=self.region, group=self.group)

    @property
    def _group(self) -> ScheduleGroup:
        return scheduler_backends[self.account][self.region].get_schedule_group(self.group)

    def apply(self) -> None:
        declared = self.properties
        self._group.add_schedule(
            Schedule(
                region=self.region,
                account_id=self.account,
                group_name=self.group,
                name=self.name,
                description=declared.get("Description"),
                schedule_expression=declared["ScheduleExpression"],
                schedule_expression_timezone=declared.get("ScheduleExpressionTimezone"),
                flexible_time_window=declared["FlexibleTimeWindow"],
                target=declared["Target"],
                state=declared.get("State"),
                kms_key_arn=declared.get("KmsKeyArn"),
                start_date=None,
                end_date=declared.get("EndDate"),
                action_after_completion=None,
            )
        )

    def removed(self) -> None:
        self._group.schedules.pop(self.name, None)


class DeclaredScheduleGroup(Inert, CloudFormationModel):
    type_name = "AWS::Scheduler::ScheduleGroup"
    name_property = "Name"
    attributes: ClassVar = {"Arn": "arn:aws:scheduler:{region}:{account}:schedule-group/{name}"}

    @property
    def _groups(self) -> dict[str, ScheduleGroup]:
        return scheduler_backends[self.account][self.region].schedule_groups

    def apply(self) -> None:
        self._groups[self.name] = ScheduleGroup(self.region, self.account, self.name)

    def removed(self) -> None:
        self._groups.pop(self.name, None)
