#!/bin/bash
# The password comes by the environment, so that it is in no process list.
set -euo pipefail
conf=/tmp/redis.conf
umask 077
printf 'requirepass %s\n' "${REDIS_PASSWORD:?}" > "$conf"
exec redis-server "$conf" --bind 0.0.0.0 --dir /data --logfile '' \
  --maxmemory-policy noeviction --appendonly yes "$@"
