#!/usr/bin/env python3
"""Writes the golden vectors beside it. Python's standard library only, and nothing shared with the TypeScript code:
two implementations of docs/log-format.md must agree on every byte. Run: python3 generate.py"""

import base64
import hashlib
import json
import pathlib

import ed25519
import story

HERE = pathlib.Path(__file__).parent
ORIGIN = "log.example.com/audit/one"


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(header: bytes) -> bytes:
    return sha256(b"\x00", header)


def commitment(name: str, salt: bytes, value: bytes) -> bytes:
    encoded = name.encode()
    return sha256(b"\x02", len(encoded).to_bytes(2, "big"), encoded, salt, value)


def root(leaves) -> bytes:
    """RFC 6962 section 2.1, as written there."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01", root(leaves[:split]), root(leaves[split:]))


def log_vectors():
    log = sha256(ORIGIN.encode())
    node, previous, heads, leaves, entries = story.ident("node", 1), log, {}, [], []
    for index, draft in enumerate(story.drafts(ORIGIN)):
        chain = None
        if draft["chain"] is not None:
            seq, at, leaf = heads.get(draft["chain"], (-1, None, None))
            chain = {"id": draft["chain"], "seq": seq + 1, "prevIndex": at, "prevLeaf": leaf,
                     "prevLog": None if at is None else log.hex()}
        commits, details = {}, []
        for name in story.commits_of(draft):
            commits[name] = None
            if name in draft["details"]:
                salt, value = sha256(b"salt", name.encode(), bytes([index])), draft["details"][name].encode()
                commits[name] = commitment(name, salt, value).hex()
                details.append({"name": name, "salt": salt.hex(), "value": draft["details"][name]})
        time = 1_790_000_000_000_000 + index * 250
        header = canonical({
            "v": "countersign/entry/1", "kind": draft["kind"], "index": index, "prev": previous.hex(), "time": time,
            "node": node, "call": draft["call"], "agent": draft["agent"], "chain": chain, "body": draft["body"],
            "commits": commits,
        })
        previous = leaf_hash(header)
        leaves.append(previous)
        if chain is not None:
            heads[draft["chain"]] = (chain["seq"], index, previous.hex())
        is_earlier = draft.pop("earlier", False)
        entries.append({"draft": draft, "isEarlier": is_earlier, "time": time, "header": header.decode(), "leaf": previous.hex(),
                        "details": details})
    roots = [root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    return {"origin": ORIGIN, "node": node, "entries": entries, "roots": roots}


def merkle_vectors():
    leaves = [leaf_hash(bytes([i])) for i in range(65)]
    return {"roots": [root(leaves[:size]).hex() for size in range(len(leaves) + 1)]}


def commitment_vectors():
    cases = [("a", b""), ("callDigest", b"\x00\xff"), ("sentence", "Zürich €".encode()), ("result", bytes(300))]
    vectors = []
    for name, value in cases:
        salt = sha256(b"salt of ", name.encode())
        vectors.append({"name": name, "salt": salt.hex(), "value": value.hex(),
                        "commitment": commitment(name, salt, value).hex()})
    return vectors


def checkpoint_vectors(size: int, tree: str):
    seed = bytes(range(32))
    public = ed25519.public_key(seed)
    key_hash = sha256(ORIGIN.encode(), b"\n\x01", public)[:4]
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(bytes.fromhex(tree)).decode()}\n"
    signature = base64.b64encode(key_hash + ed25519.sign(seed, text.encode())).decode()
    named = f"{ORIGIN}+{key_hash.hex()}+"
    return {
        "skey": "PRIVATE+KEY+" + named + base64.b64encode(b"\x01" + seed).decode(),
        "vkey": named + base64.b64encode(b"\x01" + public).decode(),
        "origin": ORIGIN, "size": size, "root": tree, "text": text,
        "note": f"{text}\n— {ORIGIN} {signature}\n",
    }


def write(name: str, value) -> None:
    (HERE / name).write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    log = log_vectors()
    write("log.json", log)
    write("merkle.json", merkle_vectors())
    write("commitments.json", commitment_vectors())
    write("checkpoint.json", checkpoint_vectors(len(log["entries"]), log["roots"][-1]))
