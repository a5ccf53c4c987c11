-- The policies that determined a call, one row each: a projection of the log, as calls are.
CREATE TABLE call_policies (
  policy TEXT NOT NULL,
  decided_index INTEGER NOT NULL,
  call TEXT NOT NULL,
  PRIMARY KEY (policy, decided_index)
) STRICT, WITHOUT ROWID;
