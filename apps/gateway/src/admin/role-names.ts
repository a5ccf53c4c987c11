// The roles of people on the admin plane, as tokens, the configuration and the API name them. Every role may read; the
// rest is each route's to say.

export const ROLES = ['viewer', 'auditor', 'approver', 'policy_author', 'admin'] as const;

export type AdminRole = (typeof ROLES)[number];
