"""AWS AppConfig: a configuration that is fully deployed is a feature released to users."""

from shared.sources.aws.notice import Notice
from shared.sources.fields import Fields
from shared.sources.translation import Translation, canonical, translated


def completions(notice: Notice) -> Translation:
    """A deployment completed. Which of a profile's flags changed no event tells: the profile is the feature."""
    environment = notice.detail.object("Environment")
    name = environment.name("Name")
    if notice.is_elsewhere(own=name):
        return notice.ignored(None, f"the environment `{name[:64]}` is not production")
    application, profile = notice.detail.object("Application"), notice.detail.object("ConfigurationProfile")
    number = str(notice.detail.whole("DeploymentNumber"))
    released = canonical(
        "Feature Released",
        notice.id("appconfig", _id(application), _id(environment), number),
        notice.time,
        feature=profile.name("Name"),
        service=notice.service(application.name("Name")),
    )
    return translated(notice.kind, [released])


def _id(thing: Fields) -> str:
    return thing.id("Id")
