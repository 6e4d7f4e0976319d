#!/bin/sh
# Deploys this release with AWS's own command line: ./deploy BUCKET
# BUCKET, in the stack's Region, takes the functions' code. A flywheel.toml in this folder travels with the functions.
# What the deployed stack has and this release lacks is listed, and nothing is changed; FORCE=1 deploys all the same.
set -eu
cd "$(dirname "$0")"
bucket=${1:?"usage: ./deploy BUCKET, a bucket in the stack's Region for the functions' code"}
stack=flywheel-prod

if ! there=$(aws cloudformation list-stack-resources --stack-name "$stack" --output text \
  --query 'StackResourceSummaries[].LogicalResourceId' 2>errors.txt); then
  if ! grep -q "does not exist" errors.txt; then
    cat errors.txt >&2
    echo "What $stack has could not be looked at: nothing was changed." >&2
    exit 1
  fi
fi
lost=
for resource in $there; do
  grep -q "\"$resource\": {" template.json || lost="$lost $resource"
done
if [ -n "$lost" ] && [ "${FORCE:-}" != 1 ]; then
  echo "This release would take away from $stack:$lost" >&2
  echo "It was deployed with settings of its own: deploy from a clone (make deploy STAGE=prod), or say FORCE=1." >&2
  exit 2
fi

if [ -f flywheel.toml ]; then
  for function in functions/*/; do cp flywheel.toml "$function"; done
else
  echo "No flywheel.toml in this folder: every flywheel that events name has default settings." >&2
fi
aws cloudformation package --template-file template.json --s3-bucket "$bucket" --use-json \
  --output-template-file packaged.json >/dev/null
aws cloudformation deploy --template-file packaged.json --s3-bucket "$bucket" --stack-name "$stack" \
  --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset
aws cloudformation describe-stacks --stack-name "$stack" --output text \
  --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]'
