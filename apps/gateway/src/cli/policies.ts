// A folder of policies compiled as the gateway would, against what a data folder knows of groups, teams and tools.
import { digestOf } from '@countersign/audit';
import { buildSchema, compile, type Diagnostic } from '@countersign/policy';
import { describeProblems } from '../config/problems.ts';
import { createPins } from '../pins/pins.ts';
import { toolsForPolicy } from '../pins/standing.ts';
import { readPolicyFolder } from '../policies/folder.ts';
import { objectsOf } from '../registry/objects.ts';
import { buildSnapshot } from '../registry/snapshot.ts';
import type { Readers } from '../store/readers.ts';
import { openReaders } from '../store/sqlite/readers.ts';
import { StoreError } from '../store/store-error.ts';
import { fromRecord } from '../upstreams/catalog-record.ts';
import { CommandError } from './exit.ts';

export interface PolicyCheck {
  readonly ok: boolean;
  readonly files: number;
  readonly policies: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Ends the command with 2 where folder or data folder cannot be read. */
export async function checkPolicies(folder: string, dataDir: string): Promise<PolicyCheck> {
  const sources = await readPolicyFolder(folder).catch((error: unknown) => {
    throw new CommandError(2, `the folder \`${folder}\` cannot be read: name a folder of policy files`, {
      cause: error,
    });
  });
  const schema = buildSchema(await schemaInputOf(dataDir), digestOf);
  const compiled = compile(sources, schema, { sha256Hex: digestOf });
  return {
    ok: compiled.ok,
    files: sources.length,
    policies: compiled.ok ? compiled.set.policies.length : 0,
    diagnostics: compiled.diagnostics,
  };
}

async function schemaInputOf(dataDir: string): Promise<Parameters<typeof buildSchema>[0]> {
  const { readers, close } = openStored(dataDir);
  try {
    return await readSchemaInput(readers);
  } finally {
    close();
  }
}

async function readSchemaInput(readers: Readers): Promise<Parameters<typeof buildSchema>[0]> {
  const objects = objectsOf(await readers.registry.objects());
  if (!objects.ok) throw new CommandError(2, describeProblems(objects.error));
  const { servers, groups, teams } = buildSnapshot(objects.value);
  const pins = createPins(() => 0);
  pins.load(await readers.toolPins.all());
  const known = [...servers.values()].map(async ({ uid, name, toolPinning }) => {
    const stored = await readers.registry.catalog(uid);
    const catalog = stored === null ? null : fromRecord(stored);
    return { name, tools: toolsForPolicy(toolPinning, catalog?.tools ?? [], pins.of(uid)) };
  });
  return { servers: await Promise.all(known), groups: [...groups], teams: [...teams] };
}

function openStored(dataDir: string): ReturnType<typeof openReaders> {
  try {
    return openReaders(dataDir);
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
    throw error;
  }
}
