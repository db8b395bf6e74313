extension Explanation {
    /// The bounds that keep octolog within its memory and time, and what to do where one was reached.
    static let limits: [Explanation] = [
        Explanation(
            limit: .line, title: "A line is longer than is shown",
            meaning: """
                A line is longer than --max-line, 1 MiB unless you say otherwise. It was cut where it is shown, and
                looked at to its end all the same: nothing is missed.
                """,
            why: """
                A program wrote a whole file, an image or a dump as one line; or line ends were lost on the way, so
                that many lines became one.
                """,
            confirm: [
                "See how long the longest line is, in characters.",
                "$ wc -L FILE",
            ],
            fix: [
                "Nothing: it only concerns what is shown.",
                "To see more of it, give a larger bound, in bytes.",
                "$ octolog --max-line 8388608 FILE",
            ]),
        Explanation(
            limit: .match, title: "A rule's pattern was given up on a line",
            meaning: """
                A rule took too long on a line and was stopped, so that one line can't hold everything up. Whether it
                would have matched is not known: what that rule tells may be missing. The event names the rule.
                """,
            why: """
                A rule of your own has a pattern that tries endlessly many ways, such as (a+)+, or the line was made to
                hold the rules up. Where the rule finds secrets, the part of the line in question is masked.
                """,
            confirm: [
                "See the rule and the line.",
                "$ octolog FILE | jq 'select(.type == \"octolog.limit.hit.v1\") | .data.rule, .data.evidence[0].line'",
                "If it is a rule of yours, let octolog look at it.",
                "$ octolog rules check my-rules.yaml",
            ],
            fix: [
                "Write the pattern so that each part can match in one way only: [^']* instead of .*, no repetition within a repetition.",
                "If it is one of octolog's own, read the line yourself, and report it.",
            ]),
        Explanation(
            limit: .record, title: "A message has more lines than are joined",
            meaning: """
                A message that goes on over several lines, such as an error of PowerShell, has more than 64 of them or
                64 KiB. The lines after that were looked at one by one; each of them was looked at.
                """,
            why: """
                The console wrapped a very long message, or a program printed a long text that looks like the rest of
                the message before.
                """,
            confirm: [
                "See the line at which it became too much.",
                "$ octolog FILE | jq 'select(.type == \"octolog.limit.hit.v1\").data.evidence[0].line'",
            ],
            fix: [
                "Nothing, as a rule: what failed stands in the first lines.",
                "Read the lines after that place yourself if the cause is not clear.",
            ]),
        Explanation(
            limit: .leftOut, title: "A line is missing: what carried the log left it out",
            meaning: """
                In the place of a line stands a notice, such as [123B blob data], or an empty value. What the line said
                is lost to octolog, and may have mattered. The exit code is 3.
                """,
            why: """
                journalctl shows no lines that are long or have control characters in them, such as colours, unless it
                is asked to; other programs that ship logs leave out what is too long for them.
                """,
            confirm: [
                "See where it stands.",
                "$ octolog FILE | jq 'select(.type == \"octolog.limit.hit.v1\").data.evidence[0]'",
            ],
            fix: [
                "Let journalctl show everything.",
                "$ journalctl -o json --all CONTAINER_NAME=NAME | octolog",
                "Or read the log from the container's engine.",
                "$ docker logs NAME 2>&1 | octolog",
                "Of another program that ships logs, raise its limit for the length of a line.",
            ]),
        Explanation(
            limit: .answer, title: "An answer of Loki's is longer than a line may be",
            meaning: """
                Loki's query API answers in one line, and this one is longer than --max-line. Its entries were not told
                apart: secrets in it are masked, but startups are not followed. The exit code is 3.
                """,
            why: """
                The query covers much time or many streams, and its result was written to a file as it came.
                """,
            confirm: [
                "See how long the answer is, in characters.",
                "$ wc -L FILE",
            ],
            fix: [
                "Ask for one entry a line, which has no such bound.",
                "$ logcli query --limit 0 -o jsonl 'QUERY' | octolog",
                "Or ask for less at once, or give a larger --max-line.",
            ]),
        Explanation(
            limit: .cut, title: "An input ends before it should",
            meaning: """
                The input ends in the middle of what its frame, its encoding or its compression promises. What came
                before is told; what is missing is not known. The exit code is 3.
                """,
            why: """
                The file was copied while it was written, the disk was full, the transfer broke off, or a stream was
                ended from outside.
                """,
            confirm: [
                "See where it ends.",
                "$ octolog FILE | jq 'select(.type == \"octolog.limit.hit.v1\").data.evidence[0]'",
                "If it is compressed, let its own program test it.",
                "$ gzip -t FILE",
            ],
            fix: [
                "Copy the log again, and read it once more.",
                "If the engine still writes it, read it from the engine.",
                "$ docker logs NAME 2>&1 | octolog",
            ]),
        Explanation(
            limit: .containers, title: "More containers than can be followed at once",
            meaning: """
                The stream has lines of more than 2,048 containers. Those that were silent longest were taken for
                ended; what they say later is a startup without its beginning. The exit code is 3.
                """,
            why: """
                The logs of a large cluster were merged into one stream; or something in the lines that is no name of a
                container is taken for one.
                """,
            confirm: [
                "See how many containers are told of.",
                "$ octolog FILE | jq -r .source | sort -u | wc -l",
            ],
            fix: [
                "Read the streams of parts of the cluster apart, and put their events together.",
                "$ octolog correlate part-1.ndjson part-2.ndjson",
                "If names are wrong, say how the lines are wrapped, for example by the Kubernetes runtime.",
                "$ octolog --framing cri FILE",
            ]),
        Explanation(
            limit: .ratio, title: "Compressed data grew beyond any log",
            meaning: """
                A compressed input became more than 500 times as large as it is, and was not read any further: nothing
                that a log holds is like that. What came before is told. The exit code is 3.
                """,
            why: """
                The file was made to fill memory or disks, or it is an image of zeros or something else that is no log.
                """,
            confirm: [
                "Compare the sizes, without writing it anywhere.",
                "$ ls -l FILE; gzip -dc FILE | wc -c",
            ],
            fix: [
                "Don't trust the file before you know where it comes from.",
                "If it is a log after all, decompress it yourself and give the result.",
                "$ gzip -dc FILE | octolog",
            ]),
        Explanation(
            limit: .pending, title: "A rule of yours waits with more lines than are kept",
            meaning: """
                A rule of your own that waits for other lines had so many of its own lines waiting that the oldest was
                let go. What it would have found with that one is missing. The exit code is 3.
                """,
            why: """
                The rule's lines are frequent, and the line that it waits for seldom or never comes, or its period is
                long. Of each rule and container 64 are kept.
                """,
            confirm: [
                "See which rule it is.",
                "$ octolog --rules my-rules.yaml FILE | jq -r 'select(.type == \"octolog.limit.hit.v1\").data.rule'",
            ],
            fix: [
                "Shorten within, or narrow the rule's pattern to the lines that matter.",
                "Where several things are mixed, count them apart with by: detail.",
            ]),
    ]

    private init(
        limit: LimitHit.Limit, title: String, meaning: String, why: String, confirm: [String], fix: [String]
    ) {
        self.init(
            limit.code, title: title, aliases: [limit.rawValue], meaning: meaning, why: why, confirm: confirm,
            fix: fix)
    }
}

extension LimitHit.Limit {
    /// The code of its explanation.
    package var code: String { "limit-\(rawValue)" }
}
