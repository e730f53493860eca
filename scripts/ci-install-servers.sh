#!/usr/bin/env bash
# Installs the servers of the tests into $SERVERS (default servers-run/), side by side, each once for its version:
#   versitygw       S3               bin/versitygw        needs go         about 4 minutes
#   moto            SSM, SQS, ASL    moto/                needs python3    about 90 seconds
#   DynamoDB Local  DynamoDB         dynamodb/lib/        needs mvn, java  about 30 seconds
#   OpenSearch      vectors, terms   opensearch/          needs mvn, a JDK >= 21   about 60 seconds
#   S3Mock          S3 Vectors       s3-vectors/          needs mvn, a JDK >= 25   about 30 seconds
#   Schemathesis    fuzzes the API   schemathesis/        needs python3    about 20 seconds
#   Chromium        shows reports    of the system        needs apt-get    about 30 seconds
# `ci-install-servers.sh NAME...` installs only those of the names versitygw, moto, dynamodb, opensearch,
# s3vectors, schemathesis, chromium.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
scripts=$PWD
SERVERS=${SERVERS:-$scripts/../servers-run}
mkdir -p "$SERVERS/bin"
SERVERS=$(cd "$SERVERS" && pwd)

# is_installed NAME VERSION: whether a whole installation left this note.
is_installed() { [ "$(cat "$SERVERS/$1.version" 2>/dev/null)" = "$2" ]; }
note_installed() { echo "$2" >"$SERVERS/$1.version"; }
needs() { command -v "$1" >/dev/null || { echo "$2 needs $1, which is not installed." >&2; return 1; }; }

install_versitygw() {
  local version=v1.8.0
  is_installed versitygw "$version" && [ -x "$SERVERS/bin/versitygw" ] && return 0
  needs go versitygw || return 1
  GOBIN=$SERVERS/bin go install "github.com/versity/versitygw/cmd/versitygw@$version" || return 1
  note_installed versitygw "$version"
}

install_moto() {
  # Step Functions in moto evaluates JSONata with whatever it is given.
  local packages=('moto[server,all]==5.2.5' 'jsonata-python==0.7.1')
  is_installed moto "${packages[*]}" && [ -x "$SERVERS/moto/bin/moto_server" ] && return 0
  needs python3 moto || return 1
  rm -rf "$SERVERS/moto"
  python3 -m venv "$SERVERS/moto" || return 1
  "$SERVERS/moto/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" || return 1
  note_installed moto "${packages[*]}"
}

install_dynamodb() {
  local version lib=$SERVERS/dynamodb/lib
  version=$(sed -n 's:.*<version>\([0-9.]*\.[0-9.]*\)</version>.*:\1:p' dynamodb-local-pom.xml)
  is_installed dynamodb "$version" && [ -d "$lib" ] && return 0
  needs mvn 'DynamoDB Local' && needs java 'DynamoDB Local' || return 1
  rm -rf "$lib"
  mvn -q -B -f dynamodb-local-pom.xml dependency:copy-dependencies -DoutputDirectory="$lib" -DincludeScope=runtime ||
    return 1
  note_installed dynamodb "$version"
}

# newer_jdk VERSION SERVER: folder of the newest JDK >= VERSION (21 or 25); Java on the PATH may be older.
newer_jdk() {
  local variable=JAVA$1_HOME
  local java=${!variable:-}
  [ -n "$java" ] || java=$(find "$(dirname "$(readlink -f "$(command -v java)")")/../.." -maxdepth 1 -name "*-2[${1#2}-9]-*" 2>/dev/null | sort | tail -1)
  [ -x "$java/bin/javac" ] || { echo "$2 needs a JDK >= $1: set $variable." >&2; return 1; }
  (cd "$java" && pwd)
}

install_opensearch() {
  local version folder=$SERVERS/opensearch sources=$scripts/../test/servers/opensearch jdk
  version=$(sed -n 's:.*<opensearch.version>\(.*\)</opensearch.version>.*:\1:p' opensearch-pom.xml)
  local note="$version $(cat "$sources"/*.java "$sources"/stubs/*.java | cksum)"
  is_installed opensearch "$note" && [ -d "$folder/lib" ] && return 0
  needs mvn OpenSearch && needs java OpenSearch && needs unzip OpenSearch && jdk=$(newer_jdk 21 OpenSearch) || return 1
  rm -rf "$folder"
  mkdir -p "$folder"
  mvn -q -B -f opensearch-pom.xml dependency:copy-dependencies -DoutputDirectory="$folder/lib" -DincludeScope=runtime &&
    mvn -q -B dependency:copy -Dartifact="org.opensearch.plugin:opensearch-knn:$version.0:zip" -DoutputDirectory="$folder" &&
    unzip -qo "$folder/opensearch-knn-$version.0.zip" '*.jar' -d "$folder/lib" &&
    rm "$folder/opensearch-knn-$version.0.zip" &&
    "$jdk/bin/javac" -cp "$folder/lib/*" -d "$folder/classes" "$sources"/*.java "$sources"/stubs/*.java || return 1
  cp "$sources/log4j2.properties" "$folder"
  echo "$jdk" >"$folder/jdk"
  note_installed opensearch "$note"
}

install_s3vectors() {
  local version=5.2.0 folder=$SERVERS/s3-vectors source=$scripts/../test/servers/s3-vectors/S3VectorsLoopback.java jdk
  local note="$version $(cksum <"$source")"
  is_installed s3vectors "$note" && [ -d "$folder/BOOT-INF" ] && return 0
  needs mvn S3Mock && needs java S3Mock && needs unzip S3Mock && jdk=$(newer_jdk 25 S3Mock) || return 1
  rm -rf "$folder"
  mkdir -p "$folder"
  mvn -q -B dependency:copy -Dartifact="com.adobe.testing:s3mock:$version:jar:exec" -DoutputDirectory="$folder" &&
    unzip -qo "$folder/s3mock-$version-exec.jar" 'BOOT-INF/*' -d "$folder" &&
    rm "$folder/s3mock-$version-exec.jar" &&
    "$jdk/bin/javac" -cp "$folder/BOOT-INF/lib/*" -d "$folder/classes" "$source" || return 1
  echo "$jdk" >"$folder/jdk"
  note_installed s3vectors "$note"
}

install_schemathesis() {
  local version=schemathesis==4.32.5
  is_installed schemathesis "$version" && [ -x "$SERVERS/schemathesis/bin/st" ] && return 0
  needs python3 Schemathesis || return 1
  rm -rf "$SERVERS/schemathesis"
  python3 -m venv "$SERVERS/schemathesis" || return 1
  "$SERVERS/schemathesis/bin/pip" install --quiet --disable-pip-version-check "$version" || return 1
  note_installed schemathesis "$version"
}

install_chromium() {
  local places=(/usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome "${SRAG_TEST_CHROMIUM:-}") place
  for place in "${places[@]}"; do [ -x "$place" ] && [ -n "$(find /usr/share/fonts -iname '*cjk*' 2>/dev/null)" ] && return 0; done
  needs apt-get Chromium || return 1
  apt-get update -qq -o Acquire::Retries=3 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Acquire::Retries=3 --no-install-recommends chromium fonts-noto-cjk
}

# Kept installations of before this script had more than one server.
if [ -f "$SERVERS/bin/versitygw.version" ]; then mv "$SERVERS/bin/versitygw.version" "$SERVERS/versitygw.version"; fi

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(versitygw moto dynamodb opensearch s3vectors schemathesis chromium)
declare -A running
for name in "${names[@]}"; do
  declare -F "install_$name" >/dev/null || { echo "There is no server '$name' to install." >&2; exit 2; }
  "install_$name" &
  running[$name]=$!
done
failed=0
for name in "${!running[@]}"; do
  wait "${running[$name]}" || { echo "$name is not installed." >&2; failed=1; }
done
exit $failed
