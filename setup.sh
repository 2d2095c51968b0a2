#!/usr/bin/env bash
# Shared by ./torchrf, ./test and ./bench: builds what is asked for when a source is newer. Sourced, not run. All it needs is the .NET 10 SDK;
# packages come with the first build. What only some tests need (SLURM, Python's peers, a browser) is installed when they are asked for.

say() { printf 'set-up: %s\n' "$*" >&2; }

# Ends with the step that failed, why, and what to do.
fail() {
    printf 'set-up failed: %s\n' "$1" >&2
    printf '  what to do: %s\n' "$2" >&2
    exit 1
}

# Builds a project or the solution unless what it makes is there and newer than every source, for the same backend.
build() {
    local target=$1 stamp=.setup/$2 product=$3 key
    [ -d .setup ] || mkdir -p .setup
    key=$(build_key)
    [ "$(read_if_any .setup/key)" = "$key" ] || rm -f .setup/*.stamp
    if [ -f "$stamp" ] && [ -f "$product" ] && [ -z "$(sources -newer "$stamp" | sed -n 1p)" ]; then
        return
    fi
    if [ -f .setup/key ]; then say "building $target ..."; else say "building $target (the first build fetches the packages, some 400 MB, into NuGet's cache) ..."; fi
    local log
    log=$(mktemp)
    touch "$stamp.new"
    if ! dotnet build "$target" -c Release -nologo -v quiet -clp:NoSummary ${Backend:+"-p:Backend=$Backend"} >"$log" 2>&1; then
        { grep -E 'error ?[A-Z:]|rror: |TorchRf: ' "$log" || tail -5 "$log"; } | sort -u | sed -n 1,10p >&2 || true
        fail "building $target (log: $log)" "see the errors above"
    fi
    rm -f "$log"
    mv "$stamp.new" "$stamp"
    build_key >.setup/key
}

# What a build depends on beside the sources' contents: the backend, and which sources there are.
build_key() { echo "backend=${Backend:-cpu} sources=$(sources | sort | cksum)"; }

# Without starting a program, as it is asked before every run.
read_if_any() { [ ! -f "$1" ] || printf '%s' "$(<"$1")"; }

sources() {
    find src experiments tests samples Directory.*.props Directory.*.targets global.json \( -name bin -o -name obj -o -name .git -o -name .setup -o -name checkpoints -o -name TestResults \) -prune -o \
        -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name '*.pgm' -o -name '*.py' -o -name '*.ttf' -o -name '*.woff2' -o -name '*.html' -o -name '*.css' -o -name '*.js' \) \
        "$@" -print
}

# Makes the pages of the library's types and members, from what the build made of their comments.
document() {
    local log
    log=$(mktemp)
    say "making API pages ..."
    if ! { dotnet tool restore && dotnet docfx docs/api/docfx.json --warningsAsErrors --logLevel warning; } >"$log" 2>&1; then
        { grep -E 'warning|error' "$log" || tail -5 "$log"; } | sort -u | sed -n 1,10p >&2 || true
        fail "making API pages (log: $log)" "see the warnings above, each an error here"
    fi
    rm -f "$log"
}

# What the tests on a real SLURM need: its programs, and munge, by which they trust each other.
need_for_slurm() {
    local missing=()
    { command -v sbatch && has_server slurmctld && has_server slurmd; } >/dev/null || missing+=(slurm-wlm)
    has_server munged || missing+=(munge)
    need --slurm ${missing[@]+"${missing[@]}"}
}

# A user's PATH has no folders of servers.
has_server() { [ -x "/usr/sbin/$1" ] || command -v "$1" >/dev/null; }

# What the tests against other people's programs need: Debian's Python with numpy, SciPy, scikit-learn and PyTorch, and a BLAS that does them justice.
need_for_peers() {
    local module missing=()
    for module in numpy scipy sklearn torch; do
        /usr/bin/python3 -c "import $module" 2>/dev/null || missing+=("python3-$module")
    done
    compgen -G "/usr/lib/*/openblas*/libblas.so.3" >/dev/null || missing+=(libopenblas0-pthread)
    # Pictures that the study of pruning learns.
    [ -d /usr/share/datasets/fashion-mnist ] || missing+=(dataset-fashion-mnist)
    need --peers ${missing[@]+"${missing[@]}"}
}

# What the tests in a browser need. Playwright, which drives it, comes with the build.
need_for_browser() {
    [ -x /usr/bin/chromium ] || need --browser chromium
}

# Debian's packages for an option, installed where this user may.
need() {
    local option=$1 command
    shift
    [ $# -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "missing: $*" "install them, or start again without $option"
    command="apt-get update && apt-get install --no-install-recommends -y $*"
    [ "$(id -u)" = 0 ] || fail "missing: $*" "sudo sh -c '$command', or start again without $option"
    local log
    say "installing $* ..."
    log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive sh -c "$command" >"$log" 2>&1; then
        tail -5 "$log" >&2
        fail "installing $* (log: $log)" "run it yourself and look: $command"
    fi
    rm -f "$log"
}

command -v dotnet >/dev/null || fail "the .NET SDK was not found" "install the .NET 10 SDK (https://dot.net), then start again"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
