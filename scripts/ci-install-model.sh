#!/usr/bin/env bash
# Fetches the real embedding model of the tests to $SRAG_TEST_MODEL, and transformers.js (474 MB) to
# $SERVERS/transformers: in a folder of its own, so that the project's packages and lock file stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
servers=${SERVERS:-$PWD/servers-run}
bash test/servers/fetch-model.sh "${SRAG_TEST_MODEL:-$servers/minilm}"
mkdir -p "$servers/transformers"
cd "$servers/transformers"
[ -f package.json ] || echo '{ "private": true }' >package.json
# The CPU build is in the package; the script would fetch another one.
ONNXRUNTIME_NODE_INSTALL=skip npm install --no-audit --no-fund @huggingface/transformers@4
