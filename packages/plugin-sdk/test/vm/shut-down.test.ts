import { expect, test } from '@jest/globals';
import { type BuildContext, type Communicator, Failure, withDefaults } from '../../src/index.ts';
import { fakeMachine, testContext } from '../../src/testing/index.ts';
import {
  disableShutdownOption,
  type Ending,
  type ShutdownOptions,
  shutDown,
  shutdownOptions,
} from '../../src/vm/index.ts';

const schema = { ...shutdownOptions, ...disableShutdownOption };
const command = { shutdown_command: 'sudo poweroff' };

/** A machine that ends when `end` is called; `calls` tells what happened to it. */
function machine(
  given: Partial<ShutdownOptions>,
  communicator?: Communicator,
): Ending & { readonly calls: string[]; end(): void } {
  const calls: string[] = [];
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    calls,
    end: () => end(),
    options: withDefaults(schema, given),
    communicator,
    ended: (signal) =>
      Promise.race([
        over,
        new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        ),
      ]),
    stop: async () => void calls.push('stop'),
  };
}

const run = (ending: Ending, context = testContext()): Promise<void> =>
  shutDown.run(ending, context as unknown as BuildContext);

const never = (): Promise<never> => new Promise(() => undefined);

test('runs the command and waits for the end of the machine', async () => {
  const { communicator, calls } = fakeMachine({
    onCommand: ({ onStdout }) => {
      onStdout?.(Buffer.from('bye\n'));
      return 0;
    },
  });
  const ending = machine(command, communicator);
  const context = testContext();
  const running = run(ending, context);
  while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  ending.end();
  await running;
  expect(calls).toMatchObject([{ command: 'sudo poweroff' }]);
  expect(ending.calls).toEqual([]);
  expect(context.ui.said).toEqual(['Gracefully halting virtual machine...']);
  expect(context.ui.outputOf('stdout')).toBe('bye\n');
});

test('needs no end of the command when the machine is gone, and takes it back', async () => {
  let taken: AbortSignal | undefined;
  const communicator: Communicator = {
    ...fakeMachine().communicator,
    run: ({ signal }) => {
      taken = signal;
      return never();
    },
  };
  const ending = machine(command, communicator);
  ending.end();
  await run(ending);
  expect(taken?.aborted).toBe(true);
});

test('switches the machine off without a command, and without a way to run it', async () => {
  for (const ending of [machine({}, fakeMachine().communicator), machine(command)]) {
    const context = testContext();
    await run(ending, context);
    expect(ending.calls).toEqual(['stop']);
    expect(context.ui.said).toEqual(['Halting the virtual machine...']);
  }
});

test('waits for a machine that ends by itself', async () => {
  const ending = machine({ disable_shutdown: true });
  ending.end();
  await run(ending);
  expect(ending.calls).toEqual([]);
});

test('fails when the machine takes too long, and tells how the command ended', async () => {
  const { communicator } = fakeMachine({ onCommand: () => 127 });
  const failing = run(machine({ ...command, shutdown_timeout: 50 }, communicator));
  await expect(failing).rejects.toMatchObject({
    message: 'Timeout while waiting for machine to shut down.',
    detail: expect.stringMatching(/exit code 127.*50ms/),
  });
});

test('fails when the command cannot be sent', async () => {
  const refuse = async (): Promise<never> => {
    throw new Failure({ summary: 'no connection' });
  };
  const communicator = { ...fakeMachine().communicator, run: refuse };
  await expect(run(machine(command, communicator))).rejects.toThrow(
    'Failed to send shutdown command: no connection',
  );
});

test('ends at once when it is cancelled', async () => {
  const cancel = new AbortController();
  const communicator = { ...fakeMachine().communicator, run: never };
  const context = testContext({ signal: cancel.signal });
  const running = run(machine(command, communicator), context);
  cancel.abort(new Error('stop'));
  await expect(running).rejects.toThrow('stop');
});
