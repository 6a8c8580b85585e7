import { Failure, withDefaults } from '@bake/plugin-sdk';
import {
  type FakeMachineOptions,
  type FakeResult,
  fakeMachine,
  testContext,
} from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import restart, { type RestartConfig } from '../src/windows-restart/component.ts';
import { restartMachine } from '../src/windows-restart/restart-machine.ts';
import { decodeCommand } from './decode-command.ts';
import { syntaxErrors } from './powershell-syntax.ts';

/** One command of a restart: what is run, and how it ends. */
type Step = readonly [command: string, end: FakeResult | 'unreachable', output?: string];

const pace = { poll: 1, goingDown: 2 };
const go = 'shutdown /r /f /t 0 /c "packer restart"';
const probe = 'shutdown /r /f /t 60 /c "packer restart test"';
const ask = 'PS: echo "${env:COMPUTERNAME} restarted."';
const up: Step = [ask, 0, 'PC restarted.\r\n'];

/** What a command is, with the script of an encoded one in the clear. */
function inTheClear(command: string): string {
  const script = decodeCommand(command);
  return script === ''
    ? command
    : `PS: ${script.replace("$ProgressPreference = 'SilentlyContinue'; ", '')}`;
}

/** Plays the steps, each of which must come in its turn. */
async function play(given: Partial<RestartConfig>, steps: readonly Step[]) {
  const left = [...steps];
  const options: FakeMachineOptions = {
    onCommand({ command, onStdout }) {
      const [want, end, output = ''] = left.shift() ?? ['nothing', 0];
      expect(inTheClear(command)).toBe(want);
      onStdout?.(Buffer.from(output));
      if (end === 'unreachable') throw new Failure({ summary: 'connection refused' });
      return end;
    },
  };
  const context = testContext();
  const config = withDefaults(restart.config, { restart_timeout: 10_000, ...given });
  const error = await restartMachine(config, fakeMachine(options), context, pace).catch(
    (thrown) => thrown,
  );
  return { error, context, left };
}

test('restarts, and goes on when PowerShell answers', async () => {
  const { error, context, left } = await play({}, [[go, 0], [probe, 'unreachable'], up]);
  expect(error).toBeUndefined();
  expect(left).toEqual([]);
  expect(context.ui.said).toEqual([
    'Restarting Machine',
    'Waiting for machine to restart...',
    'Machine successfully restarted, moving on',
  ]);
  expect(context.ui.outputOf('stdout')).toBe('PC restarted.\r\n');
});

test.each<[string, Partial<RestartConfig>, readonly Step[]]>([
  ['under way already', {}, [[go, 1115], [probe, 1], up]],
  ['scheduled already', {}, [[go, 1190], [probe, 1], up]],
  [
    'that cuts the connection',
    {},
    [[go, { exitCode: undefined, disconnected: true }], [probe, 1], up],
  ],
  ['by a command of its own', { restart_command: 'boot' }, [['boot', 0], [probe, 1], up]],
  [
    'that takes its time',
    {},
    [
      [go, 0],
      [probe, 1115],
      [probe, 1190],
      [probe, 1717],
      [probe, 5],
      [probe, { disconnected: true, exitCode: undefined }],
      up,
    ],
  ],
  ['that is over at once', {}, [[go, 0], [probe, 0], ['shutdown /a', 0], up]],
  [
    'after which PowerShell is not ready',
    {},
    [
      [go, 0],
      [probe, 1],
      [ask, 'unreachable'],
      [ask, 1, 'loading modules'],
      [ask, { exitCode: undefined, disconnected: true }, 'PC restarted.'],
      up,
    ],
  ],
  [
    'with a check of its own',
    { restart_check_command: 'check' },
    [[go, 0], [probe, 1], ['check', 'unreachable'], ['check', 1, 'custom'], [ask, 0, 'no'], up],
  ],
  [
    'after which another one is due',
    { check_registry: true, registry_keys: ['HKLM:A', "HKLM:it's"] },
    [
      [go, 0],
      [probe, 1],
      up,
      ["PS: Test-Path 'HKLM:A'", 0, 'True\r\n'],
      up,
      ["PS: Test-Path 'HKLM:A'", 0, 'False\r\n'],
      ["PS: Test-Path 'HKLM:it''s'", 'unreachable'],
      up,
      ["PS: Test-Path 'HKLM:A'", 0, 'False\r\n'],
      ["PS: Test-Path 'HKLM:it''s'", 0, 'False\r\n'],
    ],
  ],
])('waits for a restart %s', async (_name, given, steps) => {
  const { error, left } = await play(given, steps);
  expect(error).toBeUndefined();
  expect(left).toEqual([]);
  for (const [command] of steps.filter(([command]) => command.startsWith('PS: '))) {
    expect(syntaxErrors(command.slice(4))).toEqual([]);
  }
});

test('looks at three keys of the registry by default', () => {
  const key = 'Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
  expect(withDefaults(restart.config).registry_keys).toEqual([
    `HKLM:SOFTWARE\\${key}\\RebootPending`,
    `HKLM:SOFTWARE\\${key}\\PackagesPending`,
    `HKLM:Software\\${key}\\RebootInProgress`,
  ]);
});

describe('fails', () => {
  test('when the command does', async () => {
    const { error } = await play({}, [[go, 5]]);
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toBe('Restart script exited with non-zero exit status: 5');
  });

  test.each<[string, readonly Step[]]>([
    ['that never goes down', Array.from({ length: 1000 }, () => [probe, 1115])],
    ['that never comes up', [[probe, 1], ...Array.from({ length: 1000 }, (): Step => [ask, 1])]],
  ])('at the time limit for a machine %s', async (_name, steps) => {
    const { error } = await play({ restart_timeout: 60 }, [[go, 0], ...steps]);
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toBe('Timeout waiting for machine to restart.');
    expect(error.detail).toContain('60ms');
  });

  test('when it is cancelled', async () => {
    const controller = new AbortController();
    const machine = fakeMachine({
      onCommand: ({ command }) => {
        if (command !== go) controller.abort(new Error('cancelled'));
        return command === go ? 0 : 1;
      },
    });
    const context = testContext({ signal: controller.signal });
    const running = restartMachine(withDefaults(restart.config), machine, context, pace);
    await expect(running).rejects.toThrow('cancelled');
  });
});
