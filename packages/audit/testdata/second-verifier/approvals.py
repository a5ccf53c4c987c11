"""The level approvals of a log or a bundle, by section 8 of docs/log-format.md."""


class Approvals:
    """Takes headers in the order of the log."""

    def __init__(self):
        self.requests = {}
        # Between the `log.opened` of a log that continues another and its first `node.started`.
        self.beginning = False

    def holds(self, header) -> bool:
        """Whether this may follow what came before. It counts either way."""
        kind, body, commits = header["kind"], header["body"], header["commits"]
        if kind == "log.opened":
            self.beginning = commits["continues"] is not None
        elif kind == "node.started":
            self.beginning = False
        elif kind == "approval.requested":
            return self.requested(body)
        elif kind == "approval.reviewed":
            return self.reviewed(body)
        elif kind == "approval.closed":
            is_by_whom_it_may = self.may_have_closed(body, commits)
            return self.closed(body) and is_by_whom_it_may
        elif kind == "call.decided" and body["decision"] == "allow":
            return self.used(body)
        return True

    def requested(self, body) -> bool:
        if body["approval"] in self.requests:
            return False
        self.requests[body["approval"]] = {"state": "pending", "quorum": body["quorum"], "reviewed": set(), "approved": set()}
        return True

    def reviewed(self, body) -> bool:
        request = self.requests.get(body["approval"])
        if request is None:
            return False
        person = body["reviewer"]
        may = request["state"] == "pending" and person not in request["reviewed"]
        request["reviewed"].add(person)
        if body["verdict"] == "approve":
            request["approved"].add(person)
        request["state"] = body["state"]
        return may and (body["state"] != "approved" or len(request["approved"]) >= max(1, request["quorum"]))

    @staticmethod
    def may_have_closed(body, commits) -> bool:
        user, actor = body.get("user"), commits.get("actor")
        if body["state"] != "withdrawn":
            return user is None and actor is None
        return user is None or actor is not None

    def closed(self, body) -> bool:
        request = self.requests.get(body["approval"])
        if request is None:
            if self.beginning:
                self.requests[body["approval"]] = {"state": "closed", "quorum": 0, "reviewed": set(), "approved": set()}
            return self.beginning
        was, request["state"] = request["state"], "closed"
        return was in ("pending", "approved") and body.get("previous", was) == was

    def used(self, body) -> bool:
        if body["approval"] is None:
            return body["reason"] != "grant_redeemed"
        request = self.requests.get(body["approval"])
        if request is None:
            return False
        was, request["state"] = request["state"], "used"
        return was == "approved"
