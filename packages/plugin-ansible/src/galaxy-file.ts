import { readFile } from 'node:fs/promises';

/** What a requirements file of Galaxy lists. */
export interface GalaxyContent {
  readonly hasRoles: boolean;
  readonly hasCollections: boolean;
}

/**
 * Tells by its keys what a requirements file lists. One of the old form is a list of roles alone; one without either
 * key is taken for it.
 */
export async function readGalaxyFile(path: string): Promise<GalaxyContent> {
  const text = await readFile(path, 'utf8');
  const has = (key: string): boolean => new RegExp(`^(['"]?)${key}\\1\\s*:`, 'm').test(text);
  const hasCollections = has('collections');
  return { hasCollections, hasRoles: has('roles') || !hasCollections };
}
