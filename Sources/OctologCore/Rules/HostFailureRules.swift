extension Rule {
    /// What goes wrong before an image's own script has the word, or in its bash, log-grammar 4, 5, 9.1 and 9.2.
    static let hostFailures: [Rule] = [
        failure(
            Cause(
                "image-platform-mismatch", "The image is for another operating system than the engine runs",
                remedy: "Use the tag for the engine's operating system, or an engine that runs the image's.",
                isFinal: true),
            anchors: ["image operating system \"", "image operating system \\\""],
            pattern: #"image operating system \\?"(\w+)\\?" cannot be used on this platform"#,
            matches: [
                "image operating system \"windows\" cannot be used on this platform.",
                "docker: image operating system \"windows\" cannot be used on this platform.",
                "level=error msg=\"image operating system \\\"windows\\\" cannot be used on this platform\"",
            ], misses: ["image operating system \"windows\" is used on this platform"]),
        failure(
            Cause(
                "image-not-executable", "The image's script may not be run by this user",
                remedy: "Run the container as the image's own user.", isFinal: true),
            anchors: ["./install.sh", "exec user process caused"],
            pattern:
                #"exec: \\?"\./install\.sh\\?": permission denied|exec user process caused:? \\?"?permission denied"#,
            matches: [
                "standard_init_linux.go:211: exec user process caused \"permission denied\"",
                "exec user process caused: permission denied",
                "container_linux.go:380: starting container process caused: exec: \"./install.sh\": permission denied",
            ],
            misses: [
                "standard_init_linux.go:211: exec user process caused \"exec format error\"",
                "exec: \"./install.sh\": stat ./install.sh: no such file or directory", "+ ./install.sh",
            ]),
        failure(
            Cause(
                "wrong-architecture", "The program is for another kind of processor",
                remedy: "Use the image of the node's architecture, or schedule the pod on nodes of the image's.",
                isFinal: true),
            source: "log-grammar 5, 9.2", anchors: ["xec format error", "Unsupported architecture: "],
            pattern: #"""
                : [Ee]xec format error|exec user process caused \\?"exec format error|\#
                Error: Unsupported architecture: (\S+)
                """#,
            matches: [
                "sh: 1: /octopus/Work/_/bootstrapRunner: Exec format error", "Error: Unsupported architecture: riscv64",
                "exec /configure-and-run.sh: exec format error",
                "standard_init_linux.go:228: exec user process caused: exec format error",
                "standard_init_linux.go:211: exec user process caused \"exec format error\"",
            ],
            misses: [
                "an Exec format error is when", "Unsupported architecture: none",
                "standard_init_linux.go:211: exec user process caused \"permission denied\"",
            ]),
        failure(
            Cause(
                "container-create-failed", "The engine could not create the container",
                remedy: "Read what runc says after it: a mount, a user, a missing file or a limit of the host.",
                confidence: .likely, isFinal: true, isWrapper: true),
            source: "log-grammar 9.2", anchors: ["container create failed: "],
            pattern: #"Error: container create failed: "#,
            matches: [
                "Error: container create failed: time=\"2024-03-01T10:00:01Z\" level=error msg=\"runc create failed: x\""
            ], misses: ["container create failed: no", "Error: container created"]),
        failure(
            Cause(
                "docker-daemon-missing", "No Docker answers in the container",
                remedy: "Run the container with --privileged, or set DISABLE_DIND=Y if no Docker is needed in it.",
                confidence: .likely),
            anchors: ["Cannot connect to the Docker daemon at"],
            pattern: #"Cannot connect to the Docker daemon at (\S+)\. Is"#,
            matches: [
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
                "ERROR: Cannot connect to the Docker daemon at tcp://docker:2375. Is the docker daemon running?",
            ], misses: ["Cannot connect to the Docker daemon at all"]),
        failure(
            Cause(
                "variable-unbound", "The script needs a variable that is not set",
                remedy: "Set the variable that the line names.", isFinal: true),
            source: "log-grammar 4", anchors: [": unbound variable"],
            pattern: #"^(?!\+).{1,400}?: line \d+: (\w+): unbound variable"#, writers: .bare,
            matches: [
                "/scripts/configure-tentacle.sh: line 12: ServerPort: unbound variable",
                "./install.sh: line 3: DB_CONNECTION_STRING: unbound variable",
            ],
            misses: [
                "x: unbound variable", "+ echo '/scripts/x.sh: line 12: ServerPort: unbound variable'",
                "VERBOSE: \t| /scripts/x.sh: line 12: ServerPort: unbound variable",
            ]),
    ]
}
