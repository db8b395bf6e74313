extension Rule {
    /// What goes wrong in a Tentacle and in the Kubernetes agent, log-grammar 3 to 6 and 9.2; what the server answers
    /// to a registration stands in `registrationFailures`.
    static let tentacleFailures: [Rule] = variableFailures + agentFailures

    private static let variableFailures: [Rule] = [
        failure(
            Cause(
                "variable-missing", "An environment variable is missing",
                remedy: "Set the variable that the line names.",
                isFinal: true),
            source: "log-grammar 3, 4, 5, 9.2", anchors: ["' environment", "Please specify "],
            pattern: #"""
                ^(?!\+).{0,400}?(?|Missing '(\w+)' environment|\#
                Please specify (?:an?|one or more|whether) [^']{1,160} with the '(\w+(?:' or '\w+)?)')
                """#,
            matches: [
                "C:\\Tentacle\\configure-tentacle.ps1 : Missing 'ServerUrl' environment variable",
                "Please specify an Octopus Server with the 'ServerUrl' environment variable",
                "Please specify an environment name with the 'TargetEnvironment' environment variable",
                "Please specify a role name with the 'TargetRole' environment variable",
                "Please specify one or more environment names/ids/slugs (comma delimited) with the 'TargetEnvironment' environment variable",
                "Please specify one or more role names (comma delimited) with the 'TargetRole' environment variable",
                "Please specify one or more worker pool names/ids/slugs (comma delimited) with the 'WorkerPools' environment variable",
                "Please specify whether to install as a worker or a deployment target with the 'WorkerEnabled' or 'DeploymentTargetEnabled' environment variables",
            ],
            misses: [
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable",
                "Please specify either an API key, a Bearer Token or a username/password with the 'ServerApiKey' or 'ServerUsername'/'ServerPassword' environment variables",
                "+ echo 'Please specify an Octopus Server with the '\\''ServerUrl'\\'' environment variable'",
                "+   Write-Error \"Missing 'ServerUrl' environment variable\"",
            ]),
        failure(
            Cause(
                "variable-conflict", "Two environment variables exclude each other",
                remedy:
                    "A target has TargetEnvironment and TargetRole, a worker TargetWorkerPool: unset the other kind's.",
                isFinal: true),
            source: "log-grammar 3, 4, 5",
            anchors: ["' environment variable is not", "The installation cannot be as both a worker"],
            pattern:
                #"^(?!\+).{0,400}?(?:The '(\w+)' environment variable is not|The installation cannot be as both a worker)"#,
            matches: [
                "The installation cannot be as both a worker and a deployment target, please choose one",
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable",
                "C:\\x.ps1 : The 'TargetEnvironment' environment variable is not valid in combination with the 'TargetWorkerPool' variable",
            ],
            misses: [
                "Please specify a role name with the 'TargetRole' environment variable",
                "+   Write-Error \"The 'TargetRole' environment variable is not valid in combination\"",
            ]),
        failure(
            Cause(
                "credentials-missing", "The Tentacle has no credentials for the server",
                remedy: "Set ServerApiKey, or ServerUsername and ServerPassword.", isFinal: true),
            source: "log-grammar 3, 4",
            anchors: ["No 'ServerApiKey' or username", "Please specify either an API key"],
            pattern: #"^(?!\+).{0,400}?(?:No 'ServerApiKey' or username|Please specify either an API key)"#,
            matches: [
                "C:\\x.ps1 : No 'ServerApiKey' or username/pasword environment variables are available",
                "Please specify either an API key, a Bearer Token or a username/password with the 'ServerApiKey' or 'ServerUsername'/'ServerPassword' environment variables",
                "Please specify either an API key or a username/password with the 'ServerApiKey' or 'ServerUsername'/'ServerPassword' environment variables",
            ],
            misses: [
                "Please specify a Bearer Token, API Key or username and password - not multiple.",
                "+   Write-Error \"No 'ServerApiKey' or username/pasword environment variables are available\"",
            ]),
        failure(
            Cause(
                "executable-missing", "The program is not in the image",
                remedy: "Use an image that was built completely.",
                isFinal: true),
            source: "log-grammar 3", anchors: ["File not found. Expected to find '"],
            pattern: #"^(?!\+).{0,400}?File not found\. Expected to find '([^']*)'"#,
            matches: ["[2018-07-02T09:15:01] File not found. Expected to find 'C:\\x.exe' to perform setup."],
            misses: [
                "AssertionError: Expected to find 'x' in the page",
                "+ throw \"File not found. Expected to find 'C:\\x.exe' to perform setup.\"",
            ]),
    ]

    private static let agentFailures: [Rule] = [
        failure(
            Cause(
                "certificate-missing", "The Tentacle has no certificate",
                remedy: "Find out why new-certificate failed; a configuration volume may be read-only."),
            source: "log-grammar 9.2", anchors: ["No certificate has been generated for this Tentacle"],
            pattern: #"No certificate has been generated for this Tentacle"#,
            matches: [
                "No certificate has been generated for this Tentacle. Please run the new-certificate command first."
            ], misses: ["A new certificate has been generated and installed as none were yet available. Thumbprint:"]),
        failure(
            Cause(
                "certificate-store-owner", "The folder of the certificates belongs to another user",
                remedy: "Give the mounted x509stores folder to the image's user (chown), or run as its owner."),
            source: "log-grammar 9.2", anchors: ["The owner of the x509stores is not the current user"],
            pattern: #"The owner of the x509stores is not the current user"#,
            matches: [
                "The owner of the x509stores is not the current user, please change ownership of the x509stores directory or run with sudo. Details: x"
            ], misses: ["The owner of the x509stores is the current user"]),
        failure(
            Cause(
                "not-registered", "The Tentacle trusts no server: it never registered",
                remedy: "Find out why the registration failed, and start a new container.", confidence: .likely),
            source: "log-grammar 6.4", anchors: ["The agent is not configured to trust any"],
            pattern: #"The agent is not configured to trust any"#, writers: .program, product: .tentacle,
            matches: [
                "The agent is not configured to trust any Octopus Servers.",
                "2024-03-01 10:00:01.1234 |  WARN | The agent is not configured to trust any Octopus Servers.",
            ],
            misses: [
                "Agent will trust Octopus Servers with the thumbprint: 0123456789ABCDEF0123456789ABCDEF01234567"
            ]),
        failure(
            Cause(
                "connection-refused", "The remote host refused the connection",
                remedy: "Check that the server runs and that its port can be reached from the container.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: [" refused the connection", "actively refused it"],
            pattern: #"The remote host at (\S+) refused the connection|actively refused it"#,
            matches: [
                "The remote host at https://h:10943/ refused the connection. This may mean that the expected listening service is not running.",
                "https://h:10943/              7  The remote host at https://h:10943/ refused the connection. This may mean that",
                "2024-03-01 10:00:01.1234 | ERROR | https://h:10943/  7  The remote host at https://h:10943/ refused the connection.",
                "No connection could be made because the target machine actively refused it 10.0.0.1:443",
            ],
            misses: ["He refused the connection"]),
        failure(
            Cause(
                "connection-reset", "The remote host reset the connection",
                remedy:
                    "The other side may not trust this side's thumbprint: register again, and look whether another container took the name.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: [" reset the connection"],
            pattern: #"The remote host at (\S+) reset the connection"#,
            matches: [
                "The remote host at https://h:10943/ reset the connection. This may mean that the expected listening service does not trust the thumbprint X or was shut down."
            ],
            misses: ["He reset the connection"]),
        failure(
            Cause(
                "thumbprint-untrusted", "A client's certificate is not trusted",
                remedy: "The server's certificate changed, or it is another server: update the Tentacle's trust.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: ["not in the list of thumbprints that we trust"],
            pattern: #"not in the list of thumbprints that we trust"#,
            matches: [
                "listen://[::]:10933/  7  A client at [::ffff:172.18.0.3]:49756 connected, and attempted a message exchange, but it presented a client certificate with the thumbprint 'X' which is not in the list of thumbprints that we trust"
            ],
            misses: ["Client at [::ffff:172.18.0.3]:49756 authenticated as 0123456789ABCDEF0123456789ABCDEF01234567"]),
        Rule(
            "failure.tentacle-registered-twice", Cause.registeredTwice.title, source: "log-grammar 12.3", writers: .any,
            anchors: [
                "This Tentacle is registered multiple times", "The Tentacle matches more than one machine",
                "The worker matches more than one",
            ],
            pattern:
                #"This Tentacle is registered multiple times|The (?:Tentacle matches more than one machine|worker matches more than one)"#,
            fact: .warns(.registeredTwice, .high), product: .tentacle,
            matches: [
                "This Tentacle is registered multiple times with the server. Unable to display configuration.",
                "The Tentacle matches more than one machine on the server. To deregister all of these machines specify the --multiple flag.",
                "The worker matches more than one worker on the server. To deregister all of these workers specify the --multiple flag.",
            ], misses: ["The worker matches the pool", "Deleting machine 'web-1' from the Octopus Server..."]),
        failure(
            Cause(
                "script-pod-failed", "A script's pod was lost, or its log was",
                remedy:
                    "Look at the pod's events (evicted, out of memory) and at the node's log rotation; run the deployment again.",
                confidence: .likely),
            source: "log-grammar 9.2",
            anchors: [
                "Unexpected Script Pod log line number", "The Script Pod 'octopus-script",
                "Pod log line is not correctly",
            ],
            pattern: #"""
                Unexpected Script Pod log line number|The Script Pod '([^']*)' could not be found|\#
                Pod log line is not correctly pipe-delimited
                """#,
            matches: [
                "Unexpected Script Pod log line number, expected: 5, actual: 9",
                "2024-03-01 10:00:01.1234 | ERROR | The Script Pod 'octopus-script-abc' could not be found",
                "Pod log line is not correctly pipe-delimited: 'x'",
            ], misses: ["The Script Pod 'octopus-script-abc' was found"]),
    ]
}
