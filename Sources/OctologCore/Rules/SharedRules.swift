/// The misses that many rules share: lines of the same containers that mean something else.
private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] ===============================================", "VERBOSE: ", "",
    "Web server is ready to process requests",
]

extension Rule {
    /// What the scripts of every Windows image print, log-grammar 1.2 and 1.3.
    static let shared: [Rule] = [
        Rule(
            "shared.command.masked", "The image masks the secrets of its commands", source: "log-grammar 10.2, 13",
            anchors: ["Executing command '"], pattern: #"^Executing command '.* \*{5}(?: |'?$)"#, fact: .known,
            eras: [.s3, .t4],
            matches: ["[2022-03-03T14:20:31] Executing command 'C:\\x.exe register-with --apiKey ***** --name x'"],
            misses: ["[2022-03-03T14:20:31] Executing command 'C:\\x.exe register-with --name x'"] + otherLines),
        Rule(
            "shared.command.executing", "A command runs", source: "log-grammar 1.2",
            anchors: ["Executing command '"], pattern: #"^Executing command '(.*[^'])'*$"#, fact: .executes,
            matches: [
                #"VERBOSE: [2018-07-02T09:15:01] Executing command 'C:\Octopus\Octopus.Server.exe license --free'"#,
                #"[2019-09-03T14:20:31] Executing command 'C:\Tentacle\Tentacle.exe configure --noListen "True"'"#,
                #"VERBOSE: Executing command 'C:\Octopus\Octopus.Server.exe show-master-key --console'"#,
            ],
            misses: ["Executing command 'printed by a program'", "VERBOSE: [2018-07-02T09:15:01] Executing command"]
                + otherLines),
        Rule(
            "shared.command.done", "The command ended well", source: "log-grammar 1.2",
            anchors: [.onRequest], pattern: #"^done\.$"#, fact: .completes,
            matches: ["VERBOSE: [2018-07-02T09:15:05] done.", "[2019-09-03T14:20:35] done.", "VERBOSE: done."],
            misses: ["done.", "VERBOSE: \t| done.", "VERBOSE: [2018-07-02T09:15:05] done. Not quite"] + otherLines),
        Rule(
            "shared.command.aborted", "The command ended badly", source: "log-grammar 1.2, 9.1",
            writers: [.bare, .script], anchors: ["Command returned exit code "],
            pattern: #"^(?:[^']{0,512} : )?Command returned exit code (-?\d+)"#,
            fact: .aborts,
            matches: [
                "Execute-Command : Command returned exit code 100. Aborting.",
                "Command returned exit code -2146232797. Aborting.",
                "C:\\Tentacle\\configure-tentacle.ps1 : Command returned exit code 1. ",
            ],
            misses: [
                "it said 'Command returned exit code 1'",
                "VERBOSE: \t| Execute-Command : Command returned exit code 1. Aborting.",
            ] + otherLines),
        Rule(
            "shared.separator", "A line between phases", source: "log-grammar 1.1", writers: .script,
            anchors: [.onRequest], pattern: #"^=+(?:xxx)?$"#, fact: .known,
            matches: [
                "VERBOSE: [2018-07-02T09:15:01] ===============================================",
                "[2018-10-02T09:15:01] ===============================================xxx",
            ],
            misses: ["===============================================", "VERBOSE: [2018-07-02T09:15:01] done."]),
        Rule(
            "shared.configured", "The container is configured", source: "log-grammar 2, 3",
            anchors: ["Configuration successful"], pattern: #"^Configuration successful\.?$"#, fact: .configured,
            matches: [
                "VERBOSE: [2018-07-02T09:16:01] Configuration successful.",
                "[2020-09-03T14:21:31] Configuration successful.",
            ],
            misses: ["Configuration successful.", "VERBOSE: \t| Configuration successful."] + otherLines),
        Rule(
            "shared.ended", "The program's process ended", source: "log-grammar 2.2, 3",
            anchors: ["Run successful."], pattern: #"^Run successful\.$"#, fact: .ends,
            matches: ["VERBOSE: [2018-07-02T19:16:01] Run successful.", "[2018-10-02T19:16:01] Run successful."],
            misses: ["Run successful.", "VERBOSE: \t| Run successful."] + otherLines),
        Rule(
            "shared.error-record", "A part of a PowerShell error record", source: "log-grammar 1.3", writers: .bare,
            anchors: [.onRequest],
            pattern: #"^(?:At (?:line|[A-Za-z]:\\.{1,512}):\d+(?: char:\d+)?|\+(?: .*)?|(?:~|\.\.\.)+)$"#, fact: .known,
            matches: [
                #"At C:\Tentacle\configure-tentacle.ps1:47 char:5"#, "+     ~~~~~~~~~~~~~~~~~~~~~",
                "    + CategoryInfo          : NotSpecified: (:) [Write-Error], WriteErrorExcept",
            ],
            misses: ["At last", "VERBOSE: + x"] + otherLines),
        Rule(
            "shared.key-shape", "A line has the shape of a master key", source: "log-grammar 2.2, 10.1", writers: .any,
            anchors: [.endsWithEqualsSign, .onRequest],
            pattern: #"^([A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{32})$"#, fact: .showsKey,
            matches: [
                "VERBOSE: \t| RmFrZU1hc3RlcktleTAwMA==", "RmFrZU1hc3RlcktleTAwMA==",
                "  | RmFrZU1hc3RlcktleUZha2VNYXN0ZXJLZXkwMDAwMDA=",
            ],
            misses: ["the key is RmFrZU1hc3RlcktleTAwMA==", "PExpY2Vuc2UgRkFLRT4="] + otherLines),
    ]
}
