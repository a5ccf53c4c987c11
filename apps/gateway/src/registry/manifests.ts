// YAML text -> manifests, each checked against its kind's schema by itself. What holds between objects is checked
// in validate.ts. A file is taken whole or not at all.
import { dirname, isAbsolute, resolve } from 'node:path';
import { problemsOf } from '../config/fields.ts';
import { closest, keyOf, type Path, type Problem, showValue } from '../config/problems.ts';
import { parseYaml, type YamlDocument } from '../config/yaml.ts';
import { ok, type Result } from '../errors.ts';
import { API_VERSION, type Kind, KINDS } from './names.ts';
import { type PathResolver, resolveCommand } from './command-paths.ts';
import { type Manifest, schemaOf } from './schema.ts';

/** Where a manifest was written, to blame the right line later. */
export interface Origin {
  readonly source: string | null;
  /** Null where the manifest did not come out of a YAML file. */
  readonly document: number | null;
  lineOf(path: Path): number | null;
}

export interface LocatedManifest {
  readonly manifest: Manifest;
  readonly origin: Origin;
}

/**
 * Parses a file of manifests. With `file` an absolute path, paths in it are relative to its folder;
 * without one (a request of the admin API) they must be absolute.
 */
export function parseManifests(
  text: string,
  file: string | null,
): Result<readonly LocatedManifest[], readonly Problem[]> {
  const documents = parseYaml(text, file);
  if (!documents.ok) return documents;
  const manifests: LocatedManifest[] = [];
  const problems: Problem[] = [];
  for (const document of documents.value) {
    const parsed = checkManifest(
      document.value,
      originOf(document, file),
      file === null ? null : dirname(file),
    );
    if (parsed.ok) manifests.push(parsed.value);
    else problems.push(...parsed.error);
  }
  return problems.length > 0 ? { ok: false, error: problems } : ok(manifests);
}

/** Checks one parsed manifest. Paths are resolved against `folder`; null refuses relative ones. */
export function checkManifest(
  value: unknown,
  origin: Origin,
  folder: string | null,
): Result<LocatedManifest, readonly Problem[]> {
  const kind = kindOf(value);
  if (kind === null) return { ok: false, error: [problemOfKind(value, origin)] };
  const parsed = schemaOf(kind).safeParse(value);
  if (!parsed.success) return { ok: false, error: problemsOf(parsed.error, value, origin) };
  return resolvePaths(parsed.data, origin, folder);
}

function originOf(document: YamlDocument, source: string | null): Origin {
  return { source, document: document.position, lineOf: (path) => document.lineOf(path) };
}

function kindOf(value: unknown): Kind | null {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return KINDS.find((known) => known === kind) ?? null;
}

function problemOfKind(value: unknown, origin: Origin): Problem {
  const where = { source: origin.source, document: origin.document };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `the document is \`${showValue(value)}\`: it must be a map with \`apiVersion: ${API_VERSION}\`, \`kind\`, \`metadata\` and \`spec\``;
    return { ...where, line: origin.lineOf([]), key: '', message };
  }
  const kinds = KINDS.map((known) => `\`${known}\``).join(', ');
  const written = 'kind' in value ? value.kind : undefined;
  const meant = typeof written === 'string' ? closest(written, KINDS) : undefined;
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\``;
  const message =
    written === undefined
      ? `\`kind\` is missing: it must be one of ${kinds}`
      : `\`kind\` is \`${showValue(written)}\`: it must be one of ${kinds}${hint}`;
  return { ...where, line: origin.lineOf(['kind']), key: 'kind', message };
}

/** Paths in a manifest are relative to its folder; without one they must be absolute. */
function resolvePaths(
  manifest: Manifest,
  origin: Origin,
  folder: string | null,
): Result<LocatedManifest, readonly Problem[]> {
  if (manifest.kind !== 'MCPServer' && manifest.kind !== 'A2AAgent') return ok({ manifest, origin });
  const problems: Problem[] = [];
  const at: PathResolver = (value, path) => {
    if (isAbsolute(value)) return value;
    if (folder !== null) return resolve(folder, value);
    const key = keyOf(['spec', ...path]);
    const message = `\`${key}\` is \`${showValue(value)}\`: it must be an absolute path on the gateway's machine`;
    const { source, document } = origin;
    problems.push({ source, document, line: origin.lineOf(['spec', ...path]), key, message });
    return value;
  };
  const { file } = manifest.spec.credential;
  const credential =
    file === undefined
      ? manifest.spec.credential
      : { ...manifest.spec.credential, file: at(file, ['credential', 'file']) };
  const spec =
    manifest.kind === 'MCPServer' && manifest.spec.stdio !== undefined
      ? { ...manifest.spec, credential, stdio: resolveCommand(manifest.spec.stdio, at) }
      : { ...manifest.spec, credential };
  if (problems.length > 0) return { ok: false, error: problems };
  return ok({ manifest: { ...manifest, spec } as Manifest, origin });
}
