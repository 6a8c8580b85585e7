import type { RunContext } from '@bake/plugin-sdk';
import type { KeyboardInteractiveAuthMethod } from 'ssh2';

/** What servers ask before they let someone in. */
interface Prompt {
  readonly prompt: string;
  /** Whether the answer may be seen. */
  readonly echo?: boolean;
}

/**
 * Puts the questions of a server to the person who watches. What was answered is kept for connecting
 * again, until the server refuses it.
 */
export class Interview {
  readonly #ask: RunContext['ask'];
  readonly #server: string;
  readonly #answers = new Map<string, Promise<string>>();
  readonly #over = new AbortController();

  /** `server` begins every question, so that one knows who asks. */
  constructor(ask: RunContext['ask'], server: string) {
    this.#ask = ask;
    this.#server = server;
  }

  /** Aborts when an answer can't be had, with the reason: nobody is there, for instance. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** For servers that ask (`keyboard-interactive`). */
  questions(username: string): KeyboardInteractiveAuthMethod {
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        this.#answerAll(prompts).then(finish, this.#giveUp);
      },
    };
  }

  /** For servers that only take a `password`. */
  givePassword(give: (password: string) => void): void {
    this.#answer({ prompt: 'Password: ', echo: false }).then(give, this.#giveUp);
  }

  /** Forgets what was answered: the server did not take it. */
  forget(): void {
    this.#answers.clear();
  }

  readonly #giveUp = (why: unknown): void => this.#over.abort(why);

  /** One after the other, as they may be about one another. */
  async #answerAll(prompts: readonly Prompt[]): Promise<string[]> {
    const answers: string[] = [];
    for (const prompt of prompts) answers.push(await this.#answer(prompt));
    return answers;
  }

  /** A try to connect may be over before the person has answered: the next one waits for the same answer. */
  #answer({ prompt, echo }: Prompt): Promise<string> {
    const known = this.#answers.get(prompt);
    if (known !== undefined) return known;
    const question = `${this.#server}: ${prompt}`;
    const answer = this.#ask(question, { isSecret: echo !== true });
    this.#answers.set(prompt, answer);
    return answer;
  }
}
