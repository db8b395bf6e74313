#!/bin/sh
# ingest.sh SERVER [FILE...]
#
# Posts what octolog says of logs to a Seq server; SEQ_API_KEY is the key, if the server wants one.
# Seq refuses an event without a time. Those of which the log tells none get that of the arrival: they are the
# ones without data.timeSource.
set -eu
server=${1:?ingest.sh SERVER [FILE...]}
shift
"${OCTOLOG:-octolog}" --format clef "$@" |
    jq -c '{"@t": (now | todate)} + .' |
    curl -fsS -H 'Content-Type: application/vnd.serilog.clef' ${SEQ_API_KEY:+-H "X-Seq-ApiKey: $SEQ_API_KEY"} \
        --data-binary @- "$server/ingest/clef"
