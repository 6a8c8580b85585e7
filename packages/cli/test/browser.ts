import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why there is no browser to look at pages with; `undefined` when there is. */
export function whyNoBrowser(): string | undefined {
  return spawnSync('chromium', ['--version']).status === 0 ? undefined : 'no chromium here';
}

/** A page as a real browser shows it. */
export interface Page {
  /** Gives what an expression of JavaScript comes to in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Types letters where the cursor is, as fast as people do; `\r` is the Enter key. */
  type(text: string): Promise<void>;
  /** A picture of all of it, PNG. */
  screenshot(): Promise<Buffer>;
  /** Addresses that the page had loaded. */
  readonly requests: readonly string[];
  /** What the browser complained of: what the page may not do, errors of its scripts. */
  readonly complaints: readonly string[];
}

/** Chromium without a window, driven by its debugging protocol over pipes. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #events: Answer[] = [];
  #last = 0;

  constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), 'bake-browser-'));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];
    this.#process = spawn(
      'chromium',
      [...flags, `--user-data-dir=${this.#profile}`, '--remote-debugging-pipe'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let rest = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (piece: string) => {
      const answers = `${rest}${piece}`.split('\0');
      rest = answers.pop() as string;
      for (const answer of answers) this.#take(JSON.parse(answer));
    });
  }

  /** Opens an address in a window of this width. */
  async open(url: string, width: number): Promise<Page> {
    const { targetId } = await this.#ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#ask('Target.attachToTarget', { targetId, flatten: true });
    const ask = (method: string, parameters: object = {}) =>
      this.#ask(method, parameters, String(sessionId));
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await ask(`${domain}.enable`);
    const size = { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 };
    await ask('Emulation.setDeviceMetricsOverride', size);
    const { frameId } = await ask('Page.navigate', { url });
    const evaluate = async (expression: string): Promise<unknown> => {
      const settings = { expression, returnByValue: true, awaitPromise: true };
      return ((await ask('Runtime.evaluate', settings))['result'] as Answer)['value'];
    };
    while ((await evaluate('document.readyState')) !== 'complete' || frameId === undefined);
    const of = (method: string) =>
      this.#events
        .filter((event) => event['sessionId'] === sessionId && event['method'] === method)
        .map(({ params }) => params as Readonly<Record<string, Answer>>);
    return {
      evaluate,
      async type(text) {
        for (const letter of text) {
          await ask('Input.dispatchKeyEvent', { type: 'char', text: letter });
          await sleep(100);
        }
      },
      async screenshot() {
        const shot = await ask('Page.captureScreenshot', { captureBeyondViewport: true });
        return Buffer.from(String(shot['data']), 'base64');
      },
      get requests() {
        return of('Network.requestWillBeSent').map(({ request }) => String(request?.['url']));
      },
      get complaints() {
        return [...of('Log.entryAdded'), ...of('Runtime.exceptionThrown')].map((one) =>
          JSON.stringify(one),
        );
      },
    };
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  #take(message: Answer): void {
    const waiting = this.#waiting.get(Number(message['id']));
    if (waiting === undefined) this.#events.push(message);
    else waiting(message);
  }

  async #ask(method: string, params: object, sessionId?: string): Promise<Answer> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const message = { id, method, params, ...(sessionId !== undefined && { sessionId }) };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Answer;
  }
}

type Answer = Readonly<Record<string, unknown>>;
