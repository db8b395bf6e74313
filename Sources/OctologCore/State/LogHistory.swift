/// A log of which an earlier run has read some, as that run knew it: what is read again tells the same events.
package struct LogHistory: Sendable, Equatable {
    /// What the log was called, after its first file.
    package var name: String
    /// What each of its files was called, by its path now: a file that was rotated keeps the name that it had.
    package var inputs: [String: String]
    /// How many startups each container had before the first of the files that are left, by its name.
    package var startups: [String: Int]

    package init(name: String, inputs: [String: String], startups: [String: Int]) {
        self.name = name
        self.inputs = inputs
        self.startups = startups
    }
}
