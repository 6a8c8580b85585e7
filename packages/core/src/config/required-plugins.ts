import {
  type Attribute,
  attributesOnly,
  type Block,
  type Diagnostics,
  type Expression,
  evaluate,
  literalExpression,
  type ObjectValue,
  partOf,
  type Range,
  showRange,
  type Value,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { noNames } from './literal.ts';
import type { RequiredPlugin } from './template.ts';
import { parseConstraints } from './version-constraint.ts';

/**
 * Reads `required_plugins` blocks: names, source addresses and versions. Whether they are installed is
 * asked later. Summaries and rules are Packer's (core-behaviour, section 3.9).
 */
export function readRequiredPlugins(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, RequiredPlugin> {
  const plugins = new Map<string, RequiredPlugin>();
  for (const attribute of blocks.flatMap((block) => attributesOnly(block.body, diagnostics))) {
    const plugin = readRequirement(attribute, diagnostics);
    if (plugin === undefined) continue;
    const first = plugins.get(plugin.name);
    if (first === undefined) plugins.set(plugin.name, plugin);
    else {
      const { file, start } = showRange(first.range);
      const place = `${file}:${start.line}`;
      diagnostics.add(messages.duplicateRequiredPlugin(plugin.name, plugin.range, place));
    }
  }
  return plugins;
}

/** Takes a mistake: its summary, what to do, and where it is. */
type Complain = (summary: string, advice: string, subject: Range) => undefined;

function readRequirement(
  attribute: Attribute,
  diagnostics: Diagnostics,
): RequiredPlugin | undefined {
  const complain: Complain = (summary, advice, subject) => {
    diagnostics.add(messages.invalidPluginRequirement(summary, advice, subject));
  };
  const name = attribute.name.name;
  const { range } = attribute.value;
  const fault = faultOfPart(name);
  if (fault !== undefined) {
    return complain('Invalid plugin local name', `${fault} ${nameRule}`, attribute.name.range);
  }
  const expression = literalExpression(attribute);
  const value = evaluate(expression, noNames, diagnostics);
  switch (value.kind) {
    case 'unknown':
      return undefined;
    case 'string':
    case 'number':
    case 'bool':
      return complain('Invalid plugin requirement', shape(name), range);
    case 'object':
      return readObject(attribute, expression, value, diagnostics, complain);
    default:
      return complain('Invalid required_plugins syntax', shape(name), range);
  }
}

function readObject(
  { name: { name, range: nameRange }, value: { range } }: Attribute,
  expression: Expression,
  value: ObjectValue,
  diagnostics: Diagnostics,
  complain: Complain,
): RequiredPlugin | undefined {
  const placeOf = (key: string): Range => partOf(expression, key)?.range ?? range;
  const { version, source, ...others } = Object.fromEntries(value.entries);
  if (version === undefined) return complain('No version constraint was set', shape(name), range);
  if (source === undefined) return complain('No source was set', shape(name), range);
  for (const other of Object.keys(others)) {
    const advice = `"${other}" is neither "source" nor "version", and nothing else can stand here. ${shape(name)}`;
    complain('Invalid required_plugins object', advice, placeOf(other));
  }
  const constraint = checkedConstraint(version, placeOf('version'), diagnostics);
  const address = checkedSource(source, placeOf('source'), complain);
  if (constraint === undefined || address === undefined) return undefined;
  return { name, source: address, version: constraint, range: nameRange };
}

function checkedConstraint(
  value: Value,
  range: Range,
  diagnostics: Diagnostics,
): string | undefined {
  const text = value.kind === 'string' ? value.value : undefined;
  const constraints = text === undefined ? undefined : parseConstraints(text);
  if (text === undefined || constraints === undefined) {
    const why = 'it must be a text in quotes, for instance ">= 1.0.0, < 2.0.0".';
    diagnostics.add(messages.invalidVersionConstraint(text ?? 'version', why, range));
    return undefined;
  }
  if (constraints.every(({ version }) => version.prerelease === '')) return text;
  const why =
    'plugins cannot be required by a pre-release. Name a release, for instance ">= 1.0.0".';
  diagnostics.add(messages.invalidVersionConstraint(text, why, range));
  return undefined;
}

function checkedSource(value: Value, range: Range, complain: Complain): string | undefined {
  const example = 'Write it as "github.com/hashicorp/docker".';
  if (value.kind !== 'string') {
    return complain('Invalid source', `It must be a text in quotes. ${example}`, range);
  }
  const fault = faultOfSource(value.value);
  if (fault === undefined) return value.value;
  return complain('Failed to parse source', `"${value.value}": ${fault} ${example}`, range);
}

/** Why a text is no source address; `undefined` when it is one. */
function faultOfSource(text: string): string | undefined {
  const parts = text.split('/');
  if (parts[0] === 'npm') return faultOfPackage(text.slice('npm/'.length));
  const name = parts.at(-1) ?? '';
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return 'an address has no scheme such as https://.';
  if (/[?#]/.test(text)) return 'an address has neither ? nor #.';
  if (parts.includes('')) return 'there is a slash too much.';
  if (parts.length < 3) return 'it needs a host, a namespace and a name, with slashes between.';
  if (parts.length > 16) return `it has ${parts.length} parts, and no more than 16 are allowed.`;
  if (name.startsWith('packer-')) {
    return `the name goes without its prefix: "${name.replace(/^packer-(?:plugin-)?/, '')}".`;
  }
  return faultOfPart(name.toLowerCase());
}

/** Why a text is no name of an npm package; `undefined` when it is one. */
function faultOfPackage(name: string): string | undefined {
  const isPackage = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name);
  return isPackage ? undefined : `"${name}" is not the name of an npm package.`;
}

const nameRule =
  'Use lowercase letters, digits and single dashes, with a letter or digit first and last.';

/** Why a text is no DNS label in lowercase, which names of plugins are; `undefined` when it is one. */
function faultOfPart(name: string): string | undefined {
  if (name !== name.toLowerCase()) return `Replace "${name}" with "${name.toLowerCase()}".`;
  // `--` would make it a label in another encoding.
  if (name.includes('--')) return `"${name}" has two dashes in a row.`;
  const isLabel = name.length <= 63 && /^[\p{L}\p{M}\p{N}-]+$/u.test(name);
  return isLabel && !/^-|-$/.test(name) ? undefined : `"${name}" cannot be such a name.`;
}

function shape(name: string): string {
  return `Write ${name} = { source = "github.com/hashicorp/${name}", version = ">= 1.0.0" }.`;
}
