// Who a person from the provider is here: the registered User that names the identity, or has the address that the provider
// vouches for; else somebody of their own. Approvals and changes see both as people, so that nobody counts twice.
import { newId } from '@countersign/audit';
import type { OidcConfig } from '../../config/oidc.ts';
import { ok, type Result } from '../../errors.ts';
import type { RegistrySnapshot, User } from '../../registry/types.ts';
import type { Person } from '../../store/readers/people.ts';
import type { Change } from '../../store/types.ts';
import { mapped } from '../roles.ts';
import type { ProviderPerson } from './claims.ts';
import { SignInFailure } from './failure.ts';

export interface Identified {
  readonly user: User;
  /** What is kept of somebody whom the registry does not know; null for a registered User. */
  readonly row: Person | null;
}

export interface People {
  /** The registry, with those whom only the provider names among its users, for as long as what it said counts. */
  current(): RegistrySnapshot;
  identify(person: ProviderPerson): Result<Identified, SignInFailure>;
  /** The changes that keep them, for the commit that says that they signed in; `kept` is to be called once that is made. */
  keeping(identified: Identified): readonly Change[];
  kept(identified: Identified): void;
}

export interface PeopleDeps {
  /** Null where nobody signs in by a provider: then there is only the registry. */
  readonly config: Pick<OidcConfig, 'issuer' | 'groups' | 'membershipHours'> | null;
  readonly rows: readonly Person[];
  readonly registry: { current(): RegistrySnapshot };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const HOUR_MS = 60 * 60 * 1000;
/** How late somebody may drop out of the people whom `current` shows. */
const TICK_MS = 10_000;

export function createPeople({ config, rows, registry, now }: PeopleDeps): People {
  let known = new Map(rows.map((row) => [keyOf(row), row]));
  let version = 0;
  let shown: {
    readonly key: string;
    readonly of: RegistrySnapshot;
    readonly snapshot: RegistrySnapshot;
  } | null = null;

  function snapshotWith(
    registered: RegistrySnapshot,
    { issuer, membershipHours }: NonNullable<typeof config>,
  ) {
    const since = now() - membershipHours * HOUR_MS;
    const users = new Map(registered.users);
    for (const row of known.values()) {
      // SECURITY: once the registry names somebody, what they did as a person of their own counts no more: one person, one vote.
      if (row.issuer !== issuer || row.confirmedAt <= since || isRegistered(row, registered)) continue;
      users.set(row.name, userOf(row));
    }
    return { ...registered, users };
  }

  return {
    current() {
      const registered = registry.current();
      if (config === null) return registered;
      const key = `${version} ${Math.floor(now() / TICK_MS)}`;
      if (shown?.key !== key || shown.of !== registered)
        shown = { key, of: registered, snapshot: snapshotWith(registered, config) };
      return shown.snapshot;
    },
    identify(person) {
      const registered = registry.current();
      const named = registered.userByOidc(person);
      if (named !== undefined) return active(named);
      const byAddress = person.email === '' ? undefined : registered.userByEmail(person.email);
      if (byAddress !== undefined && byAddress.oidc === null) return active(byAddress);
      const taken = [person.name, ...person.claimed].find(
        (text) => registered.userByEmail(text) !== undefined,
      );
      if (taken !== undefined)
        return failed(
          'name_taken',
          `somebody who signs in as \`${taken}\` may not be the User with that address: name \`oidc\` in the User’s manifest`,
        );
      const before = known.get(keyOf(person));
      const row: Person = {
        uid: before?.uid ?? newId('usr'),
        issuer: person.issuer,
        subject: person.subject,
        name: person.name,
        displayName: person.displayName,
        email: person.email,
        groups: mapped(person.groups, config?.groups ?? {}),
        confirmedAt: now(),
      };
      return ok({ user: userOf(row), row });
    },
    keeping({ row }) {
      if (row === null) return [];
      const { uid, issuer, subject, name, displayName, email, groups, confirmedAt } = row;
      const columns = {
        uid,
        issuer,
        subject,
        name,
        display_name: displayName,
        email,
        groups: JSON.stringify(groups),
        confirmed_at: confirmedAt,
      };
      // Of two who bear one name, as after an address was given to somebody else, it is the last one’s.
      const others = [...known.values()].filter((other) => other.name === name && other.uid !== uid);
      return [
        ...others.map((other) => ({ remove: 'people', where: { uid: other.uid } }) as const),
        { put: 'people', row: columns },
      ];
    },
    kept({ row }) {
      if (row === null) return;
      const others = [...known].filter(([, other]) => other.name !== row.name && other.uid !== row.uid);
      known = new Map([...others, [keyOf(row), row]]);
      version += 1;
    },
  };
}

function keyOf({ issuer, subject }: { readonly issuer: string; readonly subject: string }): string {
  return JSON.stringify([issuer, subject]);
}

function isRegistered(row: Person, registered: RegistrySnapshot): boolean {
  if (registered.userByOidc(row) !== undefined) return true;
  return [row.email, row.name].some((address) => registered.userByEmail(address) !== undefined);
}

function userOf({ uid, name, email, groups, issuer, subject }: Person): User {
  return { uid, name, email, groups, active: true, oidc: { issuer, subject } };
}

function active(user: User): Result<Identified, SignInFailure> {
  return user.active
    ? ok({ user, row: null })
    : failed('inactive', `the User \`${user.name}\` signed in and is not active`);
}

function failed(code: SignInFailure['code'], message: string): Result<never, SignInFailure> {
  return { ok: false, error: new SignInFailure(code, message) };
}
