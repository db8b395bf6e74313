extension Explanation {
    /// What goes wrong in a Tentacle and in the Kubernetes agent, log-grammar 3 to 6 and 9.2.
    static let tentacle: [Explanation] = tentacleConfiguration + tentacleRegistration + tentacleConnection + agent

    /// What the script of a Tentacle refuses before it calls the server.
    private static let tentacleConfiguration: [Explanation] = [
        Explanation(
            "variable-missing",
            meaning: """
                The script checked its variables and found one missing that it can't do without. It changed nothing
                and ended; the line names the variable.
                """,
            why: """
                The variable is not set, empty, or spelt otherwise: in Linux containers capitals count. In Compose
                and Kubernetes a name that resolves to nothing gives an empty value.
                """,
            confirm: [
                "See which variables arrived; the names only, because the values are secrets.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | cut -d= -f1",
                "In Compose, see what becomes of the file and its .env.",
                "$ docker-compose config",
            ],
            fix: [
                "Set the variable that the line names, and make a new container: a restart keeps the old variables.",
                "A target needs ServerUrl, TargetEnvironment, TargetRole and credentials; a worker has TargetWorkerPool (Kubernetes agent: WorkerPools) in place of environment and role.",
            ]),
        Explanation(
            "variable-conflict",
            meaning: """
                Two variables were set that exclude each other, and the script does not guess which one is meant.
                """,
            why: """
                A container is either a deployment target, with environments and roles, or a worker, with worker
                pools. Mostly one was turned into the other and the old variables stayed, for example in a shared
                .env file.
                """,
            confirm: [
                "See which of them are set.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep -i -e ^Target -e ^Worker -e ^DeploymentTarget",
            ],
            fix: [
                "Target: leave TargetWorkerPool out. Worker: leave TargetEnvironment and TargetRole out.",
                "Kubernetes agent: enable one of WorkerEnabled and DeploymentTargetEnabled.",
                "To have both, run two containers with two names.",
            ]),
        Explanation(
            "credentials-missing",
            meaning: """
                The Tentacle has nothing to prove to the server who it is, so the script does not try to register.
                """,
            why: """
                Neither ServerApiKey nor the pair of ServerUsername and ServerPassword is set (newer images also take
                BearerToken). One half of the pair is not enough, and a secret that does not exist gives an empty
                value.
                """,
            confirm: [
                "See which of them arrived; the names only.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | cut -d= -f1 | grep -i -e ^Server -e ^Bearer",
            ],
            fix: [
                "Set ServerApiKey to a key of an account that may register machines; or set both ServerUsername and ServerPassword.",
                "Prefer the API key of a service account with few rights: Windows images before 6.1.1263 print it in their log.",
            ]),
        Explanation(
            "multiple-credentials",
            meaning: """
                The Tentacle was given several ways to log in and does not choose between them. The server was not
                called.
                """,
            why: """
                An API key and a username, or a bearer token, are set together: often one comes from a shared file
                and the other from the container's own settings.
                """,
            confirm: [
                "See which of them are set; the names only.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | cut -d= -f1 | grep -i -e ^Server -e ^Bearer",
            ],
            fix: [
                "Keep one: ServerApiKey, or BearerToken, or ServerUsername with ServerPassword.",
                "Make a new container without the others.",
            ]),
        Explanation(
            "restart-refused",
            meaning: """
                This container was configured before, and this image refuses to start such a container again: it ends
                with exit code 1. The Tentacle is not broken; it is just not started.
                """,
            why: """
                Linux Tentacle images before 6.1.693 take the mark of their first configuration
                (/etc/octopus/.configuredSemaphore) for an error. With a restart policy the container ends again and
                again.
                """,
            confirm: [
                "The last line is 'Octopus Tentacle is already configured.', without 'Skipping reconfiguration.'.",
                "$ docker logs --tail 3 NAME 2>&1",
                "$ docker inspect -f \"{{.Config.Image}} {{.RestartCount}}\" NAME",
            ],
            fix: [
                "Use an image of 6.1.693 or later: it skips the configuration and goes on.",
                "Until then make a new container instead of restarting this one, with the same TargetName so that no second machine comes up.",
            ],
            links: [.tentacle(297)]),
        Explanation(
            "certificate-missing",
            meaning: """
                The Tentacle was to register or to run and has no certificate, without which the server can't know
                it.
                """,
            why: """
                The step that makes the certificate (new-certificate) failed or was skipped, or what it wrote was not
                kept: a configuration volume that is read-only, or one that was emptied.
                """,
            confirm: [
                "See whether 'Creating certificate' was followed by a thumbprint.",
                "$ docker logs NAME 2>&1 | grep -A 5 -i \"certificate\"",
                "See whether the configuration's folder is mounted, and may be written.",
                "$ docker inspect -f \"{{range .Mounts}}{{println .Destination .RW}}{{end}}\" NAME",
            ],
            fix: [
                "Make the volume writable for the container's user, or leave it out.",
                "Then make a new container, so that the script goes through all its steps.",
            ]),
        Explanation(
            "certificate-store-owner",
            meaning: """
                The folder in which .NET keeps certificates (x509stores) belongs to another user than the one who runs
                the program, so it refuses to use it.
                """,
            why: """
                The folder is on a volume that another user wrote: root in an older image, another numeric user in
                Kubernetes or OpenShift, or a folder of the host.
                """,
            confirm: [
                "See who the program is, and who owns the folder that the line names.",
                "$ docker exec NAME id",
                "$ docker exec NAME ls -ldn FOLDER",
            ],
            fix: [
                "Give the folder to that user, on the host or from a container that runs as root.",
                "$ sudo chown -R UID FOLDER",
                "Or run the container as the folder's owner.",
                "Don't run it as root now and then: what root writes is lost to the other user.",
            ]),
    ]

    /// What the server minds when a Tentacle registers.
    private static let tentacleRegistration: [Explanation] = [
        Explanation(
            "api-key-rejected",
            meaning: """
                The server was reached, and did not accept the credentials. Nothing was registered.
                """,
            why: """
                The API key is wrong, cut, expired or revoked, or its account was disabled; or it is the key of
                another server. Keys in images and old Compose files grow old unnoticed.
                """,
            confirm: [
                "Try the key from any machine: a valid one answers with the account's name.",
                "$ curl -s -H \"X-Octopus-ApiKey: KEY\" SERVER/api/users/me",
                "Check that ServerUrl in the log is the server that the key is from.",
                "$ docker logs NAME 2>&1 | grep \"server endpoint\"",
            ],
            fix: [
                "Make a new key, best for a service account, and give it as ServerApiKey.",
                "Make a new container; the variables of an old one can't be changed.",
                "Revoke the old key if it may have been read: older Windows images print it.",
            ]),
        Explanation(
            "request-refused",
            meaning: """
                The server understood the registration and refused it. The lines after it, with a dash, say what it
                minds.
                """,
            why: """
                The combination does not exist for the server: a worker pool that can't take workers, a role or tenant
                that does not fit, a limit of the licence.
                """,
            confirm: [
                "Read the lines with a dash.",
                "$ docker logs NAME 2>&1 | grep -A 5 \"There was a problem with your request\"",
            ],
            fix: [
                "Change what they name: in the container's variables, or on the server.",
                "For a worker: choose a pool of static workers; pools that the vendor runs take no machines.",
            ],
            links: [.tentacle(331)]),
        Explanation(
            "not-found-on-server",
            meaning: """
                The registration names something that the server does not have, or does not show to this account: the
                line says what and by which name.
                """,
            why: """
                It is misspelt, was renamed, or is in another space than the one that the Tentacle registers in. The
                server says the same when it exists and the account may not see it.
                """,
            confirm: [
                "Compare the names in the container's banner with the server's.",
                "$ docker logs NAME 2>&1 | grep -e \" - environment\" -e \" - role\" -e \" - worker pool\" -e \" - tenant\" -e \" - space\"",
                "Log in as that account: what it can't see, it can't name.",
            ],
            fix: [
                "Create it in that space, or correct TargetEnvironment, TargetWorkerPool or what the line names.",
                "Set Space where the server has several.",
                "Give the account the right to see it.",
            ]),
        Explanation(
            "space-not-found",
            meaning: """
                The server has no space of that name for this account; or none was named, and the default space is
                disabled or closed to it.
                """,
            why: """
                Space is misspelt or missing, the space was renamed, or the account is in no team of it. Newer images
                use Default when Space is not set.
                """,
            confirm: [
                "See which space the container registers in.",
                "$ docker logs NAME 2>&1 | grep \" - space\"",
                "List the spaces that the account sees.",
                "$ curl -s -H \"X-Octopus-ApiKey: KEY\" SERVER/api/spaces/all",
            ],
            fix: [
                "Set Space to one of those names.",
                "Add the account to a team of the space, with the right to create machines.",
            ]),
        Explanation(
            "machine-name-taken",
            meaning: """
                The server has a machine of that name, and this registration was not allowed to take it over. Nothing
                was changed.
                """,
            why: """
                The name is that of another container, or of one that is gone: nothing deregisters. The images'
                scripts take machines over (--force), so this one was registered by hand or by an agent.
                """,
            confirm: [
                "See on the server whether the machine is online, and whether its thumbprint is this container's.",
                "$ docker exec NAME tentacle show-thumbprint --instance Tentacle",
            ],
            fix: [
                "If the machine is a dead one, delete it on the server, and register again.",
                "If it is alive, give this one a name of its own: TargetName, or the agent's name in Helm.",
                "If both are the same, register with --force.",
            ],
            links: [.octopus(1182)]),
        Explanation(
            "server-version-mismatch",
            meaning: """
                Tentacle and server are of versions that don't talk to each other, or the server did not say which
                version it has.
                """,
            why: """
                A Tentacle has to be of the server's major version or an earlier one within reach. Where the version
                can't be found out, often something else answers at ServerUrl: a proxy's login page, or an error
                page.
                """,
            confirm: [
                "Ask the server for its version; a server answers with JSON.",
                "$ curl -s SERVER/api",
                "$ docker inspect -f \"{{.Config.Image}}\" NAME",
            ],
            fix: [
                "Use a Tentacle image that goes with the server, and give its version in the tag.",
                "If no JSON comes, correct ServerUrl, or let the proxy pass /api.",
            ]),
        Explanation(
            "not-registered",
            meaning: """
                The Tentacle runs and trusts no server, so none can give it work. It never registered, or its trust
                was reset.
                """,
            why: """
                The registration failed in an earlier start and the program was started all the same, or the
                configuration comes from a volume in which only the first half of the steps was done.
                """,
            confirm: [
                "See whether any start says 'Machine registered successfully'.",
                "$ docker logs NAME 2>&1 | grep -e \"Registering\" -e \"registered successfully\"",
            ],
            fix: [
                "Find the first start's failure, with octolog, and mend it.",
                "Make a new container, with an empty configuration volume if it has one.",
            ]),
    ]

    /// What keeps a Tentacle and its server apart.
    private static let tentacleConnection: [Explanation] = [
        Explanation(
            "server-not-ready",
            meaning: """
                The Tentacle called the Octopus Server, and the Server's own log says that it was ready only after
                that. Address and credentials may be right.
                """,
            why: """
                Both containers started together. The Server needs minutes at its first start and at an upgrade, the
                Tentacle's script seconds, and it tries a few times only.
                """,
            confirm: [
                "Read both logs together: the failure must stand before the Server's ready line.",
                "$ docker logs -t SERVER_NAME 2>&1 | grep \"Web server is ready\"",
                "Start the Tentacle's container again: if it registers now, this was it.",
                "$ docker start NAME",
            ],
            fix: [
                "Give the Tentacle depends_on with condition: service_healthy on the Server.",
                "Or a restart policy: on-failure. A Linux Tentacle has to be 6.1.693 or later to be restarted once it is configured.",
            ]),
        Explanation(
            "server-port-unreachable",
            meaning: """
                The server's web address may be right, but its port for polling Tentacles could not be reached. The
                Tentacle tried five times.
                """,
            why: """
                Polling uses a port of its own, 10943 unless changed. A firewall, a load balancer that passes 443
                only, or a Server container that does not publish the port is in the way.
                """,
            confirm: [
                "Try the port from the Tentacle's network: a Linux host first, a Windows container second.",
                "$ nc -vz SERVER_HOST 10943",
                "$ docker exec NAME powershell Test-NetConnection SERVER_HOST -Port 10943",
                "See whether the Server's container publishes it.",
                "$ docker port SERVER_NAME",
            ],
            fix: [
                "Open and publish 10943 on the server, and let load balancers pass it as plain TCP.",
                "If the server has another port there, set ServerPort to it.",
                "Or use listening mode: leave ServerPort out, and the server calls the Tentacle on 10933.",
            ]),
        Explanation(
            "not-an-octopus-server",
            meaning: """
                Something answers at the address for polling Tentacles, but not as an Octopus Server does. The line
                has the address and what came back.
                """,
            why: """
                The port is the web port or another service's, or a proxy ends TLS before the server: then the
                certificates, by which the two know each other, don't get through.
                """,
            confirm: [
                "See whose certificate comes: the server's own is self-signed, its subject names Octopus.",
                "$ openssl s_client -connect SERVER_HOST:10943 < /dev/null | head -20",
            ],
            fix: [
                "Correct ServerPort, or the server's address for Tentacles.",
                "Let the proxy or load balancer pass the port as plain TCP, TLS untouched.",
            ],
            links: [.octopus(2134)]),
        Explanation(
            "server-certificate-untrusted",
            meaning: """
                The server's HTTPS certificate was signed by somebody whom the container does not trust. The Tentacle
                called off the registration.
                """,
            why: """
                The server has a certificate of a company's own authority, or a proxy on the way puts its own in. The
                host may trust it; the container has a store of its own and does not.
                """,
            confirm: [
                "See who signed it, and compare the thumbprint in the log.",
                "$ openssl s_client -connect SERVER_HOST:443 -showcerts < /dev/null",
                "$ docker logs NAME 2>&1 | grep -A 3 \"certificate errors were encountered\"",
            ],
            fix: [
                "Put the authority's certificate into the image's store: in Linux images with update-ca-certificates, in Windows ones with Import-Certificate.",
                "In Kubernetes give it to the agent's chart, which has a value for it.",
                "If an intermediate certificate is missing, mend the server's chain instead.",
            ],
            links: [.helmCharts(282)]),
        Explanation(
            "server-tls-too-old",
            meaning: """
                The server and the image found no version of TLS or no signature that both accept. The other side
                broke the connection off.
                """,
            why: """
                The Server runs on an old Windows (2012 R2), or its certificate for Tentacles is of the SHA-1 kind
                that it made years ago. Newer Linux images refuse both.
                """,
            confirm: [
                "See what the server offers.",
                "$ openssl s_client -connect SERVER_HOST:10943 -tls1_2 < /dev/null",
                "On the server, look at its certificate's signature: sha1RSA is the old kind.",
            ],
            fix: [
                "Give the server a new certificate, which is SHA-256; the Tentacles have to be told its thumbprint.",
                "Move the Server to a newer Windows or to a container.",
                "Until then use an older Tentacle image.",
            ]),
        Explanation(
            "connection-refused",
            meaning: """
                The other side's machine answered that nobody listens on that port. The line has the address.
                """,
            why: """
                The server is down or still starting, the port is wrong, or it is not published. localhost in an
                address means the container itself, where no server is.
                """,
            confirm: [
                "See whether the server runs, and whether its port is published.",
                "$ docker ps --format \"{{.Names}} {{.Status}} {{.Ports}}\"",
                "Read both logs together: octolog then tells whether the server was just not ready.",
                "$ octolog server.log tentacle.log",
            ],
            fix: [
                "Start the server, or wait for it: depends_on with condition: service_healthy.",
                "Correct the host and port in ServerUrl and ServerPort; between containers use the service's name, not localhost.",
            ]),
        Explanation(
            "connection-reset",
            meaning: """
                The connection was made, and the other side cut it. Between Octopus programs that mostly says: I don't
                trust your certificate.
                """,
            why: """
                Each side knows the other by its thumbprint. The machine on the server belongs to another container
                now, was deleted, or the certificate is new because the configuration was not kept. A restart of the
                other side or a firewall can do it too.
                """,
            confirm: [
                "Compare the thumbprint in the line (this side's own) with the machine's on the server.",
                "$ docker logs NAME 2>&1 | grep \"reset the connection\"",
                "Find out whether another container registered under the name since.",
                "$ octolog registrations tentacle-1.log tentacle-2.log",
            ],
            fix: [
                "Give each container its own TargetName, then make this one anew, so that it registers again.",
                "To keep the identity when containers are made anew, keep the configuration on a volume (Linux: /etc/octopus), one for each.",
                "If it came once only, the other side was restarted: nothing to do.",
            ]),
        Explanation(
            "thumbprint-untrusted",
            meaning: """
                A client called and showed a certificate that this Tentacle does not trust, so it was turned away. The
                line has its thumbprint.
                """,
            why: """
                The server's certificate was changed, the server was built anew, or another server still has this
                machine in its list and calls it. A new Server container with an empty database has a new
                certificate.
                """,
            confirm: [
                "Compare the thumbprint in the line with the server's, which its web pages show, and with the one that the Tentacle trusts.",
                "$ docker logs NAME 2>&1 | grep -e \"thumbprints that we trust\" -e \"trust Octopus Servers\"",
                "Find out who calls: the address stands at the beginning of the line.",
            ],
            fix: [
                "If it is your server: make the Tentacle's container anew, so that it registers and trusts again.",
                "Or tell it the thumbprint, and restart it (Windows images: Tentacle.exe).",
                "$ docker exec NAME tentacle configure --instance Tentacle --trust THUMBPRINT",
                "If it is another server: delete the machine there. Don't trust a thumbprint that you can't place.",
            ]),
    ]

    /// What goes wrong on the nodes of a Kubernetes agent.
    private static let agent: [Explanation] = [
        Explanation(
            "wrong-architecture",
            meaning: """
                The node's processor can't run the program: it was built for another kind. Nothing in it was
                executed.
                """,
            why: """
                The cluster has nodes of several kinds, such as amd64 and arm64, and the pod landed on the wrong one;
                or the image was fetched or copied for one kind only.
                """,
            confirm: [
                "Compare the node's kind with the image's.",
                "$ kubectl get nodes -L kubernetes.io/arch",
                "$ kubectl get pod POD -o wide",
                "$ docker image inspect -f \"{{.Os}}/{{.Architecture}}\" IMAGE",
            ],
            fix: [
                "Use a tag that has the node's architecture.",
                "Or keep the pods on nodes that fit: nodeSelector with kubernetes.io/arch, also for the script pods.",
                "An image in a registry of your own: copy it with all its architectures.",
            ]),
        Explanation(
            "script-pod-failed",
            meaning: """
                The agent ran a step in a pod of its own and lost that pod, or lines of its log. It can't say how the
                step went; it may have done its work.
                """,
            why: """
                The pod was evicted, killed for its memory or deleted with its node; or the node turned the pod's log
                over while the agent read it, which happens when a step prints very much.
                """,
            confirm: [
                "See what became of the pod; events are gone after an hour.",
                "$ kubectl get events -n NAMESPACE --sort-by=.lastTimestamp",
                "$ kubectl get pods -n NAMESPACE | grep octopus-script",
            ],
            fix: [
                "Check what the step did, then run the deployment again.",
                "Give script pods enough memory, and keep them off nodes that come and go.",
                "Let the step print less, or raise the kubelet's containerLogMaxSize.",
            ]),
    ]
}
