#!/usr/bin/env python3
"""Turns octolog's patterns (PCRE2) into ones that both ripgrep and grep -E read.

    octolog rules list --json | patterns.py > patterns.txt

One line a rule, in the order of the rules. A pattern may become wider, never narrower:

- look-arounds and \\b are dropped, lazy quantifiers become greedy, groups lose their kind;
- ^ and $ are dropped: octolog's mean the message after a prefix like `VERBOSE: [<ts>] `, while a
  line has both. A rule that no literal announces keeps its anchors, and the prefix is written out:
  without them `^=+$` would match each line that holds an equals sign. One that takes any line of SQL
  Server's gets the stamp of these;
- a bound on how often something comes, such as that of `.{0,600}`, is dropped where it is large: PCRE2 counts, but
  automata hold a state for each time, outgrow their caches and then take a hundred times as long;
- what may match nothing at either end is dropped: it decides nothing and costs time;
- \\d, \\w and \\s become ASCII classes, which is also what ripgrep does fastest.

What can't be turned becomes the rule's literals, joined by |, and is told on stderr.
"""

import json
import re
import sys

CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": "[:space:]"}
# What may precede a message on its line.
PREFIX = r"^(VERBOSE:)?[[:blank:]]*(\[[-0-9T:]+\])?[[:blank:]]*(\|)?[[:blank:]]*"
# What precedes one in SQL Server's log; rules whose examples all begin with it ask for it.
SQL_STAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{2} "
SPECIAL = set(".[]{}()*+?^$|\\")
# A larger bound on repetitions is left out.
MOST_REPEATS = 16
# Shorter literals announce no rule: octolog does not search for them.
SHORTEST_LITERAL = 8


class Unsupported(Exception):
    pass


def escape(text):
    return "".join("\\" + c if c in SPECIAL else c for c in text)


def convert_class(pattern, i):
    """The class that begins at pattern[i], and where it ends."""
    i += 1
    negated = pattern[i] == "^"
    i += negated
    members, apart = "", []
    while pattern[i] != "]":
        c = pattern[i]
        if c == "\\":
            i += 1
            c = pattern[i]
            if c.isalnum():
                if c not in CLASSES:
                    raise Unsupported(f"\\{c} in a class")
                members += CLASSES[c]
                i += 1
                continue
        # In a class a backslash is itself to grep and an escape to ripgrep, to which [ begins a class of its own.
        if c in "\\[]":
            apart.append("\\" + c)
        else:
            members += c
        i += 1
    if not apart:
        return f"[{'^' if negated else ''}{members}]", i + 1
    if negated:
        raise Unsupported("a negated class with a bracket or a backslash")
    return "(" + "|".join(apart + ([f"[{members}]"] if members else [])) + ")", i + 1


def end_of_group(pattern, i):
    """Where the group ends that begins at pattern[i]."""
    depth = 0
    while True:
        c = pattern[i]
        if c == "\\":
            i += 1
        elif c == "[":
            i = end_of_class(pattern, i) - 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
        i += 1
        if depth == 0:
            return i


def end_of_class(pattern, i):
    """Where the class ends that begins at pattern[i]."""
    i += 2 if pattern[i + 1] == "^" else 1
    i += pattern[i] == "]"
    while pattern[i] != "]":
        if pattern[i] == "\\":
            i += 1
        elif pattern.startswith("[:", i):
            i = pattern.index(":]", i) + 1
        i += 1
    return i + 1


def convert_quantifier(pattern, i):
    """The quantifier at pattern[i], and where it ends."""
    bounds = re.match(r"\{(\d+),(\d+)\}", pattern[i:])
    if bounds and int(bounds.group(2)) > MOST_REPEATS:
        least = bounds.group(1)
        return {"0": "*", "1": "+"}.get(least, f"{{{least},}}"), i + bounds.end()
    end = pattern.index("}", i) + 1 if pattern[i] == "{" else i + 1
    return pattern[i:end], end


def convert(pattern):
    out, i = "", 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            c = pattern[i + 1]
            i += 2
            if c in CLASSES:
                out += f"[{CLASSES[c]}]"
            elif c.lower() in CLASSES:
                out += f"[^{CLASSES[c.lower()]}]"
            elif not c.isalnum():
                out += escape(c)
            elif c != "b":
                raise Unsupported(f"\\{c}")
        elif c == "[":
            text, i = convert_class(pattern, i)
            out += text
        elif re.match(r"\(\?<?[=!]", pattern[i:]):
            i = end_of_group(pattern, i)
        elif c == "(":
            kind = re.match(r"\((\?(:|\||P?<\w+>))?", pattern[i:])
            if kind.group(1) is None and pattern[i + 1] == "?":
                raise Unsupported(pattern[i : i + 4])
            out += "("
            i += kind.end()
        elif c in "*+?{":
            text, i = convert_quantifier(pattern, i)
            out += text
            # Lazy and possessive quantifiers find the same lines.
            if i < len(pattern) and pattern[i] in "?+":
                i += 1
        elif c in "^$":
            i += 1
        else:
            out += c
            i += 1
    return out


def branches(pattern):
    """The alternatives of a converted pattern, each as its atoms with their quantifiers."""
    result, i = [[]], 0
    while i < len(pattern):
        c = pattern[i]
        if c == "|":
            result.append([])
            i += 1
            continue
        end = {"\\": i + 2}.get(c, i + 1)
        if c == "[":
            end = end_of_class(pattern, i)
        elif c == "(":
            end = end_of_group(pattern, i)
        quantifier = re.match(r"[*+?]|\{[0-9,]+\}", pattern[end:])
        if quantifier:
            end += quantifier.end()
        result[-1].append(pattern[i:end])
        i = end
    return result


def matches_nothing(pattern):
    return re.fullmatch(pattern.replace("[:space:]", r"\s").replace("[:blank:]", r"\s"), "") is not None


def trim(pattern):
    """The pattern without what may match nothing at its ends, and without a group around all of it."""
    result = []
    for atoms in branches(pattern):
        while atoms and matches_nothing(atoms[0]):
            del atoms[0]
        while atoms and matches_nothing(atoms[-1]):
            del atoms[-1]
        if not atoms:
            raise Unsupported("it matches every line")
        if len(atoms) == 1 and atoms[0].startswith("(") and atoms[0].endswith(")"):
            atoms = [trim(atoms[0][1:-1])]
        result.append("".join(atoms))
    return "|".join(result)


def line(rule):
    literals = rule.get("literals") or []
    pattern = rule["pattern"]
    try:
        if pattern.startswith("^") and not any(len(literal) >= SHORTEST_LITERAL for literal in literals):
            end = "[[:space:]]*$" if pattern.endswith("$") else ""
            stamped = all(re.match(SQL_STAMP, example) for example in rule["matches"])
            return f"{SQL_STAMP if stamped else PREFIX}({convert(pattern)}){end}"
        return trim(convert(pattern))
    except Unsupported as reason:
        if not literals:
            raise SystemExit(f"patterns.py: {rule['id']}: {reason}, and the rule has no literals")
        print(f"patterns.py: {rule['id']}: {reason}; its literals are used", file=sys.stderr)
        return "|".join(escape(literal) for literal in literals)


for rule in json.load(sys.stdin):
    print(line(rule))
