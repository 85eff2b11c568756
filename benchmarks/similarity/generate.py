"""generate.py VARIANTS STUB OUT HONEST COPIES SEED: a class whose copiers are known.

For each edit of plagiarise.py it writes a folder OUT/EDIT of HONEST programs that different people might have written, the
same for each edit: honest-NNN has of each function one of the variants in VARIANTS/*.cpp, with one person's way to check
arguments and to declare variables. Beside them are COPIES copiers: copy-NNN is honest-NNN edited. STUB is the handout's file.
"""

import pathlib
import random
import re
import sys

sys.dont_write_bytecode = True  # nothing is left among the sources
from plagiarise import EDITS, Program  # noqa: E402

# How a person checks arguments: CHECK_NAME(a, b) in a variant becomes the line. {0} and {1} are the arguments.
REFUSE = "TORCH_CHECK_VALUE"
CONDITIONS = {
    "DATA": "{0}.dim() == 2 && {1}.dim() == 1 && {0}.size(0) == {1}.size(0) && {0}.numel() > 0",
    "MATRIX": "{0}.dim() == 2 && {0}.numel() > 0",
    "VECTOR": "{0}.dim() == 1",
    "TALL": "{0}.dim() == 2 && {0}.size(0) >= {0}.size(1)",
    "LENGTH": "{0}.dim() == 1 && {0}.size(0) == {1}",
    "NOT_NEGATIVE": "{0} >= 0",
    "POSITIVE": "{0} > 0",
    "SPREAD": "{0}.max().item<double>() > {0}.min().item<double>()",
}


def given(name, condition, arguments):
    if name == "DATA":
        return f"require_data({', '.join(arguments)});"
    return f'{REFUSE}({condition}, "expected {condition.replace(chr(34), "")}, got ", {arguments[0]});'


def one_by_one(name, condition, arguments):
    return "\n  ".join(f'{REFUSE}({part}, "bad argument");' for part in condition.split(" && "))


def by_if(name, condition, arguments):
    return f'if (!({condition})) {{\n    {REFUSE}(false, "{arguments[0]} is wrong");\n  }}'


def by_helper(name, condition, arguments):
    return f'expect({condition}, "{name.lower().replace("_", " ")}");'


HABITS = [given, one_by_one, by_if, by_helper]
HELPER = f"void expect(bool right, const char* what) {{\n  {REFUSE}(right, what);\n}}\n\n"
# Further habits: each person has or lacks each of them.
MANNERS = [
    lambda code: re.sub(r"\bconst (auto|double|int64_t|Tensor)\b(?!&)", r"\1", code),
    lambda code: code.replace(".item<double>()", ".item().toDouble()"),
    lambda code: re.sub(r"\.size\((\d)\)", r".sizes()[\1]", code),
]


def read_variants(folder):
    """Of each function its variants, in the order of the files' names."""
    return [re.split(r"^// VARIANT .*\n", file.read_text(), flags=re.M)[1:] for file in sorted(folder.glob("*.cpp"))]


def checked(code, habit):
    def line(match):
        arguments = [argument.strip() for argument in match[2].split(", ")]
        return habit(match[1], CONDITIONS[match[1]].format(*arguments), arguments)

    return re.sub(r"\bCHECK_(\w+)\((.*)\);", line, code)


def honest_program(variants, head, tail, source):
    habit = source.choice(HABITS)
    program = Program(head + (HELPER if habit is by_helper else ""),
                      [checked(source.choice(texts), habit) for texts in variants], tail)
    for manner in MANNERS:
        program = program.map(manner) if source.random() < 0.5 else program
    return program


def distinct_programs(count, variants, head, tail, source):
    programs = {}
    while len(programs) < count:
        program = honest_program(variants, head, tail, source)
        programs.setdefault(program.text(), program)
    return list(programs.values())


def frame(stub):
    """What stands before and behind the functions in the handout's file."""
    head = "#include <algorithm>\n" + re.split(r"^(?=(?:Tensor|double) \w+\()", stub, flags=re.M)[0]
    return head, "\n" + stub.splitlines()[-1] + "\n"


def main(variants, stub, out, honest, copies, seed):
    stub, out, source = pathlib.Path(stub), pathlib.Path(out), random.Random(int(seed))
    programs = distinct_programs(int(honest), read_variants(pathlib.Path(variants)), *frame(stub.read_text()), source)
    for edit, change in EDITS.items():
        copied = {f"copy-{n:03}": change(program, source) for n, program in enumerate(programs[: int(copies)])}
        for name, program in {**{f"honest-{n:03}": program for n, program in enumerate(programs)}, **copied}.items():
            file = out / edit / name / stub.name
            file.parent.mkdir(parents=True)
            file.write_text(program.text())


if __name__ == "__main__":
    main(*sys.argv[1:])
