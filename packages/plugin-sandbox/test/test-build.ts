import { tmpdir } from 'node:os';
import type { BuildContext, BuildFacts, Machine } from '@bake/plugin-sdk';
import { connectSshMachine, type TestContext, testContext } from '@bake/plugin-sdk/testing';

/** What a test has the "provisioners" do. */
export type Provision = (
  machine: Machine,
  generated: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** Core's part of a build, as small as can be: real SSH, no plan, no events. */
export interface TestBuild {
  readonly context: BuildContext;
  readonly test: TestContext;
  /** Names of the steps that were run, in order. */
  readonly steps: readonly string[];
}

/** Makes a build context whose provisioning is `provision`. */
export function testBuild(
  provision: Provision,
  build: Partial<BuildFacts> = {},
  signal: AbortSignal = new AbortController().signal,
): TestBuild {
  const steps: string[] = [];
  const test = testContext({ signal, build: { sourceName: 'web', ...build } });
  const context: BuildContext = {
    ...test,
    step: (step, input) => {
      steps.push(step.name);
      return step.run(input, context);
    },
    connect: async (_, target = {}) => {
      const { host = '', port = 0, username = '', privateKey = '' } = target;
      const address = { host, port, username, password: '', privateKey, root: tmpdir() };
      const { communicator, facts } = await connectSshMachine(address);
      test.onCleanup('close the connection', () => communicator.close(), { always: true });
      return { communicator, facts };
    },
    provision,
  };
  return { context, test, steps };
}
