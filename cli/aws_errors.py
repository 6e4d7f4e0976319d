"""Errors of AWS, and of the way there, as one sentence each: what it was, and who can mend it."""

from cli.failure import CommandError, CredentialsError, WrongInputError

AUTH = frozenset(
    [
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorizedForSourceException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "InvalidIdentityToken",
        "InvalidIdentityTokenException",
        "IDPRejectedClaim",
        "NotAuthorized",
        "NotAuthorizedForDetailTypeException",
    ]
)
_CLOCK = frozenset(["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"])
_NOT_AWS = "no answer of AWS's: is there a proxy in between (HTTPS_PROXY, NO_PROXY)?"
_NO_WAY = (
    "is there a network, does it need a proxy (HTTPS_PROXY) or its certificates (AWS_CA_BUNDLE), is --region right?"
)
_UNREACHED = frozenset(
    ["EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyConnectionError", "SSLError"]
)
_OF_CREDENTIALS = ("Credential", "TokenRetrieval", "SSO", "ProfileNotFound", "Login")
TRANSIENT = frozenset(
    [
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "InternalFailure",
        "InternalException",
        "IDPCommunicationError",
        "InternalServerError",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "BandwidthLimitExceeded",
    ]
)
"""Codes of trouble that passes."""


def transient_reason(error: Exception, what: str) -> str:
    """Why the service could not answer just now; raises the CommandError of anything that waiting does not mend."""
    answer = getattr(error, "response", None)
    if answer is None:
        return _without_answer(error)
    code, status = answer["Error"].get("Code", ""), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if not code or code.isdigit():  # botocore's word where the body is none of AWS's
        return f"{what}: HTTP {status or code}: {_NOT_AWS}"
    if code in _CLOCK or "Signature expired" in answer["Error"].get("Message", ""):
        raise CredentialsError(f"{what}: {code}; this machine's clock is wrong: set it (timedatectl, chronyc makestep)")
    reason = f"{what}: {code}: {answer['Error'].get('Message', '')}".strip()
    if code in AUTH or status in {401, 403}:
        raise CredentialsError(f"{reason}; use a role that may do this (aws sts get-caller-identity says who you are)")
    if "NotFound" in code:
        raise WrongInputError(f"{reason}; name the stack with --stack, or its region with --region")
    if code in TRANSIENT or status >= 500 or status == 429:
        return reason
    raise CommandError(reason)


def _without_answer(error: Exception) -> str:
    """Errors of botocore before any answer: no credentials, no region, a file, an address, or no connection."""
    name, message = type(error).__name__, " ".join(str(error).split())
    if any(word in name for word in _OF_CREDENTIALS):
        raise CredentialsError(
            f"no usable AWS credentials ({message}); set AWS_PROFILE, or sign in (aws sso login), or assume the "
            "pipeline's role"
        )
    if name == "NoRegionError":
        raise WrongInputError("--region: no region is configured; give --region or set AWS_REGION")
    if name == "InvalidRegionError":
        raise WrongInputError(f"--region: {message}; expected one such as eu-west-1 (AWS_REGION, --region)")
    if name == "ConfigParseError":
        raise WrongInputError(f"{message}; mend that file, or name another with AWS_CONFIG_FILE")
    if name in {"ValueError", "InvalidEndpointConfigurationError"}:
        raise WrongInputError(f"--endpoint-url: {message}; expected an address such as http://localhost:4566")
    if name == "ParamValidationError":
        raise WrongInputError(message)
    return f"{message}; {_NO_WAY}" if name in _UNREACHED else message
