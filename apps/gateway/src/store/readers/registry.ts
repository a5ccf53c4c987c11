// What the registry's snapshot is built from: manifests, and what servers said of their own tools.

interface RegistryObject {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** JSON text. */
  readonly manifest: string;
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface CatalogRecord {
  readonly upstreamUid: string;
  /** JSON text. */
  readonly definitions: string;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

export interface RegistryReader {
  objects(): Promise<readonly RegistryObject[]>;
  object(kind: string, name: string): Promise<RegistryObject | null>;
  catalogs(): Promise<readonly CatalogRecord[]>;
  catalog(upstreamUid: string): Promise<CatalogRecord | null>;
}
