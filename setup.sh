#!/usr/bin/env bash
# Set-up, shared by ./torchrf and ./test: finds a torch, installs what is missing where it may, and builds what is asked for.
# Sourced, not run. It does nothing twice: what it found is kept in .torch, and a build is only done when a source is newer.

say() { printf 'set-up: %s\n' "$*" >&2; }

# Ends with the step that failed, why, and what to do.
fail() {
    printf 'set-up failed: %s\n' "$1" >&2
    printf '  what to do: %s\n' "$2" >&2
    exit 1
}

# Decides between TorchSharp's packages and the system's libtorch, once.
find_torch() {
    need_for_figures
    if [ -n "${TORCHRF_TORCH:-}" ]; then
        case $TORCHRF_TORCH in
            system) need_packages ;;
            nuget) ;;
            *) fail "TORCHRF_TORCH is '$TORCHRF_TORCH'" "set it to nuget or system, or unset it" ;;
        esac
        return
    fi
    if [ -f .torch ]; then
        [ "$(<.torch)" != system ] || need_packages
        return
    fi
    say "looking for TorchSharp's packages ..."
    mkdir -p .setup
    if restore_torchsharp >.setup/restore.log 2>&1; then
        local missing
        missing=$(missing_versions)
        if [ -z "$missing" ]; then
            echo nuget >.torch
            say "found them; torch is TorchSharp (recorded in .torch)"
            return
        fi
        say "found them, but they need a newer system ($missing); torch is the system's libtorch"
        need_packages
        echo system >.torch
        say "recorded in .torch"
    elif grep -qE 'NU110[123]' .setup/restore.log; then
        say "the package feed has no TorchSharp; torch is the system's libtorch"
        need_packages
        echo system >.torch
        say "recorded in .torch"
    else
        tail -5 .setup/restore.log >&2
        fail "asking the package feed for TorchSharp" "see above; without a network, TORCHRF_TORCH=system uses the system's libtorch"
    fi
}

# Tries in a folder of its own, below the sources so that their NuGet settings hold.
restore_torchsharp() {
    local try=.setup/try package=TorchSharp-cpu
    [ "${Backend:-cpu}" != cuda ] || package=TorchSharp-cuda-linux
    rm -rf "$try"
    mkdir -p "$try"
    cat >"$try/try.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="$package" Version="[$(torchsharp_version)]" /></ItemGroup>
</Project>
PROJECT
    dotnet restore "$try/try.csproj" -p:ImportDirectoryBuildProps=false -p:ImportDirectoryBuildTargets=false -p:ImportDirectoryPackagesProps=false
}

# What TorchSharp's native part wants of the C and C++ libraries and this Linux does not have.
missing_versions() {
    command -v ldd >/dev/null || return 0
    local packages
    packages=$(dotnet nuget locals global-packages --list)
    find "${packages#*: }/torchsharp/$(torchsharp_version)/runtimes/linux-x64" -name '*.so' -exec ldd {} + 2>&1 |
        sed -n "s/.*version \`\([^']*\)' not found.*/\1/p" | sort -u | paste -sd ' ' || true
}

torchsharp_version() { sed -n 's/.*<TorchSharpVersion[^>]*>\([^<]*\)<.*/\1/p' Directory.Packages.props; }

# What the figures need: gnuplot and a font.
need_for_figures() {
    local missing=()
    command -v gnuplot >/dev/null || missing+=(gnuplot-nox)
    has_font || missing+=(fontconfig fonts-dejavu-core)
    [ ${#missing[@]} -gt 0 ] || return 0
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        install "${missing[@]}"
    elif ! command -v gnuplot >/dev/null; then
        say "figures need gnuplot, which is missing; on Debian: sudo apt-get install gnuplot-nox fonts-dejavu-core"
    fi
}

# Where Debian puts it is looked at first, which takes no program.
has_font() {
    [ ! -f /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || return 0
    # Not "fc-list | grep -q", which under pipefail fails when grep is done before fc-list is.
    case $(fc-list 2>/dev/null) in *DejaVu*) ;; *) return 1 ;; esac
}

# What the tests on a real SLURM need: its programs, and munge, by which they trust each other.
need_for_slurm() {
    local missing=()
    { command -v sbatch && has_server slurmctld && has_server slurmd; } >/dev/null || missing+=(slurm-wlm)
    has_server munged || missing+=(munge)
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "missing: ${missing[*]}" "install them, or start again without --slurm"
    if [ "$(id -u)" = 0 ]; then
        install "${missing[@]}"
    else
        fail "missing: ${missing[*]}" "sudo sh -c '$(install_line "${missing[@]}")', or start again without --slurm"
    fi
}

# A user's PATH has no folders of servers.
has_server() { [ -x "/usr/sbin/$1" ] || command -v "$1" >/dev/null; }

# What the system's libtorch needs: the headers and libraries, a fast BLAS and a compiler.
need_packages() {
    local missing=()
    if [ -z "${LIBTORCH:-}" ]; then
        [ -e /usr/include/ATen/core/dispatch/Dispatcher.h ] || missing+=(libtorch-dev)
        compgen -G '/usr/lib/*/openblas*/libblas.so.3' >/dev/null || missing+=(libopenblas0-pthread)
    fi
    command -v g++ >/dev/null || missing+=(g++)
    command -v cmake >/dev/null || missing+=(cmake)
    command -v make >/dev/null || command -v ninja >/dev/null || missing+=(make)
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "missing: ${missing[*]}" "install them (LIBTORCH=/path/to/libtorch names an unpacked libtorch), then start again"
    if [ "$(id -u)" = 0 ]; then
        install "${missing[@]}"
    else
        fail "missing: ${missing[*]}" "sudo sh -c '$(install_line "${missing[@]}")'"
    fi
}

install_line() { echo "apt-get update && apt-get install --no-install-recommends -y $*"; }

install() {
    local log
    say "installing $* ..."
    log=$(mktemp)
    if ! (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y "$@") >"$log" 2>&1; then
        tail -5 "$log" >&2
        fail "installing $* (log: $log)" "run it yourself and look: $(install_line "$@")"
    fi
    rm -f "$log"
}

# Builds a project or the solution unless what it makes is there and newer than every source, for the same torch.
build() {
    local target=$1 stamp=.setup/$2 product=$3 key
    [ -d .setup ] || mkdir -p .setup
    key=$(build_key)
    [ "$(read_if_any .setup/key)" = "$key" ] || rm -f .setup/*.stamp
    if [ -f "$stamp" ] && [ -f "$product" ] && [ -z "$(newer_sources "$stamp")" ]; then
        return
    fi
    say "building $target ..."
    local log
    log=$(mktemp)
    touch "$stamp.new"
    if ! dotnet build "$target" -c Release -nologo -v quiet -clp:NoSummary >"$log" 2>&1; then
        { grep -E 'error ?[A-Z:]|rror: |CMake Error|MAKE_PROGRAM' "$log" || tail -5 "$log"; } | sort -u | sed -n 1,10p >&2 || true
        fail "building $target (log: $log)" "see the errors above; after moving a libtorch or a compiler, remove src/TorchRf.LibTorch/obj and start again"
    fi
    rm -f "$log"
    mv "$stamp.new" "$stamp"
    build_key >.setup/key
}

# What a build depends on beside the sources' contents: the torch, and which sources there are.
build_key() {
    echo "torch=${TORCHRF_TORCH:-$(read_if_any .torch)} backend=${Backend:-cpu} libtorch=${LIBTORCH:-} sources=$(sources | sort | cksum)"
}

# Without starting a program, as it is asked before every run.
read_if_any() { [ ! -f "$1" ] || printf '%s' "$(<"$1")"; }

newer_sources() { sources -newer "$1" -print -quit; }

sources() {
    find . \( -name bin -o -name obj -o -name .git -o -name .setup -o -name checkpoints -o -name TestResults \) -prune -o \
        -type f \( -name '*.cs' -o -name '*.cpp' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name 'CMakeLists.txt' -o -name '*.pgm' -o -name '*.py' \) \
        "$@" -print
}

command -v dotnet >/dev/null || fail "the .NET SDK was not found" "install the .NET 10 SDK (https://dot.net), then start again"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
