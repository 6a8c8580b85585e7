import { createRequire } from 'node:module';
import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { convert } from '../value/convert.ts';
import { stringType } from '../value/type.ts';
import { nullValue, objectValue, tupleValue, type Value } from '../value/value.ts';
import { FunctionFailure } from './define-function.ts';
import { resolveScalar } from './yaml-scalar.ts';

type Yaml = typeof import('yaml');

/** Reads one YAML document the way Go's cty YAML package does. Throws `FunctionFailure`, which blames argument 0. */
export function decodeYaml(text: string): Value {
  const require = createRequire(import.meta.url);
  const yaml = require('yaml') as Yaml;
  const documents = yaml.parseAllDocuments(text, {
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    strict: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) throw nothing;
  const [first, second] = documents as readonly Document.Parsed[];
  if (first === undefined) throw nothing;
  const [problem] = first.errors;
  if (problem !== undefined) {
    throw new FunctionFailure(`This is no YAML: ${reasonOf(problem.message)}.`, 0);
  }
  if (second !== undefined) {
    throw new FunctionFailure('There is more than one YAML document; only one can be read.', 0);
  }
  return new YamlReader(yaml, first, text).valueOf(first.contents);
}

const nothing = new FunctionFailure('There is nothing in it but space and comments.', 0);

/** The first line, which ends in the place; the rest is an excerpt of the text. */
function reasonOf(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/ at line (\d+), column (\d+):?$/, ' (line $1, column $2)');
}

class YamlReader {
  readonly #yaml: Yaml;
  readonly #document: Document.Parsed;
  readonly #text: string;
  /** Anchored nodes that are being read; an alias to one of them would never end. */
  readonly #open = new Set<Node>();

  constructor(yaml: Yaml, document: Document.Parsed, text: string) {
    this.#yaml = yaml;
    this.#document = document;
    this.#text = text;
  }

  valueOf(node: unknown): Value {
    const yaml = this.#yaml;
    if (node === null || node === undefined) return nullValue();
    if (yaml.isAlias(node)) return this.#aliased(node.source, node.resolve(this.#document));
    if (!yaml.isNode(node)) throw new Error('The YAML parser gave something that is no node.');
    this.#open.add(node);
    const value = this.#contentOf(node);
    this.#open.delete(node);
    return value;
  }

  #contentOf(node: Node): Value {
    const yaml = this.#yaml;
    if (yaml.isMap(node)) return this.#mapping(node);
    if (yaml.isSeq(node)) return this.#sequence(node);
    return this.#scalar(node as Scalar);
  }

  #aliased(name: string, target: Node | undefined): Value {
    if (target === undefined)
      throw new FunctionFailure(`There is no anchor "&${name}" before "*${name}".`, 0);
    if (this.#open.has(target)) {
      throw new FunctionFailure(`"*${name}" stands within the very value that it refers to.`, 0);
    }
    return this.valueOf(target);
  }

  #sequence(node: YAMLSeq): Value {
    requireTag(node, 'tag:yaml.org,2002:seq', 'a sequence');
    return tupleValue(node.items.map((item) => this.valueOf(item)));
  }

  #scalar(node: Scalar): Value {
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    // A block whose last line is the last of the text, without a line break, has none either.
    const isCutOff = isBlock && !this.#text.endsWith('\n') && node.range?.[1] === this.#text.length;
    const source = node.source ?? '';
    const isPlain = node.type === 'PLAIN' || (isBlock && node.tag !== undefined);
    return resolveScalar(isCutOff ? source.replace(/\n$/, '') : source, node.tag, isPlain);
  }

  #mapping(node: YAMLMap): Value {
    requireTag(node, 'tag:yaml.org,2002:map', 'a mapping');
    const entries = new Map<string, Value>();
    for (const pair of node.items) {
      if (this.#isMerge(pair)) {
        for (const [name, value] of this.#merged(pair.value)) entries.set(name, value);
      } else {
        entries.set(this.#keyOf(pair.key), this.valueOf(pair.value));
      }
    }
    return objectValue(entries);
  }

  #isMerge({ key }: Pair): boolean {
    return this.#yaml.isScalar(key) && key.source === '<<' && key.tag === undefined;
  }

  #merged(node: unknown): Iterable<readonly [string, Value]> {
    const value = this.valueOf(node);
    if (value.kind === 'object') return value.entries;
    throw new FunctionFailure('What "<<" merges into a mapping must be a mapping.', 0);
  }

  #keyOf(node: unknown): string {
    const value = this.valueOf(node);
    switch (value.kind) {
      case 'string':
        return value.value;
      case 'number':
      case 'bool':
        return textOf(convert(value, stringType));
      case 'null':
        throw new FunctionFailure('The key of a mapping is null; it must be a text.', 0);
      default:
        throw new FunctionFailure('The key of a mapping is a collection; it must be a text.', 0);
    }
  }
}

function textOf(value: Value): string {
  if (value.kind !== 'string') throw new Error(`A conversion to string gave a ${value.kind}.`);
  return value.value;
}

function requireTag(node: YAMLMap | YAMLSeq, expected: string, kind: string): void {
  if (node.tag === undefined || node.tag === expected) return;
  throw new FunctionFailure(`The tag "${node.tag}" can't be read here, or not of ${kind}.`, 0);
}
