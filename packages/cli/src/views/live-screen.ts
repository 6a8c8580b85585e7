import type { Listener } from '@bake/core';
import type { Terminal } from '../terminal.ts';
import { LiveRows } from './live-rows.ts';
import type { Screen, TextKind } from './screen.ts';
import { stillText } from './still-text.ts';
import type { Theme } from './theme.ts';

/** Milliseconds between pictures. */
const interval = 100;
/** More rows are no help. */
const mostRows = 12;

/**
 * A screen with rows at its bottom that show what every build is doing. The rows are taken away before anything
 * else is written, and drawn anew right after it, so that lines stay whole and remain when the run is over. The cursor
 * is never hidden: whatever ends the process, the terminal is as it was.
 */
export class LiveScreen implements Screen {
  readonly #terminal: Terminal;
  readonly #screen: Screen;
  readonly #theme: Theme;
  readonly #rows = new LiveRows();
  /** How many rows are on the terminal now. */
  #drawn = 0;
  #isAsking = false;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal, screen: Screen, theme: Theme) {
    this.#terminal = terminal;
    this.#screen = screen;
    this.#theme = theme;
    terminal.atExit(() => this.#erase());
  }

  /** Takes the events of a run, before the view that writes lines. */
  readonly listener: Listener = (event) => {
    this.#rows.add(event);
    if (event.type === 'run-start') {
      this.#timer = setInterval(() => this.#redraw(), interval);
      this.#timer.unref();
    }
    if (event.type === 'run-end') {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#erase();
    }
  };

  print(kind: TextKind, text: string): void {
    this.#erase();
    this.#screen.print(kind, stillText(text));
    this.#redrawSoon();
  }

  explain(text: string): void {
    this.#erase();
    this.#screen.explain(stillText(text));
    this.#redrawSoon();
  }

  prompt(text: string): void {
    this.#erase();
    this.#isAsking = true;
    this.#screen.prompt(text);
  }

  endPrompt(isAnswered: boolean): void {
    this.#isAsking = false;
    this.#screen.endPrompt(isAnswered);
  }

  record(type: string, args: readonly string[], target?: string): void {
    this.#screen.record(type, args, target);
  }

  /** Once for all that is written now: rows are there while much is said, too. */
  #redrawSoon(): void {
    if (this.#timer === undefined || this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#redraw());
  }

  #redraw(): void {
    this.#isDue = false;
    if (this.#isAsking || this.#timer === undefined) return;
    const { columns = 80, rows = 24 } = this.#terminal.output;
    const height = Math.min(mostRows, rows - 2);
    // The last column stays free: some terminals break the line when it is filled.
    const shown = height < 1 ? [] : this.#rows.show(columns - 1, height, Date.now());
    const text = shown.map((row) => this.#theme.faint(row)).join('\n');
    this.#terminal.writeData(`${this.#eraser()}${text}`);
    this.#drawn = shown.length;
  }

  #erase(): void {
    this.#terminal.writeData(this.#eraser());
    this.#drawn = 0;
  }

  /**
   * What takes the rows away; the cursor then stands where the first one began. A terminal that has become narrower
   * has broken rows in two, and of those a part remains: taking more lines away could hit what is above them. Every
   * line is cleared by itself, because some terminals keep what a wider clearing takes from their first line.
   */
  #eraser(): string {
    return this.#drawn === 0 ? '' : `\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(this.#drawn - 1)}`;
  }
}
