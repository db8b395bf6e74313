#!/bin/sh
# ingest.sh SERVER [FILE...]
#
# Posts what octolog says of logs to a Seq server; SEQ_API_KEY is the key, if the server wants one.
# Seq refuses an event without a time. Those of which the log tells none get that of the arrival: they are the
# ones without data.timeSource. Options for octolog stand before the files.
set -eu
server=${1:?ingest.sh SERVER [FILE...]}
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# First to a file, so that what octolog fails with is not lost in a pipe. Below 64 the exit code is about the log, of which
# all that could be read is told.
code=0
"${OCTOLOG:-octolog}" --format clef "$@" > "$folder/events" || code=$?
if [ "$code" -ge 64 ]; then
    echo "ingest.sh: octolog has ended with $code; nothing was sent" >&2
    exit "$code"
fi
jq -c '{"@t": (now | todate)} + .' "$folder/events" > "$folder/timed"

# Seq takes requests of some megabytes only.
split -a 4 -C 1m "$folder/timed" "$folder/part-"
for part in "$folder"/part-*; do
    curl -fsS -o "$folder/answer" -H 'Content-Type: application/vnd.serilog.clef' \
        ${SEQ_API_KEY:+-H "X-Seq-ApiKey: $SEQ_API_KEY"} --data-binary "@$part" "$server/ingest/clef"
done
exit "$code"
