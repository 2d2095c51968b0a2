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
    if [ -n "${TORCHRF_TORCH:-}" ]; then
        case $TORCHRF_TORCH in
            system) need_packages ;;
            nuget) ;;
            *) fail "TORCHRF_TORCH is '$TORCHRF_TORCH'" "set it to nuget or system, or unset it" ;;
        esac
        return
    fi
    if [ -f .torch ]; then
        [ "$(cat .torch)" != system ] || need_packages
        return
    fi
    say "looking for TorchSharp's packages ..."
    if restore_torchsharp; then
        echo nuget >.torch
        say "found them; torch is TorchSharp (recorded in .torch)"
    else
        say "the package feed has no TorchSharp; torch is the system's libtorch"
        need_packages
        echo system >.torch
        say "recorded in .torch"
    fi
}

# Tries in a folder of its own, so that a failure leaves nothing behind.
restore_torchsharp() {
    local try status package=TorchSharp-cpu
    [ "${Backend:-cpu}" != cuda ] || package=TorchSharp-cuda-linux
    try=$(mktemp -d)
    cat >"$try/try.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally></PropertyGroup>
  <ItemGroup><PackageReference Include="$package" Version="$(torchsharp_version)" /></ItemGroup>
</Project>
PROJECT
    status=0
    dotnet restore "$try" >/dev/null 2>&1 || status=1
    rm -rf "$try"
    return $status
}

torchsharp_version() { sed -n 's/.*<TorchSharpVersion[^>]*>\([^<]*\)<.*/\1/p' Directory.Packages.props; }

# What the system's libtorch needs: the headers and libraries, a fast BLAS, a compiler, and gnuplot with a font for the figures.
need_packages() {
    local missing=()
    if [ -z "${LIBTORCH:-}" ]; then
        [ -e /usr/include/ATen/core/dispatch/Dispatcher.h ] || missing+=(libtorch-dev)
        ls /usr/lib/*/openblas*/libblas.so.3 >/dev/null 2>&1 || missing+=(libopenblas0-pthread)
    fi
    command -v g++ >/dev/null || missing+=(g++)
    command -v cmake >/dev/null || missing+=(cmake)
    command -v make >/dev/null || command -v ninja >/dev/null || missing+=(make)
    command -v gnuplot >/dev/null || missing+=(gnuplot-nox)
    fc-list 2>/dev/null | grep -qi dejavu || missing+=(fontconfig fonts-dejavu-core)
    [ ${#missing[@]} -gt 0 ] || return 0

    local line="apt-get update && apt-get install --no-install-recommends -y ${missing[*]}"
    command -v apt-get >/dev/null || fail "missing: ${missing[*]}" "install them (LIBTORCH=/path/to/libtorch names an unpacked libtorch), then start again"
    if [ "$(id -u)" = 0 ]; then
        say "installing ${missing[*]} ..."
        install_log=$(mktemp)
        if ! (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y "${missing[@]}") >"$install_log" 2>&1; then
            tail -5 "$install_log" >&2
            fail "installing ${missing[*]} (log: $install_log)" "run it yourself and look: $line"
        fi
        rm -f "$install_log"
    else
        fail "missing: ${missing[*]}" "sudo sh -c '$line'"
    fi
}

# Builds a project or the solution unless its stamp is newer than every source.
build() {
    local target=$1 stamp=.setup/$2
    shift 2
    mkdir -p .setup
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(build_key)" ] && [ -z "$(newer_sources "$stamp")" ]; then
        return
    fi
    say "building $target ..."
    local log
    log=$(mktemp)
    if ! dotnet build "$target" -c Release -nologo -v quiet -clp:NoSummary "$@" >"$log" 2>&1; then
        grep -E 'error [A-Z]|rror: |CMake Error|MAKE_PROGRAM' "$log" | sort -u | head -10 >&2
        fail "building $target (log: $log)" "see the errors above; after moving a libtorch or a compiler, remove src/TorchRf.LibTorch/obj and start again"
    fi
    rm -f "$log"
    build_key >"$stamp"
}

build_key() { echo "torch=${TORCHRF_TORCH:-$(cat .torch 2>/dev/null)} backend=${Backend:-cpu} libtorch=${LIBTORCH:-}"; }

newer_sources() {
    find . \( -name bin -o -name obj -o -name .git -o -name .setup -o -name checkpoints -o -name TestResults \) -prune -o \
        -type f \( -name '*.cs' -o -name '*.cpp' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name 'CMakeLists.txt' -o -name '*.pgm' \) \
        -newer "$1" -print -quit
}

command -v dotnet >/dev/null || fail "the .NET SDK was not found" "install the .NET 10 SDK (https://dot.net), then start again"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
