import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Finished, runBake, type Scratch, scratch } from './run-bake.ts';

let folder: Scratch;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => folder.remove());

/** Builds with a plugin that consists of this module. */
function buildWith(module: string): Promise<Finished> {
  const home = join(folder.path, 'node_modules', 'bake-plugin-odd');
  mkdirSync(home, { recursive: true });
  const bake = { api: 1, provisioners: { odd: './odd.js' } };
  const manifest = { name: 'bake-plugin-odd', version: '1.0.0', type: 'module', bake };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(home, 'odd.js'), module);
  writeFileSync(
    join(folder.path, 'odd.pkr.hcl'),
    `source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "odd" {}
}
`,
  );
  return runBake(['build', '.'], { cwd: folder.path });
}

/** A provisioner that has something to undo and does this. */
const provisioner = (what: string): string => `
export default {
  kind: 'provisioner', name: 'odd', doc: 'Is odd.', config: {},
  async provision(config, machine, { ui, signal, onCleanup }) {
    onCleanup('undo it', async () => ui.say('undone'));
    const cancelled = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    ${what}
  },
};`;

test('a plugin that waits for what never comes is no success, and what was made is undone', async () => {
  const loading = await buildWith('await new Promise(() => {}); export default 1;');
  expect([loading.code, loading.stderr]).toEqual([1, expect.stringContaining('never ends')]);
  const running = await buildWith(provisioner('await cancelled;'));
  expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('never ends')]);
  expect(running.stdout).toContain('==> null.a: undone\n');
  const deaf = await buildWith(provisioner('await new Promise(() => {});'));
  expect(deaf.code).toBe(1);
  expect(deaf.stdout).toContain('Left undone: undo it\n');
});

test('an error in a plugin that nobody waited for is told, and what was made is undone', async () => {
  const stray = await buildWith(
    provisioner("setTimeout(() => { throw new Error('stray'); }); await cancelled;"),
  );
  expect([stray.code, stray.stderr]).toEqual([
    1,
    expect.stringMatching(/plugin.*\n\nError: stray/),
  ]);
  expect(stray.stdout).toContain('==> null.a: undone\n');
});
