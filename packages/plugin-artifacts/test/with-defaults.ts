import type { ConfigSchema, Infer } from '@bake/plugin-sdk';

/** A decoded config as core makes it: what a template sets, defaults for the rest. */
export function withDefaults<S extends ConfigSchema>(
  schema: S,
  given: Partial<Infer<S>> = {},
): Infer<S> {
  const values: Readonly<Record<string, unknown>> = given;
  const entries = Object.entries(schema).map(([name, option]) => [
    name,
    values[name] ?? option.default,
  ]);
  return Object.fromEntries(entries) as Infer<S>;
}
