extension Explanation {
    /// What duplicate registrations do and how they come about, log-grammar 12.
    static let registration: [Explanation] = [
        Explanation(
            "same-name", title: "Several containers registered under one name",
            meaning: """
                The server keeps one machine per name in a space. The last container that registered took the machine
                over, with its address, certificate, roles and environments; deployments don't reach the others any
                more, and nobody is told.
                """,
            why: """
                TargetName is fixed, and the service was scaled, started on two hosts, or replaced by a new container
                while the old one went on. The images register with --force, which updates a machine of that name
                instead of complaining.
                """,
            confirm: [
                "Let octolog list who registered that name, and when.",
                "$ octolog registrations tentacle-1.log tentacle-2.log",
                "See which of these containers still run.",
                "$ docker ps -a --filter name=NAME",
                "Compare the machine's thumbprint on the server with the one each container has.",
                "$ docker exec NAME tentacle show-thumbprint --instance Tentacle",
            ],
            fix: [
                "Give each container its own TargetName, or run one only.",
                "If one of them was replaced on purpose, remove the old container: then no harm is done.",
                "The one that is to keep the name has to register last: make it anew after the others are stopped.",
            ],
            links: [.octopus(1182), .octopus(2931), .octopus(4391)]),
        Explanation(
            "same-thumbprint", title: "Machines of several names share one certificate",
            meaning: """
                The server tells Tentacles apart by their certificates' thumbprints. Machines that share one are the
                same Tentacle to it: work for one can run on the other, and is reported as done where it was not.
                """,
            why: """
                Normally each new container makes a certificate of its own. Several share one when they mount the same
                configuration volume, were made from a copied one or a committed image, or were given the same
                certificate to import.
                """,
            confirm: [
                "See the names and containers behind the thumbprint.",
                "$ octolog registrations --json 'logs/*.log'",
                "Compare what the containers have, and what they mount.",
                "$ docker exec NAME tentacle show-thumbprint --instance Tentacle",
                "$ docker inspect -f \"{{range .Mounts}}{{println .Name .Source .Destination}}{{end}}\" NAME",
            ],
            fix: [
                "Stop deploying to these machines: a green result may be false.",
                "Give each container its own configuration volume (Linux: /etc/octopus), or none.",
                "Delete the machines on the server, remove the containers, and let new ones register.",
            ],
            links: [.octopus(6538)]),
        Explanation(
            "same-subscription", title: "Machines of several names poll with one subscription",
            meaning: """
                A polling Tentacle fetches its work under a subscription id (poll://...). Machines that share one take
                each other's messages: whichever polls first gets the work.
                """,
            why: """
                The id is made at the registration and kept in the configuration. A configuration that was copied, a
                volume that several containers mount, or one subscription id that was given to several carries it over.
                """,
            confirm: [
                "See the names and containers behind the subscription.",
                "$ octolog registrations tentacle-1.log tentacle-2.log",
                "Compare what each container polls for.",
                "$ docker logs NAME 2>&1 | grep \"for subscription poll://\"",
            ],
            fix: [
                "Stop all but one of the containers at once: until then nobody can say where a deployment runs.",
                "Give each its own configuration volume, and no subscription id by hand.",
                "Delete the machines on the server, and let new containers register.",
            ],
            links: [.octopus(6538)]),
        Explanation(
            "same-endpoint", title: "Several machines have one address",
            meaning: """
                The server calls a listening Tentacle at the address that it registered. Several machines have the same
                one, so all of them are the one container that answers there; the others get nothing.
                """,
            why: """
                CustomPublicHostName, or the host's public IP or name, is the same for all containers of a host, and
                the port was not told apart. Only one can have the published port.
                """,
            confirm: [
                "See the machines and containers behind the address.",
                "$ octolog registrations tentacle-1.log tentacle-2.log",
                "See which container has the port on the host.",
                "$ docker ps --format \"{{.Names}} {{.Ports}}\"",
            ],
            fix: [
                "Give each container its own published port, and the same number as ListeningPort.",
                "Or its own CustomPublicHostName, if each has an address of its own.",
                "Or let them poll: set ServerPort, and no address is needed.",
                "Then delete the machines on the server, and make the containers anew.",
            ]),
        Explanation(
            "registered-again", title: "A container registered more than once",
            meaning: """
                One container configured itself and registered, and later did so again. The server has still one
                machine for it, but what was changed on the server by hand (roles, environments, tenants) was
                overwritten.
                """,
            why: """
                The images leave a mark when all went well, and skip the registration from then on. The mark is
                missing when the first configuration did not come to its end, or when it was deleted to force it.
                """,
            confirm: [
                "See whether the first start ended with 'Configuration successful'.",
                "$ docker logs NAME 2>&1 | octolog",
                "Look for the mark: the first command is for Linux images, the second for Windows ones.",
                "$ docker exec NAME ls -l /etc/octopus/.configuredSemaphore",
                "$ docker exec NAME cmd /c dir C:\\octopus-configuration.initstate",
            ],
            fix: [
                "Nothing, if the first start failed and the second did not.",
                "If it happens at every start, mend what fails after the registration: octolog names it.",
                "Set roles, environments and tenants in the container's variables, not by hand on the server.",
            ],
            links: [.octopus(4391)]),
        Explanation(
            "ghost", title: "New containers left dead machines on the server",
            meaning: """
                Containers registered one after another, each under a new name. No image deregisters when it stops, so
                the server keeps a machine for each of them that is gone; deployments to their role fail or wait.
                """,
            why: """
                Without TargetName the name is the container's host name, which is its id: new with each docker run,
                docker-compose up --force-recreate, scaling or move to another node. Restarting a container does not
                do it.
                """,
            confirm: [
                "See the names that registered, and compare them with the containers that live.",
                "$ octolog registrations 'logs/*.log'",
                "$ docker ps --format \"{{.ID}} {{.Names}}\"",
                "On the server, look for offline machines whose names are 12 hexadecimal digits.",
            ],
            fix: [
                "Set TargetName: a new container then takes over its predecessor's machine.",
                "For containers that are scaled, let a machine policy on the server delete machines that are gone.",
                "Or deregister before you remove one: deregister-from with the server and an API key (Windows images: Tentacle.exe).",
                "$ docker exec NAME tentacle deregister-from --instance Tentacle --server URL --apiKey KEY",
            ],
            links: [.octopus(3329)]),
        Explanation(
            "tentacle-registered-twice",
            meaning: """
                The server has several machines with this Tentacle's certificate, so a command that is about one
                machine can't tell which.
                """,
            why: """
                The same configuration registered under several names: a container was made anew with its old volume
                and another TargetName, or a volume is shared.
                """,
            confirm: [
                "Let octolog list who registered with that thumbprint.",
                "$ octolog registrations tentacle-1.log tentacle-2.log",
                "On the server, look for machines with this thumbprint.",
                "$ docker exec NAME tentacle show-thumbprint --instance Tentacle",
            ],
            fix: [
                "Delete the machines that are not wanted, on the server.",
                "Or take all of them away and register anew (Windows images: Tentacle.exe).",
                "$ docker exec NAME tentacle deregister-from --instance Tentacle --server URL --apiKey KEY --multiple",
                "Give each container a configuration volume of its own.",
            ],
            links: [.octopus(6538)]),
    ]
}
