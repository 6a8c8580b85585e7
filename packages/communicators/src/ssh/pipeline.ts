/** Keeps a number of jobs going at once, as requests in flight are what makes transfers fast. */
export class Pipeline {
  readonly #width: number;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** Starts the job when there is room; rejects with the first error of any job before. */
  async add(job: () => Promise<void>): Promise<void> {
    await this.#until(() => this.#running < this.#width);
    this.#running += 1;
    job()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running -= 1;
        this.#wake();
      });
  }

  /** Resolves when all jobs are done; rejects with the first error as soon as there is one. */
  async drain(): Promise<void> {
    await this.#until(() => this.#running === 0);
  }

  /** Resolves when no job runs any more, whatever came of them. */
  async settle(): Promise<void> {
    while (this.#running > 0) await this.#change();
  }

  async #until(isReady: () => boolean): Promise<void> {
    while (this.#failure === undefined && !isReady()) await this.#change();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
