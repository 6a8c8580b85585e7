import type { ConfigSchema } from '@bake/plugin-sdk';

/** A shorter value, such as the password `vagrant`, protects nothing, and would black out ordinary words. */
const shortest = 8;

/** The texts in a component's config that its schema declares to be secrets. */
export function configSecrets(
  schema: ConfigSchema,
  config: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(schema).flatMap(([name, option]) => {
    const value = config[name];
    if (option.sensitive) return textsIn(value).filter((text) => text.length >= shortest);
    if (option.body === undefined || typeof value !== 'object' || value === null) return [];
    const bodies = Array.isArray(value) ? value : [value];
    return bodies.flatMap((body) => configSecrets(option.body as ConfigSchema, body));
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
