import { randomUUID } from 'node:crypto';
import { findElement } from '../../src/winrm/xml.ts';
import { Command, type CommandWorld } from './command.ts';
import { type Asked, answerText, type FaultText, faultMessage, shellUri } from './soap.ts';

/** What is answered, and with which status of HTTP. */
export interface ServiceAnswer {
  readonly status: 200 | 500;
  readonly text: string;
}

class Refusal extends Error {
  readonly fault: FaultText;

  constructor(subcode: string, code: number, reason: string) {
    super(reason);
    this.fault = { subcode, code, reason };
  }
}

/** The shells of a machine and what runs in them. */
export class Service {
  readonly #world: CommandWorld;
  readonly #maxEnvelope: number;
  readonly #tellsConfig: boolean;
  readonly #longestWait: number;
  readonly #shells = new Map<string, Map<string, Command>>();

  constructor(
    world: CommandWorld,
    settings: {
      readonly maxEnvelope: number;
      readonly tellsConfig: boolean;
      readonly longestWait: number;
    },
  ) {
    this.#world = world;
    this.#maxEnvelope = settings.maxEnvelope;
    this.#tellsConfig = settings.tellsConfig;
    this.#longestWait = settings.longestWait;
  }

  get shells(): number {
    return this.#shells.size;
  }

  /** Ends all that runs. */
  endAll(): void {
    for (const id of this.#shells.keys()) this.#delete(id);
  }

  async answer(asked: Asked): Promise<ServiceAnswer> {
    try {
      return { status: 200, text: answerText(asked, await this.#body(asked)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 500, text: faultMessage(asked, error.fault) };
    }
  }

  async #body(asked: Asked): Promise<string> {
    switch (asked.action) {
      case 'Create':
        return this.#create();
      case 'Get':
        return this.#config();
      case 'Command':
        return this.#command(asked);
      case 'Send':
        return this.#send(asked);
      case 'Receive':
        return this.#receive(asked);
      case 'Signal':
        this.#commandOf(asked, findElement(asked.body, 'Signal')?.attributes['CommandId']).kill();
        return '<rsp:SignalResponse/>';
      case 'Delete':
        this.#commandsOf(asked);
        this.#delete(asked.shellId);
        return '';
      default:
        throw new Refusal('ActionNotSupported', 2150858754, `No such action: ${asked.action}`);
    }
  }

  #create(): string {
    const id = randomUUID().toUpperCase();
    this.#shells.set(id, new Map());
    const selectors = `<w:SelectorSet><w:Selector Name="ShellId">${id}</w:Selector></w:SelectorSet>`;
    const created = `<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>${shellUri}/cmd</w:ResourceURI>${selectors}</a:ReferenceParameters></x:ResourceCreated>`;
    return `${created}<rsp:Shell><rsp:ShellId>${id}</rsp:ShellId><rsp:State>Connected</rsp:State></rsp:Shell>`;
  }

  #config(): string {
    if (!this.#tellsConfig) throw new Refusal('AccessDenied', 5, 'Access is denied.');
    return `<cfg:Config xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config"><cfg:MaxEnvelopeSizekb>${this.#maxEnvelope}</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms></cfg:Config>`;
  }

  #command(asked: Asked): string {
    const commands = this.#commandsOf(asked);
    const id = randomUUID().toUpperCase();
    const line = [
      findElement(asked.body, 'Command')?.text ?? '',
      findElement(asked.body, 'Arguments')?.text ?? '',
    ];
    const isFed = asked.options['WINRS_CONSOLEMODE_STDIN'] === 'FALSE';
    commands.set(id, new Command(line.join(' ').trim(), isFed, this.#world));
    return `<rsp:CommandResponse><rsp:CommandId>${id}</rsp:CommandId></rsp:CommandResponse>`;
  }

  #send(asked: Asked): string {
    const stream = findElement(asked.body, 'Stream');
    const command = this.#commandOf(asked, stream?.attributes['CommandId']);
    try {
      const bytes = Buffer.from(stream?.text ?? '', 'base64');
      command.feed(bytes, stream?.attributes['End']?.toLowerCase() === 'true');
    } catch {
      throw new Refusal('InternalError', 109, 'The pipe has been ended.');
    }
    return '<rsp:SendResponse/>';
  }

  async #receive(asked: Asked): Promise<string> {
    const id = findElement(asked.body, 'DesiredStream')?.attributes['CommandId'] ?? '';
    const wait = Math.min(asked.timeout, this.#longestWait);
    const { output, exitCode } = await this.#commandOf(asked, id).receive(wait);
    if (output.length === 0 && exitCode === undefined) {
      const reason = 'The WS-Management service cannot complete the operation within the time.';
      throw new Refusal('TimedOut', 2150858793, reason);
    }
    const streams = output.map(
      ({ stream, bytes }) =>
        `<rsp:Stream Name="${stream}" CommandId="${id}">${bytes.toString('base64')}</rsp:Stream>`,
    );
    const state = `<rsp:CommandState CommandId="${id}" State="${shellUri}/CommandState/`;
    const end =
      exitCode === undefined
        ? `${state}Running"/>`
        : `<rsp:Stream Name="stdout" CommandId="${id}" End="true"></rsp:Stream>${state}Done"><rsp:ExitCode>${exitCode}</rsp:ExitCode></rsp:CommandState>`;
    return `<rsp:ReceiveResponse>${streams.join('')}${end}</rsp:ReceiveResponse>`;
  }

  #commandsOf({ shellId }: Asked): Map<string, Command> {
    const commands = this.#shells.get(shellId);
    if (commands !== undefined) return commands;
    const reason = `The request for the Windows Remote Shell with ShellId ${shellId} failed because the shell was not found on the server.`;
    throw new Refusal('InvalidSelectors', 2150858843, reason);
  }

  #commandOf(asked: Asked, id: string | undefined): Command {
    const command = this.#commandsOf(asked).get(id ?? '');
    if (command !== undefined) return command;
    throw new Refusal('InvalidSelectors', 2150858843, 'No such command.');
  }

  #delete(shellId: string): void {
    for (const command of this.#shells.get(shellId)?.values() ?? []) command.kill();
    this.#shells.delete(shellId);
  }
}
