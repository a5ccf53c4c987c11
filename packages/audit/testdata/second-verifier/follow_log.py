#!/usr/bin/env python3
"""A client that follows a log over its tiles, written from C2SP tlog-tiles and docs/log-format.md section 5.1 alone, with Python's
standard library only: every tile of every level, every entry, and the checkpoint that they have to add up to.
Run: COUNTERSIGN_TOKEN=<token> python3 follow_log.py <prefix of the log> <vkey>"""

import json
import os
import sys
import urllib.request

from verify_bundle import Tree, read_checkpoint, sha256

WIDTH = 256
MOST_BYTES = 1 << 24


class NotTheLog(Exception):
    """What was served is not what was signed."""


def index_path(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)


class Log:
    def __init__(self, prefix: str, token: str):
        self.prefix, self.token, self.fetched = prefix.rstrip("/"), token, []

    def get(self, path: str) -> bytes:
        self.fetched.append(path)
        headers = {"Authorization": f"Bearer {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.prefix}/{path}", headers=headers)) as response:
            return response.read(MOST_BYTES)

    def tiles(self, what: str, count: int):
        """Of a level with so many hashes: each tile, with its index and its width."""
        for index in range((count + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - index * WIDTH)
            partial = "" if width == WIDTH else f".p/{width}"
            yield index, width, self.get(f"tile/{what}/{index_path(index)}{partial}")

    def hashes(self, level: int, count: int) -> list:
        found = []
        for index, width, data in self.tiles(str(level), count):
            if len(data) != 32 * width:
                raise NotTheLog(f"tile {index} of level {level} has {len(data)} bytes")
            found += [data[at:at + 32] for at in range(0, len(data), 32)]
        return found

    def entries(self, size: int):
        for index, width, data in self.tiles("entries", size):
            at = 0
            for _ in range(width):
                length = int.from_bytes(data[at:at + 2], "big")
                yield data[at + 2:at + 2 + length]
                at += 2 + length
            if at != len(data):
                raise NotTheLog(f"the entries under tile {index} do not fill it")


def root_of(hashes) -> bytes:
    tree = Tree()
    for one in hashes:
        tree.append(1, one)
    return tree.root()


def follow(log: Log, vkey: str) -> dict:
    checkpoint = read_checkpoint(log.get("checkpoint").decode(), vkey)
    if checkpoint is None:
        raise NotTheLog("the checkpoint is not signed by this key")
    origin, size, root = checkpoint
    leaves = below = log.hashes(0, size)
    if root_of(leaves) != root:
        raise NotTheLog("the leaves do not add up to the root of the checkpoint")
    level = 0
    while len(below) >= WIDTH:
        level += 1
        above = log.hashes(level, len(below) // WIDTH)
        for at, value in enumerate(above):
            if root_of(below[at * WIDTH:(at + 1) * WIDTH]) != value:
                raise NotTheLog(f"hash {at} of level {level} is not the root of the tile below it")
        below = above
    for index, entry in enumerate(log.entries(size)):
        if sha256(b"\x00", entry) != leaves[index]:
            raise NotTheLog(f"entry {index} is not the one in its tile")
    return {"origin": origin, "size": size, "root": root.hex(), "levels": level + 1, "fetched": log.fetched}


if __name__ == "__main__":
    try:
        print(json.dumps(follow(Log(sys.argv[1], os.environ["COUNTERSIGN_TOKEN"]), sys.argv[2])))
    except NotTheLog as error:
        print(error, file=sys.stderr)
        sys.exit(1)
