#!/usr/bin/env python3
"""A second verifier of proof bundles, written from docs/log-format.md alone, with Python's standard library only: levels
structure, leaves, hash chain, details, inclusion, approvals and checkpoint signature.
Run: python3 verify_bundle.py <bundle> [<vkey>]"""

import base64
import binascii
import functools
import hashlib
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "vectors"))
import ed25519  # noqa: E402
from approvals import Approvals  # noqa: E402

FORMAT = pathlib.Path(__file__).parents[4] / "docs" / "log-format.md"
LEVELS = ("structure", "leaves", "hashChain", "details", "inclusion", "approvals", "checkpoints")
TYPES = ("bundle", "keys", "checkpoint", "consistency", "anchor", "policySet", "schema", "range", "receipt", "entry", "end")
ONCE = ("bundle", "keys", "checkpoint", "range", "end")
MAX_UINT = 2**53 - 1
HEX = re.compile(r"[0-9a-f]+\Z")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


# --- The schema, from the tables of the page itself.

def section(text: str, name: str) -> str:
    return text.split(f"<!-- schema: {name} -->")[1].split("<!-- end:")[0]


def read_schema():
    text = FORMAT.read_text()
    prefixes = re.findall(r"`([a-z]+)`", section(text, "prefixes"))
    lists = {}
    for row in section(text, "lists").strip().splitlines()[2:]:
        name, words = row.strip("|").split("|")
        lists[name.strip()] = re.findall(r"`([^`]+)`", words)
    kinds = {}
    for row in section(text, "kinds").strip().splitlines()[2:]:
        kind, call, body, details = (cell.strip() for cell in row.strip().strip("|").split(" | "))
        fields = {}
        if body != "none":
            for field in body.split("<br>"):
                name, kind_of = re.match(r"`(\w+)` (.+)\Z", field).groups()
                fields[name] = field_check(kind_of, prefixes, lists)
        commits = {name: nullable(is_digest) for name in re.findall(r"`(\w+)`", details)}
        kinds[kind.strip("`")] = [(call, fields, commits)]
    for row in section(text, "later").strip().splitlines()[2:]:
        kind, later_body, later_details = (re.findall(r"`([^`]+)`", cell) for cell in row.strip().strip("|").split(" | "))
        call, fields, commits = kinds[kind[0]][0]
        kinds[kind[0]].append((call, without(fields, later_body), without(commits, later_details)))
    return kinds


def without(members, names):
    assert set(names) <= set(members), names
    return {name: check for name, check in members.items() if name not in names}


def field_check(text: str, prefixes, lists):
    if text.endswith(" or null"):
        return nullable(field_check(text[: -len(" or null")], prefixes, lists))
    if text == "uint":
        return is_uint
    if text == "digest":
        return is_digest
    if text.startswith("id("):
        names = text[3:-1].split(", ")
        return id_check(prefixes if names == ["any"] else names)
    words = re.findall(r'"([^"]+)"', text) if text.startswith('"') else lists[text]
    return lambda value: isinstance(value, str) and value in words


def nullable(check):
    return lambda value: value is None or check(value)


def is_uint(value) -> bool:
    return type(value) is int and 0 <= value <= MAX_UINT


def is_hex(value, digits: int) -> bool:
    return isinstance(value, str) and len(value) == digits and HEX.match(value) is not None


def is_digest(value) -> bool:
    return is_hex(value, 64)


def id_check(prefixes):
    def check(value) -> bool:
        if not isinstance(value, str) or len(value) < 34 or value[-33] != "_":
            return False
        return value[:-33] in prefixes and is_hex(value[-32:], 32)
    return check


def is_object(members):
    def check(value) -> bool:
        return (isinstance(value, dict) and set(value) == set(members)
                and all(rule(value[name]) for name, rule in members.items()))
    return check


KINDS = read_schema()
CHAIN = is_object({"id": id_check(["chain"]), "seq": is_uint, "prevLog": nullable(is_digest),
                   "prevIndex": nullable(is_uint), "prevLeaf": nullable(is_digest)})


# --- Canonical JSON.

class NotCanonical(Exception):
    pass


def pairs(members):
    value = dict(members)
    if len(value) != len(members):
        raise NotCanonical
    return value


def no_float(_text):
    raise NotCanonical


def canonical(text: str):
    """The value of a canonical text; raises NotCanonical for any other."""
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_float=no_float, parse_constant=no_float)
        printed = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        raise NotCanonical from None
    if printed != text:
        raise NotCanonical
    return value


def read_header(text: str):
    """The header, or None where it is not one."""
    if len(text.encode(errors="replace")) > 4096:
        return None
    try:
        value = canonical(text)
    except NotCanonical:
        return None
    if not isinstance(value, dict) or value.get("kind") not in KINDS:
        return None
    return value if any(fits(value) for fits in HEADERS[value["kind"]]) else None


def header_shape(shape):
    call, body, commits = shape
    is_call = id_check(["call"])
    return is_object({
        "v": lambda v: v == "countersign/entry/1", "kind": lambda v: True, "index": is_uint, "prev": is_digest,
        "time": is_uint, "node": id_check(["node"]), "call": is_call if call == "required" else nullable(is_call),
        "agent": nullable(id_check(["agt"])), "chain": nullable(CHAIN), "body": is_object(body),
        "commits": is_object(commits),
    })


HEADERS = {kind: [header_shape(shape) for shape in shapes] for kind, shapes in KINDS.items()}


# --- Lines.

def is_text(most=None):
    def check(value) -> bool:
        if not isinstance(value, str) or (most is not None and len(value.encode("utf-16-le", "surrogatepass")) > 2 * most):
            return False
        return not any(0xD800 <= ord(char) <= 0xDFFF for char in value)
    return check


def is_list(check, most: int):
    return lambda value: isinstance(value, list) and len(value) <= most and all(check(one) for one in value)


def is_base64(value) -> bool:
    return isinstance(value, str) and from_base64(value) is not None


def from_base64(text: str):
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None


def word(*words):
    return lambda value: isinstance(value, str) and value in words


NAMES = is_list(is_text(128), 64)
DETAIL = is_object({"base64": nullable(is_base64), "name": is_text(128), "salt": is_digest, "text": nullable(is_text())})
SHAPES = {
    "bundle": {
        "v": word("countersign/bundle/1"), "algebra": is_text(128), "disclosed": NAMES, "engine": is_text(128),
        "export": nullable(id_check(["exp"])), "generator": is_text(128), "made": is_uint, "origin": is_text(1024),
        "selection": is_object({
            "agent": nullable(is_text(1024)), "call": nullable(id_check(["call"])),
            "chain": nullable(id_check(["chain"])), "from": nullable(is_uint), "outcome": nullable(is_text(128)),
            "policy": nullable(is_text(1024)), "to": nullable(is_uint),
        }),
    },
    "keys": {"note": is_text()},
    "checkpoint": {"note": is_text()},
    "consistency": {"from": is_uint, "hashes": is_list(is_digest, 64)},
    "anchor": {"name": is_text(1024), "note": is_text(), "proof": nullable(is_base64),
               "to": word("witness", "file", "timestamp", "log")},
    "policySet": {"digest": is_digest, "entry": nullable(is_uint), "salt": nullable(is_digest), "sources": is_text()},
    "schema": {"digest": is_digest, "input": is_text()},
    "range": {"after": is_list(is_digest, 128), "before": is_list(is_digest, 64), "from": is_uint, "to": is_uint},
    "receipt": {"note": is_text(65536)},
    "entry": {"details": is_list(DETAIL, 64), "erased": NAMES, "header": is_text(4096), "index": is_uint,
              "leaf": is_digest, "proof": nullable(is_list(is_digest, 64)), "selected": lambda v: isinstance(v, bool),
              "withheld": NAMES},
    "end": {"digest": is_digest, "entries": is_uint, "lines": is_uint},
}
CHECKS = {kind: is_object({**shape, "type": word(kind)}) for kind, shape in SHAPES.items()}


def read_lines(data: bytes):
    """Yields lines; raises NotCanonical at the first thing that is not a bundle."""
    digest, rank, last, count, entries, seen = bytes(32), -1, -1, 0, 0, set()
    ended = False
    rest = data
    while rest:
        raw, newline, rest = rest.partition(b"\n")
        if not newline or ended:
            raise NotCanonical
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise NotCanonical from None
        line = canonical(text)
        kind = line.get("type") if isinstance(line, dict) else None
        if not isinstance(kind, str) or kind not in CHECKS or not CHECKS[kind](line):
            raise NotCanonical
        if count == 0 and kind != "bundle":
            raise NotCanonical
        if kind in seen and kind in ONCE or TYPES.index(kind) < rank:
            raise NotCanonical
        if kind not in ("bundle", "keys", "checkpoint") and "checkpoint" not in seen:
            raise NotCanonical
        if kind == "entry":
            if line["index"] <= last:
                raise NotCanonical
            last, entries = line["index"], entries + 1
        if kind == "end":
            if (line["lines"], line["entries"], line["digest"]) != (count, entries, digest.hex()):
                raise NotCanonical
            ended = True
        rank = TYPES.index(kind)
        seen.add(kind)
        count += 1
        digest = sha256(b"\x03", digest, raw)
        yield line
    if not ended:
        raise NotCanonical


# --- Checkpoints.

NAME = re.compile(r"[^\s+]+\Z")


def is_name(text: str) -> bool:
    return NAME.match(text) is not None and all(ord(char) >= 0x20 and ord(char) != 0x7F for char in text)


def read_vkey(vkey: str):
    name, key_hash, key = vkey.split("+", 2)
    data = from_base64(key)
    if data is None or len(data) != 33 or data[:1] != b"\x01":
        raise ValueError("this is no verifier key")
    if sha256(name.encode(), b"\n\x01", data[1:])[:4].hex() != key_hash:
        raise ValueError("the hash of this key is another")
    return name, bytes.fromhex(key_hash), data[1:]


def decompress(data: bytes):
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= ed25519.P:
        return None
    square = (y * y - 1) * pow(ed25519.D * y * y + 1, ed25519.P - 2, ed25519.P) % ed25519.P
    x = pow(square, (ed25519.P + 3) // 8, ed25519.P)
    if (x * x - square) % ed25519.P:
        x = x * pow(2, (ed25519.P - 1) // 4, ed25519.P) % ed25519.P
    if (x * x - square) % ed25519.P or (x == 0 and sign):
        return None
    return (ed25519.P - x if x % 2 != sign else x), y


@functools.cache
def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        return False
    point, key = decompress(signature[:32]), decompress(public)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or key is None or scalar >= ed25519.ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ed25519.ORDER
    return ed25519.multiply(scalar, ed25519.BASE) == ed25519.add(point, ed25519.multiply(challenge, key))


def read_checkpoint(note: str, vkey):
    """(origin, size, root), or None where it cannot be believed."""
    if len(note) > 65536 or "\n\n" not in note:
        return None
    split = note.rindex("\n\n")
    text, block = note[: split + 1], note[split + 2:]
    if any(char < " " and char != "\n" for char in text) or not block.endswith("\n"):
        return None
    lines = block[:-1].split("\n")
    if len(lines) > 16:
        return None
    signatures = []
    for line in lines:
        match = re.match(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)\Z", line)
        payload = from_base64(match.group(2)) if match else None
        if payload is None or len(payload) <= 4:
            return None
        signatures.append((match.group(1), payload[:4], payload[4:]))
    parts = text.split("\n")
    if len(parts) != 4 or not is_name(parts[0]) or not re.match(r"(0|[1-9][0-9]{0,15})\Z", parts[1]):
        return None
    root = from_base64(parts[2])
    if int(parts[1]) > MAX_UINT or root is None or len(root) != 32:
        return None
    if vkey is not None:
        name, key_hash, public = read_vkey(vkey)
        ours = [signature for who, what, signature in signatures if (who, what) == (name, key_hash)]
        if not ours or name != parts[0] or not all(is_signed(public, text.encode(), one) for one in ours):
            return None
    return parts[0], int(parts[1]), root


# --- The tree.

def is_included(index: int, size: int, leaf: bytes, proof, root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        return False
    place, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            value = sha256(b"\x01", sibling, value)
            while place % 2 == 0 and place != 0:
                place, last = place // 2, last // 2
        else:
            value = sha256(b"\x01", value, sibling)
        place, last = place // 2, last // 2
    return last == 0 and value == root


def widths(start: int, end: int):
    while start < end:
        width = 1
        while start % (width * 2) == 0 and start + width * 2 <= end:
            width *= 2
        yield width
        start += width


class Tree:
    """The roots of the perfect subtrees of the leaves so far, with their widths."""

    def __init__(self):
        self.parts, self.size = [], 0

    def append(self, width: int, value: bytes) -> None:
        self.size += width
        self.parts.append((width, value))
        while len(self.parts) > 1 and self.parts[-1][0] == self.parts[-2][0]:
            (wide, right), (_, left) = self.parts.pop(), self.parts.pop()
            self.parts.append((wide * 2, sha256(b"\x01", left, right)))

    def extend(self, to: int, hashes) -> bool:
        wanted = list(widths(self.size, to))
        if len(wanted) != len(hashes):
            return False
        for width, value in zip(wanted, hashes):
            self.append(width, value)
        return True

    def root(self) -> bytes:
        value = None
        for _, part in reversed(self.parts):
            value = part if value is None else sha256(b"\x01", part, value)
        return sha256() if value is None else value


# --- The levels.

class Verifier:
    def __init__(self, vkey):
        self.vkey, self.failed = vkey, set()
        self.head, self.checkpoint, self.range = None, None, None
        self.before, self.time = None, 0
        self.sets, self.unexplained, self.approvals = {}, {}, Approvals()

    def fail(self, level: str) -> None:
        self.failed.add(level)

    def run(self, data: bytes) -> dict:
        try:
            for line in read_lines(data):
                self.take(line)
        except NotCanonical:
            self.fail("structure")
        self.close_range()
        if self.sets or any(self.unexplained.values()):
            self.fail("details")
        return {level: level not in self.failed for level in LEVELS}

    def take(self, line) -> None:
        kind = line["type"]
        if kind == "bundle":
            self.head = line
        elif kind == "checkpoint":
            found = read_checkpoint(line["note"], self.vkey)
            if found is None or found[0] != self.head["origin"]:
                self.fail("checkpoints")
            else:
                self.checkpoint = found
        elif kind == "policySet":
            if line["entry"] is not None:
                if line["entry"] in self.sets:
                    self.fail("details")
                else:
                    self.sets[line["entry"]] = line
        elif kind == "range":
            self.open_range(line)
        elif kind == "entry":
            self.entry(line)

    def open_range(self, line) -> None:
        if self.checkpoint is None:
            return
        start, end = line["from"], line["to"]
        if start >= end or end > self.checkpoint[1]:
            self.fail("inclusion")
            return
        tree = Tree()
        good = tree.extend(start, [bytes.fromhex(one) for one in line["before"]])
        self.range = {"from": start, "to": end, "next": start, "tree": tree if good else None, "closed": False,
                      "after": [bytes.fromhex(one) for one in line["after"]]}

    def close_range(self) -> None:
        if self.range is None or self.range["closed"] or self.checkpoint is None:
            return
        self.range["closed"] = True
        tree = self.range["tree"]
        complete = self.range["next"] == self.range["to"] and tree is not None
        if not complete or not tree.extend(self.checkpoint[1], self.range["after"]) or tree.root() != self.checkpoint[2]:
            self.fail("inclusion")

    def included(self, line, leaf: bytes) -> None:
        if self.checkpoint is None:
            return
        index, span = line["index"], self.range
        member = span is not None and span["from"] <= index < span["to"]
        if span is not None and index >= span["to"]:
            self.close_range()
        if member and not span["closed"]:
            if index != span["next"]:
                self.close_range()
            else:
                if span["tree"] is not None:
                    span["tree"].append(1, leaf)
                span["next"] += 1
            return
        if line["proof"] is None:
            if not member:
                self.fail("inclusion")
            return
        _, size, root = self.checkpoint
        if not is_included(index, size, leaf, [bytes.fromhex(one) for one in line["proof"]], root):
            self.fail("inclusion")

    def entry(self, line) -> None:
        header = read_header(line["header"])
        leaf = sha256(b"\x00", line["header"].encode())
        if leaf.hex() != line["leaf"]:
            self.fail("leaves")
        if header is None:
            self.fail("structure")
        else:
            self.place(line, header)
        self.included(line, leaf)
        self.before = (line["index"], leaf.hex())
        if header is not None:
            self.details(line, header)
            if not self.approvals.holds(header):
                self.fail("approvals")

    def place(self, line, header) -> None:
        index, selection = line["index"], self.head["selection"]
        if header["index"] != index or header["time"] < self.time:
            self.fail("structure")
        self.time = header["time"]
        if line["selected"]:
            chain = header["chain"]["id"] if header["chain"] else None
            wrong = (selection["chain"] not in (None, chain) or selection["call"] not in (None, header["call"])
                     or (selection["from"] is not None and index < selection["from"])
                     or (selection["to"] is not None and index >= selection["to"]))
            if wrong:
                self.fail("structure")
        if index == 0:
            expected = sha256(self.head["origin"].encode()).hex()
        elif self.before is not None and self.before[0] == index - 1:
            expected = self.before[1]
        else:
            return
        if header["prev"] != expected:
            self.fail("hashChain")

    def details(self, line, header) -> None:
        commits, seen, shown = header["commits"], set(), {}

        def committed(name: str):
            found = commits.get(name)
            if found is None or name in seen:
                seen.add(name)
                self.fail("details")
                return None
            seen.add(name)
            return found

        for detail in line["details"]:
            wanted = committed(detail["name"])
            if wanted is None:
                continue
            if (detail["text"] is None) == (detail["base64"] is None):
                self.fail("details")
                continue
            value = from_base64(detail["base64"]) if detail["text"] is None else detail["text"].encode()
            if self.commitment(detail["name"], detail["salt"], value) != wanted:
                self.fail("details")
            else:
                shown[detail["name"]] = value
        for name in line["withheld"]:
            committed(name)
        for name in line["erased"]:
            if committed(name) is not None:
                self.unexplained.setdefault(line["index"], set()).add(name)
        if any(digest is not None and name not in seen for name, digest in commits.items()):
            self.fail("details")
        if header["kind"] == "log.redacted" and "targets" in shown:
            self.redacted(shown["targets"])
        self.policy_set(line, header)

    def policy_set(self, line, header) -> None:
        one = self.sets.pop(line["index"], None)
        if one is None:
            return
        fits = (header["kind"] == "policy.activated" and header["body"]["set"] == one["digest"]
                and one["salt"] is not None
                and self.commitment("sources", one["salt"], one["sources"].encode()) == header["commits"]["sources"])
        if not fits:
            self.fail("details")

    def redacted(self, targets: bytes) -> None:
        try:
            spans = json.loads(targets)
        except ValueError:
            return
        for span in spans if isinstance(spans, list) else []:
            if not isinstance(span, list) or len(span) != 3 or not is_uint(span[0]) or not is_uint(span[1]):
                continue
            first, last, names = span
            if names is not None and not (isinstance(names, list) and all(isinstance(one, str) for one in names)):
                continue
            for index, gone in self.unexplained.items():
                if first <= index <= last:
                    gone.difference_update(gone.copy() if names is None else names)

    @staticmethod
    def commitment(name: str, salt: str, value: bytes) -> str:
        encoded = name.encode()
        return sha256(b"\x02", len(encoded).to_bytes(2, "big"), encoded, bytes.fromhex(salt), value).hex()


def verify(data: bytes, vkey=None) -> dict:
    """For each level, whether nothing failed."""
    return Verifier(vkey).run(data)


if __name__ == "__main__":
    report = verify(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2] if len(sys.argv) > 2 else None)
    print(json.dumps(report))
    sys.exit(0 if all(report.values()) else 1)
