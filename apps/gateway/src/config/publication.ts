// Who holds checkpoints of the log besides this machine, and what follows when nobody does.
import { isReservedName } from '@countersign/audit';
import { closed, flag, httpUrl, integer, isLoopbackHost, list, matching, text } from './fields.ts';
import { z } from 'zod';

/** With the log's own signatures there are then at most 16 on a note, which is as many as a note may have. */
const MAX_WITNESSES = 12;
const MAX_TARGETS = 16;

const vkey = () =>
  matching(
    /^[^\s+]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/,
    'the public key of a witness, as `countersign witness --show-key` prints it',
  );
const peerKey = () =>
  matching(
    /^[^\s+]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/,
    'the public key of another log, as `countersign log key` prints it there',
  );
const file = () => text(4096, 'the path of a file');

/** Keys of the section `log`. */
export const publicationKeys = () => ({
  witnesses: z
    .union([list(closed({ key: vkey(), url: httpUrl() }), MAX_WITNESSES), file()], {
      error: 'must be a list of witnesses, each with `key` and `url`, or the path of a trust policy',
    })
    .default([]),
  quorum: integer(0, MAX_WITNESSES, 'witnesses; 0 for all of them').default(0),
  anchors: list(closed({ file: file() }), MAX_TARGETS).default([]),
  timestamps: list(closed({ url: httpUrl(), ca: file() }), MAX_TARGETS).default([]),
  peers: list(
    closed({
      key: peerKey(),
      url: httpUrl(),
      tokenEnv: matching(/^[A-Z_][A-Z0-9_]{0,127}$/, 'the name of an environment variable').optional(),
    }),
    MAX_TARGETS,
  ).default([]),
  peerSeconds: integer(1, 86_400, 'seconds').default(3600),
  publishSeconds: integer(1, 86_400, 'seconds').default(60),
  maxUnwitnessed: integer(0, 31_536_000, 'seconds; 0 for no limit').default(0),
  stopWhenUnwitnessed: flag().default(false),
  stopWhenContradicted: flag().default(true),
});

interface PublicationSection {
  readonly witnesses: readonly { readonly key: string; readonly url: string }[] | string;
  readonly quorum: number;
  readonly anchors: readonly { readonly file: string }[];
  readonly timestamps: readonly { readonly url: string; readonly ca: string }[];
  readonly peers: readonly {
    readonly key: string;
    readonly url: string;
    readonly tokenEnv?: string | undefined;
  }[];
  readonly maxUnwitnessed: number;
  readonly stopWhenUnwitnessed: boolean;
}

/** What the keys must be to one another. */
export function checkPublication(section: PublicationSection, context: z.core.$RefinementCtx): void {
  const problem = (key: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  const { witnesses, quorum, anchors, timestamps, maxUnwitnessed, stopWhenUnwitnessed } = section;
  if (typeof witnesses === 'string' && quorum !== 0)
    problem('quorum', 'must be left out where `log.witnesses` is a file: its line `quorum` says it');
  if (typeof witnesses !== 'string') {
    if (quorum > witnesses.length)
      problem('quorum', `must be at most ${witnesses.length}, the number of witnesses`);
    const names = witnesses.map(({ key }) => key.split('+')[0] ?? '');
    const reserved = names.find(isReservedName);
    if (reserved !== undefined)
      problem(
        'witnesses',
        `must not have a witness called \`${reserved}\`, a word of trust policies: ask whoever runs it for a key with a name such as \`witness.example/one\``,
      );
    if (!isDistinct(names)) problem('witnesses', 'must not name a witness twice: remove the repetition');
  }
  if (!isDistinct(anchors.map((anchor) => anchor.file)))
    problem('anchors', 'must not name a file twice: remove the repetition');
  if (!isDistinct(timestamps.map(({ url }) => url)))
    problem('timestamps', 'must not name a URL twice: remove the repetition');
  const { peers } = section;
  if (!isDistinct(peers.map(({ key }) => key.split('+')[0] ?? '')))
    problem('peers', 'must not name a log twice: remove the repetition');
  if (peers.some(({ url, tokenEnv }) => tokenEnv !== undefined && !isPrivate(url)))
    problem('peers', 'must have an https URL where a token is sent, unless it is on this machine');
  const hasTarget = witnesses.length > 0 || anchors.length > 0 || timestamps.length > 0;
  if (maxUnwitnessed > 0 && !hasTarget)
    problem('maxUnwitnessed', 'needs somebody who holds checkpoints: name them in `log.witnesses`');
  if (stopWhenUnwitnessed && maxUnwitnessed === 0)
    problem('stopWhenUnwitnessed', 'needs `log.maxUnwitnessed`, the seconds after which to stop');
}

/** The same with absolute paths. */
export function publicationPaths<Section extends PublicationSection>(
  { witnesses, anchors, timestamps, ...rest }: Section,
  absolute: (path: string) => string,
) {
  return {
    ...rest,
    witnesses: typeof witnesses === 'string' ? absolute(witnesses) : witnesses,
    anchors: anchors.map((anchor) => ({ file: absolute(anchor.file) })),
    timestamps: timestamps.map(({ url, ca }) => ({ url, ca: absolute(ca) })),
  };
}

/** A token must not go over the network in the clear. */
function isPrivate(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'https:' || isLoopbackHost(parsed.hostname));
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
