import type { Diagnostics, JsonProperty } from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';
import type { LegacyComponent } from './legacy-template.ts';
import * as messages from './messages.ts';

function option(kind: Option['kind']): Option {
  return { kind, doc: 'Read by the engine.' };
}

const filters: ConfigSchema = { only: option('strings'), except: option('strings') };

/** Properties of a provisioner that core reads itself, beside `override`. */
export const provisionerMeta: ConfigSchema = {
  ...filters,
  pause_before: option('duration'),
  timeout: option('duration'),
  max_retries: option('number'),
};

/** Properties of a post-processor that core reads itself. */
export const postProcessorMeta: ConfigSchema = {
  ...filters,
  keep_input_artifact: option('bool'),
};

/** A component's properties split into what core reads and what the component does. */
export interface SplitProperties {
  readonly own: readonly JsonProperty[];
  readonly config: readonly JsonProperty[];
}

/** Splits by the schema of the meta-arguments. */
export function splitProperties(component: LegacyComponent, meta: ConfigSchema): SplitProperties {
  const isOwn = ({ name }: JsonProperty): boolean => Object.hasOwn(meta, name.value);
  return {
    own: component.properties.filter(isOwn),
    config: component.properties.filter((property) => !isOwn(property)),
  };
}

/**
 * The config of a provisioner for one builder: what `override` has for it takes the place of the
 * provisioner's own. `continue_on_error` came with HCL and is refused here, as Packer does.
 */
export function overridden(
  config: readonly JsonProperty[],
  builder: string,
  diagnostics: Diagnostics,
): readonly JsonProperty[] {
  const override = config.find(({ name }) => name.value === 'override')?.value;
  const chosen =
    override?.kind === 'object'
      ? override.properties.find(({ name }) => name.value === builder)?.value
      : undefined;
  const extra = chosen?.kind === 'object' ? chosen.properties : [];
  const taken = new Set(['override', ...extra.map(({ name }) => name.value)]);
  const kept = config.filter(({ name }) => !taken.has(name.value));
  return [...kept, ...extra].filter(({ name }) => {
    if (name.value !== 'continue_on_error') return true;
    diagnostics.add(messages.hclOnly(name.value, name.range));
    return false;
  });
}
