import { Diagnostics, FunctionFailure, type ServiceQuestion } from '@bake/hcl';
import { type Failure, isFailure } from '@bake/plugin-sdk';
import * as messages from './messages.ts';

/** Asks a service. Rejects with a `Failure` when it gives no answer. */
export type AskService = (question: ServiceQuestion, signal: AbortSignal) => Promise<string>;

type Answer = { readonly text: string } | { readonly failure: string };

/** Questions that depend on the answers to others take a round each; a text that is new each time never ends. */
const roundLimit = 100;

/**
 * What services have answered to `vault()` and its like. Functions do not wait: one whose answer is not
 * here gives an unknown, and `settled` gets the answer and evaluates again. Each question is asked once.
 */
export class Answers {
  readonly #ask: AskService | undefined;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Answer>();
  readonly #underway = new Map<string, Promise<void>>();
  #missing: ServiceQuestion[] = [];
  #round = 0;

  /** Without `ask` nothing outside is asked, and answers stay unknown. The signal ends the waiting for one. */
  constructor(ask: AskService | undefined, signal: AbortSignal) {
    this.#ask = ask;
    this.#signal = signal;
  }

  /** Texts that services gave. All are secrets. */
  get texts(): readonly string[] {
    return [...this.#known.values()].flatMap((answer) => ('text' in answer ? [answer.text] : []));
  }

  /** The answer to a question, for a function context: see `FunctionContext.askService`. */
  readonly find = (question: ServiceQuestion): string | undefined => {
    const answer = this.#known.get(keyOf(question));
    if (answer === undefined) {
      if (this.#round === roundLimit) throw new FunctionFailure(messages.everNewQuestion);
      this.#missing.push(question);
      return undefined;
    }
    if ('text' in answer) return answer.text;
    throw new FunctionFailure(answer.failure);
  };

  /**
   * Evaluates until no answer is missing. What is reported on the way to missing answers is dropped, so
   * `evaluate` has to do all of its work each time, and do it without waiting.
   */
  async settled<T>(
    diagnostics: Diagnostics,
    evaluate: (diagnostics: Diagnostics) => T,
    signal: AbortSignal = this.#signal,
  ): Promise<T> {
    for (let round = 1; ; round += 1) {
      const found = new Diagnostics();
      // Other evaluations may use the same answers, but not before this one is through.
      this.#round = round;
      this.#missing = [];
      const value = evaluate(found);
      const missing = this.#missing;
      if (missing.length === 0 || this.#ask === undefined) {
        diagnostics.add(...found.list);
        return value;
      }
      await Promise.all(missing.map((question) => this.#get(question, signal)));
    }
  }

  /** Lets questions that had no answer be asked again. */
  forgetFailures(): void {
    for (const [key, answer] of this.#known) if ('failure' in answer) this.#known.delete(key);
  }

  #get(question: ServiceQuestion, signal: AbortSignal): Promise<void> {
    const key = keyOf(question);
    const underway = this.#underway.get(key) ?? this.#fetch(question, key, signal);
    this.#underway.set(key, underway);
    return underway;
  }

  async #fetch(question: ServiceQuestion, key: string, signal: AbortSignal): Promise<void> {
    const ask = this.#ask as AskService;
    try {
      this.#known.set(key, { text: await ask(question, signal) });
    } catch (error) {
      if (signal.aborted) this.#known.set(key, { failure: messages.interrupted });
      else if (isFailure(error)) this.#known.set(key, { failure: sentences(error) });
      else throw error;
    } finally {
      this.#underway.delete(key);
    }
  }
}

function keyOf(question: ServiceQuestion): string {
  return JSON.stringify(question);
}

function sentences({ message, detail }: Failure): string {
  return detail === undefined ? message : `${message}. ${detail}`;
}
