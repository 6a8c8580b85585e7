import type { Provisioner } from '../component.ts';
import { messageOf } from '../failure.ts';
import type { ConfigSchema, Infer } from '../schema/option.ts';
import { withDefaults } from '../schema/with-defaults.ts';
import { type FakeCall, type FakeMachineOptions, fakeMachine } from './fake-machine.ts';
import { type TestContext, type TestContextOptions, testContext } from './test-context.ts';

/** What a provisioner did on a machine that only writes down. */
export interface Trace {
  /** Commands, uploads with their text, what was said and how it failed, a line each. */
  readonly text: string;
  readonly context: TestContext;
}

/** Runs a provisioner on a fake machine, with the end of a build after it. */
export async function traceProvisioner<S extends ConfigSchema>(
  provisioner: Provisioner<S>,
  set: Partial<Infer<S>>,
  machineOptions: FakeMachineOptions = {},
  contextOptions: TestContextOptions = {},
): Promise<Trace> {
  const machine = fakeMachine(machineOptions);
  const context = testContext(contextOptions);
  const config = withDefaults(provisioner.config, set);
  const lines: string[] = [];
  await provisioner.check?.(config, (option, { summary }) => {
    lines.push(`check ${option ?? '-'}: ${summary}`);
  });
  const failure = await provisioner.provision(config, machine, context).catch((error) => error);
  await context.cleanUp(failure === undefined ? 'succeeded' : 'failed');
  lines.push(...machine.calls.map(lineOf), ...context.ui.said.map((text) => `say ${text}`));
  lines.push(...context.secrets.map((secret) => `protect ${secret}`));
  if (failure !== undefined) lines.push(`failed ${messageOf(failure)}`);
  return { text: lines.join('\n'), context };
}

function lineOf(call: FakeCall): string {
  switch (call.kind) {
    case 'run':
      return `run ${call.command}`;
    case 'upload': {
      const mode = call.mode === undefined ? '' : ` ${call.mode.toString(8)}`;
      return `upload ${call.remotePath}${mode}: ${call.content}`;
    }
    case 'upload-dir':
      return `upload-dir ${call.localDir} ${call.remoteDir}`;
    default:
      return call.kind;
  }
}
