// `adminPlane.oidc` and `adminPlane.sessions`: by which provider people sign in, what its groups stand for, and how long that
// is good. No secret stands here: the client's is named, and read when it is used.
import { z } from 'zod';
import { type AdminRole, ROLES } from '../admin/role-names.ts';
import { NAME, NAME_RULE } from '../registry/names.ts';
import { closed, httpUrl, integer, isLoopbackHost, matching, oneOf, set, text } from './fields.ts';
import type { Problem } from './problems.ts';

const providerGroup = () => text(256, 'the name of a group as the provider writes it');

const byGroup = <Value extends z.ZodType<string>>(value: Value) =>
  z.record(
    providerGroup(),
    set(value, 100).refine((values) => values.length > 0, { error: 'must name at least one' }),
    {
      error: 'must be a map from groups of the provider to lists',
    },
  );

const claim = () => text(128, 'the name of a claim');

const issuerUrl = () =>
  httpUrl().superRefine((value, context) => {
    const url = URL.parse(value);
    if (url === null) return;
    if (url.search !== '') context.addIssue({ code: 'custom', message: 'must not have a query: remove it' });
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
      context.addIssue({
        code: 'custom',
        message: 'must be an https URL unless it is on this machine: who signs in depends on it',
      });
  });

const secret = () =>
  closed({
    env: matching(
      /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
      'the name of an environment variable of the gateway',
    ).optional(),
    file: text(4096, 'the path of a file that holds only the secret').optional(),
  }).refine(({ env, file }) => (env === undefined) !== (file === undefined), {
    error: 'must name exactly one of `env` and `file`; the secret itself never stands here',
  });

const OWN_PARAMETERS: readonly string[] = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'max_age',
  'request',
  'request_uri',
];

export const sessionKeys = () =>
  closed({
    hours: integer(1, 24, 'hours').default(8),
    idleMinutes: integer(1, 1440, 'minutes').default(60),
    freshMinutes: integer(0, 1440, 'minutes; 0 never asks').default(15),
  });

export const oidc = () =>
  closed({
    name: text(60, 'the name by which people know the provider').optional(),
    issuer: issuerUrl(),
    clientId: text(256),
    clientSecret: secret().optional(),
    scopes: set(matching(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/, 'the name of a scope'), 30)
      .refine((scopes) => scopes.includes('openid'), { error: 'must include `openid`' })
      .default(['openid', 'profile', 'email']),
    userClaim: claim().default('email'),
    groupsClaim: claim().default('groups'),
    roles: byGroup(oneOf(...ROLES)).refine((roles) => Object.keys(roles).length > 0, {
      error: 'must map at least one group of the provider to roles: nobody else gets in',
    }),
    groups: byGroup(matching(NAME, `the name of a Group: ${NAME_RULE}`)).default({}),
    contact: text(200, 'a line that says whom to ask').optional(),
    recheckMinutes: integer(1, 1440, 'minutes').default(10),
    shortSessionMinutes: integer(1, 1440, 'minutes').default(60),
    membershipHours: integer(1, 24 * 31, 'hours').default(24),
    clockToleranceSeconds: integer(0, 60, 'seconds').default(5),
    authorizationParameters: z
      .record(text(64, 'the name of a parameter'), text(512), {
        error: 'must be a map from parameters to values',
      })
      .refine((given) => Object.keys(given).every((key) => !OWN_PARAMETERS.includes(key)), {
        error: `must not set what the gateway sets itself: ${OWN_PARAMETERS.join(', ')}`,
      })
      .default({}),
  });

type Parsed = z.infer<ReturnType<typeof oidc>>;

export interface OidcConfig {
  /** By which people know the provider. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: { readonly env: string } | { readonly file: string } | null;
  readonly scopes: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** By groups of the provider. */
  readonly roles: Readonly<Record<string, readonly AdminRole[]>>;
  /** Names of registered Groups, by groups of the provider. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Whom people ask who are not let in. */
  readonly contact: string | null;
  readonly recheckMinutes: number;
  readonly shortSessionMinutes: number;
  readonly membershipHours: number;
  readonly clockToleranceSeconds: number;
  readonly authorizationParameters: Readonly<Record<string, string>>;
}

/** With every default, and paths made absolute. */
export function oidcConfig(parsed: Parsed | null, inFile: (value: string) => string): OidcConfig | null {
  if (parsed === null) return null;
  const { clientSecret, name, contact, ...rest } = parsed;
  return {
    ...rest,
    name: name ?? new URL(parsed.issuer).host,
    contact: contact ?? null,
    clientSecret: secretOf(clientSecret, inFile),
  };
}

function secretOf(
  written: Parsed['clientSecret'],
  inFile: (value: string) => string,
): OidcConfig['clientSecret'] {
  if (written?.env !== undefined) return { env: written.env };
  return written?.file === undefined ? null : { file: inFile(written.file) };
}

/**
 * The provider sends people back to the console's own address, with what signs them in: nobody else may be able to read
 * that on the way.
 */
export function problemOfConsoleAddress(
  plane: { readonly host: string; readonly publicUrl: string | null; readonly oidc: unknown },
  source: string | null,
): Problem | null {
  if (plane.oidc === null) return null;
  const url = plane.publicUrl === null ? null : new URL(plane.publicUrl);
  const isPrivate =
    url === null ? isLoopbackHost(plane.host) : url.protocol === 'https:' || isLoopbackHost(url.hostname);
  if (isPrivate) return null;
  return {
    source,
    document: null,
    line: null,
    key: 'adminPlane.publicUrl',
    message: `\`adminPlane.publicUrl\` is ${url === null ? 'missing' : `\`${plane.publicUrl}\``} while people sign in by \`adminPlane.oidc\`: set it to the https address by which they know the console, such as \`https://console.example\``,
  };
}
