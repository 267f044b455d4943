# Shared by the scripts of bin/; sourced, not run. Sets PARLEY_HOME and leads to a JDK.

PARLEY_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MIN_JDK=25

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The major version of the JDK at $1, or 0.
jdk_version() {
  [ -x "$1/bin/java" ] || { echo 0; return; }
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
  fi
  echo "${version:-0}"
}

# Sets and exports JAVA_HOME to a JDK of version 25 or later; fails when there is none.
# With "jdk" as argument it must hold a compiler, else a runtime is enough.
find_java() {
  local need=${1:-} on_path="" home
  if command -v java >/dev/null 2>&1; then
    on_path=$(readlink -f "$(command -v java)" 2>/dev/null || true)
    on_path=${on_path%/bin/java}
  fi
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "$on_path" \
    "$PARLEY_HOME/jre" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] || continue
    [ "$need" != jdk ] || [ -x "$home/bin/javac" ] || continue
    if [ "$(jdk_version "$home")" -ge "$MIN_JDK" ]; then
      export JAVA_HOME=$home
      return
    fi
  done
  fail "needs a JDK $MIN_JDK or later: set JAVA_HOME or JAVA25_HOME to one (https://adoptium.net)"
}

need_command() {
  command -v "$1" >/dev/null 2>&1 || fail "needs $1${2:+ ($2)}"
}

# Maven on the JDK that find_java found; the option silences a warning about Maven's own libraries.
maven() {
  (cd "$PARLEY_HOME" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn -B "$@")
}

# Reads conf/jvm.options into the array JVM_OPTIONS; PARLEY_JAVA_OPTS comes after and wins.
read_jvm_options() {
  local line
  JVM_OPTIONS=()
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '#'*) ;; *) JVM_OPTIONS+=("$line") ;; esac
  done <"$PARLEY_HOME/conf/jvm.options"
  # shellcheck disable=SC2206
  JVM_OPTIONS+=(${PARLEY_JAVA_OPTS:-})
}

# True when a file of the sources is newer than the stamp $1.
is_stale() {
  [ -e "$1" ] || return 0
  local sources=("$PARLEY_HOME/src/main" "$PARLEY_HOME/conf/reference.jsonc" "$PARLEY_HOME/pom.xml")
  [ -n "$(find "${sources[@]}" -name node_modules -prune -o -name dist -prune \
    -o -newer "$1" -type f -print 2>/dev/null | head -n 1)" ]
}

# Compiles what is stale and writes the class path of the scope $1 (runtime or test) once for each
# change of pom.xml; leaves it in CLASS_PATH. The embedded stores are in the scope test only.
build() {
  local scope=$1 target=$PARLEY_HOME/target
  local list=$target/classpath-$scope.txt stamp=$target/.built
  if is_stale "$stamp"; then
    need_command mvn "Apache Maven 3.8 or later"
    echo "Building Parley ..." >&2
    mkdir -p "$target"
    touch "$stamp.new"
    maven -q compile || fail "the build failed"
    mv "$stamp.new" "$stamp"
  fi
  if [ ! -s "$list" ] || [ "$PARLEY_HOME/pom.xml" -nt "$list" ]; then
    need_command mvn "Apache Maven 3.8 or later"
    maven -q dependency:build-classpath -DincludeScope="$scope" -Dmdep.outputFile="$list" >&2 ||
      fail "the class path could not be found"
  fi
  CLASS_PATH=$target/classes:$(cat "$list")
}
