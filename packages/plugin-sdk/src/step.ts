import type { BuildContext } from './context.ts';

/** A named part of a build, with typed input and output instead of a bag of state. */
export interface Step<I, O> {
  /** Kebab-case, shown in progress and timing: `start-machine`. */
  readonly name: string;
  /**
   * Does it; registers `context.onCleanup` the moment something exists that must go away again. May be called
   * again with the same input after it failed.
   */
  run(input: I, context: BuildContext): Promise<O>;
}

/** Declares a step; identity, for the types. */
export function defineStep<I, O>(step: Step<I, O>): Step<I, O> {
  return step;
}
