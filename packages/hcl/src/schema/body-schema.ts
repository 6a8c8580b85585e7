import type { Type } from '../value/type.ts';

/** Which attributes and nested blocks a body may hold, and of what type they are. */
export interface BodySchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly blocks: Readonly<Record<string, BlockSchema>>;
  /** Names that somebody else takes from the same body: they may be what a misspelled name means. */
  readonly others?: readonly string[];
}

/** One attribute. */
export interface AttributeSchema {
  /** Values are converted to it; `any` takes them as they are. */
  readonly type: Type;
  readonly required?: boolean;
  /**
   * Set for an argument of the engine itself, `false` where null is a mistake and not as good as leaving
   * it out. HCL decodes those with another decoder (gohcl), which words its mistakes otherwise.
   */
  readonly engine?: { readonly nullable: boolean };
}

/** One kind of nested block. */
export interface BlockSchema {
  /** What each label stands for, in order; for messages. */
  readonly labels: readonly string[];
  readonly body: BodySchema;
  /** At least this many must stand there. */
  readonly min?: number;
  /** At most this many may. */
  readonly max?: number;
}
