import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, findPlugins, type Registry } from '@bake/core';
import type { Component, ConfigSchema, Option, OptionKind } from '@bake/plugin-sdk';
import { describe, expect, test } from '@jest/globals';

/** Packer 1.16's lists: the type of each option, then its defaults (several where they depend on something). */
type Facts = Readonly<
  Record<
    string,
    {
      readonly options: Readonly<Record<string, readonly [type: string, ...defaults: unknown[]]>>;
      readonly outputs?: Readonly<Record<string, string>>;
    }
  >
>;

const fixture = join(import.meta.dirname, 'fixtures', 'packer-options.json');
const facts = JSON.parse(readFileSync(fixture, 'utf8')) as Facts;

const root = join(import.meta.dirname, '..', '..', '..');
const registry = createRegistry(
  findPlugins({ templateFolder: root, firstParty: join(root, 'packages', 'cli') }),
);

const types: Readonly<Record<OptionKind, readonly string[]>> = {
  string: ['string'],
  number: ['number'],
  bool: ['bool', 'trilean'],
  duration: ['duration'],
  strings: ['list(string)'],
  numbers: ['list(number)'],
  'string-lists': ['list(list(string))'],
  'string-map': ['map(string)'],
  // `override` of the post-processor vagrant, which Packer's HCL cannot fill in.
  block: ['map(string)'],
  object: [],
  blocks: [],
};

/**
 * Defaults that depend on other options or on the system: the component's code gives them, and its own tests look at
 * them. All others are in the schemas.
 */
const computed: Readonly<Record<string, readonly string[]>> = {
  'provisioner shell': [
    'env_var_format',
    'execute_command',
    'inline_shebang',
    'remote_folder',
    'remote_file',
  ],
  'provisioner shell-local': [
    'env_var_format',
    'execute_command',
    'inline_shebang',
    'tempfile_extension',
  ],
  'post-processor shell-local': [
    'env_var_format',
    'execute_command',
    'inline_shebang',
    'tempfile_extension',
  ],
  'provisioner powershell': ['remote_path', 'remote_env_var_path'],
  'post-processor compress': ['compression_level'],
  'builder null': [
    'ssh_timeout',
    'ssh_handshake_attempts',
    'ssh_bastion_port',
    'ssh_proxy_port',
    'temporary_key_pair_bits',
    'winrm_port',
  ],
  'builder vagrant': [
    'boot_wait',
    'http_bind_address',
    'http_port_max',
    'http_port_min',
    'ssh_bastion_port',
    'ssh_handshake_attempts',
    'ssh_port',
    'ssh_proxy_port',
    'ssh_timeout',
    'teardown_method',
    'temporary_key_pair_bits',
    'winrm_port',
  ],
  'post-processor vagrant': ['architecture', 'output'],
  'post-processor vagrant-registry': ['hcp_api_address'],
  'builder qemu': [
    'accelerator',
    'boot_wait',
    'cores',
    'disk_size',
    'efi_firmware_code',
    'efi_firmware_vars',
    'http_bind_address',
    'sockets',
    'ssh_handshake_attempts',
    'ssh_bastion_port',
    'ssh_proxy_port',
    'ssh_timeout',
    'temporary_key_pair_bits',
    'threads',
    'winrm_port',
  ],
};

/** Options that Packer does not have. */
const additions: Readonly<Record<string, readonly string[]>> = {
  'builder null': ['ssh_host_key_fingerprint', 'ssh_known_hosts_file'],
  // The last is a block, which Packer's list has apart.
  'builder vagrant': ['ssh_host_key_fingerprint', 'ssh_known_hosts_file'],
  'post-processor vagrant': ['catalog'],
  'builder qemu': ['ssh_host_key_fingerprint', 'ssh_known_hosts_file', 'qemu_img_args'],
};

/** Arguments that core itself reads, whatever the component. */
const meta: Readonly<Record<string, readonly string[]>> = {
  'post-processor artifice': ['keep_input_artifact'],
};

function kindOf(place: string): Parameters<Registry['load']>[0] {
  const [kind = ''] = place.split(' ');
  return `${kind}s` as Parameters<Registry['load']>[0];
}

async function componentOf(place: string): Promise<Exclude<Component, { kind: 'communicator' }>> {
  const [, name = ''] = place.split(' ');
  const { component } = await registry.load(kindOf(place), name);
  if (component.kind === 'communicator') throw new Error(`${place} is a communicator`);
  return component;
}

/** A default of Packer's as bake has it: durations are milliseconds, and what is nothing is left out. */
function asHere(type: string, value: unknown): unknown {
  if (type !== 'duration') return value;
  const [, count = '', unit = ''] = /^(\d+)([sm])$/.exec(String(value)) ?? [];
  return Number(count) * (unit === 'm' ? 60_000 : 1000);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === false || value === '' || value === 0;
}

function isDefault(option: Option, [type, ...defaults]: readonly [string, ...unknown[]]): boolean {
  const wanted = defaults.map((value) => asHere(type, value));
  if (wanted.length === 0 || wanted.every(isNothing)) return isNothing(option.default);
  return wanted.some((value) => JSON.stringify(value) === JSON.stringify(option.default));
}

/** Options whose default Packer's list leaves open. */
const unlisted: Readonly<Record<string, unknown>> = {
  valid_exit_codes: [0],
  execution_policy: 'bypass',
};

function namesOf(schema: ConfigSchema): readonly string[] {
  return Object.keys(schema).toSorted();
}

describe.each(Object.keys(facts))('%s', (place) => {
  const { options, outputs = {} } = facts[place] as Facts[string];

  test('has the options of Packer', async () => {
    const { config } = await componentOf(place);
    const theirs = Object.keys(options).filter((name) => !meta[place]?.includes(name));
    expect(namesOf(config)).toEqual([...theirs, ...(additions[place] ?? [])].toSorted());
  });

  test('has their types', async () => {
    const { config } = await componentOf(place);
    const wrong = Object.entries(config).filter(
      ([name, { kind }]) => options[name] && !types[kind].includes(options[name][0]),
    );
    expect(wrong).toEqual([]);
  });

  test('has their defaults', async () => {
    const { config } = await componentOf(place);
    const wrong = Object.entries(config).flatMap(([name, option]) => {
      const wanted = options[name];
      if (wanted === undefined || computed[place]?.includes(name)) return [];
      const listed = wanted.length === 1 && name in unlisted;
      const full = listed ? ([wanted[0], unlisted[name]] as const) : wanted;
      return isDefault(option, full) ? [] : [{ name, here: option.default, wanted: full.slice(1) }];
    });
    expect(wrong).toEqual([]);
  });

  test('gives the values of Packer', async () => {
    const component = await componentOf(place);
    const result = component.kind === 'data-source' ? component.result : {};
    expect(namesOf(result)).toEqual(Object.keys(outputs).toSorted());
    for (const [name, { kind }] of Object.entries(result)) {
      expect(types[kind]).toContain(outputs[name]);
    }
  });
});

/** Options whose templates the component expands and of which it does not say what it gives them, down to nested blocks. */
function silentIn(schema: ConfigSchema): readonly string[] {
  return Object.entries(schema).flatMap(([name, { templating, fields, body = {} }]) => [
    ...(templating === 'component' && fields === undefined ? [name] : []),
    ...silentIn(body),
  ]);
}

test.each(['builders', 'provisioners', 'post-processors'] as const)(
  'all %s say which names their templates know, so that others get a warning',
  async (kind) => {
    const silent: string[] = [];
    for (const name of registry.names(kind)) {
      const { component } = await registry.load(kind, name);
      silent.push(...silentIn(component.config).map((option) => `${name}.${option}`));
    }
    expect(silent).toEqual([]);
  },
);
