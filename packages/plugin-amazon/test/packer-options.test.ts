import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigSchema, communicatorOptions, type OptionKind } from '@bake/plugin-sdk';
import { expect, test } from '@jest/globals';
import chroot from '../src/chroot/component.ts';
import ami from '../src/data-source/ami.ts';
import parameterStore from '../src/data-source/parameter-store.ts';
import secretsManager from '../src/data-source/secrets-manager.ts';
import ebs from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import amazonImport from '../src/import/component.ts';
import amazonInstance from '../src/instance/component.ts';

/** Options of Packer's plugin 1.8 by path, with their types; what data sources give. */
interface Facts {
  readonly options: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, 'packer-options.json');
const facts = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Facts>>;

const types: Partial<Record<OptionKind, string>> = {
  strings: 'list(string)',
  'string-map': 'map(string)',
  'string-lists': 'list(list(string))',
};

function typesOf(schema: ConfigSchema, prefix = ''): Readonly<Record<string, string>> {
  const entries = Object.entries(schema).map(([name, { kind, body }]) => ({
    [`${prefix}${name}`]: types[kind] ?? kind,
    ...(body === undefined ? {} : typesOf(body, `${prefix}${name}.`)),
  }));
  return Object.assign({}, ...entries);
}

/** In bake a bool without a default tells unset from false. */
function asHere(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(all).map(([name, type]) => [name, type === 'trilean' ? 'bool' : type]),
  );
}

test.each([
  [ebs.name, ebs.config, {}],
  [ebsVolume.name, ebsVolume.config, {}],
  [surrogate.name, surrogate.config, {}],
  [amazonImport.name, amazonImport.config, {}],
  [chroot.name, chroot.config, {}],
  [amazonInstance.name, amazonInstance.config, {}],
  ...[ami, secretsManager, parameterStore].map(
    ({ name, config, result }) => [name, config, result] as const,
  ),
] as [string, ConfigSchema, ConfigSchema][])(
  '%s has the options of Packer',
  (name, config, result) => {
    const own = Object.entries(config).filter(([option]) => !(option in communicatorOptions));
    expect(typesOf(Object.fromEntries(own))).toEqual(asHere(facts[name]?.options ?? {}));
    expect(typesOf(result)).toEqual(facts[name]?.outputs);
  },
);
