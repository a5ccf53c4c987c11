// What a file of cases looks like, to begin with: ordinary words of it, each with what it is for.
export const CASES_EXAMPLE = `# One call at a time: what is known of it (facts), and what is to become of it (want).
# What a case leaves out is that of an ordinary call: agent triage, team sre, medium risk, tool crm/get_customer.
cases:
  - name: an agent without capabilities gets nowhere
    facts: { principal: { capabilities: [] } }
    want: { outcome: deny }
`;
