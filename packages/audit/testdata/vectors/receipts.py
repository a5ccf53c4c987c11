#!/usr/bin/env python3
"""Writes receipts.json: receipts of entries of the log in log.json, signed by a receipt key, whole and on one line. Python's
standard library only, and nothing shared with the TypeScript code. Run: python3 receipts.py"""

import base64
import hashlib
import json
import pathlib

import ed25519

HERE = pathlib.Path(__file__).parent
KINDS = {"call.decided": "decided", "call.completed": "completed"}


def b64(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


def key(origin: str):
    name = f"{origin}/receipts"
    seed = hashlib.sha256(b"receipts of " + origin.encode()).digest()
    public = ed25519.public_key(seed)
    return name, seed, public, hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def receipt(origin: str, index: int, entry, promise: int) -> dict:
    header = json.loads(entry["header"])
    leaf = hashlib.sha256(b"\x00" + entry["header"].encode()).digest()
    kind = KINDS[header["kind"]]
    text = "".join(f"{line}\n" for line in (
        "countersign/receipt/1", origin, index, b64(leaf), header["time"], header["call"], kind, promise))
    name, seed, _, key_hash = key(origin)
    note = f"{text}\n\u2014 {name} {b64(key_hash, ed25519.sign(seed, text.encode()))}\n"
    return {
        "index": index, "leaf": leaf.hex(), "time": header["time"], "call": header["call"], "kind": kind,
        "promiseSeconds": promise, "text": text, "note": note,
        "compact": base64.urlsafe_b64encode(note.encode()).decode().rstrip("="),
    }


if __name__ == "__main__":
    log = json.loads((HERE / "log.json").read_text())
    origin = log["origin"]
    found = [(index, entry) for index, entry in enumerate(log["entries"]) if entry["draft"]["kind"] in KINDS]
    name, seed, public, key_hash = key(origin)
    value = {
        "origin": origin,
        "skey": f"PRIVATE+KEY+{name}+{key_hash.hex()}+{b64(bytes([1]), seed)}",
        "vkey": f"{name}+{key_hash.hex()}+{b64(bytes([1]), public)}",
        "receipts": [receipt(origin, index, entry, 5 + at) for at, (index, entry) in enumerate(found[:4])],
    }
    (HERE / "receipts.json").write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")
