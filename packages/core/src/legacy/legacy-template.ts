import type { JsonProperty, JsonString, Range, Source } from '@bake/hcl';

/** A template in the legacy JSON format, its parts told apart; nothing in `{{ }}` has been looked at. */
export interface LegacyTemplate {
  readonly source: Source;
  readonly description: JsonString | undefined;
  readonly minVersion: JsonString | undefined;
  readonly variables: ReadonlyMap<string, LegacyVariable>;
  readonly builders: readonly LegacyComponent[];
  /** Where they stand, or should; `undefined` when not all of the text could be read. */
  readonly buildersPlace: Range | undefined;
  readonly provisioners: readonly LegacyComponent[];
  readonly errorCleanup: LegacyComponent | undefined;
  /** Sequences of post-processors. */
  readonly sequences: readonly (readonly LegacyComponent[])[];
}

/** An entry of `variables`. */
export interface LegacyVariable {
  /** `null` makes the variable required. */
  readonly default: JsonString | null;
  readonly sensitive: boolean;
  readonly range: Range;
}

/** A builder, provisioner or post-processor as it is written. */
export interface LegacyComponent {
  readonly type: JsonString;
  /** What it calls itself; a builder without a name has its type for one. */
  readonly name: JsonString | undefined;
  /** What is neither its type nor its name. */
  readonly properties: readonly JsonProperty[];
  readonly range: Range;
}

/** The name that the rest of the template knows a builder by, `{{ }}` in it not expanded. */
export function rawNameOf(builder: LegacyComponent): string {
  return (builder.name ?? builder.type).value;
}
