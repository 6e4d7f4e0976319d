"""Names of GitHub's things here: repositories, services, issues."""

from msgspec import Struct

from shared.sources.fields import Fields
from shared.sources.options import SourceOptions


class Context(Struct, frozen=True):
    """The material that every translator of a GitHub event is given."""

    kind: str
    action: str
    body: Fields
    options: SourceOptions

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return self.body.object("repository").name("full_name")

    @property
    def repository_id(self) -> str:
        """The number that survives a rename."""
        return self.body.object("repository").id("id")

    @property
    def service(self) -> str:
        """The service of the repository, else its name without the owner's, as in `flywheel import git`."""
        return self.options.service(self.repository) or self.repository.rpartition("/")[2]

    def numbered(self, thing: Fields) -> str:
        """An issue or a pull request: `owner/name#12`, what `Closes #12` in a commit means too."""
        return f"{self.repository}#{thing.whole('number')}"


def is_bot(person: Fields | None) -> bool:
    """Whether an account is a program's."""
    return person is not None and person.raw("type") == "Bot"
