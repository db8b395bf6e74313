extension Explanation {
    /// What goes wrong in the Server and its configuration, log-grammar 2, 7 and 9.1.
    static let server: [Explanation] = [
        Explanation(
            "master-key-wrong",
            meaning: """
                The Server read sensitive values from the database and could not decrypt them: they were encrypted
                with another master key. The data is not damaged, only locked.
                """,
            why: """
                A new container ran against an existing database without the key of the first one, and made a key of
                its own; or the key in masterKey (MASTER_KEY) is another installation's. Rarely, a change of the key
                broke off half-way.
                """,
            confirm: [
                "Read where the key came from: 'masterkey not supplied' with an existing database is the proof.",
                "$ docker logs NAME 2>&1 | grep -i \"masterkey\"",
                "Compare fingerprints: octolog prints the one of the key that the first container showed.",
                "$ docker logs OLD_NAME 2>&1 | octolog key > /dev/null",
            ],
            fix: [
                "Recover the key from the log of the FIRST container, before it is removed. Only 2018 Windows images and older ones print it.",
                "$ docker logs OLD_NAME 2>&1 | octolog key --as docker-run",
                "Otherwise ask a container that still works: Linux images with the first command, Windows images with the second.",
                "$ docker exec OLD_NAME /Octopus/Octopus.Server show-master-key --instance OctopusServer",
                "$ docker exec OLD_NAME \"C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe\" show-master-key --console --instance OctopusServer",
                "Look also into a mounted C:\\MasterKey volume. Then make a new container with the key in masterKey (Linux: MASTER_KEY).",
            ],
            links: [.octopus(1661), .octopus(8111)]),
        Explanation(
            "master-key-malformed",
            meaning: """
                What the container was given as its master key is not base64, so it can't be a key at all. The Server
                stopped before it used it.
                """,
            why: """
                Quotes became part of the value, an end was cut (the == are part of the key), a blank or a line break
                came along, or a placeholder was never filled in.
                """,
            confirm: [
                "Look at the length and the ends of the value, not in a shared terminal: 24 characters, the last two ==.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep -i \"^master\"",
            ],
            fix: [
                "Copy the key anew, whole and without quotes. In an .env file: OCTOPUS_MASTER_KEY=KEY and no more.",
                "Let octolog write the line, where the first container's log has the key.",
                "$ docker logs OLD_NAME 2>&1 | octolog key --as compose-env",
            ],
            links: [.octopus(7271)]),
        Explanation(
            "master-key-missing",
            meaning: """
                The database belongs to an installation that exists, and the Server asks for that installation's
                master key. Without it the sensitive values in the database can't be read.
                """,
            why: """
                A Server container is not upgraded in place: a new one takes over the database, and has to be given
                the key of the first. This one was not, or the variable has another name in this image.
                """,
            confirm: [
                "See whether the variable arrived: masterKey in Windows images, MASTER_KEY in Linux ones.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep -i -c \"^master_*key=.\"",
            ],
            fix: [
                "Get the key from the first container, before it is removed: from the log of 2018 Windows images, from C:\\MasterKey if that was mounted, or with show-master-key.",
                "$ docker logs OLD_NAME 2>&1 | octolog key --as docker-run",
                "$ docker exec OLD_NAME /Octopus/Octopus.Server show-master-key --instance OctopusServer",
                "Make the container again with masterKey (Linux: MASTER_KEY).",
                "If the key is lost for good, the sensitive values have to be typed in anew: keep a copy of the next key.",
            ],
            links: [.octopus(6507)]),
        Explanation(
            "master-key-not-shown", isFinding: true,
            meaning: """
                The script ran show-master-key, the command ended well, and no key stands in its output. The container
                may work, but its log will not help at the next upgrade.
                """,
            why: """
                The output went elsewhere or was cut out of the log: a log driver that drops lines, a log that was
                copied by hand, or a filter that removes secrets.
                """,
            confirm: [
                "Read the container's own log instead of the copy.",
                "$ docker logs NAME 2>&1 | octolog key",
            ],
            fix: [
                "Ask the container while it still runs, and put the key into a safe place.",
                "$ docker exec NAME \"C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe\" show-master-key --console --instance OctopusServer",
            ]),
        Explanation(
            "shared-master-key", isFinding: true,
            meaning: """
                This image came with a master key in it, and the container uses that one. Everybody who has the image
                can decrypt what is in this database.
                """,
            why: """
                The first images (September 2016) made their key when the image was built, and fell back to it when
                masterKey was not set. The script itself warns of it.
                """,
            confirm: [
                "Read the script's warning that the key is common to all users of the image.",
                "$ docker logs NAME 2>&1 | grep -i \"common to all users\"",
            ],
            fix: [
                "Move to a newer image and a new installation with a key of its own; the old key opens the old database only.",
                "Treat all passwords, API keys and certificates in the old database as known, and replace them.",
                "Until then keep copies of the database as safe as clear text.",
            ]),
        Explanation(
            "connection-string-missing",
            meaning: """
                The container was not told where its database is. Without that it configures nothing and ends.
                """,
            why: """
                The variable is not set, is empty, or has the name that the other kind of image uses. In Compose an
                undefined variable becomes an empty text.
                """,
            confirm: [
                "See whether the variable arrived, and with a value.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep -i -e connection",
                "In Compose, see what becomes of the file and its .env.",
                "$ docker-compose config",
            ],
            fix: [
                "Windows images: sqlDbConnectionString. Linux images: DB_CONNECTION_STRING.",
                "Its form: Server=db,1433;Initial Catalog=Octopus;User ID=sa;Password=...; and, in a shell, in quotes, because of the semicolons.",
            ]),
        Explanation(
            "license-unreadable",
            meaning: """
                The Server says that the licence has expired. A date in the year 1 means that it could not read the
                licence at all; any other date means what it says.
                """,
            why: """
                The variable holds the licence as plain XML, or cut off, where base64 of that XML is expected; or the
                subscription did end.
                """,
            confirm: [
                "Read the date in the line.",
                "$ docker logs NAME 2>&1 | grep \"subscription expired\"",
                "Decode the value: XML that begins with <License has to come out.",
                "$ echo VALUE | base64 -d | head -c 40",
            ],
            fix: [
                "Encode the licence anew, without line breaks, and give it as OCTOPUS_SERVER_BASE64_LICENSE (Linux) or LicenceBase64 (Windows).",
                "$ base64 -w0 license.xml",
                "If it did expire, get a new one and enter it.",
            ]),
        Explanation(
            "license-check-crashed",
            meaning: """
                Before the upgrade the Server wanted to know whether the licence covers the new version, and that check
                itself broke. It says nothing about the licence, and nothing was upgraded.
                """,
            why: """
                The check reads the database in the old schema and stumbles over something there, in some steps from
                one version to another.
                """,
            confirm: [
                "Read the exception after the line. A login or connection error there is the cause to look up instead.",
                "$ docker logs NAME 2>&1 | grep -A 10 \"Could not check whether this upgrade\"",
            ],
            fix: [
                "Make sure that the licence covers the new version: nothing will check it now.",
                "Run the database command of the new image once by hand, with its --upgrade and --skipLicenseCheck, then start the container again.",
                "Or upgrade by way of a version in between.",
            ],
            links: [.octopus(4739)]),
        Explanation(
            "web-port-in-use",
            meaning: """
                The Server could not open its web port or its port for Tentacles, because something listens there
                already.
                """,
            why: """
                A second instance of the Server runs in the same container, or, with the host's network, another
                process on the host has the port. Ports inside a container do not clash with those of other
                containers; published ports do, but then the engine refuses and there is no log.
                """,
            confirm: [
                "See how the container is attached: the network 'host' makes the host's ports its own.",
                "$ docker inspect -f \"{{.HostConfig.NetworkMode}}\" NAME",
                "See who listens: 81 (Windows images) or 8080 (Linux), and 10943.",
                "$ docker exec NAME netstat -an",
            ],
            fix: [
                "Stop the other instance: run one Server per container, started by the image's own script.",
                "Leave the host's network, and publish the ports with -p.",
                "If the port was still held by the process before, start the container once more.",
            ],
            links: [.octopus(313)]),
        Explanation(
            "server-activation-failed",
            meaning: """
                The Server failed while it put its parts together, before it did any work. The line names the part;
                the reason is the innermost exception after it.
                """,
            why: """
                Nearly always a part that reads its settings at the start: the database, a certificate, the master
                key, a folder. This line is the wrapping.
                """,
            confirm: [
                "Read the exceptions after the line down to the last one.",
                "$ docker logs NAME 2>&1 | grep -A 40 \"An exception was thrown while activating\"",
                "Log files say more: C:\\Octopus\\Logs in Windows images.",
            ],
            fix: [
                "Mend what the innermost exception names, then start the container again.",
                "If it began with a new image, go back to the one before, and report it with the whole exception.",
            ],
            links: [.octopus(9145)]),
        Explanation(
            "stray-file",
            meaning: """
                The Server reads every file in its folder of instances, and met one that is not its own. It took that
                one for JSON and failed at its first character.
                """,
            why: """
                The folder is a mounted one, and a file manager or a sync tool left a file in it, such as .DS_Store
                or .directory.
                """,
            confirm: [
                "List the mounted folders with their hidden files.",
                "$ docker inspect -f \"{{range .Mounts}}{{println .Source}}{{end}}\" NAME",
                "$ find FOLDER -name \".*\" -type f",
            ],
            fix: [
                "Delete the stray file, and start the container again.",
                "Use a named volume instead of a folder of the desktop.",
            ],
            links: [.octopus(9755)]),
        Explanation(
            "credentials-change-refused",
            meaning: """
                The container was given an administrator's name or password, but its installation exists already. The
                script does not change it, and stops so that nobody believes it did.
                """,
            why: """
                Images of autumn 2018 accept OctopusAdminUsername and OctopusAdminPassword at the first start only. A
                master key or an existing configuration means to them that it is not the first.
                """,
            confirm: [
                "See whether these variables and masterKey are set together.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" NAME | grep -i -o -e \"^OctopusAdmin[a-z]*\" -e \"^masterKey\"",
            ],
            fix: [
                "Make the container again without OctopusAdminUsername and OctopusAdminPassword.",
                "To change the password, run the admin command in a running container.",
                "$ docker exec NAME \"C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe\" admin --console --instance OctopusServer --username USER --password PASSWORD",
            ]),
    ]
}
