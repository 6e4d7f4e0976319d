"""GitHub's REST API over urllib: pages, rate limits waited for, and servers in trouble asked again."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from cli.failure import CommandError, CredentialsError, WrongInputError
from cli.github.links import next_page
from cli.github.waiting import RateLimitedError, pause_of
from cli.terminal import say

VERSION = "2022-11-28"
PER_PAGE = 100
"""GitHub gives no more at once."""
ATTEMPTS = 6
_SECONDS = 30.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class MissingError(CommandError):
    """There is no such thing, or the token may not see it; GitHub does not tell which."""


class Page(NamedTuple):
    """One page of a list, and where the next one is."""

    items: list[dict[str, Any]]
    next: str | None


class Answer(NamedTuple):
    """An answer of the API, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Api:
    """One server and one token. `patience` is how many seconds a single wait for a rate limit may take."""

    def __init__(self, url: str, token: str | None, patience: float) -> None:
        self._base = url.rstrip("/")
        self._origin = urlsplit(self._base)[:2]
        self._token, self._patience = token, patience
        self._opener = urllib.request.build_opener(_SameOrigin)
        self.requests = 0
        secure = self._origin[0] == "https" or urlsplit(self._base).hostname in _LOOPBACK
        if not self._origin[1] or self._origin[0] not in {"https", "http"} or not secure:
            raise WrongInputError(f"--api-url: got {url!r}, expected https://HOST/api/v3 of a GitHub server")

    def get(self, path: str, **parameters: Any) -> Any:
        """One thing; raises MissingError, CredentialsError, RateLimitedError or CommandError."""
        return self._read(self._address(path, parameters))[0]

    def pages(self, path: str, key: str | None = None, **parameters: Any) -> Iterator[Page]:
        """Every page of a list, or of the list under `key`; pages follow GitHub's own links, numbered or by cursor."""
        address: str | None = self._address(path, {"per_page": PER_PAGE, **parameters})
        while address is not None:
            body, headers = self._read(address)
            items = body.get(key) if key is not None and isinstance(body, dict) else body
            if not isinstance(items, list):
                raise CommandError(f"{path}: GitHub answered with no list; check --api-url {self._base}")
            address = next_page(headers.get("link", ""))
            if address is not None and urlsplit(address)[:2] != self._origin:
                raise CommandError(f"{path}: the next page is at another server, {address!r}: not followed")
            yield Page([item for item in items if isinstance(item, dict)], address)

    def _address(self, path: str, parameters: Mapping[str, Any]) -> str:
        stated = {name: value for name, value in parameters.items() if value is not None}
        return f"{self._base}/{path}" + (f"?{urlencode(stated)}" if stated else "")

    def _read(self, address: str) -> tuple[Any, Mapping[str, str]]:
        answer = self._answered(address)
        try:
            return json.loads(answer.body), answer.headers
        except ValueError as error:
            raise CommandError(f"{_path(address)}: GitHub's answer is no JSON; check --api-url {self._base}") from error

    def _answered(self, address: str) -> Answer:
        """The answer that counts, after whatever waiting it takes."""
        reason = failed = ""
        for attempt in range(ATTEMPTS):
            answer = self._asked(address)
            if answer.status == 200:
                return answer
            pause = pause_of(answer.status, answer.headers, answer.body, attempt, time.time())
            if pause is None:
                raise _refusal(address, answer, self._token)
            if pause.limit and pause.seconds > self._patience:
                raise RateLimitedError(pause.seconds)
            reason = pause.reason
            failed = answer.body.decode(errors="replace") if answer.status == 0 else ""
            if attempt + 1 < ATTEMPTS:
                if pause.limit or attempt:
                    say(f"GitHub: {pause.reason}; going on in {pause.seconds:.0f} s", "warning")
                time.sleep(pause.seconds)
        if failed:
            mend = f"is there a network, does it need a proxy (HTTPS_PROXY), is --api-url {self._base} right?"
            raise CommandError(f"{_path(address)}: no connection, {ATTEMPTS} times ({failed}); {mend}")
        raise CommandError(f"{_path(address)}: GitHub is in trouble ({reason}, {ATTEMPTS} times); try again later")

    def _asked(self, address: str) -> Answer:
        """Status 0 is a connection that failed or broke off."""
        self.requests += 1
        request = urllib.request.Request(address, headers=self._headers())  # noqa: S310  checked in __init__
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                return Answer(response.status, _lower(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read(65_536))
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, {}, str(getattr(error, "reason", error)).encode())

    def _headers(self) -> dict[str, str]:
        stated = {
            "Accept": "application/vnd.github+json",
            "User-Agent": "value-flywheel",
            "X-GitHub-Api-Version": VERSION,
        }
        return stated | ({"Authorization": f"Bearer {self._token}"} if self._token else {})


def there(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages of a list; none where there is no such list: issues switched off, or not a single commit."""
    try:
        yield from pages
    except MissingError:
        return


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """A renamed repository is redirected to; another server would be given the token, so it is not."""

    def redirect_request(  # noqa: PLR0913, PLR0917  urllib's own signature
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refusal(address: str, answer: Answer, token: str | None) -> CommandError:
    message = _message(answer.body)
    if answer.status == 401:
        return CredentialsError(f"GitHub does not take the token ({message}); set GITHUB_TOKEN to one that is valid")
    if answer.status == 403 and token is None:
        return CredentialsError(f"{_path(address)}: {answer.status} {message}; private repositories need GITHUB_TOKEN")
    if answer.status == 403:
        needed = "read access to metadata, contents, deployments, issues and pull requests"
        return CredentialsError(f"{_path(address)}: 403 {message}; the token needs {needed}")
    if answer.status in {404, 409, 410}:
        return MissingError(f"{_path(address)}: {answer.status} {message}; no such thing, or the token may not see it")
    return CommandError(f"{_path(address)}: GitHub refuses with {answer.status} {message}")


def _message(body: bytes) -> str:
    """GitHub's own words, short; anything else is nobody's business."""
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return " ".join(str(message).split())[:200]


def _path(address: str) -> str:
    return urlsplit(address).path


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
