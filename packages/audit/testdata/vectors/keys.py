#!/usr/bin/env python3
"""Writes keys.json: key manifests of the log of the other vectors, with the keys that speak for it at each size, and texts
that a reader must refuse. Python's standard library only, and nothing shared with the TypeScript code. Run: python3 keys.py"""

import base64
import hashlib
import json
import pathlib

import ed25519

HERE = pathlib.Path(__file__).parent
ORIGIN = "log.example.com/audit/one"
ROOT = f"{ORIGIN}/keys"


def b64(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


def key(name: str, number: int):
    seed = hashlib.sha256(f"{name} {number}".encode()).digest()
    public = ed25519.public_key(seed)
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    return {"seed": seed, "hash": key_hash, "name": name,
            "skey": f"PRIVATE+KEY+{name}+{key_hash.hex()}+{b64(bytes([1]), seed)}",
            "vkey": f"{name}+{key_hash.hex()}+{b64(bytes([1]), public)}"}


def note(text: str, signer) -> str:
    signature = b64(signer["hash"], ed25519.sign(signer["seed"], text.encode()))
    return f"{text}\n\u2014 {signer['name']} {signature}\n"


def text_of(serial: int, lines) -> str:
    rows = sorted(lines, key=lambda line: (line[0], line[1], line[3]))
    shown = [" ".join([role, str(start), "-" if end is None else str(end), vkey] + (["revoked"] if gone else []))
             for role, start, end, vkey, gone in rows]
    return "".join(f"{line}\n" for line in ["countersign/keys/1", ORIGIN, str(serial), *shown])


def manifest(serial: int, lines, root, sizes):
    text = text_of(serial, lines)
    valid = {str(size): {role: [vkey for kind, start, end, vkey, _ in sorted(lines, key=lambda line: (line[1], line[3]))
                                if kind == role and start <= size and (end is None or size < end)]
                         for role in ("checkpoint", "receipt")} for size in sizes}
    return {"serial": serial, "text": text, "note": note(text, root), "valid": valid}


if __name__ == "__main__":
    first, second, third = (key(ORIGIN, number)["vkey"] for number in (1, 2, 3))
    receipts, root = key(f"{ORIGIN}/receipts", 1)["vkey"], key(ROOT, 1)
    begun = [("checkpoint", 0, None, first, False), ("receipt", 0, None, receipts, False)]
    rotated = [("checkpoint", 0, 40, first, False), ("checkpoint", 40, None, second, False), begun[1]]
    revoked = [rotated[0], ("checkpoint", 40, 46, second, True), ("checkpoint", 49, None, third, False), begun[1]]
    good = text_of(2, rotated)
    head, *keys = good.split("\n")[:3], *good.split("\n")[3:-1]
    build = lambda lines: "".join(f"{line}\n" for line in lines)
    other = key("other.example/log", 1)["vkey"]
    bad = {
        "another version": good.replace("keys/1", "keys/2"),
        "no origin": build(["countersign/keys/1", "", "2", *keys]),
        "serial zero": build([*head[:2], "0", *keys]),
        "serial with a leading zero": build([*head[:2], "02", *keys]),
        "no keys": build(head),
        "receipt keys only": build([*head, keys[2]]),
        "keys out of order": build([*head, keys[1], keys[0], keys[2]]),
        "a key twice": build([*head, keys[0], keys[0], keys[2]]),
        "one key with two ranges": build([*head, keys[0], keys[0].replace(" 0 40 ", " 40 41 "), keys[2]]),
        "an unknown role": good.replace("receipt 0", "witness 0"),
        "a role in capitals": good.replace("receipt 0", "Receipt 0"),
        "an empty range": good.replace(" 0 40 ", " 40 40 "),
        "a size with a sign": good.replace(" 0 40 ", " +0 40 "),
        "a size beyond 2^53": good.replace(" 0 40 ", " 0 9007199254740993 "),
        "revoked without an end": good.replace(second, f"{second} revoked"),
        "another word at the end": good.replace(second, f"{second} retired"),
        "two blanks": good.replace(" 0 40 ", " 0  40 "),
        "a checkpoint key of another log": good.replace(first, other),
        "a receipt key named as a checkpoint key": build([*head, keys[0], keys[1], f"receipt 0 - {third}"]),
        "a key whose hash is not its own": good.replace(first.split("+")[1], "00000000"),
        "a blank line": build([*head, keys[0], "", keys[1], keys[2]]),
    }
    value = {
        "origin": ORIGIN, "rootSkey": root["skey"], "rootVkey": root["vkey"],
        "manifests": [manifest(1, begun, root, [0, 1, 39, 40]), manifest(2, rotated, root, [0, 39, 40, 41]),
                      manifest(3, revoked, root, [39, 40, 45, 46, 48, 49])],
        "refused": [{"why": why, "note": note(text, root)} for why, text in bad.items()],
    }
    (HERE / "keys.json").write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")
