import type { EncodedValue, Position, ShownRange } from '@bake/hcl';
import type { PluginIdentity } from '../plugins/registry.ts';

/**
 * What a run will do, as frozen JSON-serialisable data: it can be printed, compared and sent elsewhere.
 * `run()` takes nothing else from the template. It holds the values of sensitive variables, marked as
 * such (`{"$": "sensitive"}`): whoever writes a plan down must take them out first.
 */
export interface Plan {
  readonly format: 1;
  readonly bakeVersion: string;
  /** What `path.root` and `path.cwd` were. */
  readonly root: string;
  readonly workingDir: string;
  /** ISO 8601; what `legacy_isotime` and `{{isotime}}` show. */
  readonly startTime: string;
  /** Values that deferred configs refer to: `var`, `local`, `data`. */
  readonly scope: Readonly<Record<string, EncodedValue>>;
  /** Values of sensitive variables and locals, and what services answered: kept out of every output. */
  readonly secrets: readonly EncodedValue[];
  /** In template order. */
  readonly builds: readonly PlannedBuild[];
}

/** One source of one build block. */
export interface PlannedBuild {
  /** `[build name.]type.name` */
  readonly name: string;
  /** The `name` of the build block. */
  readonly buildName: string | undefined;
  /** Name of the source block, also where the build gives it a local name. */
  readonly sourceName: string;
  /** The name that the build uses: `source.name`. */
  readonly localName: string;
  readonly builder: PlannedComponent;
  readonly provisioners: readonly PlannedProvisioner[];
  readonly errorCleanup: PlannedProvisioner | undefined;
  /** Sequences, each a chain in which every post-processor works on the artifact of the one before. */
  readonly postProcessors: readonly (readonly PlannedPostProcessor[])[];
}

/** A component with its config. */
export interface PlannedComponent {
  readonly type: string;
  readonly plugin: PluginIdentity;
  /** The evaluated config: an object. Parts that only the run can know are unknown in it. */
  readonly config: EncodedValue;
  /** Present when something is unknown: how to evaluate the config again during the run. */
  readonly deferred?: DeferredConfig;
  /** Values of `override`, which win over the config. */
  readonly override?: EncodedValue;
  /** Where the block stands. */
  readonly range: ShownRange;
}

/** A provisioner with its meta-arguments. Times in milliseconds. */
export interface PlannedProvisioner extends PlannedComponent {
  readonly pauseBefore: number | undefined;
  readonly timeout: number | undefined;
  readonly maxRetries: number;
  readonly continueOnError: boolean;
}

/** A post-processor with its meta-arguments. */
export interface PlannedPostProcessor extends PlannedComponent {
  readonly name: string | undefined;
  /** `undefined` leaves it to the post-processor. */
  readonly keepInput: boolean | undefined;
}

/** The text of a block's body, to be decoded again when `build.*` is known, and what its scope was. */
export interface DeferredConfig {
  readonly file: string;
  /** Present when the text is JSON, an object or an array of objects. */
  readonly syntax?: 'json';
  readonly text: string;
  /** Where the text begins in the file. */
  readonly origin: Position;
  /** Present when `dynamic` made the block: its iterators by name, objects of `key` and `value`. */
  readonly iterators?: Readonly<Record<string, EncodedValue>>;
}
