"""As much of `aws SERVICE OPERATION --option value` as the page on wiring types: an option is a member of the request.

The real one deploys a release in `tests/release`; it is no package that this project locks for its tests.
"""

import json
import os
import sys

import boto3


def main(service: str, operation: str, *options: str) -> None:
    """Make the call, and print AWS's answer."""
    client = boto3.client(service, region_name=os.environ.get("AWS_REGION"))  # as the real one reads it
    name = operation.replace("-", "_")
    members = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name]).input_shape.members
    request = {}
    for option, text in zip(options[::2], options[1::2], strict=True):
        member = next(each for each in members if each.lower() == option.removeprefix("--").replace("-", ""))
        is_json = text.startswith(("[", "{"))
        request[member] = json.loads(text) if is_json else [text] if members[member].type_name == "list" else text
    answer = getattr(client, name)(**request)
    answer.pop("ResponseMetadata")
    sys.stdout.write(json.dumps(answer, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
