extension Explanation {
    /// What goes wrong between the Server and its database, log-grammar 9.1.
    static let database: [Explanation] = [
        Explanation(
            "sql-unreachable",
            meaning: """
                The Octopus Server opened no connection to SQL Server at all: not one byte went over. It is not about
                users or passwords yet.
                """,
            why: """
                Server= in the connection string names a wrong host or port, the two containers are in different
                networks, or SQL Server is not running. After docker-compose up it is most often still starting: a
                first start takes a minute, and the Server does not wait for it by itself.
                """,
            confirm: [
                "See whether the database runs, and whether its log says that it is ready for client connections.",
                "$ docker ps -a",
                "$ docker logs DB 2>&1 | octolog",
                "See whether the two containers share a network.",
                "$ docker inspect -f \"{{json .NetworkSettings.Networks}}\" NAME DB",
            ],
            fix: [
                "Make Server= the database container's service name, with its own port (1433), not the published one and not localhost: sqlDbConnectionString in the 2018 Windows images, DB_CONNECTION_STRING in the Linux ones.",
                "Put both containers into one network.",
                "Give the database a health check (sqlcmd, select 1) and the Server depends_on with condition: service_healthy, or restart: on-failure.",
            ],
            links: [.octopus(7070)]),
        Explanation(
            "sql-not-ready",
            meaning: """
                The Octopus Server called SQL Server and got no answer or a refusal, and the database's own log says
                that it was ready only after that. Address and password may be right.
                """,
            why: """
                The containers started together. SQL Server needs up to a minute or two before it takes connections,
                longer at the first start and after an upgrade of its system databases; the Server's container gives
                up sooner.
                """,
            confirm: [
                "Read both logs together: the failure must stand before the line that SQL Server is ready.",
                "$ docker logs -t DB 2>&1 | grep \"now ready for client\"",
                "Start the Server's container again: if it comes up now, this was it.",
                "$ docker start NAME",
            ],
            fix: [
                "Give the database a health check: sqlcmd with select 1, every 10 seconds, 10 retries or more.",
                "Give the Server depends_on with condition: service_healthy; in Swarm, which ignores conditions, a restart policy.",
            ],
            links: [.octopus(7070)]),
        Explanation(
            "sql-tls-untrusted",
            meaning: """
                The connection to SQL Server stood, then the client broke it off while the login went on: it could not
                encrypt as it wants to, mostly because it does not trust SQL Server's certificate.
                """,
            why: """
                Octopus Server 2022.1 and later use a database client that encrypts unless told otherwise. SQL Server
                in a container has a certificate that it signed itself, which nobody trusts. So this comes with an
                upgrade of the image, and with an unchanged connection string.
                """,
            confirm: [
                "Look for a certificate chain that is not trusted, or SQL Error -2146893019, in the same message.",
                "$ docker logs NAME 2>&1 | grep -i -e \"certificate chain\" -e 2146893019",
                "Compare the image's version with the one that worked: this comes with the step over 2022.1.",
            ],
            fix: [
                "Best: give SQL Server a certificate of an authority that the Server's container trusts.",
                "Or put TrustServerCertificate=true into the connection string: encrypted, but not checked.",
                "Or, in a network of your own only, put Encrypt=false there.",
            ],
            links: [.octopus(7501)]),
        Explanation(
            "sql-prelogin-cut",
            meaning: """
                Something accepted the connection and then closed it before a login could begin. The address leads
                somewhere, but what is there did not talk as SQL Server does, or stopped talking.
                """,
            why: """
                SQL Server was just going down, coming up or restarting; or the port is another service's, or a proxy
                or load balancer between the two cut the line.
                """,
            confirm: [
                "See whether SQL Server started or stopped at that second.",
                "$ docker logs -t DB 2>&1 | octolog",
                "$ docker inspect -f \"{{.State.StartedAt}} {{.RestartCount}} {{.State.OOMKilled}}\" DB",
                "See which container or process has the port of Server= in the connection string.",
                "$ docker ps --format \"{{.Names}} {{.Ports}}\"",
            ],
            fix: [
                "If SQL Server restarts again and again, mend that first: its log has the reason, often memory.",
                "Correct the port in Server= (host,port); SQL Server's own is 1433.",
                "Go around the proxy, or let it pass TCP through unchanged.",
            ],
            links: [.octopus(7719)]),
        Explanation(
            "sql-login-failed",
            meaning: """
                SQL Server was reached and refused the user and password. It tells the client no more than that; the
                reason, with a state number, stands in SQL Server's own log only.
                """,
            why: """
                The password is wrong, or it was changed: a database volume keeps the SA password of its first start,
                and a new SA_PASSWORD does not alter it. It also happens while SQL Server is still starting. A quote
                or a $ in a Compose file can change the password on its way.
                """,
            confirm: [
                "Let octolog name the state: password (8), no such login (5), still starting (7), other.",
                "$ docker logs DB 2>&1 | octolog",
                "Try the login by hand. Newer images have /opt/mssql-tools18/bin/sqlcmd, which needs -C; Windows images have sqlcmd on the PATH.",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select 1\"",
            ],
            fix: [
                "Make User ID and Password in sqlDbConnectionString (Linux: DB_CONNECTION_STRING) those of the database.",
                "If the old password is lost, change it in SQL Server (ALTER LOGIN), or start with an empty volume if the data is worth nothing.",
                "In Compose write $$ for $, and quote the whole value.",
            ]),
        Explanation(
            "sql-database-missing",
            meaning: """
                The login was good, but the database that the connection string names can't be opened with it.
                """,
            why: """
                The database does not exist (not created yet, dropped, another volume), its name is spelt otherwise,
                or it exists and the login has no user in it. A login without the right to create databases can't
                make it either.
                """,
            confirm: [
                "List the databases that the login sees, and compare with Database= or Initial Catalog=.",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select name from sys.databases\"",
                "Check that the database container has the volume that you think it has.",
                "$ docker inspect -f \"{{json .Mounts}}\" DB",
            ],
            fix: [
                "Correct the name in the connection string, or mount the right volume.",
                "Create the database, and make the login its db_owner.",
                "At the first start, use a login that may create databases: the Server then makes its own.",
            ],
            links: [.octopus(1743)]),
        Explanation(
            "sql-log-full",
            meaning: """
                SQL Server could not go on because the database's transaction log has no room. The upgrade or the
                work that was running was rolled back.
                """,
            why: """
                The disk is full, or the log may not grow any further. Big changes of the schema in an upgrade keep
                everything in the log until they end, so an upgrade needs far more room than daily work: some
                versions announce tens of gigabytes in the lines before.
                """,
            confirm: [
                "Look how full the disk is, and what the log waits for.",
                "$ docker exec DB df -h /var/opt/mssql",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select name, log_reuse_wait_desc from sys.databases\"",
                "Read whether the Server announced how much disk space the upgrade needs.",
            ],
            fix: [
                "Make room on the disk, or move the volume to a larger one; let the log file grow.",
                "In the FULL recovery model, back the log up, so that its space can be used again.",
                "Then start the same image again: nothing was changed.",
            ],
            links: [.octopus(6983)]),
        Explanation(
            "schema-upgrade-failed",
            meaning: """
                The new image could not bring the database's schema up to its version. The change was rolled back, and
                the database is as it was.
                """,
            why: """
                One of the upgrade's scripts met data or a setting that it does not expect, ran into a timeout, lacked
                rights or ran out of space. The line alone does not say which; the lines after it do.
                """,
            confirm: [
                "Read the next lines, above all those with a dash, and the name of the last script.",
                "$ docker logs NAME 2>&1 | grep -e \"Executing SQL Server script\" -e \"Executing Database Server script\" | tail -1",
                "$ docker logs NAME 2>&1 | grep -A 20 -e \"summary of the problems\" -e \"Upgrade failed\"",
            ],
            fix: [
                "Go back to the image that ran before: same database, same master key.",
                "Mend what the reason names. A timeout: upgrade when the server is idle. A right: make the login db_owner.",
                "Back the database up, then start the new image again. If the script itself is at fault, take the newest patch of that version.",
            ],
            links: [.octopus(4742), .octopus(5059), .octopus(4786)]),
        Explanation(
            "database-newer-than-server",
            meaning: """
                The database has upgrades in it that this image does not know. The Server stops so that it does not
                work on a schema that it can't understand.
                """,
            why: """
                A newer image ran against this database before, if only once; schema upgrades are not undone. So the
                tag is older than the last one: a deliberate step back, a typing error, or a cached latest.
                """,
            confirm: [
                "Compare the image's tag with the one of the container before.",
                "$ docker ps -a --format \"{{.Names}} {{.Image}} {{.CreatedAt}}\"",
                "The extra scripts that the message names belong to the later version.",
            ],
            fix: [
                "Run the version that ran last, or a later one, with the same master key.",
                "To go back for good, restore the backup from before the upgrade: a database can't be downgraded.",
                "Give the version in the tag always; never latest.",
            ],
            links: [.octopus(7790)]),
        Explanation(
            "sql-server-too-old",
            meaning: """
                The scripts that run before each upgrade of the schema failed. They use what older releases of
                SQL Server do not have.
                """,
            why: """
                Octopus Server 2020.2.15 and later need SQL Server 2016 or 2017; newer Servers may need more. The old
                combined images and old Compose files bring an older one along.
                """,
            confirm: [
                "Ask SQL Server for its version.",
                "$ docker exec -it DB /opt/mssql-tools/bin/sqlcmd -S localhost -U sa -Q \"select @@version\"",
                "Read the reason under the line: if it is about rights or space, that is the cause instead.",
            ],
            fix: [
                "Back up the database and check that it is sound: the message warns of a half-done state.",
                "Move it to a newer SQL Server: restore the backup there, and change Server= in the connection string.",
                "Until then run the image that ran before.",
            ],
            links: [.octopus(6458)]),
        Explanation(
            "upgrade-precheck-failed",
            meaning: """
                Before it touched the database, the new version checked some conditions, and one was not met. Nothing
                was changed.
                """,
            why: """
                The line that begins with FAIL names the condition: for example a licence that has expired or does
                not cover the new version, or a collation that differs between the server and the database.
                """,
            confirm: [
                "Read the line with FAIL.",
                "$ docker logs NAME 2>&1 | grep -e \"- FAIL\"",
            ],
            fix: [
                "Start the image from before again; it still fits.",
                "Put right what FAIL names: renew the licence, or change the database's collation.",
                "Then start the new image.",
            ],
            links: [.octopus(7266)]),
        Explanation(
            "sql-metrics-denied", isFinding: true,
            meaning: """
                The Server wanted to read SQL Server's own counters and may not. It works all the same; only these
                metrics are missing. No startup fails of it.
                """,
            why: """
                The counters need a right on the whole SQL Server. A login that owns the Octopus database only, as is
                good practice, does not have it.
                """,
            confirm: [
                "Nothing needs to be confirmed. If a startup failed, look for another cause in the same log.",
                "$ docker logs NAME 2>&1 | octolog",
            ],
            fix: [
                "Leave it as it is.",
                "Or grant the right, as SA: GRANT VIEW SERVER STATE TO the login of the connection string.",
            ],
            links: [.octopus(7403)]),
    ]
}
