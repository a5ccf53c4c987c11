"""Spoils what a bundle says of approvals, entry by entry, as a gateway that lies would have written it: headers that are well
formed, with the leaf hashes that belong to them."""

import itertools
import json

import verify_bundle

OTHER_REQUEST, OTHER_USER = "apr_" + "0" * 31 + "f", "usr_" + "0" * 31 + "f"
SOMETHING = "ab" * 32
WORDS = {
    "decision": ("allow", "deny", "hold"), "reason": ("permitted", "grant_redeemed"),
    "quorum": (0, 1, 2, 3), "previous": ("pending", "approved"),
    "user": (None, OTHER_USER),
}
STATES = {"approval.reviewed": ("pending", "approved", "rejected"), "approval.closed": ("expired", "withdrawn", "failed")}


def text_of(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def spoilt(line: str, change) -> str:
    """The line of an entry whose header was changed."""
    entry = json.loads(line)
    header = json.loads(entry["header"])
    change(header)
    entry["header"] = text_of(header)
    entry["leaf"] = verify_bundle.sha256(b"\x00", entry["header"].encode()).hex()
    return text_of(entry)


def copied(line: str, onto: str) -> str:
    """The entry of the one line, said again in the place of the other."""
    entry, place = json.loads(line), json.loads(onto)
    entry["index"], entry["proof"] = place["index"], place["proof"]
    return spoilt(text_of(entry), lambda header: header.update(index=place["index"]))


def set_in(member: str, **values):
    return lambda header: header[member].update(values)


def changes_of(header, people):
    body, commits = header["body"], header["commits"]
    words = WORDS | {"state": STATES.get(header["kind"], ()), "approval": (OTHER_REQUEST, None)}
    if header["kind"] == "approval.reviewed":
        words = {"approval": (OTHER_REQUEST,)}
        for verdict, state in itertools.product(("approve", "reject"), STATES["approval.reviewed"]):
            for person in (*people, OTHER_USER):
                yield set_in("body", verdict=verdict, state=state, reviewer=person)
    for name, values in words.items():
        for value in values:
            if name in body and body[name] != value:
                yield set_in("body", **{name: value})
    if "actor" in commits:
        yield set_in("commits", actor=None if commits["actor"] else SOMETHING)
    if "continues" in commits:
        yield set_in("commits", continues=SOMETHING)


def approval_mutants(lines):
    """Each is what `lines` became."""
    headers = {at: json.loads(json.loads(line)["header"]) for at, line in enumerate(lines) if '"type":"entry"' in line}
    told = [at for at, header in headers.items() if header["body"].get("approval") or header["kind"] == "log.opened"]
    people = sorted({headers[at]["body"]["reviewer"] for at in told if "reviewer" in headers[at]["body"]})
    opened = next((at for at in told if headers[at]["kind"] == "log.opened"), None)
    for at, review in itertools.product(told, told):
        if headers[at]["kind"] == "approval.requested" and headers[review]["kind"] == "approval.reviewed":
            # Nobody has to approve, and nobody does.
            changed = list(lines)
            changed[at] = spoilt(lines[at], set_in("body", quorum=0))
            changed[review] = spoilt(lines[review], set_in("body", verdict="reject", state="approved"))
            yield changed
    for at, after, last in zip(told, told[1:], told[2:]):
        # Said twice, and what followed after it: nothing else is wrong with that.
        changed = list(lines)
        changed[after], changed[last] = copied(lines[at], lines[after]), copied(lines[after], lines[last])
        yield changed
    for at in told:
        without = lines[:at] + lines[at + 1:]
        yield without
        if opened not in (None, at):
            # It may have been said in the log that this one continues.
            continuing = spoilt(lines[opened], set_in("commits", continues=SOMETHING))
            yield without[:opened] + [continuing] + without[opened + 1:]
        for change in changes_of(headers[at], people):
            yield lines[:at] + [spoilt(lines[at], change)] + lines[at + 1:]
        for other in told:
            if other > at and headers[at]["kind"] != "log.opened":
                yield lines[:other] + [copied(lines[at], lines[other])] + lines[other + 1:]
