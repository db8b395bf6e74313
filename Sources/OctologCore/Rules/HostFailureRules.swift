extension Rule {
    /// What goes wrong before an image's own script has the word, log-grammar 4, 9.1 and 9.2.
    static let hostFailures: [Rule] = [
        failure(
            Cause(
                "image-platform-mismatch", "The image is for Windows, and the engine runs Linux containers",
                remedy: "Use the Linux image's tag, or an engine that runs Windows containers.", isFinal: true),
            anchors: ["image operating system \"windows\" cannot"],
            pattern: #"image operating system "windows" cannot be used on this platform"#,
            matches: ["image operating system \"windows\" cannot be used on this platform."]),
        failure(
            Cause(
                "docker-daemon-missing", "No Docker answers in the container",
                remedy: "Run the container with --privileged, or set DISABLE_DIND=Y if no Docker is needed in it.",
                confidence: .likely),
            anchors: ["Cannot connect to the Docker daemon at"],
            pattern: #"Cannot connect to the Docker daemon at (\S+?)\. "#,
            matches: [
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
            ], misses: ["Cannot connect to the Docker daemon at all"]),
        failure(
            Cause(
                "container-create-failed", "The engine could not create the container",
                remedy: "Read what runc says after it: a mount, a user, a missing file or a limit of the host.",
                confidence: .likely, isFinal: true),
            source: "log-grammar 9.2", anchors: ["container create failed: "],
            pattern: #"Error: container create failed: "#,
            matches: [
                "Error: container create failed: time=\"2024-03-01T10:00:01Z\" level=error msg=\"runc create failed: x\""
            ], misses: ["container create failed: no"]),
        failure(
            Cause(
                "variable-unbound", "The script needs a variable that is not set",
                remedy: "Set the variable that the line names.", isFinal: true),
            source: "log-grammar 4", anchors: [": unbound variable"],
            pattern: #"^(?!\+).*/scripts/\S+: line \d+: (\w+): unbound variable"#, writers: .bare,
            matches: ["/scripts/configure-tentacle.sh: line 12: ServerPort: unbound variable"],
            misses: ["x: unbound variable"]),
    ]
}
