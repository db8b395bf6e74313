extension Explanation {
    /// What goes wrong in any container, or before its script has the word, log-grammar 1, 4 and 9.
    static let container: [Explanation] = [
        Explanation(
            "command-failed",
            meaning: """
                One of the commands that the script runs ended with an exit code other than 0, so the script gave up.
                Nothing that octolog knows stands in the log as the reason.
                """,
            why: """
                Programs write their errors to stderr, which is often not in a log that was copied or piped. Or the
                reason is there, in words that octolog does not know yet.
                """,
            confirm: [
                "Read the whole log, stderr included.",
                "$ docker logs NAME 2>&1 | octolog",
                "Read the lines before the exit code, and find the command: the last one without 'done.'.",
                "Mind the exit code: 1 is a failure that was foreseen, 2 a command that does not exist, 42 rights, 100 anything else.",
            ],
            fix: [
                "Mend what the command's own message says.",
                "If there is none, read the program's log files (Windows: C:\\Octopus\\Logs or C:\\TentacleHome\\Logs), also from a container that has stopped.",
                "$ docker cp NAME:C:/Octopus/Logs .",
            ]),
        Explanation(
            "script-failed",
            meaning: """
                The container's script reported an error of its own, outside any command, and ended. octolog does not
                know the words.
                """,
            why: """
                The script checks its variables and files, and stops at what it can't use. In Windows images the words
                stand in an error record of PowerShell, several lines on stderr, cut at the width of the console.
                """,
            confirm: [
                "Read the error record: its first lines say what, 'At ...' says where.",
                "$ docker logs NAME 2>&1 | tail -40",
            ],
            fix: [
                "Set or correct what the record names, and make a new container.",
                "If the record is missing, the log has stdout only: read it again with 2>&1.",
            ]),
        Explanation(
            "exited-before-ready",
            meaning: """
                The scripts did their work, the program was started, and it ended before it was ready to work. Nothing
                known in the log says why.
                """,
            why: """
                The program failed at its own start (database, port, certificate), was killed for its memory, or lost
                its stdin: the Windows images of 2018 end when stdin is closed, as it is without -i.
                """,
            confirm: [
                "See how it ended: the exit code, and whether memory ran out.",
                "$ docker inspect -f \"{{.State.ExitCode}} {{.State.OOMKilled}} {{.Config.OpenStdin}}\" NAME",
                "Read its last lines, stderr included, and its log files.",
                "$ docker logs --tail 60 NAME 2>&1",
            ],
            fix: [
                "2018 Windows images: run with -i, in Compose stdin_open: true.",
                "Out of memory: raise the limit.",
                "Otherwise mend what its last lines say; the files in C:\\Octopus\\Logs or the Tentacle's Logs folder say more.",
            ]),
        Explanation(
            "program-exited",
            meaning: """
                The script of a Linux image started its program, watched it, and saw it end before it was ready. The
                line gives the exit code; the reason is in the program's own lines before.
                """,
            why: """
                The program failed at its start, or the Docker daemon inside the container did: the script ends both
                when one of them ends.
                """,
            confirm: [
                "See which of the two ended first, and with which code.",
                "$ docker logs NAME 2>&1 | grep \"exited with code\"",
                "Read the lines before it; those with time= and level= are the Docker daemon's.",
                "$ docker logs --tail 60 NAME 2>&1",
            ],
            fix: [
                "If Docker-in-Docker ended: run with --privileged, or set DISABLE_DIND=Y.",
                "If the Tentacle ended: mend what its last lines say; code 100 comes with an exception.",
                "Codes over 128 are signals; 137 is a kill, mostly for memory: raise the limit.",
            ]),
        Explanation(
            "eula-not-accepted",
            meaning: """
                The image does nothing before its licence agreement is accepted, and it was not.
                """,
            why: """
                ACCEPT_EULA is not set, or not to Y. Octopus' Linux images, the combined image and SQL Server's images
                all ask for it, each container for itself.
                """,
            confirm: [
                "See whether the variable arrived.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep ACCEPT_EULA",
            ],
            fix: [
                "Read the agreement that the line names; if you accept it, set ACCEPT_EULA=Y, with a capital Y.",
                "In YAML put quotes around it, \"Y\", because a bare Y can be read as a truth value.",
            ]),
        Explanation(
            "variable-unbound",
            meaning: """
                The script of a Linux image used a variable that does not exist, and bash ended it there. The line
                names the variable.
                """,
            why: """
                The scripts treat an unset variable as an error, even one that you may have no use for: they did not
                expect it to be left out.
                """,
            confirm: [
                "Read the name, the one before 'unbound variable'.",
                "$ docker logs NAME 2>&1 | grep \"unbound variable\"",
            ],
            fix: [
                "Set that variable; an empty value is enough if you don't need it (-e VARIABLE=).",
                "Or use a newer image.",
            ]),
        Explanation(
            "executable-missing",
            meaning: """
                The script looked for the program that it has to set up, and it is not in the image. It can't go on.
                """,
            why: """
                An image of one's own was built without the program, its download failed unnoticed during the build,
                or a volume is mounted over the folder.
                """,
            confirm: [
                "See whether a mount hides the folder that the line names.",
                "$ docker inspect -f \"{{range .Mounts}}{{println .Destination}}{{end}}\" NAME",
                "List that folder in the bare image.",
                "$ docker run --rm --entrypoint cmd IMAGE /c dir \"C:\\Program Files\\Octopus Deploy\"",
            ],
            fix: [
                "Take the mount away, or mount it elsewhere.",
                "Build the image again and watch for errors, or use the vendor's.",
            ]),
        Explanation(
            "image-platform-mismatch",
            meaning: """
                The image is for Windows containers, and this engine runs Linux containers. Not one line of the image
                was run.
                """,
            why: """
                Older tags of the Server and the Tentacle exist for Windows only, and Docker on a desktop runs Linux
                containers unless it is switched.
                """,
            confirm: [
                "Ask the engine and the image.",
                "$ docker version -f \"{{.Server.Os}}\"",
                "$ docker image inspect -f \"{{.Os}} {{.OsVersion}}\" IMAGE",
            ],
            fix: [
                "Use a tag with a Linux image: the Server has one since 2020, the Tentacle too.",
                "Or run it on a Windows host, with the engine switched to Windows containers.",
                "To bring an old database along, mind the master key: the new container needs it.",
            ]),
        Explanation(
            "image-not-executable",
            meaning: """
                The engine could not start the image's script because the user of the container may not run it, or
                the file does not fit the machine.
                """,
            why: """
                The container runs under another user than the image was made for: OpenShift gives a random one, and
                a fixed one in a manifest grows old (the Server's image changed from 999 to 1999 in 2024.1). Without
                'permission denied', it is a file with the wrong format.
                """,
            confirm: [
                "Compare the user of the container with the one of the image.",
                "$ docker inspect -f \"{{.Config.User}}\" NAME",
                "$ docker image inspect -f \"{{.Config.User}} {{.Architecture}}\" IMAGE",
                "In Kubernetes read the pod's security context.",
                "$ kubectl get pod POD -o jsonpath=\"{.spec.securityContext} {.spec.containers[*].securityContext}\"",
            ],
            fix: [
                "Leave --user, runAsUser and the like out, or give the image's own user.",
                "In OpenShift allow the image's user to this service account.",
                "Give volumes that the old user wrote to the new one (chown).",
            ],
            links: [.octopus(9091), .octopus(8745), .octopus(6585), .helmCharts(2)]),
        Explanation(
            "container-create-failed",
            meaning: """
                The host's runtime could not make the container. What stands after runc is its reason; the image was
                not started.
                """,
            why: """
                A mount that does not exist or may not be made, a user or a file that is not in the image, or a limit
                of the host: memory, processes, security profiles.
                """,
            confirm: [
                "Read the end of the line, and the engine's own events.",
                "$ docker events --since 30m --until 0m --filter container=NAME",
                "$ kubectl describe pod POD",
            ],
            fix: [
                "Correct the mount, user or limit that the message names.",
                "If nothing was changed here, look at the host: full disk, new security profile, upgrade of the runtime.",
            ]),
        Explanation(
            "docker-daemon-missing",
            meaning: """
                Something in the container called Docker, and no daemon answered. Server and Tentacle themselves don't
                need one; steps that run in a container do.
                """,
            why: """
                The Linux images start a Docker daemon of their own inside, which works in a privileged container
                only. Without that right, or when it fails at its start, nobody answers.
                """,
            confirm: [
                "See whether the container is privileged, and what its daemon said.",
                "$ docker inspect -f \"{{.HostConfig.Privileged}}\" NAME",
                "$ docker logs NAME 2>&1 | grep -e \"Docker-in-Docker\" -e level=error -e level=fatal",
            ],
            fix: [
                "If no step needs Docker: set DISABLE_DIND=Y.",
                "If one does: run with --privileged, or let workers outside run those steps.",
            ]),
    ]
}
