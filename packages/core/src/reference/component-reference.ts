import { isDeepStrictEqual } from 'node:util';
import {
  type Component,
  type ConfigSchema,
  communicatorOptions,
  type ManifestKind,
} from '@bake/plugin-sdk';
import type { Loaded, PluginIdentity, Registry } from '../plugins/registry.ts';
import { describeOptions, type OptionReference } from './option-reference.ts';

/** The kinds whose components a template can name in a block of their own. */
export type ReferenceKind = Exclude<ManifestKind, 'communicators'>;

/** The kinds, in the order of reference pages. */
export const referenceKinds: readonly ReferenceKind[] = [
  'builders',
  'data-sources',
  'provisioners',
  'post-processors',
];

/** A component as a reference page shows it. */
export interface ComponentReference {
  readonly kind: ReferenceKind;
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  readonly plugin: PluginIdentity;
  /** The options of its own. */
  readonly options: readonly OptionReference[];
  /** Options that it has in common with all builders that connect to a machine. */
  readonly communicatorOptions: readonly OptionReference[];
  /** Names behind `build.NAME` that a builder gives, beside the standard ones. */
  readonly provides: readonly string[];
  /** What a data source gives. */
  readonly result: readonly OptionReference[];
}

/** Loads a component and describes it. Rejects with a `Failure`, as `Registry.load` does. */
export async function describeComponent(
  registry: Registry,
  kind: ReferenceKind,
  name: string,
): Promise<ComponentReference> {
  const { component, plugin }: Loaded<Component> = await registry.load(kind, name);
  const config = component.config as ConfigSchema;
  return {
    kind,
    name,
    doc: component.doc,
    plugin,
    options: describeOptions(pick(config, (option) => !isShared(config, option))),
    communicatorOptions: describeOptions(pick(config, (option) => isShared(config, option))),
    provides: component.kind === 'builder' ? (component.provides ?? []) : [],
    result: component.kind === 'data-source' ? describeResult(component.result) : [],
  };
}

/** Nobody sets what is given: "required" would only say that it is always there. */
function describeResult(schema: ConfigSchema): readonly OptionReference[] {
  return describeOptions(schema).map((field) => ({ ...field, isRequired: false }));
}

/**
 * Whether the option is taken over unchanged; one with another default is the builder's own. Compared by content,
 * because a plugin may bring its own copy of the SDK.
 */
function isShared(config: ConfigSchema, name: string): boolean {
  const shared = (communicatorOptions as ConfigSchema)[name];
  return shared !== undefined && isDeepStrictEqual(shared, config[name]);
}

function pick(config: ConfigSchema, isWanted: (name: string) => boolean): ConfigSchema {
  return Object.fromEntries(Object.entries(config).filter(([name]) => isWanted(name)));
}
