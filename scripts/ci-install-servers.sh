#!/usr/bin/env bash
# Builds versitygw, the S3 server of the tests, into $SERVERS/bin (default servers-run/bin): about 4 minutes once.
set -euo pipefail
version=v1.8.0
bin=${SERVERS:-$PWD/servers-run}/bin
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
if [ -x "$bin/versitygw" ] && [ "$(cat "$bin/versitygw.version" 2>/dev/null)" = "$version" ]; then exit 0; fi
command -v go >/dev/null || { echo 'go is not installed: see https://go.dev/doc/install' >&2; exit 1; }
GOBIN=$bin go install "github.com/versity/versitygw/cmd/versitygw@$version"
echo "$version" >"$bin/versitygw.version"
