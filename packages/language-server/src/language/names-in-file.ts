import { parseSourceReference } from '@bake/core';
import { type BlockReference, templateBlocks } from '@bake/core/reference';
import {
  type Attribute,
  type Block,
  type ConfigFile,
  Diagnostics,
  type Expression,
  itemsBySchema,
  type Label,
  type Node,
  type Range,
  visit,
} from '@bake/hcl';
import type { Name, Occurrence } from './names.ts';

/** The blocks of a block of the language. */
function blocksOf(name: string, known: readonly BlockReference[]): readonly BlockReference[] {
  return known.find((one) => one.name === name)?.blocks ?? [];
}

const inBuild = blocksOf('build', templateBlocks);

/** Every occurrence of a name in one file, a template's or one of variables. */
export function namesInFile(file: ConfigFile): readonly Occurrence[] {
  if (/\.pkrvars\.(?:hcl|json)$/.test(file.source.name)) return assignedIn(file);
  const blocks = blocksIn(file.body.items, templateBlocks);
  return [...blocks.flatMap(declaredBy), ...referredTo(file), ...blocks.flatMap(sourcesIn)];
}

/** The blocks among the items, also where they are in JSON. What is wrong with them is said elsewhere. */
function blocksIn(
  items: readonly (Attribute | Block)[],
  known: readonly BlockReference[],
): readonly Block[] {
  const blocks = Object.fromEntries(known.map(({ name, labels }) => [name, { labels }]));
  return itemsBySchema(items, { blocks }, new Diagnostics()).filter(
    (item) => item.kind === 'block',
  );
}

/** A variable file refers to the variables that it gives values to. */
function assignedIn({ body }: ConfigFile): readonly Occurrence[] {
  return body.items.flatMap((item) =>
    item.kind === 'attribute'
      ? [plain('variable', item.name.name, word(item.name.range), false)]
      : [],
  );
}

function declaredBy({ type, labels, body }: Block): readonly Occurrence[] {
  const [first, second] = labels;
  switch (type.name) {
    case 'variable':
    case 'local':
      return first === undefined ? [] : [plain(type.name, first.value, inLabel(first), true)];
    case 'variables':
    case 'locals':
      return body.items.flatMap((item) =>
        item.kind === 'attribute'
          ? [
              plain(
                type.name === 'locals' ? 'local' : 'variable',
                item.name.name,
                word(item.name.range),
                true,
              ),
            ]
          : [],
      );
    case 'source':
    case 'data':
      return first === undefined || second === undefined
        ? []
        : [
            {
              ...plain(type.name, `${first.value}.${second.value}`, inLabel(second), true),
              whole: inLabel(second),
            },
          ];
    default:
      return [];
  }
}

function plain(kind: Name['kind'], key: string, range: Range, isDeclaration: boolean): Occurrence {
  return { kind, key, range, whole: range, isDeclaration };
}

/** A name, which in JSON stands in quotes. */
function word(range: Range): Range {
  const isQuoted = range.source.text[range.start] === '"';
  return isQuoted ? { ...range, start: range.start + 1, end: range.end - 1 } : range;
}

function inLabel({ range }: Label): Range {
  return word(range);
}

/** `var.x`, `local.x` and `data.type.name`, in expressions anywhere. */
function referredTo(file: ConfigFile): readonly Occurrence[] {
  const found: Occurrence[] = [];
  visit(file, {
    enter(node, parents) {
      if (node.kind === 'variable') {
        const one = referenceAt(node, parents);
        if (one !== undefined) found.push(one);
      }
      return 'go-on';
    },
  });
  return found;
}

const kinds: Readonly<Record<string, Name['kind']>> = {
  var: 'variable',
  local: 'local',
  data: 'data',
};

type Root = Extract<Expression, { kind: 'variable' }>;

function referenceAt(root: Root, parents: readonly Node[]): Occurrence | undefined {
  const kind = Object.hasOwn(kinds, root.name) ? kinds[root.name] : undefined;
  if (kind === undefined || isBound(root, parents)) return undefined;
  const steps = kind === 'data' ? 2 : 1;
  const names: Range[] = [];
  let whole = root.range;
  for (let at = parents.length - 1; at >= 0 && names.length < steps; at -= 1) {
    const parent = parents[at] as Node;
    const name = stepName(parent);
    if (name === undefined) return undefined;
    names.push(name);
    whole = parent.range;
  }
  const range = names.at(-1);
  if (names.length < steps || range === undefined) return undefined;
  return { kind, key: names.map(text).join('.'), range, whole, isDeclaration: false };
}

/** The name of one step of access, `.name` or `["name"]`. */
function stepName(node: Node): Range | undefined {
  if (node.kind === 'get-attribute') return node.name.range;
  if (node.kind !== 'get-index' || node.key.kind !== 'template') return undefined;
  return textRange(node.key);
}

function text({ source, start, end }: Range): string {
  return source.text.slice(start, end);
}

/** The text of a string that is nothing but text, without escapes. */
function textRange(expression: Expression): Range | undefined {
  if (expression.kind !== 'template' || expression.form === 'heredoc') return undefined;
  const [part, more] = expression.parts;
  if (part?.kind !== 'template-text' || more !== undefined) return undefined;
  return text(part.range) === part.value ? part.range : undefined;
}

/** Whether a `for` or `dynamic` around it gives the name another meaning. */
function isBound({ name }: Root, parents: readonly Node[]): boolean {
  return parents.some((node) => {
    if (node.kind === 'for') return node.keyName?.name === name || node.valueName.name === name;
    if (node.kind === 'for-directive') return node.key?.name === name || node.value.name === name;
    return node.kind === 'block' && node.type.name === 'dynamic' && node.labels[0]?.value === name;
  });
}

/** Where a build names its sources: in `sources`, labels, `only`, `except` and `override`. */
function sourcesIn(block: Block): readonly Occurrence[] {
  if (block.type.name !== 'build') return [];
  const { items } = block.body;
  const nested = blocksIn(items, inBuild);
  const listed = textsOf(attribute(items, 'sources')).flatMap(sourceIn);
  const used = nested.flatMap(({ type, labels: [label] }) =>
    type.name === 'source' && label !== undefined ? sourceIn(inLabel(label)) : [],
  );
  const own = [...listed, ...used];
  const steps = nested.flatMap((one) =>
    one.type.name === 'post-processors'
      ? blocksIn(one.body.items, blocksOf(one.type.name, inBuild))
      : [one],
  );
  return [...own, ...steps.flatMap((step) => inStep(step, own))];
}

function inStep(
  { type, body: { items } }: Block,
  sources: readonly Occurrence[],
): readonly Occurrence[] {
  if (type.name === 'source') return [];
  const filters = ['only', 'except'].flatMap((name) => textsOf(attribute(items, name)));
  return [
    ...filters.flatMap(sourceIn),
    ...keysOf(attribute(items, 'override')).flatMap((range) => {
      const source = sources.find(({ range: name }) => text(name) === text(range));
      return source === undefined ? [] : [plain('source', source.key, range, false)];
    }),
  ];
}

function attribute(items: readonly (Attribute | Block)[], name: string): Expression | undefined {
  const item = items.find((one) => one.kind === 'attribute' && one.name.name === name);
  return item?.kind === 'attribute' ? item.value : undefined;
}

/** The texts of a list that is written out. */
function textsOf(expression: Expression | undefined): readonly Range[] {
  const items = expression?.kind === 'tuple' ? expression.items : [];
  return items.flatMap((item) => textRange(item) ?? []);
}

function keysOf(expression: Expression | undefined): readonly Range[] {
  const items = expression?.kind === 'object' ? expression.items : [];
  return items.flatMap(({ key }) =>
    key.kind === 'variable' ? [key.range] : (textRange(key) ?? []),
  );
}

/** A source named as `source.type.name` or `type.name`. */
function sourceIn(whole: Range): readonly Occurrence[] {
  const written = text(whole);
  const parts = written.split('.');
  const reference = parseSourceReference(written);
  if (reference === undefined || parts.length > 3) return [];
  const range = { ...whole, start: whole.end - reference.name.length };
  const key = `${reference.type}.${reference.name}`;
  return [{ kind: 'source', key, range, whole, isDeclaration: false }];
}
