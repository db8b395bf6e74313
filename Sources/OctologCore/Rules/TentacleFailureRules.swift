extension Rule {
    /// What goes wrong in a Tentacle and in the Kubernetes agent, log-grammar 3 to 6 and 9.2.
    static let tentacleFailures: [Rule] = [
        failure(
            Cause(
                "variable-missing", "An environment variable is missing",
                remedy: "Set the variable that the line names.",
                isFinal: true),
            source: "log-grammar 3, 4, 9.2", anchors: ["' environment", "Please specify "],
            pattern:
                #"^(?!\+)(?|.*Missing '(\w+)' environment|.*Please specify (?:an?|one or more|whether) [^']* with the '(\w+'(?: or '\w+)?))"#,
            matches: [
                "C:\\Tentacle\\configure-tentacle.ps1 : Missing 'ServerUrl' environment variable",
                "Please specify an Octopus Server with the 'ServerUrl' environment variable",
                "Please specify whether to install as a worker or a deployment target with the 'WorkerEnabled' or 'DeploymentTargetEnabled' environment variables",
                "Please specify one or more worker pool names/ids/slugs (comma delimited) with the 'WorkerPools' environment variable",
            ],
            misses: [
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable"
            ]),
        failure(
            Cause(
                "variable-conflict", "Two environment variables exclude each other",
                remedy:
                    "A target has TargetEnvironment and TargetRole, a worker TargetWorkerPool: unset the other kind's.",
                isFinal: true),
            source: "log-grammar 3, 4",
            anchors: [
                "environment variable is not valid", "' environment variable is not",
                "The installation cannot be as both a worker",
            ],
            pattern:
                #"^(?!\+).{0,512}?(?:The '(\w+)' environment variable is not|The installation cannot be as both a worker)"#,
            matches: [
                "The installation cannot be as both a worker and a deployment target, please choose one",
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable",
            ]),
        failure(
            Cause(
                "credentials-missing", "The Tentacle has no credentials for the server",
                remedy: "Set ServerApiKey, or ServerUsername and ServerPassword.", isFinal: true),
            source: "log-grammar 3, 4",
            anchors: ["No 'ServerApiKey' or username", "Please specify either an API key"],
            pattern: #"^(?!\+).{0,512}?(?:No 'ServerApiKey' or username|Please specify either an API key)"#,
            matches: ["C:\\x.ps1 : No 'ServerApiKey' or username/pasword environment variables are available"]),
        failure(
            Cause(
                "executable-missing", "The program is not in the image",
                remedy: "Use an image that was built completely.",
                isFinal: true),
            source: "log-grammar 3", anchors: ["Expected to find '", "File not found. Expected"],
            pattern: #"^(?!\+).*Expected to find '([^']*)'"#,
            matches: ["[2018-07-02T09:15:01] File not found. Expected to find 'C:\\x.exe' to perform setup."]),
        failure(
            Cause(
                "multiple-credentials", "More than one kind of credentials was given",
                remedy: "Give the API key, or the bearer token, or the username and password."),
            source: "log-grammar 9.2", anchors: ["Please specify a Bearer Token, API Key or"],
            pattern: #"Please specify a Bearer Token, API Key or"#,
            matches: ["Please specify a Bearer Token, API Key or username and password - not multiple."]),
        failure(
            Cause(
                "api-key-rejected", "The server did not accept the credentials",
                remedy: "Make a new API key and give it as ServerApiKey; the old one is wrong, expired or revoked."),
            source: "log-grammar 9.2", anchors: ["You must be logged in to perform this action"],
            pattern: #"You must be logged in to perform this action"#,
            matches: ["You must be logged in to perform this action. Please provide a valid API key or log in again."]),
        failure(
            Cause(
                "request-refused", "The server refused the registration",
                remedy: "The lines after it say why: a dash, then what the server minds.", isWrapper: true),
            source: "log-grammar 9.2", anchors: ["There was a problem with your request"],
            pattern: #"There was a problem with your request\.?"#, matches: ["There was a problem with your request."]),
        failure(
            Cause(
                "not-found-on-server", "The server does not know what the Tentacle names",
                remedy: "Create it in that space, spell it as the server does, or give the account the right to see it."
            ),
            source: "log-grammar 9.2",
            anchors: ["Could not find the "],
            pattern: #"Could not find the (\w[\w ]* (?:with (?:a )?names?|named)\b.{0,400}?) on the Octopus [Ss]"#,
            matches: [
                "Could not find the environment with name, slug or Id X on the Octopus Server. Ensure the environment exists",
                "Could not find the environments named: A, B on the Octopus Server. Ensure the environments exist",
                "Could not find the worker pool named X on the Octopus Server.",
            ], misses: ["Could not find the file named x"]),
        failure(
            Cause(
                "space-not-found", "The server has no such space",
                remedy: "Set Space to one that exists and that the account may see."),
            source: "log-grammar 9.2", anchors: ["A space with name \"", "No \"space\" was specified"],
            pattern: #"A space with name "([^"]*)"|No "space" was specified"#,
            matches: ["A space with name \"Sales\" could not be found."]),
        failure(
            Cause(
                "machine-name-taken", "The server has a machine of that name already",
                remedy: "Give the container its own TargetName, or delete the machine on the server."),
            source: "log-grammar 9.2, 12.2", anchors: ["A machine named '", "A worker named '"],
            pattern: #"A (?:machine|worker) named '([^']*)' already exists"#,
            matches: ["A machine named 'web-1' already exists in the environment."],
            misses: ["A machine named 'web-1' was made"]),
        failure(
            Cause(
                "server-port-unreachable", "The server's port for polling Tentacles can't be reached",
                remedy:
                    "Open the port (10943 unless changed) from the container to the server: firewall, load balancer, network."
            ),
            source: "log-grammar 9.2", anchors: ["Checking that server communications are open failed"],
            pattern: #"Checking that server communications are open failed"#,
            matches: ["Checking that server communications are open failed with message x. Retrying (1/5) in 00:00:01."]
        ),
        failure(
            Cause(
                "not-an-octopus-server", "Something other than an Octopus Server answers there",
                remedy: "Check the address and the port, and that no proxy ends TLS before the server."),
            source: "log-grammar 9.2", anchors: ["does not appear to be an Octopus "],
            pattern: #"The service listening on (\S+) does not appear to be an Octopus"#,
            matches: [
                "The service listening on https://h:10943/ does not appear to be an Octopus Server. The response code was: 404"
            ],
            misses: ["It does not appear to be an Octopus Server"]),
        failure(
            Cause(
                "server-certificate-untrusted", "The server's HTTPS certificate is not trusted",
                remedy: "Add the certificate of the authority that signed it to the container."),
            source: "log-grammar 9.2", anchors: ["certificate errors were encountered when"],
            pattern: #"certificate errors were encountered when"#,
            matches: [
                "The following certificate errors were encountered when establishing the HTTPS connection to the server: RemoteCertificateChainErrors"
            ]),
        failure(
            Cause(
                "server-version-mismatch", "Tentacle and server are of versions that don't go together",
                remedy: "Use a Tentacle image of the server's major version or an earlier one.", confidence: .likely),
            source: "log-grammar 9.2",
            anchors: ["Unable to determine the Octopus Server version", "Octopus Tentacle with a "],
            pattern:
                #"Unable to determine the Octopus Server version|You cannot register a \S+ Octopus Tentacle with a"#,
            matches: ["You cannot register a 3.* Octopus Tentacle with a 2.* Octopus Server."],
            misses: ["an Octopus Tentacle with a certificate"]),
        failure(
            Cause(
                "certificate-missing", "The Tentacle has no certificate",
                remedy: "Find out why new-certificate failed; a configuration volume may be read-only."),
            source: "log-grammar 9.2", anchors: ["No certificate has been generated for this Tentacle"],
            pattern: #"No certificate has been generated for this Tentacle"#,
            matches: [
                "No certificate has been generated for this Tentacle. Please run the new-certificate command first."
            ]),
        failure(
            Cause(
                "not-registered", "The Tentacle trusts no server: it never registered",
                remedy: "Find out why the registration failed, and start a new container.", confidence: .likely),
            source: "log-grammar 6.4", anchors: ["The agent is not configured to trust any"],
            pattern: #"The agent is not configured to trust any"#, writers: .program, product: .tentacle,
            matches: ["The agent is not configured to trust any Octopus Servers."]),
        failure(
            Cause(
                "connection-refused", "The remote host refused the connection",
                remedy: "Check that the server runs and that its port can be reached from the container.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: [" refused the connection", "actively refused it"],
            pattern: #"The remote host at (\S+) refused the connection|actively refused it"#,
            matches: [
                "The remote host at https://h:10943/ refused the connection. This may mean that the expected listening service is not running."
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
            matches: ["The remote host at https://h:10943/ reset the connection. This may mean that"],
            misses: ["He reset the connection"]),
        failure(
            Cause(
                "thumbprint-untrusted", "A client's certificate is not trusted",
                remedy: "The server's certificate changed, or it is another server: update the Tentacle's trust.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: ["not in the list of thumbprints that we trust"],
            pattern: #"not in the list of thumbprints that we trust"#,
            matches: [
                "it presented a client certificate with the thumbprint 'X' which is not in the list of thumbprints that we trust"
            ]),
        failure(
            Cause(
                "tentacle-registered-twice", "The server has several machines with this Tentacle's certificate",
                remedy:
                    "Delete the machines that are not wanted on the server, or deregister-from with --multiple; octolog registrations finds who registered twice.",
                confidence: .certain),
            source: "log-grammar 12.3",
            anchors: [
                "This Tentacle is registered multiple times", "The Tentacle matches more than one machine",
                "The worker matches more than one machine",
            ],
            pattern:
                #"This Tentacle is registered multiple times|The (?:Tentacle|worker) matches more than one machine"#,
            matches: [
                "This Tentacle is registered multiple times with the server. Unable to display configuration.",
                "The Tentacle matches more than one machine on the server. To deregister all of these machines specify the --multiple flag.",
            ]),
        failure(
            Cause(
                "server-tls-too-old", "The server speaks a TLS that this image does not",
                remedy: "Give the server a newer certificate (not SHA-1) or a newer Windows.", confidence: .likely),
            source: "log-grammar 9.2", anchors: ["tlsv1 alert protocol version"],
            pattern: #"SSL routines::?(?:\w+:)?tlsv1 alert protocol version"#,
            matches: ["error:0A00042E:SSL routines::tlsv1 alert protocol version"],
            misses: ["a tlsv1 alert protocol version was seen"]),
        failure(
            Cause(
                "certificate-store-owner", "The folder of the certificates belongs to another user",
                remedy: "Give the mounted x509stores folder to the image's user (chown), or run as its owner."),
            source: "log-grammar 9.2", anchors: ["The owner of the x509stores is not the current user"],
            pattern: #"The owner of the x509stores is not the current user"#,
            matches: ["The owner of the x509stores is not the current user, please change ownership"]),
        failure(
            Cause(
                "wrong-architecture", "The program is for another kind of processor",
                remedy: "Use the image of the node's architecture, or schedule the pod on nodes of the image's.",
                isFinal: true),
            source: "log-grammar 5, 9.2", anchors: ["Exec format error", "Unsupported architecture: "],
            pattern: #"(?:bootstrapRunner|\.sh|exec .*): Exec format error|Error: Unsupported architecture: (\S+)"#,
            matches: [
                "sh: 1: /octopus/Work/_/bootstrapRunner: Exec format error", "Error: Unsupported architecture: riscv64",
            ], misses: ["an Exec format error is when"]),
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
                "The Script Pod 'octopus-script-abc' could not be found",
            ], misses: ["The Script Pod 'octopus-script-abc' was found"]),
    ]
}
