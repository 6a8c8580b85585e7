import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  type BuildContext,
  type ConnectTarget,
  type Failure,
  type Machine,
  withDefaults,
} from '@bake/plugin-sdk';
import { fakeMachine, testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { pack } from 'tar-stream';
import vagrant, { type VagrantConfig } from '../src/builder/component.ts';
import { makeStandIn, type StandIn } from './vagrant-stand-in.ts';

/** For each test anew: its folder, where the build is to put out, the box that it starts from, and Vagrant's stand-in. */
export let folder = '';
export let out = '';
export let box = '';
export let standIn: StandIn;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bake-vagrant-test-'));
  out = join(folder, 'out');
  box = join(folder, 'base.box');
  writeFileSync(box, 'not looked at');
  standIn = makeStandIn(folder, ['virt-sysprep', 'virt-sparsify']);
  standIn.set(
    'package.box',
    await boxOf({ 'box.img': disk, 'metadata.json': '{"provider":"libvirt"}' }),
  );
  before = { ...process.env };
  Object.assign(process.env, standIn.environment, { VAGRANT_VAGRANTFILE: 'Other' });
});
afterEach(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

/** The head of an image whose machine sees one GiB. */
export const disk = Buffer.alloc(1024);
disk.write('QFI\u00fb', 'latin1');
disk.writeBigUInt64BE(2n ** 30n, 24);
/** A box with these files. */
export async function boxOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** What a test has core do. */
export interface Part {
  readonly signal?: AbortSignal;
  readonly provision?: BuildContext['provision'];
}

/** Builds as core does, and cleans up as core does at the end of the builder. */
export async function build(set: Partial<VagrantConfig>, part: Part = {}) {
  const connected: { config: Partial<VagrantConfig>; target: ConnectTarget }[] = [];
  const generated: unknown[] = [];
  const test = testContext({
    ...(part.signal === undefined ? {} : { signal: part.signal }),
    build: { sourceName: 'web', builderType: 'vagrant' },
  });
  const context: BuildContext = {
    ...test,
    step: (step, input) => step.run(input, context),
    connect: async (config, target = {}): Promise<Machine> => {
      connected.push({ config: config as unknown as VagrantConfig, target });
      return fakeMachine();
    },
    provision:
      part.provision ??
      (async (_, values) => {
        generated.push(values);
      }),
  };
  const config = withDefaults(vagrant.config, {
    source_path: box,
    provider: 'libvirt',
    output_dir: out,
    ...set,
  });
  let outcome: 'succeeded' | 'failed' = 'failed';
  try {
    const artifact = await vagrant.build(config, context);
    if (artifact === undefined) throw new Error('there is no artifact');
    outcome = 'succeeded';
    return { artifact, connected, generated, test };
  } finally {
    await test.cleanUp(outcome);
    expect(test.journaled).toEqual([]);
  }
}

export const failureOf = async (built: Promise<unknown>): Promise<Failure> =>
  built.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Failure) => error,
  );

export function expectNothingLeft(name = 'packer_web'): void {
  expect({
    folder: existsSync(out),
    machine: standIn.hasMachine,
    box: standIn.hasBox(name),
  }).toEqual({
    folder: false,
    machine: false,
    box: false,
  });
}
