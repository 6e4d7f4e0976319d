"""The code of deployed functions: beside the template, or in the bucket that a deployment filled."""

import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import boto3
from moto.awslambda.models import LambdaFunction

from engine.account.cloud import Cloud
from engine.cloudformation.bootstrap import PLACEHOLDER
from engine.errors import AssetError


class Assets:
    """Finds code assets, and unpacks what came as an archive; `beside`: object key in the asset bucket → directory."""

    def __init__(self, cloud: Cloud, beside: Mapping[str, Path]) -> None:
        self._cloud, self._beside = cloud, beside
        self._extracted: dict[str, Path] = {}
        self._stack = ExitStack()

    def task_root(self, function: LambdaFunction) -> Path:
        """The directory of the function's code. Raises AssetError."""
        key = str(function.code.get("S3Key"))
        if key in self._beside:
            return self._beside[key]
        if key not in self._extracted:
            self._extracted[key] = self._extract(function, str(function.code.get("S3Bucket")), key)
        return self._extracted[key]

    def forget(self) -> None:
        """Remove what was unpacked."""
        self._extracted.clear()
        self._stack.close()

    def _extract(self, function: LambdaFunction, bucket: str, key: str) -> Path:
        content = boto3.client("s3", region_name=self._cloud.region).get_object(Bucket=bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if archive.namelist() == [PLACEHOLDER]:
                raise AssetError(function.function_name, key)
            directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="engine-asset-")))
            archive.extractall(directory)
        return directory
