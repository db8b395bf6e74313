// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nobody who builds octolog builds this.
let package = Package(
    name: "octolog-bench",
    targets: [
        .executableTarget(name: "generate"),
        .executableTarget(name: "lineloop"),
    ]
)
