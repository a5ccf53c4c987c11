// People who publish policies to a running gateway by its command line: files in a folder of their own, a token each.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, type Gateway, writeFiles } from '@countersign/testkit';

type Cli = Pick<Gateway, 'cli'>;

export interface ChangeView {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly author: string;
  readonly reviews: readonly { readonly reviewer: string }[];
}

export interface Publishers {
  /** Runs a command as that person, `olive` for example. */
  as(name: string, ...command: string[]): Promise<CommandResult>;
  /** Proposes a set of one file; fails the test where it is not taken. */
  propose(text: string, by?: string): Promise<ChangeView>;
  /** What `policy publish` says of a set of one file. */
  tryPublish(text: string, by?: string): Promise<CommandResult>;
  approve(id: string, by?: string): Promise<ChangeView>;
  show(id: string): Promise<ChangeView>;
  /** The gateway was started again, perhaps elsewhere. */
  moveTo(gateway: Cli): void;
  close(): Promise<void>;
}

export async function openPublishers(first: Cli): Promise<Publishers> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-publish-'));
  const tokens = new Map<string, Promise<string>>();
  let gateway = first;

  async function issue(name: string): Promise<string> {
    const roles = ['--role', 'admin', '--role', 'approver'];
    const { code, stdout, stderr } = await gateway.cli('users', 'token', `${name}@example.com`, ...roles);
    if (code !== 0) throw new Error(`users token: ${stderr}`);
    return stdout.trim();
  }
  const publishers: Publishers = {
    async as(name, ...command) {
      const token = tokens.get(name) ?? issue(name);
      tokens.set(name, token);
      return gateway.cli(...command, '--token', await token);
    },
    async tryPublish(text, by = 'victor') {
      await writeFiles(folder, { 'all.cedar': text });
      return publishers.as(by, 'policy', 'publish', folder, '--message', 'as agreed', '--json');
    },
    async propose(text, by) {
      const { change } = parsed(await publishers.tryPublish(text, by)) as { change: ChangeView };
      return change;
    },
    approve: async (id, by = 'fiona') =>
      parsed(
        await publishers.as(by, 'changes', 'approve', id, '--reason', 'read it', '--json'),
      ) as ChangeView,
    show: async (id) => parsed(await gateway.cli('changes', 'show', id, '--json')) as ChangeView,
    moveTo(next) {
      gateway = next;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
  return publishers;
}

/** What a command printed; fails the test where it printed nothing fit to be read. */
export function parsed({ code, stdout, stderr }: CommandResult): unknown {
  if (stdout === '') throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
