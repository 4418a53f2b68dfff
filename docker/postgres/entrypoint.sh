#!/bin/bash
# Makes the cluster once, sets the password at every start (the data dir that keeps it may be newer than the volume).
set -euo pipefail
cluster=/data/cluster
if [ ! -d "$cluster" ]; then
  rm -rf "$cluster.new" # an earlier start was cut off
  cp -a /template/cluster "$cluster.new"
  sync -f "$cluster.new"
  mv "$cluster.new" "$cluster"
fi
postgres --single -D "$cluster" postgres <<< "ALTER USER drydock PASSWORD '${POSTGRES_PASSWORD:?}'" > /dev/null
exec postgres -D "$cluster" -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=200 "$@"
