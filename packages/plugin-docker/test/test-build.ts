import type { BuildContext, Machine } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import { type TestContext, testContext } from '@bake/plugin-sdk/testing';
import docker, { type DockerConfig } from '../src/builder/component.ts';
import { runCommand } from './engine.ts';

/** What a test has the "provisioners" do. */
export type Provision = (
  machine: Machine,
  generated: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** Core's part of a build, as small as can be. */
export function testBuild(
  provision: Provision = async () => undefined,
  signal: AbortSignal = new AbortController().signal,
): { readonly context: BuildContext; readonly test: TestContext } {
  const test = testContext({ signal, build: { sourceName: 'web', builderType: 'docker' } });
  const context: BuildContext = {
    ...test,
    step: (step, input) => step.run(input, context),
    connect: () => Promise.reject(new Error('the communicator docker needs no other')),
    provision,
  };
  return { context, test };
}

/** A config as core makes it, for an engine without a network and with the image `base`. */
export function config(set: Partial<DockerConfig>): DockerConfig {
  return withDefaults(docker.config, {
    image: 'base',
    pull: false,
    run_command: runCommand,
    ...set,
  });
}
