import {
  type Attribute,
  attributesOnly,
  type Block,
  bodyContent,
  type ConfigFile,
  type ContentSchema,
  type Diagnostics,
  evaluate,
  type Label,
  literalExpression,
  type Range,
  stringType,
} from '@bake/hcl';
import type { TemplateFiles } from '../files/find-files.ts';
import * as messages from '../messages.ts';
import { coreVersion } from '../version.ts';
import { literalBool, noNames } from './literal.ts';
import { checkName, Declarations } from './names.ts';
import { readRequiredPlugins } from './required-plugins.ts';
import type {
  DataDeclaration,
  LocalDeclaration,
  SourceDeclaration,
  Template,
  VariableDeclaration,
} from './template.ts';
import { tryConvert } from './try-convert.ts';
import { readShortVariable, readVariable } from './variable.ts';
import { parseConstraints, parseVersion, satisfies, type Version } from './version-constraint.ts';

const topLevel: ContentSchema = {
  attributes: {},
  blocks: {
    packer: { labels: [] },
    variable: { labels: ['name'] },
    variables: { labels: [] },
    locals: { labels: [] },
    local: { labels: ['name'] },
    data: { labels: ['type', 'name'] },
    source: { labels: ['type', 'name'] },
    build: { labels: [] },
    hcp_packer_registry: { labels: [] },
    communicator: { labels: ['type', 'name'] },
  },
};

const localSchema = { attributes: { expression: true, sensitive: false }, blocks: {} };
const packerSchema = {
  attributes: { required_version: false },
  blocks: { required_plugins: { labels: [] } },
};

/** Sorts the blocks of all files into one template (core-behaviour, section 3.1). */
export function readConfig(
  path: string,
  files: TemplateFiles,
  parsed: readonly ConfigFile[],
  diagnostics: Diagnostics,
): Template {
  const blocks = parsed.flatMap(
    (file) => bodyContent(file.body, topLevel, file.range, diagnostics).blocks,
  );
  const of = (type: string): readonly Block[] => blocks.filter((block) => block.type.name === type);
  diagnostics.add(...of('communicator').map(messages.blockWithoutEffect));

  return {
    path,
    root: files.root,
    files: parsed,
    autoVariableFiles: files.autoVariables,
    requiredPlugins: readPacker(of('packer'), diagnostics),
    variables: readVariables(blocks, diagnostics),
    locals: readLocals(blocks, diagnostics),
    data: readPairs(
      of('data').filter((block) => hasNames(block, diagnostics)),
      'data',
      diagnostics,
    ),
    sources: readPairs(of('source'), 'source', diagnostics),
    builds: of('build'),
    registries: of('hcp_packer_registry'),
    mistakes: [],
  };
}

function readPacker(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): Template['requiredPlugins'] {
  const contents = blocks.map((block) =>
    bodyContent(block.body, packerSchema, block.header, diagnostics),
  );
  for (const content of contents) {
    checkCoreVersion(content.attributes.get('required_version'), diagnostics);
  }
  return readRequiredPlugins(
    contents.flatMap((content) => content.blocks),
    diagnostics,
  );
}

function checkCoreVersion(attribute: Attribute | undefined, diagnostics: Diagnostics): void {
  if (attribute === undefined) return;
  const given = evaluate(literalExpression(attribute), noNames, diagnostics);
  const value = tryConvert(given, stringType);
  if (value.kind === 'unknown' || value.kind === 'null') return;
  const text = value.kind === 'string' ? value.value : undefined;
  const constraints = text === undefined ? undefined : parseConstraints(text);
  if (text === undefined || constraints === undefined) {
    const advice = 'write for instance ">= 1.9.0" or "~> 1.9, != 1.9.3", in quotes.';
    const shown = text ?? attribute.name.name;
    diagnostics.add(messages.invalidVersionConstraint(shown, advice, attribute.value.range));
  } else if (!satisfies(parseVersion(coreVersion) as Version, constraints)) {
    diagnostics.add(messages.unsupportedCoreVersion(text, coreVersion, attribute.value.range));
  }
}

function readVariables(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, VariableDeclaration> {
  const variables = new Declarations<VariableDeclaration>('variable');
  const add = (variable: VariableDeclaration | undefined): void => {
    if (variable !== undefined) variables.add(variable.name, variable, diagnostics);
  };
  for (const block of blocks) {
    if (block.type.name === 'variable') add(readVariable(block, diagnostics));
    if (block.type.name !== 'variables') continue;
    for (const attribute of attributesOnly(block.body, diagnostics)) {
      add(readShortVariable(attribute));
    }
  }
  return variables.entries;
}

function readLocals(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, LocalDeclaration> {
  const locals = new Declarations<LocalDeclaration>('local');
  for (const block of blocks) {
    for (const local of localsOf(block, diagnostics)) {
      locals.add(local.name, local, diagnostics);
    }
  }
  return locals.entries;
}

function localsOf(block: Block, diagnostics: Diagnostics): readonly LocalDeclaration[] {
  if (block.type.name === 'locals') {
    return attributesOnly(block.body, diagnostics).map(({ name, value }) => ({
      name: name.name,
      expression: value,
      sensitive: false,
      range: name.range,
    }));
  }
  return block.type.name === 'local' ? readLocalBlock(block, diagnostics) : [];
}

function readLocalBlock(block: Block, diagnostics: Diagnostics): readonly LocalDeclaration[] {
  const label = block.labels[0] as Label;
  if (!checkName('Invalid local name', label.value, label.range, diagnostics)) return [];
  const content = bodyContent(block.body, localSchema, block.header, diagnostics);
  const expression = content.attributes.get('expression')?.value;
  if (expression === undefined) return [];
  const sensitive = literalBool(content.attributes.get('sensitive'), diagnostics) ?? false;
  return [{ name: label.value, expression, sensitive, range: label.range }];
}

/** Reports labels of a `data` block that are no identifiers, without which nothing could refer to it. */
function hasNames({ labels }: Block, diagnostics: Diagnostics): boolean {
  const [type, name] = labels as [Label, Label];
  const isType = checkName('Invalid data source name', type.value, type.range, diagnostics);
  const isName = checkName('Invalid data resource name', name.value, name.range, diagnostics);
  return isType && isName;
}

type Pair = SourceDeclaration & DataDeclaration & { readonly range: Range };

function readPairs(
  blocks: readonly Block[],
  declared: 'data' | 'source',
  diagnostics: Diagnostics,
): ReadonlyMap<string, Pair> {
  const pairs = new Declarations<Pair>(declared);
  for (const block of blocks) {
    const [type, name] = block.labels.map((label) => label.value) as [string, string];
    pairs.add(`${type}.${name}`, { type, name, block, range: block.header }, diagnostics);
  }
  return pairs.entries;
}
