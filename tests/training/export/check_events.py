"""Fails unless the file is what tensorboard_test.cpp says that it wrote: check_events.py FILE

A parser of TFRecords and of protocol buffers from their descriptions, knowing nothing of the C++. Where the package tensorboard
is there, it must read the same.
"""

import struct
import sys


def crc32c(data):
    """Bit by bit. [RFC 3720, appendix B.4]"""
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def masked(data):
    rest = crc32c(data)
    return ((rest >> 15 | rest << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        content = data[12 : 12 + length]
        assert struct.unpack("<I", data[8:12])[0] == masked(data[:8])
        assert struct.unpack("<I", data[12 + length : 16 + length])[0] == masked(content)
        yield content
        data = data[16 + length :]


def varint(data):
    value = 0
    for place, byte in enumerate(data):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, data[place + 1 :]
    raise AssertionError("a varint is cut")


def fields(data):
    while data:
        key, data = varint(data)
        size = {1: 8, 5: 4}.get(key & 7)
        if key & 7 == 0:
            value, data = varint(data)
            yield key >> 3, value
            continue
        if key & 7 == 2:
            size, data = varint(data)
        yield key >> 3, data[:size]
        data = data[size:]


def number(form, data):
    return struct.unpack(form, data)[0]


def event(data):
    told = {"values": {}}
    for field, value in fields(data):
        if field == 1:
            told["time"] = number("<d", value)
        elif field == 2:
            told["step"] = value
        elif field == 3:
            told["version"] = value
        elif field == 5:
            for _, one in fields(value):
                parts = dict(fields(one))
                told["values"][parts[1].decode()] = number("<f", parts[2])
        else:
            raise AssertionError(field)
    return told


with open(sys.argv[1], "rb") as stream:
    told = [event(record) for record in records(stream.read())]
expected = [
    {"time": 1.5e9, "version": b"brain.Event:2", "values": {}},
    {"time": 1.5e9 + 2.25, "step": 300, "values": {"test/accuracy": 0.5, "learning_rate": 0.125}},
    {"time": 1.5e9 + 4.5, "step": 2**40, "values": {"test/ü" + "x" * 200: -3.0}},
]
assert told == expected, told

try:
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
except ImportError:
    sys.exit()
theirs = [
    {"time": one.wall_time, "step": one.step, "values": {value.tag: value.simple_value for value in one.summary.value}}
    for one in LegacyEventFileLoader(sys.argv[1]).Load()
]
assert theirs[1:] == expected[1:], theirs
