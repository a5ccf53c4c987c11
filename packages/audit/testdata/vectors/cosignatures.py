#!/usr/bin/env python3
"""Writes cosignatures.json: C2SP tlog-cosignature v1 (Ed25519) under a checkpoint, and a policy (C2SP tlog-policy). Python's
standard library only, and nothing shared with the TypeScript code. Run: python3 cosignatures.py"""

import base64
import hashlib
import json
import pathlib

import ed25519

HERE = pathlib.Path(__file__).parent
TIME = 1_790_000_100
ORIGIN = "log.example.com/audit/two"


def b64(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


def checkpoint():
    seed = hashlib.sha256(b"log two").digest()
    public = ed25519.public_key(seed)
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    text = f"{ORIGIN}\n1000000\n{b64(hashlib.sha256(b'root').digest())}\n"
    line = f"\u2014 {ORIGIN} {b64(key_id, ed25519.sign(seed, text.encode()))}\n"
    return text, f"{text}\n{line}", f"{ORIGIN}+{key_id.hex()}+{b64(bytes([1]), public)}"


def cosigner(number: int):
    name = f"witness{number}.example.org/w"
    seed = hashlib.sha256(b"cosigner %d" % number).digest()
    public = ed25519.public_key(seed)
    key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    return name, seed, public, key_id


def cosignature(number: int, text: str, time: int) -> dict:
    name, seed, public, key_id = cosigner(number)
    message = f"cosignature/v1\ntime {time}\n{text}"
    payload = time.to_bytes(8, "big") + ed25519.sign(seed, message.encode())
    return {
        "name": name,
        "skey": f"PRIVATE+KEY+{name}+{key_id.hex()}+{b64(bytes([4]), seed)}",
        "vkey": f"{name}+{key_id.hex()}+{b64(bytes([4]), public)}",
        "time": time, "message": message, "payload": payload.hex(),
        "line": f"\u2014 {name} {b64(key_id, payload)}\n",
    }


def policy(vectors, log_vkey: str) -> str:
    lines = ["# two of the three, and the log itself", f"log {log_vkey} https://log.example.com/", ""]
    lines += [f"witness w{at} {vector['vkey']}" for at, vector in enumerate(vectors, 1)]
    return "\n".join([*lines, "group two 2 w1 w2 w3", "quorum two"]) + "\n"


if __name__ == "__main__":
    text, note, vkey = checkpoint()
    made = [cosignature(number, text, TIME + number) for number in (1, 2, 3)]
    value = {
        "vkey": vkey, "text": text, "signed": note, "cosignatures": made,
        "note": note + made[0]["line"] + made[2]["line"],
        "policy": policy(made, vkey),
    }
    (HERE / "cosignatures.json").write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")
