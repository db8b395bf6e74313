/// What the gaps of templates are filled with. All names are made up.
enum Words {
    private static func bytes(_ text: String) -> [[UInt8]] {
        text.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
    }

    private static func lines(_ text: String) -> [[UInt8]] {
        text.split(separator: "\n").map { Array($0.utf8) }
    }

    static let methods = bytes("GET GET GET GET GET GET POST POST PUT DELETE HEAD")
    static let projects = bytes(
        """
        Billing Checkout Catalog Identity Notifications Reporting Warehouse Pricing Shipping Ledger Search Payments \
        Customers Inventory Loyalty Fulfilment Telemetry Invoicing
        """)
    static let components = bytes(".Web .Api .Worker .Database .Jobs .Gateway .Contracts .Migrations .Importer")
    static let environments = bytes("Production Staging Test Development Acceptance Training DR-West Preview")
    static let machines = bytes("web-prod- web-stage- api-prod- worker- db-prod- batch- edge-eu- edge-us- build-")
    static let users = bytes("a.lindgren m.okafor svc-deploy build-agent t.hughes r.castellano system k.yamada")
    static let routeEnds = bytes(
        "/details /progression /status /connection /releases?take=30 /variables /logs?tail=100 /preview /summary")
    static let collections: [([UInt8], [UInt8])] = [
        ("machines", "Machines"), ("tasks", "ServerTasks"), ("deployments", "Deployments"), ("releases", "Releases"),
        ("projects", "Projects"), ("environments", "Environments"), ("packages", "packages-feed"),
        ("channels", "Channels"), ("tenants", "Tenants"), ("artifacts", "Artifacts"), ("events", "Events"),
        ("libraryvariablesets", "LibraryVariableSets"), ("lifecycles", "Lifecycles"), ("workers", "Workers"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
    static let folders = lines(
        #"""
        C:\Octopus\Applications\Production\Billing.Web
        C:\Octopus\Work
        D:\Sites\checkout\releases
        C:\Octopus\Packages\Spaces-1\feeds-builtin
        C:\TentacleHome\Files
        C:\TaskLogs\ServerTasks
        C:\Program Files\dotnet\shared\Microsoft.AspNetCore.App
        E:\Data\SqlBackups\nightly
        C:\inetpub\wwwroot\catalog
        C:\Windows\System32\config\systemprofile\AppData\Local\Temp
        /var/lib/octopus/work
        /opt/services/identity/current
        /etc/nginx/conf.d
        /home/deploy/.nuget/packages
        /srv/shipping/releases
        """#)
    static let files = bytes(
        """
        web.config appsettings.json appsettings.Production.json Newtonsoft.Json.dll Serilog.Sinks.File.dll main.js \
        vendor.bundle.js.map index.html Dockerfile Billing.Web.deps.json site.css deploy.ps1 PreDeploy.ps1 values.yaml \
        Octopus.Client.dll System.Data.SqlClient.dll favicon.ico EntityFramework.SqlServer.dll nlog.config logo.svg
        """)
    static let types = bytes(
        """
        Octopus.Server.Orchestration.Tasks.DeploymentTask Octopus.Server.Web.Api.Actions.ListAllAction \
        Contoso.Billing.Invoices.InvoiceRunner Contoso.Warehouse.Stock.ReorderPolicy \
        Microsoft.AspNetCore.Hosting.Internal.WebHost Microsoft.EntityFrameworkCore.Database.Command \
        Contoso.Identity.Sessions.SessionSweeper Octopus.Server.Scheduling.RetentionPolicy Hangfire.BackgroundJobServer
        """)
    static let plain = bytes(
        """
        the the the a of to to in in for with on and and is was from by at this that it all has been will not new old \
        release package deployment step action script variable machine target role channel lifecycle task queue worker \
        node cache index schema table column row record file folder directory archive bundle asset image container \
        volume network address endpoint certificate connection session request response header client server service \
        agent proxy cluster replica region zone account tenant project environment feed template parameter setting \
        configuration option version revision branch commit tag build test result report summary status health check \
        started finished completed skipped updated created removed copied moved extracted applied replaced resolved \
        validated verified installed loaded cached queued scheduled retained expired refreshed published deployed \
        running waiting processing reading writing copying checking searching starting stopping using found matching \
        existing previous current latest default optional required additional total average maximum minimum successful \
        successfully automatically already before after during within between because while until seconds minutes \
        hours items bytes entries changes lines attempts instances messages events jobs records steps machines packages
        """)
}
