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
    """Finds code assets, and unpacks what came as an archive.

    `beside`: object key in the asset bucket → directory. `files`: name → contents of what lies in the code of every
    function besides, in place of a file of that name: what the same template would be deployed with elsewhere.
    """

    def __init__(self, cloud: Cloud, beside: Mapping[str, Path], files: Mapping[str, bytes] | None = None) -> None:
        self._cloud, self._beside, self._files = cloud, beside, files or {}
        self._extracted: dict[str, Path] = {}
        self._laid: dict[Path, Path] = {}
        self._stack = ExitStack()

    def task_root(self, function: LambdaFunction) -> Path:
        """The directory of the function's code. Raises AssetError."""
        key = str(function.code.get("S3Key"))
        if key in self._beside:
            return self._with_files(self._beside[key])
        if key not in self._extracted:
            self._extracted[key] = self._extract(function, str(function.code.get("S3Bucket")), key)
        return self._with_files(self._extracted[key])

    def forget(self) -> None:
        """Remove what was unpacked."""
        self._extracted.clear()
        self._laid.clear()
        self._stack.close()

    def _with_files(self, code: Path) -> Path:
        """The code, or where there are files of our own a directory that shows it with them."""
        if not self._files:
            return code
        if code not in self._laid:
            directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="engine-code-")))
            for each in code.iterdir():
                if each.name not in self._files:
                    (directory / each.name).symlink_to(each.resolve())
            for name, content in self._files.items():
                (directory / name).write_bytes(content)
            self._laid[code] = directory
        return self._laid[code]

    def _extract(self, function: LambdaFunction, bucket: str, key: str) -> Path:
        content = boto3.client("s3", region_name=self._cloud.region).get_object(Bucket=bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if archive.namelist() == [PLACEHOLDER]:
                raise AssetError(function.function_name, key)
            directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="engine-asset-")))
            archive.extractall(directory)
        return directory
