import { withDefaults } from '@bake/plugin-sdk';
import { fakeMachine, testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import breakpoint from '../src/breakpoint.ts';
import sleep from '../src/sleep.ts';

describe('breakpoint', () => {
  test.each([
    [{}, 'Pausing at breakpoint provisioner.', ['Press enter to continue.']],
    [
      { note: 'look' },
      'Pausing at breakpoint provisioner with note "look".',
      ['Press enter to continue.'],
    ],
    [{ disable: true }, 'Breakpoint provisioner disabled; continuing...', []],
    [
      { disable: true, note: 'look' },
      'Breakpoint provisioner with note "look" disabled; continuing...',
      [],
    ],
  ])('with %j says %j and asks %j', async (given, said, questions) => {
    const context = testContext({ answers: [''] });
    const machine = fakeMachine();
    await breakpoint.provision(withDefaults(breakpoint.config, given), machine, context);
    expect(context.ui.said).toEqual([said]);
    expect(context.questions).toEqual(questions);
    expect(machine.calls).toEqual([]);
  });

  test('fails when nobody is there', async () => {
    const running = breakpoint.provision(
      withDefaults(breakpoint.config, {}),
      fakeMachine(),
      testContext(),
    );
    await expect(running).rejects.toThrow('Nobody is there to answer');
  });
});

describe('sleep', () => {
  test.each([undefined, 0, 5])('of %j ends', async (duration) => {
    const context = testContext();
    const config = withDefaults(sleep.config, duration === undefined ? {} : { duration });
    await sleep.provision(config, fakeMachine(), context);
    expect(context.ui.said).toEqual([]);
  });

  test('is ended by a cancel', async () => {
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const config = withDefaults(sleep.config, { duration: 1e12 });
    const sleeping = sleep.provision(config, fakeMachine(), context);
    controller.abort(new Error('cancelled'));
    await expect(sleeping).rejects.toThrow();
  });
});
