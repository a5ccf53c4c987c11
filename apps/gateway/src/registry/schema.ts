// The manifests of people and things, as zod schemas. Strict: an unknown key is refused, not ignored, because a
// misspelt restriction that is silently dropped is a hole. docs/reference/manifests.md is the reader's side.
import { parsePath, type PathRoot } from '@countersign/policy';
import { z } from 'zod';
import { closed, flag, httpUrl, list, matching, oneOf, set, text } from '../config/fields.ts';
import { issuerSpec, jwks } from './issuer-schema.ts';
import { A2A_BINDINGS, API_VERSION, type Kind, NAME, NAME_RULE } from './names.ts';
import { stdioSpec } from './stdio-schema.ts';

const name = (what: string) => matching(NAME, `the name of ${what}: ${NAME_RULE}`);
const word = () =>
  matching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/, 'a word of up to 128 letters, digits and `._:/-`');
const risk = () => oneOf('low', 'medium', 'high');
const words = () => set(word(), 200);

const credential = () =>
  closed({
    kind: oneOf('none', 'bearer'),
    env: matching(
      /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
      'the name of an environment variable of the gateway',
    ).optional(),
    file: text(4096, 'the path of a file that holds only the token').optional(),
  }).superRefine((value, context) => {
    const sources = [value.env, value.file].filter((source) => source !== undefined).length;
    const wanted = value.kind === 'bearer' ? 1 : 0;
    if (sources === wanted) return;
    context.addIssue({
      code: 'custom',
      message:
        wanted === 1
          ? 'must name exactly one of `env` and `file` where the kind is `bearer`; the secret itself never stands in a manifest'
          : 'must name neither `env` nor `file` where the kind is `none`: remove them, or set `kind: bearer`',
    });
  });

/** Paths of obligations, each in the one way to write it. */
const paths = (root: PathRoot) =>
  set(
    z.string({ error: `must be a path such as \`${root}.ssn\`` }).superRefine((value, context) => {
      const path = parsePath(value, root);
      if (!path.ok) context.addIssue({ code: 'custom', message: `must be a path: ${path.message}` });
    }),
    64,
  ).default([]);

const obligations = () => ({ redact: paths('input'), mask: paths('result') });

/** Where callers find the receipts of their calls besides `/receipts/<call>`: in a header, or in the answer, too. */
const receipts = () => oneOf('header', 'inline').default('header');

interface Place {
  readonly url?: string | undefined;
  readonly transport?: string | undefined;
  readonly stdio?: object | undefined;
  readonly credential: { readonly kind: string };
  readonly callToken: string;
}

/** What is said of the way to a server that contradicts itself. */
function problemOfPlace(spec: Place): { readonly path?: string[]; readonly message: string } | null {
  if (spec.url === undefined && spec.stdio === undefined)
    return { message: 'must have `url`, the address of the server, or `stdio`, the command that runs it' };
  if (spec.stdio === undefined) return null;
  if (spec.url !== undefined)
    return {
      path: ['url'],
      message: 'must not stand beside `stdio`: a server is reached in one way; remove one of the two',
    };
  if (spec.transport !== undefined)
    return { path: ['transport'], message: 'must not stand beside `stdio`, which is a transport: remove it' };
  if (spec.credential.kind !== 'none')
    return {
      path: ['credential', 'kind'],
      message:
        'must be `none` beside `stdio`: give the command its secret in `stdio.env`, as `{ env: NAME }` or `{ file: path }`',
    };
  if (spec.callToken !== 'handle')
    return {
      path: ['callToken'],
      message: 'must be `handle` beside `stdio`: a pipe has no header to carry a token',
    };
  return null;
}

const traits = () =>
  closed({
    labels: words().default([]),
    ...obligations(),
    risk: risk().optional(),
    readOnly: flag().optional(),
    destructive: flag().optional(),
    idempotent: flag().optional(),
    openWorld: flag().optional(),
  });

const specs = {
  Team: closed({ description: text(2000).optional() }),
  Group: closed({ description: text(2000).optional() }),
  User: closed({
    email: matching(
      /^[^\s@<>"`,;]{1,64}@[^\s@<>"`,;]{1,190}$/,
      'an e-mail address, such as `fiona@example.com`',
    ),
    displayName: text(200).optional(),
    groups: set(name('a Group')).default([]),
    active: flag().default(true),
    oidc: closed({
      issuer: httpUrl(),
      subject: text(255, 'the `sub` that the provider gives the person'),
    }).optional(),
  }),
  Issuer: issuerSpec(),
  Agent: closed({
    owner: name('one User, the person who answers for this agent'),
    team: name('a Team'),
    purpose: text(2000, 'a sentence that says what the agent is for'),
    capabilities: words().default([]),
    risk: risk(),
    environment: word(),
    labels: words().default([]),
    identities: list(
      closed({
        issuer: name('an Issuer'),
        claim: oneOf('client_id', 'azp', 'sub', 'act.sub'),
        value: text(512),
      }),
      50,
    ).default([]),
    status: oneOf('active', 'quarantined', 'retired').optional(),
  }),
  A2AAgent: closed({
    agent: name('the Agent that answers here').optional(),
    cardUrl: httpUrl().optional(),
    url: httpUrl().optional(),
    binding: oneOf(...A2A_BINDINGS).optional(),
    credential: credential().default({ kind: 'none' }),
    cardKeys: jwks().optional(),
    cardSignature: oneOf('required', 'optional').default('optional'),
    receipts: receipts(),
    ...obligations(),
  })
    .refine((spec) => spec.cardUrl !== undefined || spec.url !== undefined, {
      error: 'must have `url`, the base address of the agent, or `cardUrl`, the address of its agent card',
    })
    .refine((spec) => spec.cardSignature === 'optional' || spec.cardKeys !== undefined, {
      error: 'must have `cardKeys`, the keys that sign the card, where `cardSignature` is `required`',
    }),
  MCPServer: closed({
    url: httpUrl().optional(),
    transport: oneOf('streamable-http', 'sse').optional(),
    stdio: stdioSpec().optional(),
    team: name('a Team'),
    environment: word(),
    risk: risk(),
    labels: words().default([]),
    ...obligations(),
    credential: credential().default({ kind: 'none' }),
    tools: z
      .record(text(128, 'the name of a tool, as the server lists it'), traits(), {
        error: 'must be a map from tool names to what you say of them',
      })
      .default({}),
    callToken: oneOf('handle', 'token').default('handle'),
    toolPinning: oneOf('first-seen', 'review', 'off').default('first-seen'),
    resultChecks: oneOf('record', 'withhold').default('record'),
    receipts: receipts(),
  }).superRefine((spec, context) => {
    const issue = problemOfPlace(spec);
    if (issue !== null) context.addIssue({ code: 'custom', ...issue });
  }),
} as const satisfies Record<Kind, z.ZodType>;

type Specs = typeof specs;

/** One declared object, with its defaults filled in. Plain JSON: what is stored and recorded. */
export type ManifestOf<K extends Kind> = {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: K;
  readonly metadata: { readonly name: string };
  readonly spec: z.infer<Specs[K]>;
};
export type Manifest = { [K in Kind]: ManifestOf<K> }[Kind];

const manifest = <K extends Kind>(kind: K) =>
  closed({
    apiVersion: oneOf(API_VERSION),
    kind: oneOf(kind),
    metadata: closed({ name: matching(NAME, NAME_RULE) }),
    spec: specs[kind],
  });

const schemas: Readonly<Record<Kind, z.ZodType>> = {
  Team: manifest('Team'),
  Group: manifest('Group'),
  User: manifest('User'),
  Issuer: manifest('Issuer'),
  Agent: manifest('Agent'),
  A2AAgent: manifest('A2AAgent'),
  MCPServer: manifest('MCPServer'),
};

export function schemaOf(kind: Kind): z.ZodType<Manifest> {
  return schemas[kind] as z.ZodType<Manifest>;
}
