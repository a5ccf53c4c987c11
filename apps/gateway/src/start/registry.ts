// The registry at the start: what the store holds, then the folder of manifests on top, all or nothing.
import type { Config } from '../config.ts';
import { createCommands } from '../registry/commands.ts';
import { loadManifestFolder } from '../registry/folder.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';
import { processSecrets } from '../registry/secrets.ts';
import type { Store } from '../store/store.ts';
import { orStop, StartError } from './problem.ts';

export async function openRegistry(config: Config, store: Store, now: () => number): Promise<Registry> {
  const commands = createCommands(config.stdio.commands);
  const registry = createRegistry({ writer: store, secrets: processSecrets, commands, now });
  orStop(registry.load(await store.readers.registry.objects()));
  if (config.manifests !== null) {
    const manifests = orStop(await loadManifestFolder(config.manifests));
    commands.declare(manifests);
    const applied = await registry.applyManifests({ manifests }, { via: 'folder', user: null });
    if (!applied.ok) {
      if (applied.error.code === 'invalid') orStop({ ok: false, error: applied.error.problems });
      else throw new StartError(applied.error.message);
    }
  }
  const missing = registry.missingSecrets();
  if (missing.length > 0) orStop({ ok: false, error: missing });
  return registry;
}
