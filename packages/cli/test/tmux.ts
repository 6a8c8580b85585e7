import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why there is no terminal to look at; `undefined` when there is. */
export const whyNoTmux: string | undefined =
  spawnSync('tmux', ['-V']).status === 0 ? undefined : 'there is no tmux on PATH';

/** A command at a real terminal, which understands cursor movements and breaks lines. */
export class Tmux {
  readonly #name = `bake-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

  /** Starts the command; its exit code is shown when it has ended, as `ended with 0`. */
  constructor(
    command: readonly string[],
    settings: {
      readonly columns: number;
      readonly rows: number;
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
    },
  ) {
    const { columns, rows, cwd, env = {} } = settings;
    const words = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command];
    // The shell outlives what is typed: an interrupt is for the command.
    const line = `trap : INT; env -u CI -u NODE_OPTIONS ${words.map(quoted).join(' ')}; echo "ended with $?"; while :; do sleep 60; done`;
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 't', ...size, '-c', cwd, line);
  }

  /** What is on the terminal now. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', 't');
  }

  /** All lines that were ever written and remain, with those put together that the terminal broke. */
  lines(): readonly string[] {
    const text = this.#tmux('capture-pane', '-p', '-J', '-S', '-5000', '-t', 't');
    return text.split('\n').map((line) => line.trimEnd());
  }

  /** Waits until the terminal shows it, and gives what it showed at that moment. */
  async sees(text: string | RegExp): Promise<string> {
    for (let tries = 0; tries < 400; tries += 1) {
      const screen = this.screen();
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen;
      await sleep(25);
    }
    throw new Error(`nothing shows ${text} in:\n${this.lines().join('\n')}`);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 't', '-x', `${columns}`, '-y', `${rows}`);
  }

  type(key: string): void {
    this.#tmux('send-keys', '-t', 't', key);
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#name, 'kill-server']);
  }

  #tmux(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-L', this.#name, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
