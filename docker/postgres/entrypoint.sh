#!/bin/bash
# Makes the cluster once, sets the password at every start (the data dir that keeps it may be newer than the volume).
set -euo pipefail
cluster=/data/cluster
if [ ! -d "$cluster" ]; then
  rm -rf "$cluster.new" # an earlier start was cut off
  initdb --username=drydock --auth-host=scram-sha-256 --auth-local=trust --pwfile=<(printf '%s' "${POSTGRES_PASSWORD:?}") \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions -D "$cluster.new"
  echo 'host all all all scram-sha-256' >> "$cluster.new/pg_hba.conf"
  postgres --single -D "$cluster.new" postgres <<< 'CREATE DATABASE drydock'
  mv "$cluster.new" "$cluster"
fi
postgres --single -D "$cluster" postgres <<< "ALTER USER drydock PASSWORD '${POSTGRES_PASSWORD:?}'" > /dev/null
exec postgres -D "$cluster" -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=200 "$@"
