"""The bootstrap stack and uploaded assets, in an account that the engine deployed into by itself.

Marked as placeholders: a real `cdk bootstrap` that comes later takes their places.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

import boto3
from moto.s3.models import S3Backend
from moto.ssm.models import SimpleSystemManagerBackend

from engine.account.cloud import REGION, Cloud

VERSION: Final = "30"
"""The version that `cdk bootstrap` would have written to SSM; a template checks that it is not too old."""
PLACEHOLDER: Final = "placeholder"


def leave_behind(body: Mapping[str, Any], cloud: Cloud) -> None:
    """A version in SSM, a bucket, an object for each code asset of a template."""
    ssm = boto3.client("ssm", region_name=cloud.region)
    for parameter in body.get("Parameters", {}).values():
        if parameter["Type"].startswith("AWS::SSM::Parameter::Value") and "Default" in parameter:
            named = {"Name": parameter["Default"], "Description": PLACEHOLDER, "Type": "String"}
            ssm.put_parameter(**named, Value=VERSION, Overwrite=True)
    s3 = boto3.client("s3", region_name=REGION)
    objects = sorted(set(_code_objects(body, cloud)))
    for bucket in dict.fromkeys(bucket for bucket, _ in objects):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": PLACEHOLDER, "Value": PLACEHOLDER}]})
    for bucket, key in objects:
        s3.put_object(Bucket=bucket, Key=key, Body=_archive())


def make_room_for_bucket(backend: S3Backend, name: str) -> None:
    """Take a placeholder of this name away; a bucket that somebody else made stays, and is in the way as on AWS."""
    bucket = backend.buckets.get(name)
    if bucket is not None and PLACEHOLDER in backend.tagger.get_tag_dict_for_resource(bucket.arn):
        bucket.keys.clear()
        backend.delete_bucket(name)


def make_room_for_parameter(backend: SimpleSystemManagerBackend, name: str) -> None:
    """The same for a parameter."""
    stored = backend.get_parameters([name]).get(name) if name else None
    if stored is not None and stored.description == PLACEHOLDER:
        backend.delete_parameter(name)


def _code_objects(body: Mapping[str, Any], cloud: Cloud) -> Iterator[tuple[str, str]]:
    for resource in body["Resources"].values():
        properties = resource.get("Properties", {})
        code = properties.get("Code") or properties.get("Content") or {}
        if "S3Key" in code:
            yield _text(code["S3Bucket"], cloud), _text(code["S3Key"], cloud)


def _text(value: Any, cloud: Cloud) -> str:
    text = str(value["Fn::Sub"] if isinstance(value, dict) else value)
    return text.replace("${AWS::AccountId}", cloud.account).replace("${AWS::Region}", cloud.region)


def _archive() -> bytes:
    """moto only hashes it; the code is run from where the assembly keeps it, not from this."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(PLACEHOLDER), "")
    return content.getvalue()
