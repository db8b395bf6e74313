extension Rule {
    /// What goes wrong when a Tentacle calls the server to register, log-grammar 9.2.
    static let registrationFailures: [Rule] = reachFailures + answerFailures

    /// The server can't be reached, or it is none.
    private static let reachFailures: [Rule] = [
        failure(
            Cause(
                "server-port-unreachable", "The server's port for polling Tentacles can't be reached",
                remedy:
                    "Open the port (10943 unless changed) from the container to the server: firewall, load balancer, network."
            ),
            source: "log-grammar 9.2", anchors: ["Checking that server communications are open failed"],
            pattern: #"Checking that server communications are open failed"#,
            matches: [
                "Checking that server communications are open failed with message x. Retrying (1/5) in 00:00:01.",
                "VERBOSE: \t| Checking connectivity on the server communications port 10943... Checking that server communications are open failed with message x after 5 retries.",
            ], misses: ["Checking connectivity on the server communications port 10943..."]),
        failure(
            Cause(
                "not-an-octopus-server", "Something other than an Octopus Server answers there",
                remedy: "Check the address and the port, and that no proxy ends TLS before the server."),
            source: "log-grammar 9.2", anchors: ["does not appear to be an Octopus "],
            pattern: #"The service listening on (\S+) does not appear to be an Octopus"#,
            matches: [
                "The service listening on https://h:10943/ does not appear to be an Octopus Server. The response code was: 404",
                "The service listening on https://h:10943/ does not appear to be an Octopus server. The response was: x",
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
            ], misses: ["Certificate errors are listed below"]),
        failure(
            Cause(
                "server-tls-too-old", "The server speaks a TLS that this image does not",
                remedy: "Give the server a newer certificate (not SHA-1) or a newer Windows.", confidence: .likely),
            source: "log-grammar 9.2", anchors: ["tlsv1 alert protocol version"],
            pattern: #"SSL routines:[^ ]{0,64}:tlsv1 alert protocol version"#,
            matches: [
                "error:0A00042E:SSL routines::tlsv1 alert protocol version",
                "error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version",
            ],
            misses: [
                "a tlsv1 alert protocol version was seen", "error:0A000086:SSL routines::certificate verify failed",
            ]
        ),
        failure(
            Cause(
                "server-version-mismatch", "Tentacle and server are of versions that don't go together",
                remedy: "Use a Tentacle image of the server's major version or an earlier one.", confidence: .likely),
            source: "log-grammar 9.2",
            anchors: ["Unable to determine the Octopus Server version", "Octopus Tentacle with a "],
            pattern:
                #"Unable to determine the Octopus Server version|You cannot register a \S+ Octopus Tentacle with a"#,
            matches: [
                "You cannot register a 3.* Octopus Tentacle with a 2.* Octopus Server.",
                "Unable to determine the Octopus Server version.",
            ],
            misses: ["an Octopus Tentacle with a certificate"]),
    ]

    /// The server says no.
    private static let answerFailures: [Rule] = [
        failure(
            Cause(
                "multiple-credentials", "More than one kind of credentials was given",
                remedy: "Give the API key, or the bearer token, or the username and password."),
            source: "log-grammar 9.2", anchors: ["Please specify a Bearer Token, API Key or"],
            pattern: #"Please specify a Bearer Token, API Key or"#,
            matches: ["Please specify a Bearer Token, API Key or username and password - not multiple."],
            misses: [
                "Please specify either an API key, a Bearer Token or a username/password with the 'ServerApiKey' environment variables"
            ]),
        failure(
            Cause(
                "api-key-rejected", "The server did not accept the credentials",
                remedy: "Make a new API key and give it as ServerApiKey; the old one is wrong, expired or revoked."),
            source: "log-grammar 9.2", anchors: ["You must be logged in to perform this action"],
            pattern: #"You must be logged in to perform this action"#,
            matches: [
                "You must be logged in to perform this action. Please provide a valid API key or log in again.",
                "VERBOSE: \t| Octopus.Client.Exceptions.OctopusSecurityException: You must be logged in to perform this action. Please",
            ], misses: ["You do not have permission to perform this action."]),
        failure(
            Cause(
                "request-refused", "The server refused the registration",
                remedy: "The lines after it say why: a dash, then what the server minds.", isWrapper: true),
            source: "log-grammar 9.2", anchors: ["There was a problem with your request"],
            pattern: #"There was a problem with your request\b"#,
            matches: [
                "There was a problem with your request.",
                "Octopus.Client.Exceptions.OctopusValidationException: There was a problem with your request.",
            ], misses: ["There was a problem with your requests: none"]),
        failure(
            Cause(
                "not-found-on-server", "The server does not know what the Tentacle names",
                remedy: "Create it in that space, spell it as the server does, or give the account the right to see it."
            ),
            source: "log-grammar 9.2",
            anchors: ["Could not find the "],
            pattern: #"""
                Could not find the ((?:environment|worker pool|tenant|tag|machine polic(?:y|ie)|policy|prox(?:y|ie)|space)\#
                s?\b.{0,600}?) on the Octopus [Ss]erver
                """#,
            matches: [
                "Could not find the environment with name, slug or Id X on the Octopus Server. Ensure the environment exists and you have permission to access it.",
                "Could not find the environments named: A, B on the Octopus Server. Ensure the environments exist",
                "Could not find the environments with names, slugs or Ids: A, B on the Octopus Server. Ensure the environments exist",
                "Could not find the environment named X.Y on the Octopus Server. Ensure the environment exists",
                "Could not find the worker pool named X on the Octopus Server.",
                "Could not find the worker pools with names, slugs or Ids: A, B on the Octopus Server.",
                "Could not find the tenant with name, slug or Id X on the Octopus Server.",
                "Could not find the tenants named: A, B on the Octopus server.",
                "Could not find the tag Region/North on the Octopus Server.",
                "Could not find the machine policy named X on the Octopus Server.",
                "VERBOSE: \t| Registering the tentacle with the server at https://h/ Could not find the proxy named corp on the Octopus Server. Ensure",
                "2024-03-01 10:00:01.1234 | ERROR | Could not find the tenant tags named: A/B, C/D on the Octopus Server.",
            ],
            misses: ["Could not find the file named x", "Could not find the tagged release on the Octopus Server"]),
        failure(
            Cause(
                "space-not-found", "The server has no such space",
                remedy: "Set Space to one that exists and that the account may see."),
            source: "log-grammar 9.2", anchors: ["A space with name \"", "No \"space\" was specified"],
            pattern: #"A space with name "([^"]*)"|No "space" was specified"#,
            matches: [
                "A space with name \"Sales\" could not be found. Ensure you have spelled it correctly",
                "No \"space\" was specified, and the default space is disabled or inaccessible to the current user.",
            ], misses: [" - space 'Sales'"]),
        failure(
            Cause(
                "machine-name-taken", "The server has a machine of that name already",
                remedy: "Give the container its own TargetName, or delete the machine on the server."),
            source: "log-grammar 9.2, 12.2", anchors: ["A machine named '", "A worker named '"],
            pattern: #"A (?:machine|worker) named '([^']*)' already exists"#,
            matches: [
                "A machine named 'web-1' already exists in the environment. Use the 'force' parameter if you intended to update the existing machine.",
                "A worker named 'w-1' already exists in the environment. Use the 'force' parameter",
            ],
            misses: ["A machine named 'web-1' was made"]),
    ]
}
