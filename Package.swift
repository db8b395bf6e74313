// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "octolog",
    products: [
        .executable(name: "octolog", targets: ["octolog"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Without the trait that brings Foundation: octolog starts in milliseconds.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
        .target(
            name: "PCRE2",
            dependencies: ["CPCRE2"],
            // The archive, not the shared object: octolog ships as one file.
            linkerSettings: [.linkedLibrary(":libpcre2-8.a")]
        ),
        .systemLibrary(
            name: "CCompression",
            providers: [.apt(["zlib1g-dev", "libzstd-dev", "liblzma-dev", "libbz2-dev"])]),
        .target(
            name: "Decompression",
            dependencies: ["CCompression"],
            linkerSettings: ["z", "zstd", "lzma", "bz2"].map { .linkedLibrary(":lib\($0).a") }
        ),
        // The loops over bytes, which Swift's vectors can't express.
        .target(name: "CScan"),
        .target(
            name: "OctologCore",
            dependencies: ["PCRE2", "Decompression", "CScan", .product(name: "Crypto", package: "swift-crypto")]
        ),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .target(name: "YAML", dependencies: ["CYAML"], linkerSettings: [.linkedLibrary(":libyaml.a")]),
        .target(name: "RuleFile", dependencies: ["OctologCore", "YAML"]),
        .target(name: "CProcess"),
        .executableTarget(
            name: "octolog",
            dependencies: [
                "OctologCore", "RuleFile", "CProcess",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
        // Logs that tests of several targets make up.
        .target(name: "Fleet", path: "Tests/Fleet"),
        .testTarget(name: "PCRE2Tests", dependencies: ["PCRE2"]),
        .testTarget(name: "DecompressionTests", dependencies: ["Decompression"]),
        .testTarget(name: "OctologCoreTests", dependencies: ["OctologCore", "CScan"]),
        .testTarget(name: "YAMLTests", dependencies: ["YAML"]),
        .testTarget(name: "RuleFileTests", dependencies: ["RuleFile", "OctologCore"]),
        .testTarget(
            name: "CommandTests",
            dependencies: ["Fleet", "OctologCore", "octolog", .product(name: "Yams", package: "Yams")]),
    ]
)

// The fuzzers need libFuzzer, and a build of their own: Fuzz/run.
if Context.environment["OCTOLOG_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["CFuzzer", "OctologCore", "RuleFile", "Decompression"], path: "Fuzz/Sources"),
    ]
}
