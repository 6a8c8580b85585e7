import {
  numberType,
  type ObjectValue,
  objectValue,
  type Scope,
  stringType,
  stringValue,
  type Type,
  unknownValue,
  type Value,
} from '@bake/hcl';
import { withNames } from '../values/root-scope.ts';

/** Names behind `build.` that every builder gives, with their types (core-behaviour, section 3.7). */
const standardFacts: Readonly<Record<string, Type>> = {
  ID: stringType,
  Host: stringType,
  Port: numberType,
  User: stringType,
  Password: stringType,
  ConnType: stringType,
  PackerRunUUID: stringType,
  PackerHTTPPort: stringType,
  PackerHTTPIP: stringType,
  PackerHTTPAddr: stringType,
  SSHPublicKey: stringType,
  SSHPrivateKey: stringType,
  SSHPrivateKeyFile: stringType,
  SSHAgentAuth: { kind: 'bool' },
  WinRMPassword: stringType,
};

/** The names behind `build.` of a builder that provides these beside the standard ones. */
export function factNames(provides: readonly string[]): readonly string[] {
  return [...Object.keys(standardFacts), ...provides];
}

/** The scope of a source's body: `source.name`, `source.type`; nothing of `build` is known yet. */
export function sourceScope(parent: Scope, type: string, localName: string): Scope {
  return withNames(parent, { source: sourceValue(type, localName), build: objectValue({}) });
}

/** The scope of a provisioner's or post-processor's body while planning: `build.*` is unknown, but for its name. */
export function planningScope(
  parent: Scope,
  type: string,
  localName: string,
  buildName: string | undefined,
  provides: readonly string[],
): Scope {
  const facts: Record<string, Value> = {};
  for (const [name, factType] of Object.entries(standardFacts))
    facts[name] = unknownValue(factType);
  for (const name of provides) facts[name] = unknownValue();
  facts['name'] = stringValue(buildName ?? '');
  return withNames(parent, { source: sourceValue(type, localName), build: objectValue(facts) });
}

/** The same scope during the run. What no one has given stays the text `<unknown>`, as in Packer. */
export function runningScope(
  parent: Scope,
  type: string,
  localName: string,
  buildName: string | undefined,
  provides: readonly string[],
  known: Readonly<Record<string, Value>>,
): Scope {
  const missing = stringValue('<unknown>');
  const facts = {
    ...Object.fromEntries(factNames(provides).map((name) => [name, missing])),
    ...known,
    name: stringValue(buildName ?? ''),
  };
  return withNames(parent, { source: sourceValue(type, localName), build: objectValue(facts) });
}

/** The same scope with some values of `build.*` known, and all others unknown. */
export function foreseenScope(
  parent: Scope,
  type: string,
  localName: string,
  buildName: string | undefined,
  provides: readonly string[],
  known: Readonly<Record<string, Value>>,
): Scope {
  const planning = planningScope(parent, type, localName, buildName, provides);
  const build = planning.variables.get('build') as ObjectValue;
  const facts = { ...Object.fromEntries(build.entries), ...known };
  return withNames(planning, { build: objectValue(facts) });
}

/** The names that `dynamic` blocks around a block give it, with their `key` and `value`. */
export type Iterators = Readonly<Record<string, Value>>;

/**
 * The iterators between the root scope and a scope inside it, the inner one where two have the same
 * name. As in Packer they hide every other name, `build` and `source` too: lay them over those.
 */
export function iteratorsOf(scope: Scope, root: Scope): Iterators {
  const found = new Map<string, Value>();
  for (let at: Scope | undefined = scope; at !== undefined && at !== root; at = at.parent) {
    for (const [name, value] of at.variables) if (!found.has(name)) found.set(name, value);
  }
  return Object.fromEntries(found);
}

function sourceValue(type: string, localName: string): Value {
  return objectValue({ name: stringValue(localName), type: stringValue(type) });
}
