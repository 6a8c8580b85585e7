import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import { expect, test } from '@jest/globals';
import { build, expectNothingLeft, folder, out, standIn } from './test-build.ts';

/** What core does with the artifact of a build that ended well and is cancelled among its post-processors. */
const rollBack = (artifact: Artifact) => artifact.rollBack?.(new AbortController().signal);
const notes = (machine: string) => join(out, '.vagrant', 'machines', machine, 'libvirt');

test.each(['destroy', 'halt', 'suspend'] as const)('%s: nothing is left of it', async (how) => {
  const set = { output_dir: join(folder, 'new', 'out'), teardown_method: how };
  const { artifact, test: seen } = await build(set);
  expect(standIn.hasMachine).toBe(how !== 'destroy');
  const calls = standIn.calls.length;
  await rollBack(artifact);
  expectNothingLeft();
  expect(existsSync(join(folder, 'new'))).toBe(false);
  const removal = 'box remove packer_web --box-version 1 --provider libvirt --force';
  const destruction = how === 'destroy' ? [] : ['destroy --force source'];
  expect(standIn.calls.slice(calls)).toEqual([...destruction, removal]);
  expect(seen.ui.said.slice(-2)).toEqual([
    'Destroying Vagrant machine...',
    'its disk stays with its provider',
  ]);
  // It may be that somebody else has removed all of it before.
  await rollBack(artifact);
});

test('not what was there before, nor what others have put there since', async () => {
  const boxes = join(folder, 'home', 'boxes', 'packer_web');
  const addBox = (version: string): void => {
    mkdirSync(join(boxes, version, 'libvirt'), { recursive: true });
    writeFileSync(join(boxes, version, 'libvirt', 'metadata.json'), '{}');
  };
  addBox('0');
  const { artifact } = await build({});
  addBox('2');
  writeFileSync(join(out, 'manifest.json'), '{}');
  await rollBack(artifact);
  expect(readdirSync(boxes).sort()).toEqual(['0', '2']);
  expect(readdirSync(out)).toEqual(['manifest.json']);
});

test('not a machine of somebody, nor a box that was not added', async () => {
  const set = { source_path: undefined, global_id: 'a1b2c3d', teardown_method: 'halt' } as const;
  const { artifact } = await build(set);
  const { calls } = standIn;
  rmSync(join(out, '.vagrant'), { recursive: true });
  await rollBack(artifact);
  expect(standIn.calls).toEqual(calls);
  expect({ machine: standIn.hasMachine, folder: existsSync(out) }).toEqual({
    machine: true,
    folder: false,
  });
});

test('a machine that somebody has brought up to try the box keeps its folder', async () => {
  const { artifact } = await build({});
  mkdirSync(notes('output'), { recursive: true });
  writeFileSync(join(notes('output'), 'id'), 'x');
  await expect(rollBack(artifact)).rejects.toThrow(
    `Vagrant has a machine "output" in ${out}: "vagrant destroy output" there destroys it; then remove the folder`,
  );
  expect(readdirSync(out).sort()).toEqual(['.vagrant', 'Vagrantfile']);
  expect(standIn.hasBox('packer_web')).toBe(false);
});

test('what cannot be taken back is told, and keeps nothing else', async () => {
  const { artifact } = await build({ teardown_method: 'halt' });
  standIn.set('fail-destroy', 'it does not want to');
  standIn.set('fail-box', 'neither does it');
  await expect(rollBack(artifact)).rejects.toThrow(
    /^vagrant destroy failed: it does not want to; vagrant box failed: neither does it; Vagrant has a machine "source" in /,
  );
  expect(existsSync(join(notes('source'), 'id'))).toBe(true);
});

test.each([
  ['elsewhere, they stay', 'notes', true],
  ['in the folder, they go', join('out', '.notes'), false],
])('where Vagrant keeps its notes %s', async (_, place, stay) => {
  const path = join(folder, place);
  process.env['VAGRANT_DOTFILE_PATH'] = path;
  const { artifact } = await build({});
  mkdirSync(join(path, 'machines'), { recursive: true });
  rmSync(join(out, '.vagrant'), { recursive: true });
  await rollBack(artifact);
  expectNothingLeft();
  expect(existsSync(path)).toBe(stay);
});
