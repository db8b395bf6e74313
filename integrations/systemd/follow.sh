#!/bin/sh
# follow.sh CONTAINER
#
# Appends the events of a container's present run to /var/log/octolog/CONTAINER.FORMAT, and ends with the run; the unit
# then calls it again, and it waits for the next run. A run that has been told is not told again.
set -eu
name=$1
format=${FORMAT:-events}
logs=${LOGS:-/var/log/octolog}
told=${RUNTIME_DIRECTORY:-/run/octolog-events}/$name.told

state() {
    docker inspect --format '{{.State.Running}} {{.Id}} {{.State.StartedAt}}' "$name" 2>/dev/null
}

# A container that was never started has the first day of all as its start.
until now=$(state) && started=${now##* } && [ "${started%%-*}" != 0001 ] && [ "$now" != "$(cat "$told" 2>/dev/null)" ]
do
    sleep "${PAUSE:-5}"
done

# Whole seconds, since the engine notes the start when the container may have printed already. Times on the lines make
# the ids of each run's events its own. >> and not --output, which would begin the file anew.
code=0
docker logs --follow --timestamps --since "${started%%[.Z]*}Z" "$name" 2>&1 |
    "${OCTOLOG:-/usr/local/bin/octolog}" --quiet --container "$(uname -n)/$name" --format "$format" \
        >> "$logs/$name.$format" || code=$?
# Below 64 it is about the log, which was told as far as it can be.
[ "$code" -lt 64 ] || exit "$code"

# Only a run that is over is told: where the engine cut the log while the container runs on, it is read again.
echo "false ${now#* }" > "$told"
