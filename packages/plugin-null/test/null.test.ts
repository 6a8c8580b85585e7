import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildContext, CommunicatorConfig, Machine } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, fakeMachine, runTemplate, testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import builder from '../src/builder.ts';
import dataSource from '../src/data-source.ts';

const decoded = (given: Partial<CommunicatorConfig>): CommunicatorConfig =>
  withDefaults(builder.config, given);

test('both work in a template', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-null-'));
  try {
    const template = `
      data "null" "words" { input = "from data" }
      source "null" "a" { communicator = "none" }
      build {
        sources = ["null.a"]
        provisioner "shell-local" { inline = ["echo \${data.null.words.output}"] }
      }
    `;
    const run = await runTemplate({ folder, template, plugins: [] });
    expect(run).toMatchObject({ exitCode: 0, problems: [], output: ['from data'] });
    expect(run.artifacts.map(({ builderId }) => builderId)).toEqual(['fnoeding.null']);
    expect(run.events.at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

describe('the builder', () => {
  test('connects, provisions and has nothing to show', async () => {
    const machine = fakeMachine();
    const config = decoded({ ssh_host: 'h', ssh_username: 'u', ssh_agent_auth: true });
    const connected: CommunicatorConfig[] = [];
    const provisioned: [Machine, object][] = [];
    const context: BuildContext = {
      ...testContext(),
      step: (step, input) => step.run(input, context),
      connect: async (to) => {
        connected.push(to);
        return machine;
      },
      provision: async (on, generated) => void provisioned.push([on, generated]),
    };
    const artifact = await builder.build(config, context);
    expect(connected).toEqual([config]);
    expect(provisioned).toEqual([[{ ...machine, outlives: true }, { ID: 'Null' }]]);
    expect(artifact).toMatchObject({
      builderId: 'fnoeding.null',
      id: 'Null',
      files: [],
      description: 'Did not export anything. This is the null builder',
    });
    await expect(artifact?.destroy()).resolves.toBeUndefined();
  });

  const host = '-: a Host must be specified, please reference your communicator documentation';
  const way =
    '-: one authentication method must be specified, please reference your communicator documentation';
  const several =
    'only one of ssh_agent_auth, ssh_password, and ssh_private_key_file must be specified';
  const reachable = { ssh_host: 'h', ssh_username: 'u' };

  test.each<[Partial<CommunicatorConfig>, string[]]>([
    [{ communicator: 'none' }, []],
    [
      {
        communicator: 'none',
        temporary_key_pair_type: 'rsa',
        ssh_clear_authorized_keys: true,
        ssh_keypair_name: 'k',
      },
      [
        'ssh_keypair_name: "ssh_keypair_name" has no effect with the builder null',
        'temporary_key_pair_type: "temporary_key_pair_type" has no effect with the builder null',
        'ssh_clear_authorized_keys: "ssh_clear_authorized_keys" has no effect with the builder null',
      ],
    ],
    [{}, [host, way]],
    [{ ...reachable }, [way]],
    [{ ...reachable, ssh_password: 'p' }, []],
    [{ ...reachable, ssh_agent_auth: true }, []],
    [{ ...reachable, ssh_private_key_file: '/k' }, []],
    [
      { ...reachable, ssh_password: 'p', ssh_private_key_file: '/k' },
      [`ssh_private_key_file: ${several}`],
    ],
    [{ ...reachable, ssh_password: 'p', ssh_agent_auth: true }, [`ssh_password: ${several}`]],
    [{ communicator: 'winrm', winrm_host: 'h', winrm_username: 'u', winrm_password: 'p' }, []],
    [{ communicator: 'winrm' }, [host, way]],
  ])('checks %j and complains %j', async (given, want) => {
    expect(await complaintsOf((complain) => builder.check?.(decoded(given), complain))).toEqual(
      want,
    );
  });
});

describe('the data source', () => {
  test('gives its input back', async () => {
    expect(await dataSource.read({ input: 'x' }, testContext())).toEqual({ output: 'x' });
  });

  test('wants an input', async () => {
    const check = (input: string) => complaintsOf((c) => dataSource.check?.({ input }, c));
    expect(await check('')).toEqual(['input: The `input` must be specified']);
    expect(await check('x')).toEqual([]);
  });
});
