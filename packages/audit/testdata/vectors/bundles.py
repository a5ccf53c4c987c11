#!/usr/bin/env python3
"""Writes bundles.json: proof bundles of the log in log.json, against the checkpoint in checkpoint.json. Python's standard
library only, and nothing shared with the TypeScript code. Run: python3 bundles.py"""

import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
LOG = json.loads((HERE / "log.json").read_text())
CHECKPOINT = json.loads((HERE / "checkpoint.json").read_text())
LEAVES = [bytes.fromhex(entry["leaf"]) for entry in LOG["entries"]]
SIZE = len(LEAVES)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def split_of(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def root(start: int, end: int) -> bytes:
    if end - start == 1:
        return LEAVES[start]
    middle = start + split_of(end - start)
    return sha256(b"\x01", root(start, middle), root(middle, end))


def inclusion(index: int, start: int = 0, end: int = SIZE) -> list:
    """PATH of RFC 6962 section 2.1.1, as written there."""
    if end - start == 1:
        return []
    middle = start + split_of(end - start)
    if index < middle:
        return inclusion(index, start, middle) + [root(middle, end).hex()]
    return inclusion(index, middle, end) + [root(start, middle).hex()]


def consistency(older: int, start: int = 0, end: int = SIZE, is_known: bool = True) -> list:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if older == end:
        return [] if is_known else [root(start, end).hex()]
    middle = start + split_of(end - start)
    if older <= middle:
        return consistency(older, start, middle, is_known) + [root(middle, end).hex()]
    return consistency(older, middle, end, False) + [root(start, middle).hex()]


def subtrees(start: int, end: int) -> list:
    """The fewest perfect subtrees, each as wide as its place and the end allow."""
    found = []
    while start < end:
        width = 1
        while start % (width * 2) == 0 and start + width * 2 <= end:
            width *= 2
        found.append(root(start, start + width).hex())
        start += width
    return found


def head(**selection) -> dict:
    names = ("agent", "call", "chain", "from", "outcome", "policy", "to")
    return {
        "type": "bundle", "v": "countersign/bundle/1", "algebra": "none", "disclosed": ["*"], "engine": "none",
        "export": None, "generator": "bundles.py", "made": 1_790_000_001_000_000, "origin": LOG["origin"],
        "selection": {name: selection.get(name) for name in names},
    }


def entry_line(index: int, proof, withheld=(), selected=True) -> dict:
    stored = LOG["entries"][index]
    details = [
        {"base64": None, "name": one["name"], "salt": one["salt"], "text": one["value"]}
        for one in stored["details"] if one["name"] not in withheld
    ]
    return {
        "type": "entry", "index": index, "header": stored["header"], "leaf": stored["leaf"], "proof": proof,
        "selected": selected, "details": details, "erased": [],
        "withheld": [one["name"] for one in stored["details"] if one["name"] in withheld],
    }


def policy_set(index: int) -> dict:
    stored = LOG["entries"][index]
    detail = next(one for one in stored["details"] if one["name"] == "sources")
    return {
        "type": "policySet", "digest": json.loads(stored["header"])["body"]["set"], "entry": index,
        "salt": detail["salt"], "sources": detail["value"],
    }


def text(lines: list) -> str:
    out, digest = [], bytes(32)
    for line in lines:
        one = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = sha256(b"\x03", digest, one.encode())
        out.append(one)
    entries = sum(line["type"] == "entry" for line in lines)
    end = {"type": "end", "lines": len(lines), "entries": entries, "digest": digest.hex()}
    out.append(json.dumps(end, sort_keys=True, separators=(",", ":")))
    return "".join(f"{one}\n" for one in out)


def whole() -> str:
    start, end = 5, 34
    lines = [head(**{"from": start, "to": end}), {"type": "checkpoint", "note": CHECKPOINT["note"]},
             {"type": "consistency", "from": 29, "hashes": consistency(29)}, policy_set(3),
             {"type": "range", "from": start, "to": end, "before": subtrees(0, start), "after": subtrees(end, SIZE)}]
    lines.append(entry_line(3, inclusion(3), withheld=("sources",), selected=False))
    lines.extend(entry_line(index, None, withheld=("token",)) for index in range(start, end))
    return text(lines)


def chain() -> str:
    chosen = LOG["entries"][7]["draft"]["chain"]
    lines = [head(chain=chosen), {"type": "checkpoint", "note": CHECKPOINT["note"]}, policy_set(3)]
    for index, stored in enumerate(LOG["entries"]):
        if index == 3 or stored["draft"]["chain"] == chosen:
            withheld = ("sources",) if index == 3 else ("result",)
            lines.append(entry_line(index, inclusion(index), withheld, selected=index != 3))
    return text(lines)


def approvals() -> str:
    """Everything that is said of a request, and what opened the log."""
    lines = [head(), {"type": "checkpoint", "note": CHECKPOINT["note"]}]
    for index, stored in enumerate(LOG["entries"]):
        header = json.loads(stored["header"])
        if header["kind"] == "log.opened" or header["body"].get("approval") is not None:
            lines.append(entry_line(index, inclusion(index)))
    return text(lines)


if __name__ == "__main__":
    bundles = {"vkey": CHECKPOINT["vkey"], "bundles": {"range": whole(), "chain": chain(), "approvals": approvals()}}
    (HERE / "bundles.json").write_text(json.dumps(bundles, indent=1, ensure_ascii=True) + "\n")
