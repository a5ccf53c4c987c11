// Who may propose and who may decide. Pure. A token names a user; here that user has to be a registered, active person,
// since the built-in first user could be anybody, its own reviewer included.
import { ok, type Result } from '../errors.ts';
import type { RegistrySnapshot, User } from '../registry/types.ts';
import type { ChangeRefusal, ChangeReview, ReviewedChange, ReviewRules } from './types.ts';

type People = Pick<RegistrySnapshot, 'users' | 'groups'>;

/** The person who may propose. A change that nobody could ever agree to is not opened either. */
export function authorOf(people: People, name: string, rules: ReviewRules): Result<User, ChangeRefusal> {
  const author = activeUser(people, name);
  if (author === null) {
    const message = `\`${name}\` is not a registered, active person: changes are proposed by people, with a token of their own (\`countersign users token <email> --role admin\`)`;
    return { ok: false, error: { code: 'not_an_author', message } };
  }
  const why = whyUndecidable(people, author, rules);
  return why === null ? ok(author) : { ok: false, error: { code: 'no_reviewers', message: why } };
}

/** The person who may decide this change. */
export function reviewerOf(
  people: People,
  name: string,
  change: ReviewedChange,
  rules: ReviewRules,
): Result<User, ChangeRefusal> {
  const no = (message: string) => ({ ok: false, error: { code: 'not_a_reviewer', message } }) as const;
  const reviewer = activeUser(people, name);
  if (reviewer === null) return no(`\`${name}\` is not an active user of this gateway`);
  if (reviewer.uid === change.authorUid)
    return no(`\`${name}\` proposed this change: another person has to review it`);
  if (!isIn(reviewer, rules))
    return no(`\`${name}\` is not in \`${rules.group}\`, whose members review this`);
  return ok(reviewer);
}

/** Whether its author is a registered, active person still: nobody's proposal is agreed to by one person alone. */
export function isStillThere(
  { users }: Pick<People, 'users'>,
  { author, authorUid }: ReviewedChange,
): boolean {
  const user = users.get(author);
  return user?.active === true && user.uid === authorUid;
}

function activeUser({ users }: People, name: string): User | null {
  const user = users.get(name);
  return user?.active === true ? user : null;
}

const isIn = (user: User, { group }: ReviewRules): boolean => group === null || user.groups.includes(group);

function whyUndecidable(people: People, author: User, rules: ReviewRules): string | null {
  const { quorum, group } = rules;
  if (quorum === 0) return null;
  if (group !== null && !people.groups.has(group))
    return `the group \`${group}\`, whose members review, is not registered: register it, or configure another`;
  const others = [...people.users.values()].filter(
    (user) => user.active && user.uid !== author.uid && isIn(user, rules),
  );
  if (others.length >= quorum) return null;
  const whose = group === null ? 'people' : `active members of \`${group}\``;
  return `${quorum} ${whose} besides \`${author.name}\` must approve, and there are ${others.length}: add people`;
}

/** Whose approvals count now: who has left, or left the group, since they voted no longer does. */
export function standingApprovals(
  { users }: People,
  change: ReviewedChange,
  reviews: readonly ChangeReview[],
  rules: ReviewRules,
): readonly string[] {
  const byUid = new Map([...users.values()].map((user) => [user.uid, user]));
  return reviews.flatMap(({ reviewerUid, verdict }) => {
    const user = byUid.get(reviewerUid);
    const counts =
      verdict === 'approve' && user?.active === true && user.uid !== change.authorUid && isIn(user, rules);
    return counts ? [user.name] : [];
  });
}
