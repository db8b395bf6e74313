/// The lines of a Server or Tentacle at work, none of which a rule about startups, secrets or failures asks for.
///
/// What Octopus's programs print follows log-grammar 6.4, 6.5 and 7 and the task logs that people post;
/// the rest is what deployment scripts of every sort print.
enum SteadyLines {
    /// Lines of one kind, and how many of a thousand lines are of it.
    struct Group {
        var share: Int
        var stream: OutputStream
        var templates: [Template]

        init(_ share: Int, to stream: OutputStream = .stdout, _ lines: String) {
            self.share = share
            self.stream = stream
            templates = lines.split(separator: "\n").map { Template(String($0)) }
        }
    }

    /// The group of each of a thousand lines.
    private static let table = all.indices.flatMap { repeatElement($0, count: all[$0].share) }

    /// A group, as often as its share says.
    static func pick(_ random: inout SplitMix64) -> Group { all[random.pick(table)] }

    static let all: [Group] = [
        Group(
            270,
            // A server's task log.
            #"""
            {time}   Info     |     {machine}: Uploading package {package}.{version}.nupkg to the target, {big} bytes
            {time}   Info     |       Package {package} version {version} already exists on {machine}, it will be reused
            {time}   Verbose  |     {machine}: Acquiring isolation mutex RunningScript with NoIsolation in ServerTasks-{big}
            {time}   Verbose  |       Performing variable substitution on '{folder}\{file}'
            {time}   Verbose  |       Extracting package to: {folder}\{version}\{file}
            {time}   Verbose  |       Process {folder}\{guid}\Bootstrap.ps1 exited with code 0 after {ms} ms
            {time}   Verbose  |       Stream Length: {big}
            {time}   Verbose  |     {phrase}
            {time}   Info     |   Step {digit}: {phrase} on {machine}
            {time}   Info     |     Deployed package {package} {version} from feed 'Octopus Server (built-in)' to {folder}
            {time}   Verbose  |       Leaving temporary directory '{folder}\{guid}', {count} files, {phrase}
            {time}   Info     |     Applying retention policy to {count} releases of {project} in {environment}
                                | == Success: Step {digit}: {phrase} ==
                                | Success: Deploy {project} release {version} to {environment}
                                |   Running: {machine}
                                |   Success: Acquire packages
            Task ServerTasks-{big} started: Deploy {project} release {version} to {environment}
            Task ServerTasks-{big} completed in {count}.{digit}s: Deploy {project} release {version} to {environment} by {user}
            [ServerTasks-{big}] [{guid}] {type}: {phrase}
            Deployments-{big} of {project} to {environment}: the variable set variableset-Deployments-{big} was snapshotted with {count} variables
            """#),
        Group(
            190,
            // Requests that the server answers.
            #"""
            HTTP {method} {route} responded 200 in {ms}.{count} ms
            HTTP {method} {route} responded 304 in {ms}.{count} ms
            HTTP {method} {route} responded 201 in {ms}.{count} ms for {user} from {ip} correlation {guid}
            Request took {ms}ms: {method} {route} {guid}
            {ip} - {user} [{date}T{time}Z] "{method} {route} HTTP/1.1" 200 {big} "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
            {ip} - - [{date}T{time}Z] "{method} {route} HTTP/1.1" 200 {count} "-" "OctopusClient-dotnet/{digit}.{digit}.{count} (Windows; x64)"
            {date} {time} W3SVC1 {ip} {method} {route} - 443 {user} {ip} Octopus-Agent/{version} - 200 0 0 {ms}
            """#),
        Group(
            60,
            // Halibut, log-grammar 6.5. These begin as lines do that octolog's rules know.
            #"""
            listen://[::]:10933/           {thread}  Accepted TCP client: [::ffff:{ip}]:{port}
            listen://[::]:10933/           {thread}  Client at [::ffff:{ip}]:{port} authenticated as {thumbprint}
            listen://[::]:10943/           {thread}  Accepted TCP client: [::ffff:{ip}]:{port}
            poll://{hex8}{hex8}xy7q/   {thread}  {phrase}, {count} pending requests
            https://{ip}:10933/        {thread}  Reusing a pooled connection, idle for {ms} ms
            """#),
        Group(
            70,
            // Health checks and other work that comes by itself.
            #"""
            Health check of {machine} in {environment} completed in {ms} ms: Healthy
            Health check of {count} deployment targets with machine policy 'Default Machine Policy' took {count}.{digit} seconds
            Machine {machine} (https://{ip}:10933/) runs Tentacle {digit}.{digit}.{count}, free space on C: {count}.{digit} GB
            Checked {machine}: {phrase}; the Tentacle is up to date; Calamari {version} is installed
            Scheduled task {type} ran for {ms} ms and will run again at {date}T{time}Z
            Retention: {count} packages of {package} in '{folder}' examined, {digit} deleted, {big} bytes freed
            The machine {machine} is available, its fingerprint of tools is {sha1}
            {date} {time} +00:00 [INF] Process pool: {count} idle, {digit} busy, {count} queued
            """#),
        Group(
            150, to: .stderr,
            // Scripts: what builds, package managers and file copies print, progress mostly.
            #"""
            Copying {folder}\{file} -> {folder}\{version}\{file}
            {folder}\{version}\{file} ({big} bytes)
                New File           {count}        {folder}\{file}
               Files :      {count}       {count}         {digit}         0         0         0
            added {count} packages from {count} contributors and audited {count} packages in {count}.{count}s
            Restored /src/{project}/{package}.csproj (in {ms} ms).
              {package} -> {folder}/bin/Release/netcoreapp2.1/{package}.dll
            Step {digit}/{count} : COPY --from=build /app/out /srv/{project}/{version}
             ---> Using cache {hex8}{digit}
            sha256:{sha256}: Pull complete
            Successfully tagged registry.corp.example:5000/{project}/{package}:{version}-{hex8}
            HEAD is now at {hex8} {phrase} (#{count})
             {count} files changed, {count} insertions(+), {count} deletions(-)
            deployment.apps/{project}-{hex8} configured in namespace {environment}, image digest sha256:{sha256}
            Waiting for deployment "{project}" rollout: {digit} of {count} updated replicas are available...
            Chocolatey v0.10.{digit}: {package} {version} is the newest version available from https://feeds.corp.example/api/v2/
            GET https://feeds.corp.example/v3/flatcontainer/{package}/{version}/{package}.{version}.nupkg 200 OK {ms}ms
            [{count}/{count}] Linking {package}
            {percent}% {big} of {big} bytes
            Compressing {count} files of {folder} into {package}.{version}.zip with level Optimal
            """#),
        Group(
            170,
            // Scripts: configuration, databases, web servers, services.
            #"""
            Setting physicalPath of '{project}' to '{folder}\{version}' in IIS://localhost/W3SVC/{digit}/ROOT
            Application pool "{project}" is already started with identity ApplicationPoolIdentity and runtime v4.0
            Replaced appSettings/{type} in {folder}\{file} with the value of variable #{count}
            Service 'Contoso.{package}' ({folder}\{version}\{package}.exe) was stopped and will be reconfigured
            ({count} rows affected)
            Applied migration '2018{count}_{hex8}_{package}' in {ms} ms, table [dbo].[{project}Items] now has {big} rows
            SELECT [p].[Id], [p].[Name], [p].[ModifiedOn] FROM [dbo].[{project}] AS [p] WHERE [p].[EnvironmentId] = N'{guid}' ORDER BY [p].[ModifiedOn] DESC OFFSET {count} ROWS
            <add name="{project}" connectionTimeout="{count}" type="{type}, {package}, Version={version}.0, Culture=neutral" />
            {"timestamp":"{date}T{time}Z","level":"Information","logger":"{type}","message":"{sentence}","traceId":"{guid}","elapsed":{ms}}
            {"name":"{package}","version":"{version}","files":{count},"path":"{folder}","ok":true}
            nginx: the configuration file /etc/nginx/conf.d/{project}.conf syntax is ok
            ETag: "{sha1}"
            export RELEASE_ID={version}-{hex8}; export NODE_NAME={machine}; export TARGET_DIR={folder}/{version}
            GET /health on http://{machine}:8080/ answered 200 after {digit} attempts, {ms} ms, build {sha1}
            Firewall rule "{project} HTTP" allows TCP 80, 443 and {port} for {ip}/24
            """#),
        Group(
            90,
            // Scripts: prose, headings and rulers.
            #"""
            {phrase}
            {sentence}
            {sentence}
            # {phrase}
            >>> {phrase} {count}/{count} ({percent} %)
            ========== {phrase} ==========
            ------------------------------------------------------------
            ==> {project}: {phrase}
            [{time}] {phrase}: {sentence}
              * {phrase}: {guid}
            {date} {time},{ms} [{count}] DEBUG {type} - {sentence} ({guid}, {big})
            {date} {time}.{count} INFO {type}: {sentence}
            """#),
    ]
}
