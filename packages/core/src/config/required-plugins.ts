import {
  type Attribute,
  type Block,
  type Diagnostics,
  evaluate,
  literalExpression,
  type ObjectValue,
  type Range,
  type Value,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { Declarations } from './names.ts';
import type { RequiredPlugin } from './template.ts';
import { parseConstraints } from './version-constraint.ts';

/** Reads `required_plugins` blocks: names, source addresses and versions; whether they are installed is asked later. */
export function readRequiredPlugins(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, RequiredPlugin> {
  const plugins = new Declarations<RequiredPlugin>(
    'duplicate-required-plugin',
    'Duplicate required_plugins entry',
  );
  for (const item of blocks.flatMap((block) => block.body.items)) {
    const plugin = item.kind === 'attribute' ? readRequirement(item, diagnostics) : undefined;
    if (plugin !== undefined) {
      plugins.add(plugin.name, `The plugin "${plugin.name}"`, plugin, diagnostics);
    } else if (item.kind === 'block') {
      complain(
        'Invalid required_plugins syntax',
        shape(item.type.name),
        item.type.range,
        diagnostics,
      );
    }
  }
  return plugins.entries;
}

function readRequirement(
  attribute: Attribute,
  diagnostics: Diagnostics,
): RequiredPlugin | undefined {
  const name = attribute.name.name;
  const range = attribute.value.range;
  if (!isLocalName(name)) {
    const advice =
      'Use lowercase letters, digits and single dashes, with a letter or digit first and last.';
    return complain('Invalid plugin local name', advice, attribute.name.range, diagnostics);
  }
  const value = evaluate(literalExpression(attribute), { variables: new Map() }, diagnostics);
  if (value.kind === 'string') {
    return complain('Invalid plugin requirement', shape(name), range, diagnostics);
  }
  if (value.kind === 'unknown') return undefined;
  if (value.kind !== 'object') {
    return complain('Invalid required_plugins object', shape(name), range, diagnostics);
  }
  return readObject(attribute, value, diagnostics);
}

function readObject(
  attribute: Attribute,
  value: ObjectValue,
  diagnostics: Diagnostics,
): RequiredPlugin | undefined {
  const name = attribute.name.name;
  const range = attribute.value.range;
  const version = textOf(value.entries.get('version'));
  const source = textOf(value.entries.get('source'));
  if (version === undefined) {
    return complain('No version constraint was set', shape(name), range, diagnostics);
  }
  if (source === undefined) return complain('No source was set', shape(name), range, diagnostics);
  if (!isSource(source)) {
    return complain(
      'Invalid source',
      `"${source}" must be HOST/NAMESPACE/NAME.`,
      range,
      diagnostics,
    );
  }
  if (parseConstraints(version) === undefined) {
    diagnostics.add(
      messages.invalidVersionConstraint(version, 'write for instance ">= 1.0.0".', range),
    );
    return undefined;
  }
  return { name, source, version, range: attribute.name.range };
}

function shape(name: string): string {
  return `Write ${name} = { source = "github.com/hashicorp/${name}", version = ">= 1.0.0" }.`;
}

function complain(
  summary: string,
  detail: string,
  range: Range,
  diagnostics: Diagnostics,
): undefined {
  diagnostics.add(messages.invalidPluginRequirement(summary, detail, range));
}

/** A DNS label in lowercase; `--` would make it one in another encoding. */
function isLocalName(name: string): boolean {
  return (
    name.length <= 63 &&
    name === name.toLowerCase() &&
    !name.includes('--') &&
    /^[\p{L}\p{M}\p{N}-]+$/u.test(name) &&
    !name.endsWith('-')
  );
}

/** At least host, namespace and name; the name does not repeat Packer's own prefix. */
function isSource(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length >= 3 &&
    parts.length <= 16 &&
    parts.every((part) => /^[\w.-]+$/.test(part)) &&
    !parts.at(-1)?.startsWith('packer-')
  );
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}
