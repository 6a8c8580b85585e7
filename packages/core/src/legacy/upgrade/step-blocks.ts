import type { JsonObject, JsonProperty, JsonValue } from '@bake/hcl';
import { type ConfigSchema, formatDuration, parseDuration } from '@bake/plugin-sdk';
import { type LegacyComponent, rawNameOf } from '../legacy-template.ts';
import { postProcessorMeta, provisionerMeta, splitProperties } from '../meta-properties.ts';
import type { BodyEntry } from './body-text.ts';
import { objectKey, quoted } from './hcl-text.ts';
import { type OptionTexts, objectOf, optionsText, optionText } from './option-text.ts';
import { blockText, schemaOf, translator, type Upgrade } from './upgrade.ts';

/** The block of a provisioner. */
export async function provisionerBlock(
  label: 'provisioner' | 'error-cleanup-provisioner',
  component: LegacyComponent,
  upgrade: Upgrade,
): Promise<string> {
  const schema = await schemaOf(upgrade, 'provisioners', component.type.value);
  const { own, config } = splitProperties(component, provisionerMeta);
  const isOverride = ({ name }: JsonProperty): boolean => name.value === 'override';
  return blockText(
    {
      header: `${label} ${quoted(component.type.value)}`,
      place: 'step',
      properties: config.filter((property) => !isOverride(property)),
      schema,
      entries: (at) => [
        ...own.map((property) => metaEntry(property, upgrade, at('step'))),
        ...config
          .filter(isOverride)
          .map(({ value }) => override(value, schema, upgrade, at('override'))),
      ],
    },
    upgrade,
  );
}

/** The block of a post-processor. */
export async function postProcessorBlock(
  component: LegacyComponent,
  upgrade: Upgrade,
): Promise<string> {
  const { own, config } = splitProperties(component, postProcessorMeta);
  const keep = own.find(({ name }) => name.value === 'keep_input_artifact');
  const filters = own.filter((property) => property !== keep);
  const texts = translator(upgrade, 'step', new Set());
  const name = rawNameOf(component);
  const type = component.type.value;
  return blockText(
    {
      header: `post-processor ${quoted(type)}`,
      place: 'step',
      properties: config,
      schema: await schemaOf(upgrade, 'post-processors', type),
      entries: (at) => [
        ...filters.map((property) => metaEntry(property, upgrade, at('step'))),
        ...(name === type ? [] : [['name', `name = ${quoted(name)}\n`] as const]),
      ],
      ...(keep && {
        first: `keep_input_artifact = ${optionText(keep.value, postProcessorMeta['keep_input_artifact'], texts)}\n`,
      }),
    },
    upgrade,
  );
}

function metaEntry(
  { name: { value: name }, value }: JsonProperty,
  upgrade: Upgrade,
  texts: OptionTexts,
): BodyEntry {
  switch (name) {
    case 'only':
    case 'except':
      return [name, `${name} = ${sourceList(value, upgrade)}\n`];
    case 'max_retries':
      return [
        name,
        `${name} = ${value.kind === 'number' ? quoted(value.text) : optionText(value, undefined, texts)}\n`,
      ];
    default:
      return [name, `${name} = ${durationText(value)}\n`];
  }
}

/** Builders are known by their names, sources by type and name. */
function sourceList(value: JsonValue, { sources }: Upgrade): string {
  const items = value.kind === 'array' ? value.items : [value];
  const names = items.flatMap((item) => (item.kind === 'string' ? item.value.split(',') : []));
  const references = names.map((name) => {
    const source = sources.get(name);
    return quoted(source === undefined ? name : `${source.type}.${source.name}`);
  });
  return `[${references.join(', ')}]`;
}

/** As Go prints it, which is how Packer writes it down. */
function durationText(value: JsonValue): string {
  const text =
    value.kind === 'number' ? `${value.text}ns` : value.kind === 'string' ? value.value : '';
  const milliseconds = parseDuration(text);
  return quoted(milliseconds === undefined ? text : formatDuration(milliseconds));
}

function override(
  value: JsonValue,
  schema: ConfigSchema | undefined,
  { sources }: Upgrade,
  texts: OptionTexts,
): BodyEntry {
  const properties = value.kind === 'object' ? value.properties : [];
  const entries = properties.flatMap(({ name, value: options }) =>
    options.kind === 'object'
      ? [
          [
            objectKey(sources.get(name.value)?.name ?? name.value),
            optionsText(options as JsonObject, schema, texts),
          ] as const,
        ]
      : [],
  );
  return ['override', `override = ${objectOf(entries)}\n`];
}
