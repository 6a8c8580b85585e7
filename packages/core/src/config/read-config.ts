import {
  type Attribute,
  type Block,
  bodyContent,
  type ConfigFile,
  type ContentSchema,
  type Diagnostics,
  type Label,
  type Range,
} from '@bake/hcl';
import type { TemplateFiles } from '../files/find-files.ts';
import * as messages from '../messages.ts';
import { coreVersion } from '../version.ts';
import { literalBool, literalString } from './literal.ts';
import { checkName, Declarations } from './names.ts';
import { readRequiredPlugins } from './required-plugins.ts';
import type {
  DataDeclaration,
  LocalDeclaration,
  SourceDeclaration,
  Template,
  VariableDeclaration,
} from './template.ts';
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

  return {
    path,
    root: files.root,
    files: parsed,
    autoVariableFiles: files.autoVariables,
    requiredPlugins: readPacker(of('packer'), diagnostics),
    variables: readVariables(blocks, diagnostics),
    locals: readLocals(blocks, diagnostics),
    data: readPairs(of('data'), 'Duplicate data block', diagnostics),
    sources: readPairs(of('source'), 'Duplicate source block', diagnostics),
    builds: of('build'),
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
  const text = literalString(attribute, diagnostics);
  if (attribute === undefined || text === undefined) return;
  const constraints = parseConstraints(text);
  if (constraints === undefined) {
    const advice = 'write for instance ">= 1.9.0" or "~> 1.9, != 1.9.3".';
    diagnostics.add(messages.invalidVersionConstraint(text, advice, attribute.value.range));
  } else if (!satisfies(parseVersion(coreVersion) as Version, constraints)) {
    diagnostics.add(messages.unsupportedCoreVersion(text, coreVersion, attribute.value.range));
  }
}

function readVariables(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, VariableDeclaration> {
  const variables = new Declarations<VariableDeclaration>(
    'duplicate-variable',
    'Duplicate variable',
  );
  const add = (variable: VariableDeclaration | undefined): void => {
    if (variable === undefined) return;
    variables.add(variable.name, `The variable "${variable.name}"`, variable, diagnostics);
  };
  for (const block of blocks) {
    if (block.type.name === 'variable') add(readVariable(block, diagnostics));
    if (block.type.name !== 'variables') continue;
    for (const attribute of attributesOf(block, diagnostics)) add(readShortVariable(attribute));
  }
  return variables.entries;
}

function readLocals(
  blocks: readonly Block[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, LocalDeclaration> {
  const locals = new Declarations<LocalDeclaration>(
    'duplicate-local',
    'Duplicate local definition',
  );
  for (const block of blocks) {
    for (const local of localsOf(block, diagnostics)) {
      locals.add(local.name, `The local "${local.name}"`, local, diagnostics);
    }
  }
  return locals.entries;
}

function localsOf(block: Block, diagnostics: Diagnostics): readonly LocalDeclaration[] {
  if (block.type.name === 'locals') {
    return attributesOf(block, diagnostics).map(({ name, value }) => ({
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

/** The attributes of a block that holds nothing else; blocks inside are reported. */
function attributesOf(block: Block, diagnostics: Diagnostics): readonly Attribute[] {
  const attributes = block.body.items.filter((item) => item.kind === 'attribute');
  const names = Object.fromEntries(attributes.map((attribute) => [attribute.name.name, false]));
  const schema = { attributes: names, blocks: {} };
  const content = bodyContent(block.body, schema, block.header, diagnostics);
  return [...content.attributes.values()];
}

type Pair = SourceDeclaration & DataDeclaration & { readonly range: Range };

function readPairs(
  blocks: readonly Block[],
  summary: string,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Pair> {
  const pairs = new Declarations<Pair>('duplicate-block', summary);
  for (const block of blocks) {
    const [type, name] = block.labels.map((label) => label.value) as [string, string];
    const what = `The ${block.type.name} "${type}" "${name}"`;
    pairs.add(`${type}.${name}`, what, { type, name, block, range: block.header }, diagnostics);
  }
  return pairs.entries;
}
