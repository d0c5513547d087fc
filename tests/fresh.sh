#!/bin/bash
# Proves that a Debian 12 with nothing but make, git and python3-venv can run what is committed.
#
#   tests/fresh.sh                          make demo, make demo again, make test
#   tests/fresh.sh demo "test only=tests/unit"     other targets, one argument each
#
# It needs root. Package sources are this machine's: apt's, pip's, certificates and proxies are
# copied into the root at run time. KEEP=1 leaves the root where it is; MIRROR names another mirror.
set -euo pipefail

SUITE=bookworm
PACKAGES=make,git,python3-venv,ca-certificates
PASSED_ON='^(PIP_.*|.*_proxy|.*_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)='

say() { printf '== %s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }

# --- Inside: namespaces of its own, so that mounts and processes are gone with it ---------------

run_inside() {
    local root=$1
    shift
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount --rbind /dev "$root/dev"
    mapfile -t passed < <(env | grep -E "$PASSED_ON" || true)
    inside() {
        env -i "${passed[@]}" HOME=/root LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            chroot "$root" /bin/bash -euc "$1"
    }
    inside 'git -c advice.detachedHead=false clone --quiet /root/zirve.bundle /root/zirve'
    local failed=0 target began status
    declare -a times
    for target in "$@"; do
        say "make $target"
        began=$SECONDS status=ok
        inside "cd /root/zirve && make $target" </dev/null || { status="FAILED ($?)"; failed=1; }
        times+=("$(printf '%4d s  %-10s make %s' $((SECONDS - began)) "$status" "$target")")
    done
    say "On a fresh Debian $SUITE, $(nproc) cores"
    printf '%s\n' "${times[@]}"
    return $failed
}

if [[ ${1:-} == --inside ]]; then
    run_inside "${@:2}"
    exit
fi

# --- Outside: the root --------------------------------------------------------------------------

copy() {
    local path
    for path in "$@"; do
        [[ -e $path ]] || continue
        mkdir -p "$root$(dirname "$path")"
        cp -aLT --remove-destination "$path" "$root$path"
    done
}

[[ $(id -u) == 0 ]] || refuse "Run it as root: it makes a root directory and mounts in it."
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v debootstrap >/dev/null || {
    say "Installing debootstrap"
    apt-get update >/dev/null && apt-get install --yes --no-install-recommends debootstrap >/dev/null
}

root=$(mktemp -d /var/tmp/zirve-fresh.XXXXXX)
chmod 755 "$root"
if [[ -z ${KEEP:-} ]]; then
    trap 'rm -rf --one-file-system "$root"' EXIT
else
    say "The root is $root"
fi

mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' \
    'Identifier: Packages' "Codename: $SUITE" | head -n 1)}
say "Making a root with $PACKAGES"
debootstrap --variant=minbase --include="$PACKAGES" "$SUITE" "$root" ${mirror:+"$mirror"} \
    >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; refuse "debootstrap failed."; }
rm -f "$root.log"

if [[ -n $mirror && -z ${MIRROR:-} ]]; then
    rm -f "$root/etc/apt/sources.list"
    copy /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf /etc/apt/auth.conf.d \
        /etc/apt/keyrings /etc/apt/trusted.gpg.d /usr/share/keyrings
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' \
        >"$root/etc/apt/apt.conf.d/99host"
fi
copy /etc/resolv.conf /etc/hosts /etc/pip.conf /root/.config/pip /root/.pip \
    /etc/ssl/certs/ca-certificates.crt

git -C "$here" bundle create --quiet "$root/root/zirve.bundle" HEAD
say "Cloning $(git -C "$here" log -1 --format='%h %s')"

(($#)) || set -- demo demo test
unshare --mount --pid --fork --kill-child "${BASH_SOURCE[0]}" --inside "$root" "$@"
