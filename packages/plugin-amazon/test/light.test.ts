import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const home = join(import.meta.dirname, '..');

/** Modules of the components, from the manifest. */
function components(): readonly string[] {
  const { bake } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const paths: string[] = [bake.builders, bake['data-sources'], bake['post-processors']].flatMap(
    Object.values,
  );
  return paths.map((path) => path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
}

/** What a module loads at once, with all that those load; other packages by name. */
function loaded(path: string, seen = new Set<string>()): ReadonlySet<string> {
  const text = readFileSync(join(home, path), 'utf8');
  for (const [, names = '', target = ''] of text.matchAll(
    /^(?:import|export) ([^;]*?) from '([^']+)';/gm,
  )) {
    const isForTypes = names.startsWith('type ') || /^\{(\s*type [^,}]+,?)+\s*\}$/.test(names);
    const next = target.startsWith('.') ? join(dirname(path), target) : target;
    if (isForTypes || seen.has(next)) continue;
    seen.add(next);
    if (target.startsWith('.')) loaded(next, seen);
  }
  return seen;
}

test.each(components())('%s loads nothing heavy', (path) => {
  const packages = [...loaded(path)].filter((name) => !name.startsWith('src'));
  const allowed = ['@bake/plugin-sdk', 'node:fs/promises', 'node:net'];
  expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
  expect(packages).toContain('@bake/plugin-sdk');
});
