#!/bin/sh
# Installs what the local runner needs from Debian: RabbitMQ, and libcurl for the wheel's mongod; or,
# called with `checks`, what `make check` needs: promtool, which comes with Prometheus.
# Where it may not, it says what to install and fails. What is there already is left alone.
set -eu

missing=
if [ "${1:-}" = checks ]; then
    instead="Or put Prometheus' promtool into PATH."
    command -v promtool >/dev/null || missing="prometheus"
else
    instead="Or give AMQP_URI (RabbitMQ 3.10 or newer) and MONGO_URI (a replica set)."
    if [ -z "${AMQP_URI:-}" ] && [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
        missing="rabbitmq-server"
    fi
    if [ -z "${MONGO_URI:-}" ] && ! command -v mongod >/dev/null \
        && ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q 'libcurl\.so\.4 '; then
        missing="$missing libcurl4"
    fi
fi
[ -n "$missing" ] || exit 0

install="apt-get install --no-install-recommends $missing"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing on this machine: $missing. On Debian or Ubuntu:" >&2
    echo "    sudo apt-get update && sudo $install" >&2
    echo "$instead" >&2
    exit 1
fi

# Debian starts a server as soon as it is installed, on every interface. Ours are private ones, so
# this one is neither started now nor at boot. A policy that is there already stays as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

echo "Installing $missing"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && $install --yes; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
fi
rm -f "$log"
if command -v systemctl >/dev/null; then
    case $missing in
        *rabbitmq-server*) systemctl --quiet disable rabbitmq-server.service || true ;;
        *prometheus*) systemctl --quiet disable prometheus.service || true ;;
    esac
fi
