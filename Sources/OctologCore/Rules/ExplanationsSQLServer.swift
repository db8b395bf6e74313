extension Explanation {
    /// What goes wrong in SQL Server's containers, log-grammar 8 and 9.3.
    static let sqlServer: [Explanation] = [
        Explanation(
            "sql-password-mismatch",
            meaning: """
                SQL Server knows the login, and the password that came with it is not the one it has (error 18456,
                state 8).
                """,
            why: """
                The database's volume keeps the SA password of its first start; a later SA_PASSWORD
                (MSSQL_SA_PASSWORD) does not change it. Or the connection string has another password than the
                database's container, or a sign of it was lost in a shell, a .env file or YAML.
                """,
            confirm: [
                "See whether the database was made with a volume from before.",
                "$ docker inspect -f \"{{range .Mounts}}{{println .Name .Source .Destination}}{{end}}\" DB",
                "Try the password by hand; images from 2022 on may have it in /opt/mssql-tools18/bin and need -C.",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select 1\"",
            ],
            fix: [
                "Put the password that the volume has into the connection string (sqlDbConnectionString; Linux: DB_CONNECTION_STRING).",
                "Or, with a login that works, set it anew: ALTER LOGIN sa WITH PASSWORD = '...'.",
                "If the data is worth nothing, remove the volume, and the next start takes SA_PASSWORD.",
            ]),
        Explanation(
            "sql-login-unknown",
            meaning: """
                Somebody logged in with a name that SQL Server does not have (error 18456, state 5). The password was
                not even looked at.
                """,
            why: """
                User ID in the connection string is misspelt or another server's, or the login was made in a volume
                that is not mounted here. A database that was restored elsewhere brings its users along, not the
                logins.
                """,
            confirm: [
                "List the logins.",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select name from sys.server_principals\"",
            ],
            fix: [
                "Correct User ID in the connection string.",
                "Or create the login, and tie the database's user to it: CREATE LOGIN, then ALTER USER ... WITH LOGIN.",
            ]),
        Explanation(
            "sql-login-too-early",
            meaning: """
                SQL Server refused a login because it was not done with its own start: it had not set the SA password
                yet, or was upgrading its system databases (18456 state 7, or 18401).
                """,
            why: """
                At the first start SQL Server can take connections some seconds before the SA password holds. A
                health check or a Server that comes in that time is refused. If the refusals go on, the password may
                be too weak to be set.
                """,
            confirm: [
                "See whether refusals end some seconds after the line that SQL Server is ready.",
                "$ docker logs DB 2>&1 | grep -e \"now ready for client\" -e \"Error: 18456\" -e \"Error: 18401\"",
            ],
            fix: [
                "Nothing, if the login came through afterwards.",
                "Let the Server wait for a health check that logs in (sqlcmd, select 1), not for the open port.",
                "If they go on for minutes, look for sa-password-weak in the same log.",
            ]),
        Explanation(
            "sql-login-refused",
            meaning: """
                SQL Server refused a login for another reason than a wrong password or an unknown name. The line says
                it in words, and the line before has its state number.
                """,
            why: """
                There are many: the database of the connection string does not exist or may not be opened (often
                state 38), the login is disabled or locked, only another kind of login is allowed.
                """,
            confirm: [
                "Read the error and the reason together; they have the same time.",
                "$ docker logs DB 2>&1 | grep -A 1 \"Error: 18456\"",
                "Find out whose login it was: the client's address is at the end of the line.",
                "$ docker inspect -f \"{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}\" NAME",
            ],
            fix: [
                "Look the state up in Microsoft's list for error 18456, and mend what it names.",
                "State 38: create the database, or correct its name in the connection string.",
                "If the client is none of yours, close the port to the outside.",
            ]),
        Explanation(
            "sa-password-weak",
            meaning: """
                SQL Server did not accept the SA password that it was given, and gave up setting itself up. No login
                will work.
                """,
            why: """
                The password is shorter than 8 characters, or has fewer than three of the four kinds: upper case,
                lower case, digits, signs. It can also have lost a sign on its way: a $ in Compose, a ! in a shell.
                """,
            confirm: [
                "Read whether it is too short or not complex enough.",
                "$ docker logs DB 2>&1 | grep -i -e \"password validation\" -e \"password policy\" -e 33064",
                "See what arrived, not in a shared terminal.",
                "$ docker inspect -f \"{{range .Config.Env}}{{println .}}{{end}}\" DB | grep -i sa_password",
            ],
            fix: [
                "Choose another one, for SA_PASSWORD (MSSQL_SA_PASSWORD) and for the Server's connection string alike; no quotes or semicolons in it.",
                "Remove the container and its half-made volume, if there is no data in it yet, then start anew.",
                "In Compose write $$ for $.",
            ], links: [.sqlServer(330)]),
        Explanation(
            "sql-setup-failed",
            meaning: """
                SQL Server's first start stopped while it set itself up. The line is the end of it, not the reason.
                """,
            why: """
                Most often the SA password was too weak, which is said in a line before. Otherwise its folder can't be
                written, the disk is full, or the volume has files of another version.
                """,
            confirm: [
                "Read the lines before it.",
                "$ docker logs DB 2>&1 | octolog",
                "Read the setup's own log, also from a container that has stopped.",
                "$ docker cp DB:/var/opt/mssql/log .",
            ],
            fix: [
                "Mend what they name, above all the SA password.",
                "Start anew with an empty volume: what a broken setup leaves behind can make the next start fail too.",
            ]),
        Explanation(
            "sql-memory-too-small",
            meaning: """
                SQL Server looked how much memory it has, found too little, and did not start.
                """,
            why: """
                The container's limit, or the machine that Docker runs in, is under 2 GB (3.25 GB with images before
                about October 2017). Docker on a desktop often has 2 GB for all containers together.
                """,
            confirm: [
                "Ask for the container's limit (0 is none) and the engine's memory, both in bytes.",
                "$ docker inspect -f \"{{.HostConfig.Memory}}\" DB",
                "$ docker info -f \"{{.MemTotal}}\"",
            ],
            fix: [
                "Give the container 2 GB or more, and 4 GB to Docker's machine if the Server runs there too.",
                "Use a newer image if the line asks for 3250 megabytes.",
            ]),
        Explanation(
            "sql-evaluation-expired",
            meaning: """
                The image is an evaluation of SQL Server whose time is over. It does not start any more; the data in
                the volume is whole.
                """,
            why: """
                Preview images stop at a fixed date, wherever and whenever they are started. A container that has run
                for months shows it at its next restart.
                """,
            confirm: [
                "See the edition and version that the log names, and the days that were left before.",
                "$ docker logs DB 2>&1 | grep -i -e evaluation -e \"Microsoft SQL Server\"",
            ],
            fix: [
                "Use the tag of a release, of the same version or a later one, with the same volume.",
                "Set MSSQL_PID to the edition that you may use: Express and Developer cost nothing.",
                "Back the volume up before: a later SQL Server converts the databases, and there is no way back.",
            ]),
        Explanation(
            "sql-volume-denied",
            meaning: """
                SQL Server may not write the folder that is mounted at /var/opt/mssql. It can't put its system
                databases there.
                """,
            why: """
                Images since 2019 run as the user mssql (10001) and not as root. A folder of the host, or a volume
                that an older image wrote as root, belongs to somebody else.
                """,
            confirm: [
                "See who the container is, and who owns the folder.",
                "$ docker logs DB 2>&1 | grep -e \"running as user\" -e \"owned by\"",
                "$ ls -ln FOLDER",
            ],
            fix: [
                "On a Linux host give the folder to the image's user.",
                "$ sudo chown -R 10001:0 FOLDER",
                "In Kubernetes set fsGroup: 10001 in the pod's security context.",
                "Or use a named volume; Docker fills a new one with the right owner.",
            ]),
        Explanation(
            "sql-command-invalid",
            meaning: """
                The image's start script was told to run something that is no command. SQL Server itself was not
                started.
                """,
            why: """
                What stands behind the image's name in docker run is the command, and replaces SQL Server. An option
                such as -e or -p landed there, or a -- did; in Compose or Kubernetes it is command or args.
                """,
            confirm: [
                "See what the container was told to run.",
                "$ docker inspect -f \"{{json .Config.Entrypoint}} {{json .Config.Cmd}}\" DB",
            ],
            fix: [
                "Put all options before the image's name, and nothing after it.",
                "In Compose delete command, in Kubernetes command and args.",
            ]),
        Explanation(
            "sql-crashed",
            meaning: """
                The SQL Server process crashed. The line begins a block that says how: Reason, Signal, Status, Message.
                """,
            why: """
                The block's Message often tells: an image past its evaluation, files or a file system that SQL Server
                can't use, a processor or kernel that it was not made for. A crash at work can be a fault in SQL
                Server.
                """,
            confirm: [
                "Read the block and the lines before it.",
                "$ docker logs DB 2>&1 | grep -B 20 -A 20 \"encountered a fatal error\"",
                "See whether it crashes again and again: how often it was restarted.",
                "$ docker inspect -f \"{{.RestartCount}}\" DB",
            ],
            fix: [
                "Mend what the Message names.",
                "Use the newest image of the same version, which has the newest fixes, with the same volume.",
                "Try a named volume instead of a folder of a Windows or Mac host.",
                "Save the dump in /var/opt/mssql/log before you remove the container.",
            ]),
        Explanation(
            "sql-service-master-key", isFinding: true,
            meaning: """
                SQL Server could not decrypt one copy of a key of its own. It has nothing to do with Octopus' master
                key, and the Octopus Server works on.
                """,
            why: """
                SQL Server ties this key to the machine and the account that it runs under. A volume that moved to
                another container does not fit any more.
                """,
            confirm: [
                "Nothing needs to be confirmed. If a startup failed, look for another cause in the same logs.",
                "$ docker logs NAME 2>&1 | octolog",
            ],
            fix: [
                "Leave it as it is, for Octopus.",
                "Only if other databases on this SQL Server use its encryption: restore the service master key from its backup.",
            ]),
        Explanation(
            "sql-service-failed",
            meaning: """
                In a Windows container the service of SQL Server Express did not start. PowerShell says only that, and
                not why.
                """,
            why: """
                SQL Server's own log has the reason. Known ones are too little memory, a Windows host that does not
                fit the image's release, and database files in a mounted folder that it can't open.
                """,
            confirm: [
                "Read SQL Server's log and the event log, while the container runs.",
                "$ docker exec NAME powershell \"Get-Content 'C:\\Program Files\\Microsoft SQL Server\\*\\MSSQL\\Log\\ERRORLOG' -Tail 40\"",
                "$ docker exec NAME powershell \"Get-EventLog -LogName Application -EntryType Error -Newest 10 | Format-List\"",
            ],
            fix: [
                "Give the container 2 GB or more: docker run -m 2g.",
                "Use an image for the host's Windows release, or run it with --isolation=hyperv.",
                "Try it without the mounted folders; if it starts, their files or rights are at fault.",
            ],
            links: [.sqlServer(330)]),
    ]
}
