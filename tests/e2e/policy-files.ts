// The policy folder of a running gateway, edited as a person would, and what the API says became of it.
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Gateway } from '@countersign/testkit';
import { vi } from 'vitest';
import { SOON } from './soon.ts';

export interface PoliciesView {
  readonly active: {
    readonly digest: string;
    readonly sources: readonly { readonly file: string; readonly text: string }[];
  } | null;
  readonly refused: {
    readonly at: string;
    readonly diagnostics: readonly {
      readonly severity: string;
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
    }[];
  } | null;
  readonly degraded: boolean;
}

export interface PolicyFiles {
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Writes a file and waits until the set in force holds it. */
  publish(file: string, text: string): Promise<void>;
  view(): Promise<PoliciesView>;
}

export function policyFiles(gateway: Gateway, adminToken: string): PolicyFiles {
  const folder = join(dirname(gateway.config), 'policies');
  const files: PolicyFiles = {
    write: (file, text) => writeFile(join(folder, file), text),
    remove: (file) => rm(join(folder, file)),
    async publish(file, text) {
      await files.write(file, text);
      const isInForce = async () => {
        const { active, degraded } = await files.view();
        // A file without a policy makes no other set.
        const inForce = active?.sources.find((source) => source.file === file)?.text ?? '';
        return !degraded && inForce === text;
      };
      await vi.waitUntil(isInForce, SOON);
    },
    async view() {
      const headers = { authorization: `Bearer ${adminToken}` };
      const response = await fetch(`${gateway.admin}/api/v1/policies`, { headers });
      return (await response.json()) as PoliciesView;
    },
  };
  return files;
}
