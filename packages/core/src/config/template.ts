import type {
  Block,
  ConfigFile,
  Diagnostic,
  Expression,
  Range,
  Type,
  TypeDefaults,
} from '@bake/hcl';
import type { LegacyTemplate } from '../legacy/legacy-template.ts';

/**
 * A template as it was declared, over all its files: names are known and unique, nothing that needs a
 * value has been evaluated. Everything keeps its syntax tree, for ranges and for evaluation later.
 */
export interface Template {
  /** The path that the user gave. */
  readonly path: string;
  /** What `path.root` gives. */
  readonly root: string;
  readonly files: readonly ConfigFile[];
  /** `*.auto.pkrvars.hcl` and `*.auto.pkrvars.json` of the folder. */
  readonly autoVariableFiles: readonly string[];
  readonly requiredPlugins: ReadonlyMap<string, RequiredPlugin>;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly locals: ReadonlyMap<string, LocalDeclaration>;
  /** By `type.name`. */
  readonly data: ReadonlyMap<string, DataDeclaration>;
  /** By `type.name`. */
  readonly sources: ReadonlyMap<string, SourceDeclaration>;
  readonly builds: readonly Block[];
  /** `hcp_packer_registry` blocks at the top level. */
  readonly registries: readonly Block[];
  /** Mistakes of its form, which are reported: other things may seem wrong because of them. */
  readonly mistakes: readonly Diagnostic[];
  /** Set when it is in the legacy JSON format; then it has nothing of the above but path and root. */
  readonly legacy?: LegacyTemplate;
}

/** An entry of `required_plugins`. */
export interface RequiredPlugin {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly range: Range;
}

/** A `variable` block, or an attribute of a `variables` block. */
export interface VariableDeclaration {
  readonly name: string;
  /** `any` when the type follows from the value. */
  readonly type: Type;
  readonly typeDefaults: TypeDefaults | undefined;
  readonly default: Expression | undefined;
  readonly sensitive: boolean;
  readonly description: string | undefined;
  readonly validations: readonly Validation[];
  /** The name, where it is declared. */
  readonly range: Range;
}

/** A `validation` block. */
export interface Validation {
  readonly condition: Expression;
  readonly errorMessage: string;
}

/** An attribute of `locals`, or a `local` block. */
export interface LocalDeclaration {
  readonly name: string;
  readonly expression: Expression;
  readonly sensitive: boolean;
  readonly range: Range;
}

/** A `data` block. */
export interface DataDeclaration {
  readonly type: string;
  readonly name: string;
  readonly block: Block;
}

/** A `source` block. Its body is decoded where a build uses it. */
export interface SourceDeclaration {
  readonly type: string;
  readonly name: string;
  readonly block: Block;
}
