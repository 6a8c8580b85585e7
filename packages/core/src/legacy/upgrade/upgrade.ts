import type { Diagnostics, JsonProperty, JsonString } from '@bake/hcl';
import type { ConfigSchema, ManifestKind } from '@bake/plugin-sdk';
import { isFailure, messageOf } from '@bake/plugin-sdk';
import type { Registry } from '../../plugins/registry.ts';
import type { LegacyTemplate } from '../legacy-template.ts';
import { withPassword } from '../substitute.ts';
import { type BodyEntry, type BodyWriting, bodyEntries, bodyText } from './body-text.ts';
import { translateText } from './go-text.ts';
import { quoted, templateText } from './hcl-text.ts';
import { keptCalls, noArgumentName, noGoTemplate } from './messages.ts';
import type { OptionTexts } from './option-text.ts';
import type { SourceName } from './source-names.ts';
import type { Place, Vocabulary } from './vocabulary.ts';

/** What the parts of an upgrade share. */
export interface Upgrade {
  readonly legacy: LegacyTemplate;
  readonly registry: Registry;
  readonly vocabulary: Vocabulary;
  /** Sources by the names of builders as written, in the order in which they are written down. */
  readonly sources: ReadonlyMap<string, SourceName>;
  readonly diagnostics: Diagnostics;
}

/** Translates texts at a place. Names of Go functions that stay are added to `kept`. Secrets are not pointed at. */
export function translator(
  upgrade: Upgrade,
  place: Place,
  kept: Set<string>,
  isSecret = false,
): OptionTexts {
  const { legacy, vocabulary, diagnostics } = upgrade;
  const string = ({ value, range }: JsonString): string => {
    const subject = isSecret ? undefined : range;
    const text = place === 'step' ? withPassword(value) : value;
    try {
      const translated = translateText(text, (name, args) =>
        vocabulary.call(name, args, { place, range }),
      );
      for (const name of translated.kept) kept.add(name);
      if (translated.kept.length > 0) diagnostics.add(keptCalls(translated.kept, subject));
      return templateText(translated.parts);
    } catch (error) {
      diagnostics.add(noGoTemplate(messageOf(error), subject));
      return quoted(value);
    }
  };
  const isEmpty = ({ value }: JsonString): boolean => {
    const variable = /^\{\{\s*user\s+["`]([^"`]*)["`]\s*\}\}$/.exec(value)?.[1];
    return variable !== undefined && legacy.variables.get(variable)?.default?.value === '';
  };
  return { string, isEmpty };
}

/** A block with a component's options. */
export interface ComponentBlock {
  readonly header: string;
  readonly place: Place;
  readonly properties: readonly JsonProperty[];
  readonly schema: ConfigSchema | undefined;
  /** What stands in it beside them, with texts translated for any place. */
  readonly entries?: (at: (place: Place) => OptionTexts) => readonly BodyEntry[];
  /** A line in front of all. */
  readonly first?: string;
}

/** Writes a block, under a comment if calls in it could not be translated. */
export function blockText(block: ComponentBlock, upgrade: Upgrade): string {
  const kept = new Set<string>();
  const at = (place: Place): OptionTexts => translator(upgrade, place, kept);
  const writing: BodyWriting = {
    texts: at(block.place),
    refuse: ({ name }) => upgrade.diagnostics.add(noArgumentName(name.value, name.range)),
  };
  const own = bodyEntries(block.properties, block.schema, writing);
  const body = bodyText([...own, ...(block.entries?.(at) ?? [])]);
  return `${keptComment(kept)}${block.header} {\n${block.first ?? ''}${body}}\n`;
}

/** The comment over what has calls that stay. */
export function keptComment(kept: ReadonlySet<string>): string {
  if (kept.size === 0) return '';
  const names = [...kept].join(', ');
  return `# Still a Go template, since HCL has nothing that does quite the same: ${names}.\n`;
}

/** The options that a component has; `undefined` when bake does not know it. */
export async function schemaOf(
  { registry }: Upgrade,
  kind: Exclude<ManifestKind, 'communicators'>,
  type: string,
): Promise<ConfigSchema | undefined> {
  if (!registry.has(kind, type)) return undefined;
  try {
    return (await registry.load(kind, type)).component.config;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined;
  }
}
