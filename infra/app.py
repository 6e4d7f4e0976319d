"""The CDK app: `npx cdk synth` runs this file; so do the engine and the tests, for the very same template."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra import nag
from infra.stack import FlywheelStack
from infra.stage import PROJECT, Stage, StageError
from shared.flywheel.settings.file import ConfigError


def build(context: Mapping[str, Any] | None = None, outdir: Path | None = None) -> App:
    """An app with one stack, not yet synthesised. `context` wins over cdk.json, the CLI's `-c` over both."""
    settled = {**json.loads((PROJECT / "cdk.json").read_text())["context"], **(context or {})}
    app = App(context=settled, outdir=None if outdir is None else str(outdir), analytics_reporting=False)
    stage = Stage.from_context(app.node.get_all_context())
    FlywheelStack(
        app,
        stage.prefix,
        stage=stage,
        stack_name=stage.prefix,
        description="Value Flywheel: measures how deliveries turn into value, and tells it in Slack",
    )
    nag.check(app)
    return app


def template(context: Mapping[str, Any] | None = None, outdir: Path | None = None) -> dict[str, Any]:
    """The synthesised template, checked by cdk-nag."""
    assembly = build(context, outdir).synth()
    synthesised: dict[str, Any] = json.loads(Path(assembly.stacks[0].template_full_path).read_text())
    return synthesised


def main() -> int:
    """Synthesise to where the CLI says, else to `cdk.out`."""
    try:
        build(outdir=None if "CDK_OUTDIR" in os.environ else PROJECT / "cdk.out").synth()
    except (StageError, ConfigError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
