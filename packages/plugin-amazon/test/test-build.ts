import type {
  Artifact,
  BuildContext,
  Builder,
  ConfigSchema,
  ConnectTarget,
  DataSource,
  Infer,
  Machine,
  PostProcessor,
} from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import {
  type FakeMachine,
  fakeMachine,
  type TestContext,
  testContext,
} from '@bake/plugin-sdk/testing';
import ebs, { type EbsConfig } from '../src/ebs/component.ts';

/** A config as core makes it, that reaches a server of the tests. */
export function config(address: string, set: Partial<EbsConfig> = {}): EbsConfig {
  return withDefaults(ebs.config, {
    access_key: 'key',
    secret_key: 'secret',
    region: 'eu-central-1',
    custom_endpoint_ec2: address,
    ami_name: 'web-1',
    source_ami: 'ami-new',
    instance_type: 'm5.large',
    ssh_username: 'ubuntu',
    max_retries: 2,
    aws_polling: { delay_seconds: 0.01, max_attempts: 300 },
    ...set,
  });
}

/** How a build went. */
export interface Outcome {
  readonly artifact: Artifact | undefined;
  readonly failure: unknown;
  /** Why not all could be undone at the end; the journal still has what is left. */
  readonly unclean: unknown;
  readonly test: TestContext;
  /** Whom it connected to. */
  readonly target: ConnectTarget | undefined;
  readonly machine: FakeMachine;
  /** What provisioners saw as `build.*`. */
  readonly generated: Readonly<Record<string, unknown>>;
}

/** What a test can do to a build. */
export interface BuildSettings {
  readonly signal?: AbortSignal;
  readonly force?: boolean;
  readonly debug?: boolean;
  readonly provision?: (machine: Machine) => Promise<void>;
  /** Leaves out what core does at the end, as if the process had been killed. */
  readonly isKilled?: boolean;
  readonly answers?: readonly string[];
}

/** Runs a build as core would, with a machine that does nothing. */
export function runBuild(given: EbsConfig, settings: BuildSettings = {}): Promise<Outcome> {
  return runBuilder(ebs, given, settings);
}

/** The same with any builder. */
export async function runBuilder<S extends ConfigSchema>(
  builder: Builder<S>,
  given: Infer<S>,
  settings: BuildSettings = {},
): Promise<Outcome> {
  const { signal = new AbortController().signal, answers = [] } = settings;
  const { force = false, debug = false } = settings;
  const test = testContext({ signal, answers, build: { force, debug, builderType: builder.name } });
  const machine = fakeMachine();
  let target: ConnectTarget | undefined;
  let generated = {};
  const context: BuildContext = {
    ...test,
    step: (step, input) => step.run(input, context),
    connect: async (_, to = {}) => {
      target = to;
      return machine;
    },
    provision: async (one, values) => {
      generated = values;
      await settings.provision?.(one);
    },
  };
  const outcome = await outcomeOf(test, settings.isKilled ?? false, () =>
    builder.build(given, context),
  );
  return { ...outcome, target, machine, generated };
}

/** Runs a post-processor on an artifact with these files. */
export async function runProcessor<S extends ConfigSchema>(
  processor: PostProcessor<S>,
  given: Infer<S>,
  files: readonly string[],
  { signal = new AbortController().signal, isKilled = false }: BuildSettings = {},
): Promise<Outcome> {
  const input = {
    builderId: 'test',
    id: '',
    files,
    description: '',
    destroy: async () => undefined,
  };
  return outcomeOf(testContext({ signal }), isKilled, async (context) => {
    return (await processor.process(given, input, context))?.artifact;
  });
}

/** Reads a data source. */
export function runDataSource<S extends ConfigSchema, R extends ConfigSchema>(
  source: DataSource<S, R>,
  given: Infer<S>,
): Promise<Outcome & { readonly result?: Infer<R> }> {
  let result: Infer<R> | undefined;
  const read = outcomeOf(testContext(), false, async (context) => {
    result = await source.read(given, context);
    return undefined;
  });
  return read.then((outcome) => (result === undefined ? outcome : { ...outcome, result }));
}

async function outcomeOf(
  test: TestContext,
  isKilled: boolean,
  work: (context: TestContext) => Promise<Artifact | undefined>,
): Promise<Outcome> {
  let artifact: Artifact | undefined;
  let failure: unknown;
  let unclean: unknown;
  try {
    artifact = await work(test);
  } catch (error) {
    failure = error;
  }
  if (!isKilled) {
    await test.cleanUp(failure === undefined ? 'succeeded' : 'failed').catch((error: unknown) => {
      unclean = error;
    });
  }
  const machine = fakeMachine();
  return { artifact, failure, unclean, test, target: undefined, machine, generated: {} };
}
