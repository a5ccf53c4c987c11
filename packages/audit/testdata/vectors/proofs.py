#!/usr/bin/env python3
"""Writes proofs.json: tiles, entry bundles, and inclusion, consistency and range proofs of a tree whose entry i is i in
four bytes. Python's standard library only, and nothing shared with the TypeScript code. Run: python3 proofs.py"""

import base64
import functools
import hashlib
import json
import pathlib

import ed25519

HERE = pathlib.Path(__file__).parent
ORIGIN = "log.example.com/audit/proofs"
LARGEST = 70_000


def entry(index: int) -> bytes:
    return index.to_bytes(4, "big")


@functools.lru_cache(maxsize=None)
def root(start: int, end: int) -> bytes:
    """MTH(D[start:end]), RFC 6962 section 2.1."""
    if start == end:
        return hashlib.sha256().digest()
    if end - start == 1:
        return hashlib.sha256(b"\x00" + entry(start)).digest()
    middle = start + split(end - start)
    return hashlib.sha256(b"\x01" + root(start, middle) + root(middle, end)).digest()


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def path(index: int, start: int, end: int):
    """PATH(m, D[n]), RFC 6962 section 2.1.1, as written there."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return path(index, start, middle) + [root(middle, end)]
    return path(index, middle, end) + [root(start, middle)]


def subproof(older: int, start: int, end: int, known: bool):
    """SUBPROOF(m, D[n], b), RFC 6962 section 2.1.2, as written there."""
    if older == end:
        return [] if known else [root(start, end)]
    middle = start + split(end - start)
    if older <= middle:
        return subproof(older, start, middle, known) + [root(middle, end)]
    return subproof(older, middle, end, False) + [root(start, middle)]


def cover(start: int, end: int):
    """The roots of the fewest perfect, aligned subtrees over the leaves from start up to, not including, end."""
    hashes = []
    while start < end:
        width = 1
        while start % (width * 2) == 0 and start + width * 2 <= end:
            width *= 2
        hashes.append(root(start, start + width))
        start += width
    return hashes


def tile_path(name: str, index: int, width: int) -> str:
    groups = []
    while True:
        index, last = divmod(index, 1000)
        groups.insert(0, f"{last:03d}")
        if index == 0:
            break
    place = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{name}/{place}" + ("" if width == 256 else f".p/{width}")


def tile(level: int, index: int, width: int):
    span = 256 ** level
    first = index * 256
    hashes = b"".join(root((first + i) * span, (first + i + 1) * span) for i in range(width))
    return {"path": tile_path(str(level), index, width), "level": level, "index": index, "width": width,
            "sha256": hashlib.sha256(hashes).hexdigest()}


def bundle(index: int, width: int):
    data = b"".join(len(entry(i)).to_bytes(2, "big") + entry(i) for i in range(index * 256, index * 256 + width))
    return {"path": tile_path("entries", index, width), "index": index, "width": width,
            "sha256": hashlib.sha256(data).hexdigest()}


def texts(hashes):
    return [each.hex() for each in hashes]


def inclusion(index: int, size: int):
    return {"index": index, "size": size, "leaf": root(index, index + 1).hex(), "root": root(0, size).hex(),
            "proof": texts(path(index, 0, size))}


def consistency(older: int, newer: int):
    proof = [] if older in (0, newer) else subproof(older, 0, newer, True)
    return {"older": older, "newer": newer, "olderRoot": root(0, older).hex(), "newerRoot": root(0, newer).hex(),
            "proof": texts(proof)}


def span_proof(start: int, end: int, size: int):
    return {"from": start, "to": end, "size": size, "root": root(0, size).hex(),
            "before": texts(cover(0, start)), "after": texts(cover(end, size))}


def tlog_proof(index: int, size: int):
    b64 = lambda data: base64.b64encode(data).decode()
    seed = hashlib.sha256(b"the key of proofs.py").digest()
    public = ed25519.public_key(seed)
    key_hash = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    text = f"{ORIGIN}\n{size}\n{b64(root(0, size))}\n"
    note = f"{text}\n\u2014 {ORIGIN} {b64(key_hash + ed25519.sign(seed, text.encode()))}\n"
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(b64, path(index, 0, size))]
    extra = [lines[0], f"extra {b64(b'not authenticated')}", *lines[1:]]
    return {"vkey": f"{ORIGIN}+{key_hash.hex()}+{b64(bytes([1]) + public)}", "index": index, "size": size,
            "leaf": root(index, index + 1).hex(), "checkpoint": note,
            "text": "\n".join(lines) + "\n\n" + note, "textWithExtra": "\n".join(extra) + "\n\n" + note}


if __name__ == "__main__":
    places = [(0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (5, 8), (0, 256), (255, 257), (256, 257), (300, 600), (599, 600),
              (0, LARGEST), (65_535, LARGEST), (65_536, LARGEST), (LARGEST - 1, LARGEST)]
    steps = [(0, 0), (0, 7), (1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (7, 8), (255, 256), (256, 257), (257, 600),
             (256, LARGEST), (65_536, LARGEST), (65_537, LARGEST), (69_999, LARGEST)]
    spans = [(0, 0, 0), (0, 1, 1), (0, 7, 7), (2, 5, 7), (3, 3, 7), (250, 260, 600), (0, 256, 257), (511, 600, 600)]
    value = {
        "entries": "entry i is i as four bytes, big-endian",
        "size": LARGEST,
        "root": root(0, LARGEST).hex(),
        "tiles": [tile(0, 0, 256), tile(0, 272, 256), tile(0, 273, 112), tile(0, 273, 1), tile(1, 0, 256), tile(1, 1, 17),
                  tile(2, 0, 1)],
        "bundles": [bundle(0, 256), bundle(273, 112), bundle(0, 3)],
        "paths": [{"level": 0, "index": i, "width": w, "path": tile_path("0", i, w)}
                  for i, w in [(0, 256), (5, 1), (999, 255), (1000, 256), (1_234_067, 256), (2**53 - 1, 7)]],
        "inclusion": [inclusion(*each) for each in places],
        "consistency": [consistency(*each) for each in steps],
        "ranges": [span_proof(*each) for each in spans],
        "tlogProofs": [tlog_proof(0, 1), tlog_proof(300, 600)],
    }
    (HERE / "proofs.json").write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")
