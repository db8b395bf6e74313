# jq --unbuffered -c -n -f octolog-lnav.jq
# Makes octolog's events fit for lnav. It leaves out what has no time: such an event gets the time of the event before
# it, and data.timeSource says so; before the first time it is the beginning of 1970. And it takes one form of time
# only, the first that it meets: all are cut or filled to milliseconds.
foreach inputs as $event ("1970-01-01T00:00:01.000Z";
  if $event.time then $event.time[0:19] + (($event.time[19:] | rtrimstr("Z")) + ".000")[0:4] + "Z" else . end;
  . as $time | $event | if .time then . else .data.timeSource = "before" end | .time = $time
)
