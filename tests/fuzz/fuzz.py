"""Runs a fuzz target from fresh seeds: fuzz.py TARGET PARSER COMPILER

For SPINLAB_FUZZ_SECONDS (10), always by the same random numbers. A finding ends the run; libFuzzer prints its bytes.
"""

import gzip
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile


def archive_seeds():
    source = b"int f() { return 1; }\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("homework/regression.cpp", source)
    yield b"\0" + packed.getvalue()
    for kind, mode in ((1, "w"), (2, "w:gz"), (3, "w:xz")):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as archive:
            entry = tarfile.TarInfo("regression.cpp")
            entry.size = len(source)
            archive.addfile(entry, io.BytesIO(source))
        yield bytes([kind]) + packed.getvalue()


def text(word):
    return bytes([0x60 + len(word)]) + word.encode()


def tensor(dtype, *shape):
    sizes = b"".join(bytes([size]) for size in shape)
    return b"\xa2" + text("dtype") + text(dtype) + text("shape") + bytes([0x80 + len(shape)]) + sizes


def channel_seeds():
    """One byte that says where the head ends (channel_fuzz.cpp), an array of one value in CBOR, a payload."""
    numbers = struct.pack("<2d", 1, 2)
    fit = b"\x83" + tensor("float64", 2) + b"\xfb" + struct.pack(">d", 0.5) + tensor("float64", 2)
    for head, payload in (
        (tensor("float64", 2), numbers),
        (tensor("bool", 2), b"\1\0"),
        (b"\xf6", b""),
        (b"\x18\x2a", b""),
        (b"\x43abc", b""),
        (fit, numbers * 2),
        (b"\x81" + fit, numbers * 2),
        (b"\x82\x82\x41w" + tensor("float64", 2) + b"\x82\x41b" + tensor("float32", 1), numbers + b"\0\0\0\0"),
    ):
        head = b"\x81" + head
        length = len(head) + len(payload)
        yield bytes([min(255, -(-len(head) * 255 // length))]) + head + payload


def cifar10_seeds():
    record = b"\3" + bytes(range(256)) * 12
    yield record
    yield gzip.compress(record)


def csv_seeds():
    """A roster, a Canvas export, and what Excel makes of such files."""
    table = 'Student,ID,SIS Login ID,Section,Ising (7)\r\n"    Points Possible",,,,10\r\n"Noether, E.",1,en,"a ""b""",\r\n'
    yield table.encode()
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        yield table.replace("Noether", "Schrödinger").replace(",", ";").encode(encoding)
    yield b"id\tname\r1\t\"two\nlines\"\r"


def answers_seeds():
    yield b'{\n  "Euler": 0.71828,\n  "Roots": [1, -1e-3]\n}\n'
    yield b'\xef\xbb\xbf{"Euler": null, "Euler": 1e999}'


def roster_seeds():
    yield b"student,name,email,lms_id,late_days,submitted\nen,E. N.,en@example.org,7,2,2026-05-01T23:59+02:00\nmc,M. C.,,,,\n"
    yield b"Name;ID;Free late days\r\nE. N.;en;1.5\r\n"


def idx_seeds():
    images = b"\0\0\x08\3" + struct.pack(">3I", 2, 3, 4) + bytes(24)
    yield images
    yield b"\0\0\x08\1" + struct.pack(">I", 5) + bytes(5)
    yield gzip.compress(images)


def json_seeds():
    root = pathlib.Path(__file__).parents[2]
    for file in root.glob("assignments/*/assignment.json"):
        yield file.read_bytes()
    check = {"name": "A.B", "title": "t", "hint": "h", "points": 1, "hidden": True, "data_sets": ["iris"]}
    yield json.dumps({"title": "t", "file": "a.cpp", "header": "a.h", "prelude": "nn",
                      "tasks": [{"number": 1, "title": "t", "functions": ["f"], "checks": [check]}],
                      "limits": {"check_seconds": 1, "memory_mib": 512}}).encode()


def lms_seeds():
    """The tables that Canvas and Moodle export; the first byte says whose it is taken for (lms_fuzz.cpp)."""
    yield (b"\0Student,ID,SIS User ID,SIS Login ID,Section,Sums (7),Final Score\r\n    Points Possible,,,,,10,(read only)\r\n"
           b'"Noether, Emmy",12,s1,en@example.org,A,,1\r\n"Student, Test",13,,x,A,EX,\r\n')
    yield (b"\1Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
           b"Participant 12,E. Noether,s1,en@example.org,,,10.00,-,-\n")
    yield b'\1First name,Last name,ID number,Email address,"Assignment: Sums (Real)"\nEmmy,Noether,s1,en@example.org,-\n'


def pickle_seeds():
    """What numpy 1 writes for 16 bytes and for two int64."""
    for dtype, order, elements, size in (("u1", "|", 16, 16), ("i8", "<", 2, 16)):
        yield (b"\x80\x03cnumpy.core.multiarray\n_reconstruct\nq\0cnumpy\nndarray\nq\x01K\0\x85q\x02C\x01bq\x03\x87q\x04Rq"
               b"\x05(K\x01J" + struct.pack("<I", elements) + b"\x85q\x06cnumpy\ndtype\nq\x07X\x02\0\0\0" + dtype.encode() +
               b"q\x08K\0K\x01\x87q\tRq\n(K\x03X\x01\0\0\0" + order.encode() +
               b"q\x0bNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tq\x0cb\x89B" + struct.pack("<I", size) + bytes(size) +
               b"q\x0dtq\x0eb.")


def npy_seeds():
    """A .npy of NumPy's, and a zip of one."""
    head = b"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }".ljust(117) + b"\n"
    array = b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + struct.pack("<6d", *range(6))
    yield array
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr("x.npy", array)
        yield packed.getvalue()


def libsvm_seeds():
    yield b"+1 1:0.5 3:-2e1 # remark\n-1 2:1\n\n0.5\n"
    yield gzip.compress(b"0 0:1\n")
    yield "Größe €".encode()


def picture_seeds():
    from PIL import Image

    image = Image.new("RGB", (9, 7), (10, 200, 30))
    for mode, ending, how in (("RGB", "PNG", {}), ("LA", "PNG", {}), ("P", "PNG", {}), ("1", "PNG", {}), ("RGB", "JPEG", {}),
                              ("L", "JPEG", {}), ("RGB", "JPEG", {"progressive": True})):
        packed = io.BytesIO()
        image.convert(mode).save(packed, ending, **how)
        yield packed.getvalue()


def table_seeds():
    yield b'a,b,c\n1,x,?\n-2.5e3,"y, ""z""",4\nNA,x,inf\n'
    yield b"1;2\r\n3;4\r\n"
    yield gzip.compress(b"x\ty\n1\tnan\n")


def safetensors_seeds():
    header = (b'{"__metadata__":{"k":"v"},"a":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]},'
              b'"b":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]},"c":{"dtype":"BF16","shape":[0,4],"data_offsets":[19,19]},'
              b'"d":{"dtype":"I16","shape":[],"data_offsets":[19,21]}}')
    yield struct.pack("<Q", len(header)) + header + struct.pack("<2d", 1, 2) + b"\1\0\1\7\0"
    yield struct.pack("<Q", 10**10) + b"{}"
    yield struct.pack("<Q", 8) + b"{}      "


def object_seeds(compiler):
    source = "int g(int); template <int n> int h() { return g(n); } int f() { return h<1>() + h<2>(); }"
    for options in ([], ["-ffunction-sections"]):
        with tempfile.NamedTemporaryFile(suffix=".o") as made:
            subprocess.run([compiler, *options, "-x", "c++", "-", "-c", "-o", made.name], input=source.encode(), check=True)
            yield pathlib.Path(made.name).read_bytes()


def main(target, parser, compiler):
    makers = {"answers": answers_seeds, "archive": archive_seeds, "channel": channel_seeds, "cifar10": cifar10_seeds,
              "csv": csv_seeds, "idx": idx_seeds, "json": json_seeds, "libsvm": libsvm_seeds,
              "lms": lms_seeds, "npy": npy_seeds, "pickle": pickle_seeds, "picture": picture_seeds, "roster": roster_seeds,
              "safetensors": safetensors_seeds, "table": table_seeds,
              "object": lambda: object_seeds(compiler)}
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        corpus = pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(makers[parser]()):
            (corpus / f"seed-{number}").write_bytes(seed)
        seconds = os.environ.get("SPINLAB_FUZZ_SECONDS", "10")
        options = ["-seed=1", f"-max_total_time={seconds}", "-max_len=65536", "-rss_limit_mb=4096", "-timeout=20",
                   "-print_final_stats=1"]
        return subprocess.run([target, "corpus", *options], cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
