import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * Where below the staging folder a collection goes, so that Ansible finds it:
 * https://docs.ansible.com/ansible/latest/collections_guide/collections_installing.html
 */
export async function collectionPlace(path: string): Promise<string> {
  if (await isThere(join(path, 'ansible_collections'))) return 'collections';
  const name = await collectionName(path);
  return name === undefined
    ? `collections/${basename(path)}`
    : `collections/ansible_collections/${name}`;
}

/** `namespace/name`, as the collection itself says: its source in `galaxy.yml`, one that was built in `MANIFEST.json`. */
async function collectionName(path: string): Promise<string | undefined> {
  for (const file of ['galaxy.yml', 'MANIFEST.json']) {
    const text = await readFile(join(path, file), 'utf8').catch(() => '');
    const value = (key: string): string | undefined =>
      new RegExp(`^\\s*"?${key}"?\\s*:\\s*["']?(\\w+)`, 'm').exec(text)?.[1];
    const [namespace, name] = [value('namespace'), value('name')];
    if (namespace !== undefined && name !== undefined) return `${namespace}/${name}`;
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
