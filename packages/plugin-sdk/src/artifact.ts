/** What a build or a post-processor made. */
export interface Artifact {
  /** Identifies the kind of artifact, as in Packer: `packer.file`, `mitchellh.amazonebs`. */
  readonly builderId: string;
  /** What names this artifact at its vendor: an AMI id, a path, or empty. */
  readonly id: string;
  /** Local files that it consists of, as paths relative to the working folder or absolute. */
  readonly files: readonly string[];
  /** One line for the summary: `Stored file: out.txt`. */
  readonly description: string;
  /**
   * Further facts that post-processors of the same vendor ask for. What is in `generated_data` (an object) is in `build.*` for
   * all post-processors from here on.
   */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Removes everything that the artifact consists of. Does so also when it is gone already. */
  destroy(): Promise<void>;
  /**
   * Takes back all that the builder made on the way to this artifact and left, where that is more than `destroy` removes. Called
   * instead of `destroy` when the build is cancelled among its post-processors and none of them wants the artifact kept. The signal
   * aborts after two minutes. What it rejects with is told to the user, who may have to remove the rest.
   */
  rollBack?(signal: AbortSignal): Promise<void>;
}
