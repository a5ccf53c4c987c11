// The configuration as administrators may see it. Shapes only. Closed: what is not named here is not told, and nothing
// secret is named.
import { z } from '@hono/zod-openapi';
import { Role } from './access.ts';
import { time } from './common.ts';

export const review = z
  .object({ group: z.string().nullable(), quorum: z.int(), expiresHours: z.int() })
  .openapi('ReviewTerms', {
    description: 'whose members agree (null: anybody who may review), and how many besides the author',
  });

export const IssuerSetting = z
  .object({
    uid: z.string(),
    name: z.string(),
    issuer: z.string(),
    kind: z.enum(['agents', 'people', 'mixed']),
    algorithms: z.array(z.string()),
    types: z.array(z.string()),
    agentClaim: z.array(z.string()),
    assurance: z.string(),
    maxTokenAgeSeconds: z.int(),
    clockToleranceSeconds: z.int(),
    audiences: z.array(z.string()),
    keys: z.object({
      source: z.enum(['manifest', 'url']),
      url: z.string().nullable(),
      state: z
        .enum(['ready', 'unknown', 'failing'])
        .openapi({ description: '`unknown`: no token of this issuer came yet' }),
      count: z.int().nullable(),
      fetchedAt: time.nullable(),
      failure: z.string().nullable(),
    }),
  })
  .openapi('IssuerSetting');

export const OidcSetting = z
  .object({
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    clientSecret: z
      .enum(['none', 'env', 'file'])
      .openapi({ description: 'where the gateway finds it; `none` for a public client' }),
    redirectUri: z.string(),
    scopes: z.array(z.string()),
    userClaim: z.string(),
    groupsClaim: z.string(),
    roles: z.array(z.object({ group: z.string(), roles: z.array(Role) })),
    groups: z.array(z.object({ group: z.string(), groups: z.array(z.string()) })),
    contact: z.string().nullable(),
    recheckMinutes: z.int(),
    shortSessionMinutes: z.int(),
    membershipHours: z.int(),
    state: z.enum(['unknown', 'ready', 'away']),
    since: time,
    reason: z.string().nullable().openapi({ description: 'why it counts as away' }),
  })
  .openapi('OidcSetting');

export const Settings = z
  .object({
    version: z.string(),
    configFile: z.string().nullable(),
    listeners: z.object({
      data: z.object({ address: z.string(), publicUrl: z.string() }),
      admin: z.object({ address: z.string(), publicUrl: z.string(), hosts: z.array(z.string()) }),
      grpc: z.object({ address: z.string() }).nullable(),
    }),
    issuers: z.array(IssuerSetting),
    signIn: z.object({
      oidc: OidcSetting.nullable(),
      sessions: z.object({ hours: z.int(), idleMinutes: z.int(), freshMinutes: z.int() }),
    }),
    receivers: z
      .array(
        z.object({
          name: z.string(),
          kind: z.enum(['syslog-cef', 'otlp', 'webhook-jsonl', 'file-jsonl']),
          destination: z.string().openapi({ description: 'host and port, address without query, or file' }),
          credential: z.string().nullable().openapi({ description: 'environment variable that holds it' }),
          details: z.array(z.string()).openapi({ description: 'what leaves in the clear' }),
        }),
      )
      .openapi({ description: 'who is sent what is recorded; how far each got is at /sinks' }),
    retention: z.object({
      payloads: z
        .array(z.record(z.string(), z.string()))
        .openapi({ description: 'rules, of which the first that fits counts' }),
      headers: z.string(),
      erasure: review,
    }),
    keys: z.object({
      manifest: z.string().openapi({ description: 'path of the signed manifest of the log’s keys' }),
      payloadKey: z.enum(['env', 'file', 'data folder']),
      keyStore: z.string().openapi({ description: 'file, or `data folder`' }),
    }),
    reviews: z.object({
      policies: review.nullable().openapi({ description: 'null where nobody has to agree' }),
      registry: review.nullable(),
      declassification: review,
    }),
    limits: z.record(z.string(), z.int()).openapi({ description: 'by their names in the configuration' }),
  })
  .openapi('Settings');
