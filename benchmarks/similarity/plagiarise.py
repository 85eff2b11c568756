"""What copiers do to a program so that it looks like their own: each edit keeps its meaning.

An edit takes a Program and a random.Random and returns another Program. EDITS has them by name; "all" applies all five.
"""

import dataclasses
import re

from pygments import token
from pygments.lexers import CppLexer


@dataclasses.dataclass
class Program:
    """A student's file: what stands before the functions, the functions in their order, and what closes it."""

    head: str
    functions: list
    tail: str

    def text(self):
        return self.head + "\n".join(self.functions) + self.tail

    def map(self, change):
        return Program(self.head, [change(function) for function in self.functions], self.tail)


TYPES = r"(?:auto|Tensor|double|int|int64_t|bool|size_t|vector<\w+>)"
DECLARED = [
    re.compile(r"\b" + TYPES + r"[\s*&]+([A-Za-z_]\w*)\b"),
    re.compile(r",\s*([A-Za-z_]\w*)\s*=[^=]"),
    re.compile(r"\[([A-Za-z_]\w*(?:,\s*\w+)*)\]\s*="),
]
WORDS = "alpha lhs tmp value arr buf foo mat vec res acc cur item elem part node obj thing data calc store temp".split()


def declared_names(code, public):
    found = {name.strip() for pattern in DECLARED for match in pattern.findall(code) for name in match.split(",")}
    return sorted(found - set(public))


def public_names(program):
    return {name for function in program.functions for name in re.findall(r"^(?:Tensor|double) (\w+)\(", function, re.M)}


def renamed(program, random):
    """Every parameter and variable gets another name."""
    public = public_names(program)

    def rename(code):
        fresh = [f"{word}{number}" for word in WORDS for number in ("", "_2", "X", "_val")]
        random.shuffle(fresh)
        names = dict(zip(declared_names(code, public), fresh))
        new = ""
        for kind, text in CppLexer(stripnl=False).get_tokens(code):
            member = new.endswith((".", "->", "::"))
            new += names.get(text, text) if kind in token.Name and not member else text
        return new

    return program.map(rename)


def reordered(program, random):
    functions = program.functions[:]
    while functions == program.functions:
        random.shuffle(functions)
    return Program(program.head, functions, program.tail)


def reformatted(program, random):
    """Tabs, braces on their own lines, lines broken at commas, no space after if and for."""

    def reformat(code):
        lines, depth = [], 0
        for line in filter(None, map(str.strip, code.splitlines())):
            depth -= line.startswith("}")
            if not line.startswith("//"):
                line = re.sub(r"\b(if|for|while) \(", r"\1(", line)
                line = re.sub(r" ([*/+<]) ", r"\1", line)
            own_brace = line.endswith(" {") and not line.startswith("}")
            text = line[:-2] if own_brace else line
            if len(text) > 60 and "//" not in text and '"' not in text:
                text = text.replace(", ", ",\n" + "\t" * (depth + 2))
            lines += ["\t" * depth + text, *(["\t" * depth + "{"] if own_brace else [])]
            depth += line.endswith("{")
            if line.endswith(";") and random.random() < 0.2:
                lines.append("")
        return "\n".join(lines) + "\n"

    return program.map(reformat)


REMARKS = ["now the important part", "see lecture notes", "loop over everything", "TODO check", "this is needed because",
           "compute the value", "store it for later", "basic linear algebra"]


def recommented(program, random):
    """The comments go; others come, for a line or a block."""

    def recomment(code):
        lines = []
        for line in re.sub(r"\s*//[^\n]*|/\*.*?\*/", "", code, flags=re.S).splitlines():
            if line.startswith("  ") and lines and lines[-1].endswith((";", "{")) and random.random() < 0.5:
                remark, short = random.choice(REMARKS), random.random() < 0.7
                lines.append(f"  // {remark}" if short else f"  /* {remark},\n     {random.choice(REMARKS)} */")
            lines.append(line)
        return "\n".join(lines) + "\n"

    return program.map(recomment)


def closing(code, at):
    """The place after the bracket that closes the one at `at`."""
    depth = 0
    for place in range(at, len(code)):
        depth += (code[place] in "([{") - (code[place] in ")]}")
        if depth == 0:
            return place + 1
    raise ValueError("a bracket is not closed")


def statement_end(code, at):
    at += len(code[at:]) - len(code[at:].lstrip())
    if code[at] == "{":
        return closing(code, at)
    head = re.match(r"(?:for|while|if)\s*(?=\()", code[at:])
    if not head:
        while code[at] != ";":
            at = closing(code, at) if code[at] in "([{" else at + 1
        return at + 1
    end = statement_end(code, closing(code, at + head.end()))
    other = re.match(r"\s*else\b", code[end:])
    return statement_end(code, end + other.end()) if other else end


LOOP = re.compile(r"\b(for|while)\s*(?=\()")


def outer_loops(code):
    """Of each loop that no other holds: its place, keyword, head, body and end."""
    at = 0
    while loop := LOOP.search(code, at):
        body = closing(code, loop.end())
        at = statement_end(code, body)
        yield loop.start(), loop[1], code[loop.end() + 1 : body - 1], code[body:at].strip(), at


def stepped(body, step):
    """`body` with `step` before each continue that is its own loop's."""
    text, done = "", 0
    for start, _, _, _, end in [*outer_loops(body), (len(body), "", "", "", len(body))]:
        text += re.sub(r"\bcontinue;", f"{{ {step}; continue; }}", body[done:start]) + body[start:end]
        done = end
    return text


def rewritten_loops(code):
    text, done = "", 0
    for start, keyword, head, body, end in outer_loops(code):
        text += code[done:start]
        done = end
        parts = [part.strip() for part in head.split(";")]
        if keyword == "while":
            text += f"for (; {head};) {rewritten_loops(body)}"
        elif len(parts) == 3:
            inner = rewritten_loops(stepped(body, parts[2]))
            inner = inner[1:-1].strip() if body.startswith("{") else inner
            text += f"{{\n{parts[0]};\nwhile ({parts[1]}) {{\n{inner}\n{parts[2]};\n}}\n}}"
        else:
            text += f"for ({head}) {rewritten_loops(body)}"
    return text + code[done:]


def loops(program, random):
    """for becomes while, while becomes for."""
    return program.map(rewritten_loops)


def all_edits(program, random):
    for edit in (loops, renamed, recommented, reformatted, reordered):
        program = edit(program, random)
    return program


EDITS = {"renamed": renamed, "reordered": reordered, "reformatted": reformatted, "comments": recommented, "loops": loops,
         "all": all_edits}
