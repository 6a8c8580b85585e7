import type { BuildContext, ConnectTarget, Machine } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import { fakeMachine, type TestContext, testContext } from '@bake/plugin-sdk/testing';
import qemu, { type QemuConfig } from '../src/builder/component.ts';

/** What a test has core do for the builder. */
export interface CorePart {
  readonly signal?: AbortSignal;
  readonly force?: boolean;
  readonly connect?: (config: QemuConfig, target: ConnectTarget) => Promise<Machine>;
  readonly provision?: (
    machine: Machine,
    generated: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
}

/** Core's part of a build, as small as can be. */
export function testBuild(part: CorePart = {}): {
  readonly context: BuildContext;
  readonly test: TestContext;
} {
  const test = testContext({
    ...(part.signal === undefined ? {} : { signal: part.signal }),
    build: { sourceName: 'tiny', builderType: 'qemu', force: part.force ?? false },
  });
  const noMachine = async (): Promise<Machine> => fakeMachine();
  const context: BuildContext = {
    ...test,
    step: (step, input) => step.run(input, context),
    connect: (config, target = {}) => (part.connect ?? noMachine)(config as QemuConfig, target),
    provision: part.provision ?? (async () => undefined),
  };
  return { context, test };
}

/** A config as core makes it, for a small machine without a communicator. */
export function config(set: Partial<QemuConfig>): QemuConfig {
  return withDefaults(qemu.config, {
    accelerator: 'tcg',
    headless: true,
    memory: 32,
    communicator: 'none',
    disk_image: true,
    disk_size: '1M',
    iso_checksum: 'none',
    ...set,
  });
}
