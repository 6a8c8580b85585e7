import { type ConfigSchema, type Infer, withDefaults } from '@bake/plugin-sdk';

/** A config as core makes it of what a template says, with the defaults inside of blocks. */
export function decoded<S extends ConfigSchema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): Infer<S> {
  const entries = Object.entries(given).map(([name, value]) => {
    if (value === undefined) return [name, value];
    const { kind, body = {} } = schema[name] ?? { kind: 'string' };
    if (kind === 'block') return [name, decoded(body, value as typeof given)];
    if (kind === 'blocks')
      return [name, (value as (typeof given)[]).map((one) => decoded(body, one))];
    return [name, value];
  });
  return withDefaults(schema, Object.fromEntries(entries) as Partial<Infer<S>>);
}
