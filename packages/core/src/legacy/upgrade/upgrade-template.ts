import {
  Diagnostics,
  formatConfig,
  type Range,
  type Source,
  type WithDiagnostics,
} from '@bake/hcl';
import type { Registry } from '../../plugins/registry.ts';
import { checkReferences } from '../check-legacy.ts';
import type { LegacyTemplate, LegacyVariable } from '../legacy-template.ts';
import { readLegacy } from '../read-legacy.ts';
import { annotations } from './annotations.ts';
import { calledFunctions } from './go-text.ts';
import { quoted } from './hcl-text.ts';
import { renamedVariable, undeclaredVariable, variablesBecomeLocals } from './messages.ts';
import { packerBlock } from './packer-block.ts';
import { sourceBlocks } from './source-blocks.ts';
import { sourceNames } from './source-names.ts';
import { postProcessorBlock, provisionerBlock } from './step-blocks.ts';
import type { Upgrade } from './upgrade.ts';
import { localTexts, timestampBlock, variableBlocks } from './variable-blocks.ts';
import { computing, Vocabulary } from './vocabulary.ts';

/** How an upgrade is done. */
export interface UpgradeOptions {
  /** Tells which options of a component are blocks. */
  readonly registry: Registry;
  /** Explain the parts of the file in comments. */
  readonly isAnnotated: boolean;
}

/**
 * Writes a legacy template in HCL, with the blocks and names that Packer's `hcl2_upgrade` gives it, in canonical
 * layout. `undefined` when the template could not be read. What means something else afterwards, or deserves
 * a look, is a warning; errors are what could not be written down.
 */
export async function upgradeLegacy(
  source: Source,
  { registry, isAnnotated }: UpgradeOptions,
): Promise<WithDiagnostics<string | undefined>> {
  const diagnostics = new Diagnostics();
  const { value: legacy, diagnostics: found } = readLegacy(source);
  diagnostics.add(...found);
  if (diagnostics.hasErrors) return { value: undefined, diagnostics: diagnostics.list };
  checkReferences(legacy, diagnostics);
  const vocabulary = vocabularyOf(legacy, diagnostics);
  const sources = sourceNames(legacy, diagnostics);
  const upgrade: Upgrade = { legacy, registry, vocabulary, sources, diagnostics };
  const text = await fileText(upgrade, isAnnotated);
  for (const [name, range] of vocabulary.undeclared) {
    diagnostics.add(undeclaredVariable(name, range));
  }
  return { value: formatConfig({ name: source.name, text }), diagnostics: diagnostics.list };
}

function vocabularyOf(legacy: LegacyTemplate, diagnostics: Diagnostics): Vocabulary {
  const computed = [...legacy.variables].filter(
    ([, { default: value }]) => value !== null && isComputed(value.value),
  );
  const locals = new Set(computed.map(([name]) => name));
  const [first] = computed;
  if (first !== undefined) diagnostics.add(variablesBecomeLocals([...locals], placeOf(first[1])));
  const vocabulary = new Vocabulary({ declared: new Set(legacy.variables.keys()), locals });
  for (const [name, variable] of legacy.variables) {
    const renamed = vocabulary.nameOf(name);
    if (renamed !== name) diagnostics.add(renamedVariable(name, renamed, placeOf(variable)));
  }
  return vocabulary;
}

/** A secret stands beside its name. */
function placeOf({ sensitive, range }: LegacyVariable): Range | undefined {
  return sensitive ? undefined : range;
}

function isComputed(text: string): boolean {
  try {
    return [...calledFunctions(text)].some((name) => computing.has(name));
  } catch {
    // What is no template is taken over as it stands, which is said where that is done.
    return false;
  }
}

/** A part of the file: blocks of a kind, each after an empty line. */
type Section = readonly [annotation: string, blocks: readonly string[]];

async function fileText(upgrade: Upgrade, isAnnotated: boolean): Promise<string> {
  const packer = packerBlock(upgrade.legacy);
  // Translating in this order numbers secrets in it; variables come last, when all uses are known.
  const locals = localTexts(upgrade);
  const { images, sources } = await sourceBlocks(upgrade);
  const build = await buildBlock(upgrade);
  const sections: readonly Section[] = [
    [annotations.variables, variableBlocks(upgrade)],
    [annotations.secrets, secretBlocks(upgrade)],
    [annotations.images, images],
    ['', timestampBlock(upgrade, isAnnotated)],
    [annotations.locals, [...locals.sensitive, locals.plain].filter((block) => block !== '')],
    [annotations.sources, sources],
    [annotations.build, build],
  ];
  const head = isAnnotated ? `${annotations.file}\n` : '';
  const above = packer === '' || !isAnnotated ? packer : `${annotations.packer}${packer}`;
  return `${head}${above}${sections.map((section) => sectionText(section, isAnnotated)).join('')}`;
}

function sectionText([annotation, blocks]: Section, isAnnotated: boolean): string {
  return blocks
    .map((block, index) => `\n${isAnnotated && index === 0 ? annotation : ''}${block}`)
    .join('');
}

function secretBlocks({ vocabulary }: Upgrade): readonly string[] {
  return vocabulary.secrets.map(({ name, key }, index) => {
    const lines = [
      ...(key === undefined ? [] : [`key = ${quoted(key)}`]),
      `name = ${quoted(name)}`,
    ];
    return `data "amazon-secretsmanager" "autogenerated_${index + 1}" {\n${lines.join('\n')}\n}\n`;
  });
}

async function buildBlock(upgrade: Upgrade): Promise<readonly string[]> {
  const { legacy, sources } = upgrade;
  if (sources.size === 0) return [];
  const { description } = legacy;
  const references = [...sources.values()].map(({ type, name }) =>
    quoted(`source.${type}.${name}`),
  );
  const steps: string[] = [];
  for (const one of legacy.provisioners) {
    steps.push(`${await provisionerBlock('provisioner', one, upgrade)}\n`);
  }
  if (legacy.errorCleanup !== undefined) {
    const cleanup = legacy.errorCleanup;
    steps.push(`${await provisionerBlock('error-cleanup-provisioner', cleanup, upgrade)}\n`);
  }
  for (const sequence of legacy.sequences) {
    const blocks: string[] = [];
    for (const one of sequence) blocks.push(await postProcessorBlock(one, upgrade));
    const text = blocks.join('');
    steps.push(blocks.length === 1 ? text : `post-processors {\n${text}}\n`);
  }
  const head = description === undefined ? '' : `description = ${quoted(description.value)}\n\n`;
  return [`build {\n${head}sources = [${references.join(', ')}]\n\n${steps.join('')}}\n`];
}
