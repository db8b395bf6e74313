extension Explanation {
    /// What a log lacks, and where octolog came to its bounds.
    static let log: [Explanation] =
        [
            Explanation(
                "startup-unfinished", title: "A startup did not come to its end", event: .startupUnfinished,
                meaning: """
                    The log ends before the startup was ready or failed: it hangs, or the log was cut. The event says how
                    far it got and which line never came.
                    """,
                why: """
                    The log was copied while the container still started, or only its beginning was. Or a command waits for
                    something, such as a database that does not answer, or the process was killed and could not say so.
                    """,
                confirm: [
                    "See whether the container still runs, and how it ended if it does not.",
                    "$ docker inspect -f \"{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}\" NAME",
                    "Follow its log, and see whether anything comes.",
                    "$ docker logs -f NAME 2>&1 | octolog",
                ],
                fix: [
                    "See whether the container still runs, and read its log to the end: docker logs NAME 2>&1.",
                    "If it hangs in a command, look at what that command calls: the database, or the server that it registers with.",
                    "If it was killed for its memory, raise the limit.",
                ]),
            Explanation(
                "container-stopped", title: "The program of a container ended", event: .containerStopped,
                meaning: """
                    The program that the container runs came to its end. The event has the exit code or the signal, and
                    whether somebody stopped it, as far as the log tells. That alone is no failure.
                    """,
                why: """
                    Somebody stopped the container or its host, an orchestrator moved it, or the program failed: then
                    another event says so, with the cause. Windows images of 2018 also end when their stdin is closed.
                    """,
                confirm: [
                    "See how it ended, and whether memory ran out.",
                    "$ docker inspect -f \"{{.State.ExitCode}} {{.State.OOMKilled}} {{.State.FinishedAt}}\" NAME",
                    "Read the review of its startups: what failed stands first.",
                    "$ docker logs NAME 2>&1 | octolog report",
                ],
                fix: [
                    "Nothing, if it was meant to stop.",
                    "Otherwise mend what the review names; codes over 128 are signals, and 137 is a kill, mostly for memory.",
                    "2018 Windows images: run with -i, in Compose stdin_open: true.",
                ]),
            Explanation(
                "lines-unrecognised", title: "Lines of startups are known to no rule", event: .linesUnrecognised,
                meaning: """
                    While containers started they printed lines that octolog has no rule for. The event has the commonest
                    shapes of them, with their counts and an example. Nothing is wrong with the containers for it.
                    """,
                why: """
                    The image is newer than octolog's rules or was built by somebody else, or another program prints into
                    the same log. What such a line means is not known, so a cause may be among them.
                    """,
                confirm: [
                    "See the shapes, the most frequent first.",
                    "$ octolog FILE | jq -r 'select(.type == \"octolog.lines.unrecognised.v1\").data.templates[] | \"\\(.count) \\(.template)\"'",
                ],
                fix: [
                    "Nothing, if the lines don't matter.",
                    "Where one does, write a rule of your own for it, and try it before you use it.",
                    "$ octolog rules test my-rules.yaml",
                    "$ octolog --rules my-rules.yaml FILE",
                ]),
            Explanation(
                "events-suppressed", title: "Events that said the same were held back", event: .eventsSuppressed,
                meaning: """
                    A container gave cause for the same finding, failure or secret more often than --throttle lets through.
                    The event says which code, and how many more there were; the exit code counts them all.
                    """,
                why: """
                    You asked for it with --throttle. A container that restarts again and again, or a rule of your own that
                    is too wide, makes many events of one code.
                    """,
                confirm: [
                    "Read the code and the count in the event, then look at all of them.",
                    "$ octolog FILE | jq -r 'select(.type == \"octolog.finding.raised.v1\").data.code' | sort | uniq -c",
                ],
                fix: [
                    "Mend what the code stands for: octolog explains it.",
                    "To see each event, leave --throttle out or let more through.",
                    "$ octolog --throttle 50/10m FILE",
                ]),
        ] + gaps + limits

    /// What the times of a log tell.
    private static let gaps: [Explanation] = [
        Explanation(
            gap: .quiet, title: "A startup said nothing for five minutes or longer",
            meaning: """
                Between two lines of a startup lie five minutes or more, by the log's own time. The event has the last
                time before and the first one after. It is no failure by itself.
                """,
            why: """
                A command took long or waited for something: a large database that is upgraded, one that does not
                answer, a download. Or lines are missing in between.
                """,
            confirm: [
                "See in which phase it was, and how long the phases took.",
                "$ octolog report FILE",
                "Compare with a start that went well.",
                "$ octolog compare GOOD.log FILE",
            ],
            fix: [
                "Nothing, if it was an upgrade of a large database, and the startup went on.",
                "If it waits for the database or the server, let it start later: depends_on with condition: service_healthy.",
                "If lines are missing, read the container's own log instead of the copy.",
            ]),
        Explanation(
            gap: .backwards, title: "The clock of a log went backwards",
            meaning: """
                A line of a startup has an earlier time than the line before, by more than two seconds. Durations
                across that place are not to be relied on.
                """,
            why: """
                The clock of the host was set, as after a virtual machine woke up. Or several logs were put into one
                file in the wrong order, or the lines of two containers are mixed and nothing tells them apart.
                """,
            confirm: [
                "See the two times and the line.",
                "$ octolog FILE | jq 'select(.type == \"octolog.gap.detected.v1\") | .data.from, .data.to, .data.evidence[0].line'",
            ],
            fix: [
                "Give each log as a file of its own: octolog puts them in order itself.",
                "$ octolog old.log new.log",
                "If the host's clock jumps, let it follow a time server.",
            ]),
        Explanation(
            gap: .missingStart, title: "The beginning of a startup is missing",
            meaning: """
                The log begins in the middle of a startup. What stood before is not known: the configuration, commands
                that failed, and a master key that was shown there.
                """,
            why: """
                The log was rotated and the older files are missing, it was read from a certain time or line on, or the
                first lines were left out when it was copied.
                """,
            confirm: [
                "See whether the engine keeps more of it.",
                "$ docker logs NAME 2>&1 | head -20",
                "See whether its log is rotated, and after how much.",
                "$ docker inspect -f \"{{json .HostConfig.LogConfig}}\" NAME",
            ],
            fix: [
                "Read the log without --since and --tail, and give the rotated files with it: NAME.log, NAME.log.1, ... are one log.",
                "$ octolog 'logs/NAME.log*'",
                "Keep the first lines of a Server's log that shows a master key: the next upgrade needs it.",
            ]),
    ]

    /// Of which event it is the explanation: its type leads here.
    private init(
        _ code: String, title: String, event: EventType, meaning: String, why: String, confirm: [String], fix: [String]
    ) {
        self.init(
            code, title: title, aliases: [event.shortName, event.name], meaning: meaning, why: why, confirm: confirm,
            fix: fix)
    }

    private init(
        gap: GapDetected.Kind, title: String, meaning: String, why: String, confirm: [String], fix: [String]
    ) {
        self.init(
            gap.code, title: title, aliases: [gap.rawValue], meaning: meaning, why: why, confirm: confirm, fix: fix)
    }
}

extension GapDetected.Kind {
    /// The code of its explanation.
    package var code: String { "gap-\(rawValue)" }
}
