import type { ConfigSchema, Infer } from './option.ts';

/**
 * A decoded config as core makes it: what is given, and the schema's defaults for the rest. For tests,
 * and for components that use another one's options without a template to set them.
 */
export function withDefaults<S extends ConfigSchema>(
  schema: S,
  given: Partial<Infer<S>> = {},
): Infer<S> {
  const values: Readonly<Record<string, unknown>> = given;
  const entries = Object.entries(schema).map(([name, option]) => [
    name,
    values[name] ?? (option.kind === 'blocks' ? [] : option.default),
  ]);
  return Object.fromEntries(entries) as Infer<S>;
}
