"""The drafts of a log that uses every kind of entry once or more and that a verifier must find consistent."""

import hashlib


def ident(prefix: str, number: int) -> str:
    return f"{prefix}_{number:032x}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# The details each kind may commit to, typed here a second time on purpose: it must agree with the schema.
COMMITS = {
    "log.opened": ["origin", "continues"],
    "node.started": ["version", "config"],
    "node.stopped": [],
    "call.decided": [
        "caller", "subject", "actors", "token", "resource", "request", "rx", "tx", "entities", "context",
        "explanation", "sentence", "labels", "trace", "callDigest", "meters",
    ],
    "call.completed": ["result", "rx", "error", "labels", "meters"],
    "call.unknown": [],
    "task.settled": ["result"],
    "push.notified": ["destination", "rx", "tx", "error"],
    "approval.requested": ["guards", "shown", "callDigest"],
    "approval.reviewed": ["reason", "reviewer"],
    "approval.closed": ["reason", "actor"],
    "registry.changed": ["before", "after", "actor"],
    "card.checked": ["card", "reason"],
    "catalog.changed": ["before", "after"],
    "policy.activated": ["sources", "author", "diff", "broken"],
    "policy.refused": ["diagnostics", "sources"],
    "policy.shadowed": ["sources", "author"],
    "policy.differed": ["explanation"],
    "definition.accepted": ["name", "before", "after", "actor"],
    "change.proposed": ["proposal", "effect", "message", "author"],
    "change.reviewed": ["reason", "reviewer"],
    "change.closed": ["reason"],
    "exposure.cleared": ["holders", "labels", "actor"],
    "reject.summary": ["sample"],
    "traffic.summary": [],
    "stream.segment": ["rx"],
    "admin.action": ["detail"],
    "key.created": ["public"],
    "config.changed": ["before", "after"],
    "key.rotated": ["public", "manifest", "actor"],
    "key.revoked": ["reason", "manifest", "actor"],
    "log.read": ["query", "reason", "actor"],
    "log.exported": ["query", "reason", "actor"],
    "log.redacted": ["targets", "basis", "exports", "actor"],
    "log.pruned": ["archive", "actor"],
    "log.gap": ["explanation", "actor"],
    "legal_hold.changed": ["query", "reason", "actor"],
    "clock.stepped": [],
    "checkpoint.published": ["name", "proof", "error"],
    "checkpoint.received": ["note"],
}

# What came later: entries of these kinds that were written before have none of it.
LATER = {
    "call.completed": {"body": ["firstByteUs"], "commits": []},
    "approval.closed": {"body": ["previous", "user"], "commits": ["actor"]},
}

SERVER, PEER = ident("srv", 1), ident("agt", 2)
AGENT, CHAIN, TASKS = ident("agt", 1), ident("chain", 1), ident("chain", 2)
APPROVED, GIVEN_UP, CHANGE = ident("apr", 1), ident("apr", 2), ident("chg", 1)
TAKEN_BACK = ident("apr", 3)


def draft(kind, body=None, call=None, chain=None, details=None):
    agent = AGENT if kind.startswith("call.") else None
    return {"kind": kind, "call": call, "agent": agent, "chain": chain, "body": body or {}, "details": details or {}}


def earlier(written):
    """The same as it was written before members came later."""
    later = LATER[written["kind"]]
    body = {name: value for name, value in written["body"].items() if name not in later["body"]}
    details = {name: value for name, value in written["details"].items() if name not in later["commits"]}
    return written | {"body": body, "details": details, "earlier": True}


def commits_of(written):
    names = COMMITS[written["kind"]]
    return [name for name in names if name not in LATER[written["kind"]]["commits"]] if "earlier" in written else names


def decided(call, decision, reason, chain=CHAIN, **changes):
    body = {
        "protocol": "mcp", "revision": "2025-11-25", "operation": "mcp:tools/call", "upstream": SERVER,
        "decision": decision, "reason": reason, "round": 1, "approval": None, "parent": None, "link": "root",
        "depth": 1, "policySet": digest("policies"), "schema": digest("schema"),
    }
    details = {
        "caller": '{"agent":"invoice","owner":"Fiona Example"}',
        "request": '{"name":"pay","arguments":{"cents":1250,"note":"Z\u00fcrich \u20ac \U0001f9fe"}}',
        "sentence": "agent `invoice` called `pay`",
        "labels": "[]",
    }
    return draft("call.decided", body | changes, ident("call", call), chain, details)


def completed(call, index, outcome="ok", chain=CHAIN, status=200):
    body = {"outcome": outcome, "status": status, "durationUs": 1500, "firstByteUs": None if status is None else 900,
            "bytes": 42, "events": 0, "decided": index}
    return draft("call.completed", body, ident("call", call), chain, {"result": '{"ok":true}', "error": ""})


def drafts(origin: str):
    a2a = {"protocol": "a2a", "revision": "a2a-1.0", "operation": "a2a:message/send", "upstream": PEER}
    held, expires = {"approval": APPROVED}, 1_800_000_000_000_000
    return [
        draft("log.opened", details={"origin": origin}),
        draft("node.started", details={"version": "0.1.0", "config": "{}"}),
        draft("key.created", {"role": "checkpoint", "key": digest("key")}, details={"public": "{}"}),
        draft("policy.activated", {"set": digest("policies"), "previous": None, "schema": digest("schema"),
                                   "cause": "folder", "change": None},
              details={"sources": "permit(principal, action, resource);"}),
        draft("policy.refused", {"active": digest("policies")}, details={"diagnostics": "line 1, column 1"}),
        draft("registry.changed", {"op": "created", "object": "agent", "uid": AGENT, "change": None},
              details={"after": "{}"}),
        draft("catalog.changed", {"upstream": SERVER, "changes": "taken"}, details={"after": "[]"}),
        decided(1, "allow", "permitted"),
        completed(1, 7),
        decided(2, "deny", "no_permit", parent=ident("call", 1), link="verified", depth=2),
        decided(3, "hold", "guarded", **held),
        draft("approval.requested", {"approval": APPROVED, "quorum": 2, "expiresAt": expires},
              ident("call", 3), CHAIN, {"guards": "[]", "shown": "{}", "callDigest": digest("call 3")}),
        draft("approval.reviewed",
              {"approval": APPROVED, "verdict": "approve", "reviewer": ident("usr", 1), "state": "pending"},
              ident("call", 3), CHAIN, {"reason": "known vendor", "reviewer": "{}"}),
        draft("approval.reviewed",
              {"approval": APPROVED, "verdict": "approve", "reviewer": ident("usr", 2), "state": "approved"},
              ident("call", 3), CHAIN, {"reason": "agreed", "reviewer": "{}"}),
        decided(3, "allow", "grant_redeemed", round=2, **held),
        earlier(completed(3, 14, "tool_error")),
        decided(4, "allow", "permitted", TASKS, **a2a),
        completed(4, 16, chain=TASKS, status=None),
        decided(5, "allow", "permitted", TASKS),
        draft("call.unknown", {"reason": "restart", "decided": 18}, ident("call", 5), TASKS),
        draft("task.settled", {"state": "completed", "decided": 16}, ident("call", 4), TASKS, {"result": "{}"}),
        decided(6, "hold", "guarded", approval=GIVEN_UP),
        draft("approval.requested", {"approval": GIVEN_UP, "quorum": 1, "expiresAt": expires}, ident("call", 6)),
        earlier(draft("approval.closed", {"approval": GIVEN_UP, "state": "expired"}, ident("call", 6), None,
                      {"reason": "nobody decided in time"})),
        draft("reject.summary", {"code": "unauthenticated", "count": 3, "from": 0, "to": 9007199254740991}),
        draft("traffic.summary", {"upstream": None, "operation": "mcp:ping", "count": 9, "from": 1, "to": 2}),
        draft("admin.action", {"action": "token_issued", "user": ident("usr", 1)}, details={"detail": "{}"}),
        draft("change.proposed", {"change": CHANGE, "of": "exposure", "quorum": 1},
              details={"proposal": "{}", "effect": "[]", "message": "reviewed with legal", "author": "{}"}),
        draft("change.reviewed", {"change": CHANGE, "verdict": "approve", "reviewer": ident("usr", 2)},
              details={"reason": "agreed", "reviewer": "{}"}),
        draft("exposure.cleared", {"change": CHANGE}, details={"holders": "[]", "labels": "[]", "actor": "{}"}),
        draft("change.closed", {"change": CHANGE, "state": "applied"}),
        draft("definition.accepted",
              {"upstream": SERVER, "item": "tool", "definition": digest("tool"), "previous": None},
              details={"name": "{}", "after": "{}", "actor": "{}"}),
        draft("policy.shadowed", {"set": digest("candidate"), "previous": None}, details={"sources": "[]"}),
        draft("policy.differed", {"set": digest("candidate"), "live": "allow", "shadow": "deny", "decided": 7},
              ident("call", 1), None, {"explanation": "{}"}),
        draft("config.changed", {"config": digest("config 2"), "previous": digest("config 1")},
              details={"before": "{}", "after": "{}"}),
        draft("key.rotated", {"role": "checkpoint", "key": digest("key 2"), "previous": digest("key"), "from": 37},
              details={"public": "{}", "manifest": "{}", "actor": "{}"}),
        draft("key.revoked", {"role": "receipt", "key": digest("key 3"), "after": 30}, details={"reason": "lost"}),
        draft("log.read", {"of": "details", "count": 2, "user": ident("usr", 1)},
              details={"query": "{}", "reason": "an incident", "actor": "{}"}),
        draft("log.exported",
              {"export": ident("exp", 1), "format": "bundle", "from": 0, "to": 20, "count": 9, "disclosed": 4,
               "digest": digest("bundle"), "user": None},
              details={"query": "{}", "actor": "{}"}),
        draft("legal_hold.changed", {"hold": ident("hold", 1), "op": "set"}, details={"query": "{}", "reason": "suit"}),
        draft("legal_hold.changed", {"hold": ident("hold", 1), "op": "lifted"}, details={"reason": "settled"}),
        draft("log.redacted", {"cause": "retention", "change": None, "entries": 1, "details": 2, "keys": 1},
              details={"targets": "[]", "basis": "90 days", "exports": "[]"}),
        draft("log.pruned", {"from": 0, "to": 0, "size": 0, "archive": digest("archive")}, details={"archive": "{}"}),
        draft("log.gap", {"reason": "unrecorded", "from": 40, "to": 41}, details={"explanation": "a failed disk"}),
        draft("clock.stepped", {"direction": "backward", "byUs": 2_500_000}),
        draft("checkpoint.published",
              {"to": "witness", "target": digest("w.example.com/one"), "size": 40, "result": "accepted"},
              details={"name": "w.example.com/one", "proof": "{}"}),
        draft("checkpoint.received", {"origin": digest("log.example.com/audit/two"), "size": 7}, details={"note": ""}),
        draft("card.checked", {"upstream": PEER, "signature": "verified", "key": digest("key 4"), "card": digest("card")},
              details={"card": "{}"}),
        draft("push.notified", {"state": "sending", "decided": 16, "attempts": 0, "status": None},
              ident("call", 4), TASKS, {"destination": "https://client.example/hook", "rx": "{}", "tx": "{}"}),
        draft("push.notified", {"state": "delivered", "decided": 16, "attempts": 2, "status": 204},
              ident("call", 4), TASKS),
        draft("stream.segment",
              {"upstream": SERVER, "operation": "mcp:subscriptions/listen", "stream": ident("call", 9), "part": 0,
               "events": 3, "bytes": 512, "from": 1, "to": 2}, details={"rx": "{}"}),
        decided(7, "hold", "guarded", None, approval=TAKEN_BACK),
        draft("approval.requested", {"approval": TAKEN_BACK, "quorum": 1, "expiresAt": expires}, ident("call", 7)),
        draft("approval.reviewed",
              {"approval": TAKEN_BACK, "verdict": "approve", "reviewer": ident("usr", 1), "state": "approved"},
              ident("call", 7), None, {"reviewer": "{}"}),
        draft("approval.closed",
              {"approval": TAKEN_BACK, "state": "withdrawn", "previous": "approved", "user": ident("usr", 2)},
              ident("call", 7), None, {"reason": "the vendor was sold", "actor": '{"name":"omar"}'}),
        draft("node.stopped", {"reason": "signal"}),
    ]
