import { Failure } from '@bake/plugin-sdk';
import type { Request } from './envelope.ts';
import { Fault } from './fault.ts';
import type { Sessions } from './sessions.ts';
import { TryError } from './stage.ts';
import { escapeXml, findElement, fitsXml, type XmlElement } from './xml.ts';

const terminate = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/terminate';

/** What an answer to `receive` brought. */
export interface Received {
  /** In the order in which the machine has them. */
  readonly pieces: readonly OutputPiece[];
  /** Set when the command has ended; the code is missing if the machine does not tell it. */
  readonly end: { readonly exitCode: number | undefined } | undefined;
}

/** Some output of a command; pieces are not lines. */
export interface OutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** A shell on the machine. Its methods reject with a `Fault`, a `TryError` or the signal's reason. */
export class Shell {
  readonly #sessions: Sessions;
  readonly #id: string;

  private constructor(sessions: Sessions, id: string) {
    this.#sessions = sessions;
    this.#id = id;
  }

  /** Opens one for the command line, whose output comes in UTF-8. */
  static async open(sessions: Sessions, signal: AbortSignal): Promise<Shell> {
    const streams =
      '<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>';
    const answer = await sessions.exchange(
      {
        action: 'create',
        options: { WINRS_NOPROFILE: 'FALSE', WINRS_CODEPAGE: '65001' },
        body: `<rsp:Shell>${streams}</rsp:Shell>`,
      },
      signal,
    );
    return new Shell(sessions, shellIdIn(answer));
  }

  /** Starts a command by `cmd.exe` and gives its id. A command that is to be fed says so. */
  async start(command: string, isFed: boolean, signal: AbortSignal): Promise<string> {
    if (!fitsXml(command)) throw notSendable();
    const answer = await this.#ask(
      {
        action: 'command',
        // Only what is no console can be fed to its end.
        options: {
          WINRS_CONSOLEMODE_STDIN: isFed ? 'FALSE' : 'TRUE',
          WINRS_SKIP_CMD_SHELL: 'FALSE',
        },
        body: `<rsp:CommandLine><rsp:Command>${escapeXml(command)}</rsp:Command></rsp:CommandLine>`,
      },
      signal,
    );
    return textIn(answer, 'CommandId');
  }

  /** Feeds a command; with `isEnd` nothing comes after it. */
  async send(commandId: string, bytes: Buffer, isEnd: boolean, signal: AbortSignal): Promise<void> {
    const end = isEnd ? ' End="true"' : '';
    const stream = `<rsp:Stream Name="stdin" CommandId="${escapeXml(commandId)}"${end}>${bytes.toString('base64')}</rsp:Stream>`;
    await this.#ask({ action: 'send', body: `<rsp:Send>${stream}</rsp:Send>` }, signal);
  }

  /** Waits for output or the end of a command, or until the machine has waited long enough with nothing to tell. */
  async receive(commandId: string, signal: AbortSignal): Promise<Received> {
    const wanted = `<rsp:DesiredStream CommandId="${escapeXml(commandId)}">stdout stderr</rsp:DesiredStream>`;
    try {
      const request = { action: 'receive', body: `<rsp:Receive>${wanted}</rsp:Receive>` } as const;
      return receivedIn(await this.#ask(request, signal));
    } catch (error) {
      if (error instanceof Fault && error.isTimeout) return { pieces: [], end: undefined };
      throw error;
    }
  }

  /** Ends a command. */
  async terminate(commandId: string, signal: AbortSignal): Promise<void> {
    const code = `<rsp:Code>${terminate}</rsp:Code>`;
    const body = `<rsp:Signal CommandId="${escapeXml(commandId)}">${code}</rsp:Signal>`;
    await this.#ask({ action: 'signal', body }, signal);
  }

  /** Ends the shell with all that still runs in it. */
  async delete(signal: AbortSignal): Promise<void> {
    await this.#ask({ action: 'delete' }, signal);
  }

  #ask(request: Request, signal: AbortSignal): Promise<XmlElement> {
    return this.#sessions.exchange({ ...request, shellId: this.#id }, signal);
  }
}

function shellIdIn(answer: XmlElement): string {
  const id = findElement(answer, 'ShellId')?.text ?? selectorIn(answer);
  if (id === undefined || id === '') throw new TryError('answer', 'a shell without an id');
  return id;
}

function selectorIn(element: XmlElement): string | undefined {
  if (element.name === 'Selector' && element.attributes['Name'] === 'ShellId') return element.text;
  for (const child of element.children) {
    const id = selectorIn(child);
    if (id !== undefined) return id;
  }
  return undefined;
}

function textIn(answer: XmlElement, name: string): string {
  const text = findElement(answer, name)?.text.trim();
  if (!text) throw new TryError('answer', `there is no ${name} in it`);
  return text;
}

function receivedIn(answer: XmlElement): Received {
  const response = findElement(answer, 'ReceiveResponse');
  if (response === undefined) throw new TryError('answer', 'there is no ReceiveResponse in it');
  const pieces: OutputPiece[] = [];
  for (const { name, attributes, text } of response.children) {
    const { Name: stream } = attributes;
    if (name !== 'Stream' || text === '' || (stream !== 'stdout' && stream !== 'stderr')) continue;
    pieces.push({ stream, bytes: Buffer.from(text, 'base64') });
  }
  const state = response.children.find(({ name }) => name === 'CommandState');
  const isDone = /\/Done$/.test(state?.attributes['State'] ?? '');
  return { pieces, end: isDone ? { exitCode: exitCodeIn(state) } : undefined };
}

function exitCodeIn(state: XmlElement | undefined): number | undefined {
  const text = state === undefined ? undefined : findElement(state, 'ExitCode')?.text.trim();
  const code = Number(text || Number.NaN);
  return Number.isInteger(code) ? code : undefined;
}

function notSendable(): Failure {
  return new Failure({
    summary: 'The command cannot be sent',
    detail: 'There is a character in it that XML, in which WinRM talks, does not have.',
  });
}
