#!/usr/bin/env python3
"""Writes mutants.json: the bundles of ../vectors/bundles.json spoilt in many ways, as edits of the text, each with what
verify_bundle.py says of every level. Run: python3 make_mutants.py"""

import json
import pathlib
import random
import re

import verify_bundle
from approval_mutants import approval_mutants

HERE = pathlib.Path(__file__).parent
VECTORS = json.loads((HERE.parent / "vectors" / "bundles.json").read_text())
RANDOM = random.Random(20_261_122)
LETTERS = '0123456789abcdef{}[]",:nultrue \\\u00e9\n'


def sealed(lines) -> str:
    """The lines with an `end` that fits them: whoever changes a bundle can do so."""
    digest = bytes(32)
    for line in lines:
        digest = verify_bundle.sha256(b"\x03", digest, line.encode())
    end = {"type": "end", "lines": len(lines), "digest": digest.hex(),
           "entries": sum('"type":"entry"' in line for line in lines)}
    return "".join(f"{line}\n" for line in lines + [json.dumps(end, sort_keys=True, separators=(",", ":"))])


def random_edit(text: str) -> str:
    at = RANDOM.randrange(len(text))
    kind = RANDOM.randrange(3)
    put = "" if kind == 0 else RANDOM.choice(LETTERS)
    return text[:at] + put + text[at + (0 if kind == 1 else 1):]


def hex_edit(line: str) -> str:
    """One hex digit becomes another: what stays well formed is the harder thing to see."""
    places = [at for at, char in enumerate(line) if char in "0123456789abcdef"]
    at = RANDOM.choice(places)
    return line[:at] + RANDOM.choice("0123456789abcdef".replace(line[at], "")) + line[at + 1:]


def structural(lines):
    """Whole lines dropped, doubled, moved, or with a member changed."""
    entries = [at for at, line in enumerate(lines) if '"type":"entry"' in line]
    at = RANDOM.choice(entries)
    yield lines[:at] + lines[at + 1:]
    yield lines[:at] + [lines[at]] + lines[at:]
    other = RANDOM.choice(entries)
    swapped = list(lines)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    yield swapped
    for change in (
        lambda entry: entry.update(proof=None),
        lambda entry: entry.update(proof=(entry["proof"] or [])[::-1]),
        lambda entry: entry.update(proof=["00" * 32]),
        lambda entry: entry.update(withheld=entry["withheld"] + ["caller"]),
        lambda entry: entry.update(withheld=[]),
        lambda entry: entry.update(details=entry["details"][1:]),
        lambda entry: entry.update(details=[], erased=[one["name"] for one in entry["details"]]),
        lambda entry: entry.update(index=entry["index"] + 1),
        lambda entry: entry.update(selected=not entry["selected"]),
        lambda entry: entry.update(leaf="ab" * 32),
        lambda entry: entry.update(header=entry["header"].replace(":1", ":2", 1)),
        lambda entry: entry.update(header=entry["header"].replace("{", "{ ", 1)),
    ):
        entry = json.loads(lines[at])
        change(entry)
        changed = list(lines)
        changed[at] = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        yield changed


def mutants(text: str):
    lines = text.split("\n")[:-2]
    for _ in range(60):
        yield random_edit(text)
    for _ in range(120):
        changed = list(lines)
        at = RANDOM.randrange(len(lines))
        changed[at] = hex_edit(changed[at])
        yield sealed(changed)
    for _ in range(8):
        for changed in structural(lines):
            yield sealed(changed)
    yield text[:-1]
    yield text + "\n"
    yield text.replace("\n", "\r\n")
    yield "\ufeff" + text
    yield ""


def difference(old: str, new: str) -> list:
    """[start, number of characters removed, what is put there]."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return [start, len(old) - start - end, new[start:len(new) - end]]


def units(text: str) -> int:
    """UTF-16 code units, by which other languages count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def difference_in_units(old: str, new: str, at: int = 0) -> list:
    start, removed, put = difference(old, new)
    return [at + units(old[:start]), units(old[start:start + removed]), put]


def parts(old: str, new: str, at: int, split) -> list:
    """Part by part where `split` gives as many of both, else as one."""
    before, after = split(old), split(new)
    if len(before) != len(after):
        return [difference_in_units(old, new, at)]
    found = []
    for was, now in zip(before, after):
        if was != now:
            found.extend(parts(was, now, at, words) if split is lines_of else [difference_in_units(was, now, at)])
        at += units(was)
    return found


def lines_of(text: str) -> list:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def words(text: str) -> list:
    return re.findall(r"\w+|\W+", text)


def edits(old: str, new: str) -> list:
    """Where lines were dropped or doubled, the last one by itself, so that it does not drag everything along."""
    if len(lines_of(old)) == len(lines_of(new)) or new.count("\n") < 2:
        return parts(old, new, 0, lines_of)
    (before, end), (after, other) = (cut_at_end(old), cut_at_end(new))
    return [difference_in_units(before, after), *parts(end, other, units(before), words)]


def cut_at_end(text: str):
    at = text.rindex("\n", 0, len(text) - 1) + 1
    return text[:at], text[at:]


def all_mutants():
    """Pairs of a bundle's name and what became of it."""
    for name in ("range", "chain"):
        for mutant in mutants(VECTORS["bundles"][name]):
            yield name, mutant
    for name, text in VECTORS["bundles"].items():
        for lines in approval_mutants(text.split("\n")[:-2]):
            yield name, sealed(lines)


if __name__ == "__main__":
    written = []
    for name, text in VECTORS["bundles"].items():
        assert all(verify_bundle.verify(text.encode(), VECTORS["vkey"]).values()), name
    for name, mutant in all_mutants():
        text = VECTORS["bundles"][name]
        if mutant == text:
            continue
        levels = verify_bundle.verify(mutant.encode(), VECTORS["vkey"])
        failed = [level for level, holds in levels.items() if not holds]
        written.append({"of": name, "edits": edits(text, mutant), "failed": failed})
    lines = ",\n".join(json.dumps(one, ensure_ascii=True, separators=(",", ":")) for one in written)
    (HERE / "mutants.json").write_text(f"[\n{lines}\n]\n")
