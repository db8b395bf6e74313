/// Something that is written as a JSON object: its fields in their fixed order.
///
/// The one description serves the writers and the schema.
protocol Fields {
    /// Shows each field to `visitor`, those without a value too.
    func visit(_ visitor: inout some FieldVisitor)
    /// Any value, for the schema: only its shape matters.
    static var sample: Self { get }
}

/// Sees the fields of a `Fields`, one by one.
///
/// `meaning` is what the schema says of the field; `allowed` lists its values, if they can be listed.
protocol FieldVisitor {
    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String])
    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String])
    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString)
    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString)
    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString)
    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString)
    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString)
    /// Left out where it is empty.
    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString)
    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString)
    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString)
    /// Left out where it is empty.
    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString)
}

extension FieldVisitor {
    mutating func required(_ name: StaticString, _ value: String, _ meaning: StaticString) {
        required(name, value, meaning, allowed: [])
    }
    mutating func optional(_ name: StaticString, _ value: String?, _ meaning: StaticString) {
        optional(name, value, meaning, allowed: [])
    }
}
