import type { Artifact } from './artifact.ts';
import type { Inputs } from './checkpoints.ts';
import type { CommunicatorComponent, Machine } from './communicator.ts';
import type { BuildContext, RunContext } from './context.ts';
import type { Remains } from './journal.ts';
import type { ConfigSchema, Infer } from './schema/option.ts';

/** Functions of one text for Go templates, by name. */
export type TextFunctions = Readonly<Record<string, (text: string) => string>>;

/** What all components declare. This part must load fast: heavy code goes behind `await import()`. */
export interface ComponentBase {
  /** As in templates: `docker`, `shell-local`. */
  readonly name: string;
  /** One sentence for `bake docs` and the editor. */
  readonly doc: string;
  /** Functions that `{{ }}` in its options has beside those of all: from a text to a text. */
  readonly templateFunctions?: TextFunctions;
  /**
   * How `bake cleanup` removes what the component notes in the journal, by `kind`; `checkpoint` are a builder's
   * checkpoints, which `bake cache prune` removes by it, too.
   */
  readonly remains?: Readonly<Record<string, Remains>>;
}

/**
 * Reports a mistake in the config. `option` names the option to blame (`login.0.server` inside a
 * block), or nothing for the block as a whole. What is said of an option whose value is not known yet is
 * dropped by core, and so is what is said of the whole while a list, map, number or bool is not known:
 * checks need not care about unknown values.
 */
export type Complain = (
  option: string | undefined,
  complaint: {
    readonly summary: string;
    readonly detail?: string;
    readonly severity?: 'error' | 'warning';
  },
) => void;

/** Makes machines and artifacts from them. */
export interface Builder<S extends ConfigSchema = ConfigSchema> extends ComponentBase {
  readonly kind: 'builder';
  readonly config: S;
  /** Names behind `build.NAME` that it gives to `provision()`, beside the standard ones. */
  readonly provides?: readonly string[];
  /** The config holds `communicatorOptions`: core lets the chosen communicator check them. */
  readonly communicates?: true;
  /** Checks across options; no network, no side effects. Reading local files is fine. */
  check?(config: Infer<S>, complain: Complain): void | Promise<void>;
  /** Does the whole of it. `undefined` when there is nothing to show for it. */
  build(config: Infer<S>, context: BuildContext): Promise<Artifact | undefined>;
}

/** Changes a machine that is up. */
export interface Provisioner<S extends ConfigSchema = ConfigSchema> extends ComponentBase {
  readonly kind: 'provisioner';
  readonly config: S;
  check?(config: Infer<S>, complain: Complain): void | Promise<void>;
  provision(config: Infer<S>, machine: Machine, context: RunContext): Promise<void>;
  /** What it reads on this machine, for `-cache`. Without it nobody knows, and its work never comes from a checkpoint. */
  inputs?(config: Infer<S>): Inputs;
}

/** Works on an artifact. */
export interface PostProcessor<S extends ConfigSchema = ConfigSchema> extends ComponentBase {
  readonly kind: 'post-processor';
  readonly config: S;
  check?(config: Infer<S>, complain: Complain): void | Promise<void>;
  /** `undefined` ends the sequence. */
  process(
    config: Infer<S>,
    input: Artifact,
    context: RunContext,
  ): Promise<PostProcessed | undefined>;
}

/** What a post-processor gives back. */
export interface PostProcessed {
  readonly artifact: Artifact;
  /** Whether the input stays; the template's `keep_input_artifact` decides otherwise if set. */
  readonly keepInput: boolean;
  /** The input must stay even if the template says otherwise, because the new artifact is made of it. */
  readonly mustKeepInput?: true;
}

/** Looks something up before the builds are planned. */
export interface DataSource<
  S extends ConfigSchema = ConfigSchema,
  R extends ConfigSchema = ConfigSchema,
> extends ComponentBase {
  readonly kind: 'data-source';
  readonly config: S;
  /** What it gives, described as options are. */
  readonly result: R;
  check?(config: Infer<S>, complain: Complain): void | Promise<void>;
  read(config: Infer<S>, context: DataContext): Promise<Infer<R>>;
}

/** What a data source gets: there is no build yet. */
export type DataContext = Pick<RunContext, 'signal' | 'ui' | 'onCleanup'>;

/** Every kind of component. */
export type Component = Builder | Provisioner | PostProcessor | DataSource | CommunicatorComponent;

/** Declares a builder; identity, for the types. */
export function defineBuilder<const S extends ConfigSchema>(
  definition: Omit<Builder<S>, 'kind'>,
): Builder<S> {
  return { kind: 'builder', ...definition };
}

/** Declares a provisioner; identity, for the types. */
export function defineProvisioner<const S extends ConfigSchema>(
  definition: Omit<Provisioner<S>, 'kind'>,
): Provisioner<S> {
  return { kind: 'provisioner', ...definition };
}

/** Declares a post-processor; identity, for the types. */
export function definePostProcessor<const S extends ConfigSchema>(
  definition: Omit<PostProcessor<S>, 'kind'>,
): PostProcessor<S> {
  return { kind: 'post-processor', ...definition };
}

/** Declares a data source; identity, for the types. */
export function defineDataSource<const S extends ConfigSchema, const R extends ConfigSchema>(
  definition: Omit<DataSource<S, R>, 'kind'>,
): DataSource<S, R> {
  return { kind: 'data-source', ...definition };
}
