/// A place where secrets stand in these logs, log-grammar 10.
struct SecretRule: Sendable {
    let id: String
    let kind: SecretKind
    /// Group 1 is the secret; letters match in either case unless `caseless` is false.
    let pattern: String
    let caseless: Bool
    /// A string that each match contains, in any case, to tell most lines apart quickly.
    let hint: StaticString
    let matches: [String]
    let misses: [String]

    init(
        _ id: String, _ kind: SecretKind, caseless: Bool = true, hint: StaticString, pattern: String, matches: [String],
        misses: [String]
    ) {
        self.id = id
        self.kind = kind
        self.pattern = pattern
        self.caseless = caseless
        self.hint = hint
        self.matches = matches
        self.misses = misses
    }
}

extension SecretRule {
    /// The options that may follow a value on the scripts' command lines. A value may hold anything,
    /// blanks and dashes too: it ends where one of these begins, and not before.
    private static let option = #"""
        (?:api-?key|app|artifacts|bearer-?token|client|clusterUrl|commsListenPort|comms-style|config|connectionString|\#
        console|create|delete|directory|email|force|free|grant|home|if-blank|instance|install|\#
        licenseBase64|masterkey|name|noListen|noninteractive|nugetRepository|overwrite|password|policy|port|proxy|\#
        publicHostName|quiet|reconfigure|reset-trust|server|server-comms-address|server-comms-port|\#
        server-subscription-id|serverNodeName|skip\w+|space|start|stop|storageConnectionString|taskLogs|\#
        tenanted-deployment-participation|tentacle-comms-port|trust|upgrade|upgradeCheck|\#
        upgradeCheckWithStatistics|username|usernamePasswordIsEnabled|webForceSSL|webListenPrefixes)
        """#

    /// The options among them that may be given more than once.
    private static let repeatedOption = "(?:environment|role|workerpool|tenant|tenantTag)"

    /// Where the next option begins. One that comes again further on was a part of the value.
    private static let nextOption =
        #"\s+--(?:\#(repeatedOption)(?=\s|'|$)|(\#(option))(?=\s|'|$)(?!.*\s--\2(?=\s|'|$)))"#

    /// What ends a value that may hold blanks: the next option, or the line's closing quote.
    private static let end = #"(?=\#(nextOption)|'?\s*$)"#

    /// The rule of what stands between the stars of a mask.
    static let starred = "secret.shape.starred"
    /// The rule of the value of a variable that the line before names; what kind it is the name tells.
    static let namedValue = "secret.field.named-value"

    static let all: [SecretRule] = [
        SecretRule(
            "secret.option.master-key", .masterKey, hint: "key",
            pattern: #"(?<![\w-])--?master-?key[\s=]*["']?([^\s"']+)"#,
            matches: ["Octopus.Server.exe database --create --masterkey RmFrZU1hc3RlcktleTAwMA=='"],
            misses: ["Octopus.Server.exe show-master-key --console --instance OctopusServer"]),
        SecretRule(
            "secret.option.api-key", .apiKey, hint: "key",
            pattern: #"(?<![\w-])--?api-?key[\s=]*["']?([^\s"']+)"#,
            matches: ["register-with --apiKey API-FAKEFAKEFAKEFAKEFAKEFAKE00 --name web-1"],
            misses: ["register-with --apiKey ***** --name web-1", " - api key '##########'"]),
        SecretRule(
            "secret.option.token", .token, hint: "token",
            pattern: #"--bearer-?token[\s=]*["']?([^\s"']+)"#,
            matches: ["register-with --bearerToken not.a.token --name web-1"],
            misses: ["register-with --bearerToken ***** --name web-1", "Registering Tentacle with Bearer Token"]),
        SecretRule(
            "secret.option.license", .license, hint: "license",
            pattern: #"--licenseBase64[\s=]*["']?([^\s"']+)"#,
            matches: ["license --console --instance OctopusServer --licenseBase64 PExpY2Vuc2UgRkFLRT4="],
            misses: ["license --console --instance OctopusServer --free"]),
        SecretRule(
            "secret.option.password", .password, hint: "password",
            pattern: #"--(?:(?:proxy|import|certificate|pfx|sa|sql)-?)?password(?![\w-])[\s=]*(.+?)\#(end)"#,
            matches: [
                "admin --console --username admin --password N0t A Real 'Passw0rd'",
                "import --password N0tReal --instance X'",
            ],
            misses: [
                "import --console --directory C:\\Import --instance OctopusServer --password blank'",
                "configure --console --instance OctopusServer --usernamePasswordIsEnabled True'",
            ]),
        SecretRule(
            "secret.parameter.password", .password, hint: "pas",
            pattern: #"""
                (?<![\w-])-(?:[a-z]*password|pwd)(?:\s+|:)(?!(?:is|was|must|parameter|and|or)\b|\$[\w:]+(?:\s|$)|\()\#
                (?|"((?:[^"\\]|\\.)+)(?:"|$)|'((?:[^']|'')+)(?:'|$)|([^\s"'-]\S*))
                """#,
            matches: ["New-OctopusUser -Password 'N0t Real' -Name x", "-SaPassword N0tReal"],
            misses: ["the parameter -Password is required", "docker run --password-stdin"]),
        SecretRule(
            "secret.parameter.secure-string", .password, hint: "securestring",
            pattern:
                #"ConvertTo-SecureString\s+(?:-String\s+)?(?|"((?:[^"]|"")+)(?:"|$)|'((?:[^']|'')+)(?:'|$)|([^\s"'$(-]\S*))"#,
            matches: ["$p = ConvertTo-SecureString 'N0t Real' -AsPlainText -Force"],
            misses: ["ConvertTo-SecureString $password -AsPlainText", "ConvertTo-SecureString -String $env:X"]),
        SecretRule(
            "secret.table.password", .password, hint: "password",
            // As `Get-ChildItem Env:` prints variables: two columns.
            pattern: #"^\s*\w*password\s{2,}(\S.*?)\s*$"#,
            matches: ["SA_PASSWORD                    N0t Real"],
            misses: ["Password validation failed.", "    Password:   16 bytes"]),
        SecretRule(
            "secret.sqlcmd.password", .password, caseless: false, hint: "sqlcmd",
            pattern: #"""
                (?i:sqlcmd).{0,1000}?[\s"']-P["']?[\s,]*(?|\\"((?:(?!\\").)+)\\"|"((?:[^"\\]|\\.)+)(?:"|$)|\#
                '([^']+)(?:'|$)|([^\s"',]+))
                """#,
            matches: [
                "/opt/mssql-tools/bin/sqlcmd -S localhost -U sa -P 'N0t Real' -Q 'select 1'",
                #""test": ["CMD", "sqlcmd", "-U", "sa", "-P", "N0tReal", "-Q", "select 1"]"#,
            ],
            misses: ["sqlcmd -U sa -p -Q 'select 1'", "sqlcmd -U sa -P ${SA_PASSWORD} -Q x"]),
        SecretRule(
            "secret.attribute.password", .password, hint: "=",
            pattern: #"(?:password|pwd)="((?:[^"<>])+)"(?=\s*/?>|\s+[\w:.-]+=")"#,
            matches: [#"<add name="x" password="N0t;Real" user="sa" />"#],
            misses: ["Server=db;Password=\"\";Timeout=3"]),
        SecretRule(
            "secret.variable.password", .password, hint: "=",
            // The name of a variable, not a key of a connection string: the value ends with the quote that stands
            // before the name, or its own; without one with the next option, or with the line.
            pattern: #"""
                (?|^\s*(?:-\s+|export\s+|set\s+|declare\s+-x\s+)?\w+(?:password|pwd)=([^\s"'].*?)\s*$|\#
                "\w+(?:password|pwd)=((?:[^"\\]|\\.)+)"|'\w+(?:password|pwd)=([^']+)'(?=\s|,|$)|\#
                [\w.](?:password|pwd)=(?|"((?:[^"\\]|\\.)+)"(?=[\s,]|$)|'([^']+)'(?=[\s,]|$)|(.+?)(?=\s--?[a-z][\w-]*(?:[\s=]|$)|\s*$)))
                """#,
            matches: [
                #""SA_PASSWORD=N0t;Real","#, "docker run -e SA_PASSWORD=N0tReal -e ACCEPT_EULA=Y image",
                "ServerPassword=N0t Re'al;x", "- 'ADMIN_PASSWORD=N0t Real'", "SA_PASSWORD=N0tReal",
            ],
            misses: ["SA_PASSWORD=", "SA_PASSWORD=${SA_PASSWORD}", "Server=db;Password="]),
        SecretRule(
            "secret.connection-string.password", .password, hint: "=",
            // A quoted value may hold `;`, and its quote doubled; log-grammar 10.1. Any other goes on to the `;`,
            // whatever it holds; only where none follows, an option or the line's end is taken for its end.
            pattern: #"""
                (?<![\w.])(?:password|pwd)\s*=\s*("[^"<>]*"(?=\s*/?>|\s+[\w:.-]+=")|\\"(?:\\"\\"|(?!\\").)*\\"|''(?!;)(?:(?!'').)+''(?=\s*(?:[;']|$))|"(?:[^"]|"")*"(?=\s*(?:;|'?\s*$)|\#(nextOption))|'(?:[^']|'')*'(?=\s*;|\#(nextOption))|'(?:[^';]|'')*;(?:[^']|'')*'(?=\s*'?\s*$)|"(?:[^"]|"")*$|'(?:[^']|'')*$|(?:&(?:amp|lt|gt|quot|apos|[#]x?[0-9a-f]+);|[^;])*(?=;)|\#
                [^;]*?(?='\s*$|\#(nextOption)|\s-[a-z]\s|</[a-z]+>|$))
                """#,
            matches: [
                "Server=db;User ID=sa;Password=N0tReal;", "pwd='N0t;Real';Timeout=3",
                "Using database data source=db;pwd='N0t;R eal'", "Server=db;pwd='N0t''R;eal'",
                "Password=\"N0t;R\"\"eal\"",
                "--storageConnectionString Server=db;Password=N0t Real --create",
                "Password=N0\"t Re'al;Timeout=3", "Password=\"N0t\" Real;Timeout=3",
            ],
            misses: ["Server=db;password=###########;Timeout=3", "Password validation failed.", "Password=;"]),
        SecretRule(
            "secret.field.password", .password, hint: ":",
            pattern:
                #"(?:password|pwd)["']?\s*:(?![?+=])\s*(?|"((?:[^"\\]|\\.)*)(?:"|$)|'((?:[^']|'')*)'(?=\s*,?\s*$)|(?![\s"]|Password validation failed)([^\r\n]+?)\s*,?\s*$)"#,
            matches: [
                "    SQL Server \"SA\" User Password: N0tReal", "  SA_PASSWORD: \"N0t Real\"",
                "{\"SA_PASSWORD\":\"N0tReal\",\"x\":1}", "  password: N0t Re'al",
            ],
            misses: [
                "ERROR: Unable to set system administrator password: Password validation failed. It is too short.",
                "Proxy password set to: *******", " - local admin password '##########'",
                "Could not change the password: the server did not answer in time",
            ]),
        SecretRule(
            "secret.field.master-key", .masterKey, hint: "key",
            pattern: #"master[_ -]?key["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;<]+)"#,
            matches: ["-e masterKey=RmFrZU1hc3RlcktleTAwMA== -e x=y", "    Master Key: RmFrZU1hc3RlcktleTAwMA=="],
            misses: [
                " - masterkey '##########'", " - masterkey not supplied.", "masterKey=${OCTOPUS_MASTER_KEY}",
                "Master key: generated by the server",
            ]),
        SecretRule(
            "secret.field.api-key", .apiKey, hint: "key",
            pattern: #"api[_ -]?key["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;<]+)"#,
            matches: ["ServerApiKey=API-FAKEFAKEFAKEFAKEFAKEFAKE00", "ADMIN_API_KEY: notakey"],
            misses: [
                " - api key '##########'", "Registering Tentacle with api key",
                "Invalid API key: The key was not found",
            ]),
        SecretRule(
            "secret.field.token", .token, hint: "token",
            pattern: #"bearer[_ -]?token["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;]{4,})"#,
            matches: ["BearerToken=notarealtoken", #""bearerToken": "notarealtoken""#],
            misses: [
                "Registering Tentacle with Bearer Token", "Please specify a Bearer Token, API Key or username",
                "Bearer token authentication is on",
            ]),
        SecretRule(
            "secret.header.authorization", .token, hint: "authorization",
            pattern: #"authorization["']?\s*[=:]\s*["']?(?:bearer|basic|apikey|token)\s+["']?([^\s"',;]{4,})"#,
            matches: ["Authorization: Bearer notarealtoken", "authorization: Basic dXNlcjpub3RyZWFs"],
            misses: ["Authorization: Bearer", "Authorization failed for user x"]),
        SecretRule(
            "secret.field.license", .license, hint: "licen",
            pattern: #"licen[cs]e_?base64["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;]+)"#,
            matches: ["LicenceBase64=PExpY2Vuc2UgRkFLRT4=", "OCTOPUS_SERVER_BASE64_LICENSE_BASE64=PExp"],
            misses: ["Configuring Octopus Deploy instance to use provided license"]),
        SecretRule(
            "secret.field.license-variable", .license, hint: "licen",
            pattern: #"base64_?licen[cs]e["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;]+)"#,
            matches: ["OCTOPUS_SERVER_BASE64_LICENSE=PExpY2Vuc2UgRkFLRT4="], misses: ["base64 license"]),
        SecretRule(
            "secret.field.certificate", .certificate, hint: "certificate",
            pattern: #"certificate_?base64["']?(?:\s*[=:>]\s*|\s{2,}(?=\S+\s*$))["']?([^\s"',;]+)"#,
            matches: ["TentacleCertificateBase64=TUlJRkFLRQ=="], misses: ["Importing the certificate via base64..."]),
        SecretRule(
            "secret.shape.api-key", .apiKey, caseless: false, hint: "api-",
            pattern: #"(?<![A-Za-z0-9])(API-[A-Z0-9]{16,40})(?![A-Za-z0-9])"#,
            matches: ["key API-FAKEFAKEFAKEFAKEFAKEFAKE00 was revoked"],
            misses: ["GSSAPI-KERBEROSNEGOTIATION1", "API-SHORT"]),
        SecretRule(
            "secret.shape.token", .token, caseless: false, hint: "eyJ",
            pattern:
                #"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*|eyJ[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]*)?(?=["']?\s*$))"#,
            matches: ["token eyJhbGciOiJub25lIn0.eyJmYWtlIjoxfQ.c2lnbmF0dXJl"], misses: ["eyJhbGciOiJub25lIn0 alone"]),
        SecretRule(
            "secret.url.password", .password, hint: "://",
            // A log that breaks off leaves no `@`: what stands for a port and is no number is the beginning of one.
            pattern: #"://[^\s:/@'"]*:(?|([^\s/]+)@|(?!\d{1,5}(?:[/?#\s"')\]}>,;]|$))([^\s/@'"]{4,})$)"#,
            matches: [
                "https://svc:N0tR3al", "proxy http://user:N0t@Re'al@proxy:3128/",
            ], misses: ["https://octopus.corp.example:10943/ a@b", "http://localhost:8080"]),
        SecretRule(
            "secret.shape.master-key", .masterKey, caseless: false, hint: "==",
            // Base64 of 16 bytes is also what many hashes look like: one that is called so is none.
            pattern: #"""
                (?i:md5|sha-?\d*|hash|checksum|digest|e-?tag|nonce|integrity|websocket-[a-z]+|signature|row_?version|\#
                thumbprint|fingerprint|guid|uuid)["'\]]?(?:\s+of\s[\w ./-]{1,40})?\s*(?:[-:=]|is\b)?\s*(?:W/)?["']?\#
                [A-Za-z0-9+/]+={0,2}(*SKIP)(*F)|\#
                (?<![A-Za-z0-9+/_-])([A-Za-z0-9+/]{22}==)(?![A-Za-z0-9+/=])
                """#,
            matches: ["VERBOSE: \t| RmFrZU1hc3RlcktleTAwMA==", "key=RmFrZU1hc3RlcktleTAwMA== and more"],
            misses: [
                "===============================================", "PExpY2Vuc2UgRkFLRT4=",
                "Content-MD5: RmFrZU1hc3RlcktleTAwMA==",
                "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            ]),
        SecretRule(
            "secret.output.master-key", .masterKey, caseless: false, hint: "",
            pattern:
                #"^\s*(?|(?:VERBOSE:)?\s*\|\s+(?=.*[a-z])(?=.*[A-Z])([A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}=)|([A-Za-z0-9+/]{43}=))\s*$"#,
            matches: [
                "VERBOSE: \t| RmFrZU1hc3RlcktleUZha2VNYXN0ZXJL", "| RmFrZU1hc3RlcktleUZha2VNYXN0ZXJLRmFrZU1hc3Q=",
            ], misses: ["VERBOSE: \t| Connected successfully", "VERBOSE: \t| 5f4dcc3b5aa765d61d8327deb882cf99"]),
        // For seven minutes of 2019-02-15 a mask stood between every two characters, log-grammar 10.2.
        SecretRule(
            starred, .password, caseless: false, hint: "***",
            pattern: #"((?:\*{5,17}[^*]{1,4}){8,}\**)"#,
            matches: ["*****E*****x*****e*****c*****u*****t*****i*****n*****g*****"],
            misses: ["--apiKey ***** --password ***** --bearerToken *****"]),
    ]
}
