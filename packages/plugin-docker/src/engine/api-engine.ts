import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '@bake/plugin-sdk';
import { commandFailure } from '../messages.ts';
import type { EngineAddress } from './address.ts';
import { Api, type ApiAnswer, type ApiCall } from './api.ts';
import type { DockerEnd } from './docker.ts';
import type { CommitWish, Engine, ExecWish } from './engine.ts';
import { type ContainerFacts, factsOf, type InspectedContainer } from './inspect.ts';
import { isDefunct } from './program-engine.ts';
import { readStreams } from './streams.ts';

/** What an exec that has not ended does not know yet. */
interface InspectedExec {
  readonly Running: boolean;
  readonly ExitCode: number | null;
}

/** Milliseconds between two looks at a command that has closed its output and goes on. */
const pollDelays = [1, 5, 20, 100] as const;

/** The engine by way of its API: without a program to start for each call. */
export class ApiEngine implements Engine {
  readonly #api: Api;
  readonly #place: string;
  /** What failures call it. */
  readonly #program: string;

  constructor(address: EngineAddress, program: string) {
    this.#api = new Api(address);
    this.#place = 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
    this.#program = program;
  }

  async exec(container: string, wish: ExecWish): Promise<DockerEnd> {
    const { signal, tty } = wish;
    const made = await this.#call('exec', 'POST', `/containers/${container}/exec`, {
      signal,
      json: {
        AttachStdin: wish.input !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
        Env: [wish.mark],
        Cmd: wish.words,
        ...(wish.user ? { User: wish.user } : {}),
      },
    });
    if (!made.ok) return told(refusal(made), wish);
    const { Id } = JSON.parse(made.text) as { readonly Id: string };
    const start = { signal, json: { Detach: false, Tty: tty } };
    const opened = await this.#reached('exec', this.#api.open(`/exec/${Id}/start`, start), signal);
    if ('ok' in opened) {
      if (!opened.ok) return told(refusal(opened), wish);
      throw this.#failure('exec', 'What answers at DOCKER_HOST passes no connections on');
    }
    await this.#reached('exec', readStreams(opened, wish), signal);
    return { exitCode: await this.#exitCode(Id, signal), complaint: '' };
  }

  async #exitCode(exec: string, signal: AbortSignal): Promise<number> {
    for (let look = 0; ; look += 1) {
      const text = await this.#text('exec', 'GET', `/exec/${exec}/json`, { signal });
      const { Running, ExitCode } = JSON.parse(text) as InspectedExec;
      if (!Running && ExitCode !== null) return ExitCode;
      await wait(pollDelays[Math.min(look, pollDelays.length - 1)], undefined, { signal });
    }
  }

  async unpack(
    container: string,
    folder: string,
    archive: Readable,
    signal: AbortSignal,
  ): Promise<DockerEnd> {
    const query = { path: folder, noOverwriteDirNonDir: 'true' };
    const path = `/containers/${container}/archive`;
    const answer = await this.#call('cp', 'PUT', path, { signal, query, archive });
    return answer.ok ? { exitCode: 0, complaint: '' } : refusal(answer);
  }

  async facts(container: string, signal: AbortSignal): Promise<ContainerFacts> {
    const path = `/containers/${container}/json`;
    const text = await this.#text('container', 'GET', path, { signal });
    return factsOf(JSON.parse(text) as InspectedContainer);
  }

  async processes(container: string, signal: AbortSignal): Promise<number> {
    const text = await this.#text('top', 'GET', `/containers/${container}/top`, { signal });
    const { Processes } = JSON.parse(text) as { readonly Processes: readonly string[][] };
    return Processes.filter((columns) => !isDefunct(columns.join(' '))).length;
  }

  async commit(
    container: string,
    { author = '', message = '', changes, name = '' }: CommitWish,
    signal: AbortSignal,
  ): Promise<string> {
    const [repo = '', tag = ''] = name.split(':');
    const query = { container, author, comment: message, changes, repo, tag };
    const text = await this.#text('commit', 'POST', '/commit', { signal, query, json: {} });
    return (JSON.parse(text) as { readonly Id: string }).Id;
  }

  async remove(container: string, signal: AbortSignal): Promise<void> {
    const query = { force: 'true', v: 'true' };
    const answer = await this.#call('rm', 'DELETE', `/containers/${container}`, { signal, query });
    if (!answer.ok && answer.status !== 404) throw this.#failure('rm', answer.complaint);
  }

  async #text(verb: string, method: string, path: string, call: ApiCall): Promise<string> {
    const answer = await this.#call(verb, method, path, call);
    if (answer.ok) return answer.text;
    throw this.#failure(verb, `Error response from daemon: ${answer.complaint}`);
  }

  #call(verb: string, method: string, path: string, call: ApiCall): Promise<ApiAnswer> {
    return this.#reached(verb, this.#api.call(method, path, call), call.signal);
  }

  /** Says of an engine that does not answer, or no longer, what the program says. */
  async #reached<T>(verb: string, work: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      const complaint = `Cannot connect to the Docker daemon at ${this.#place}: ${messageOf(error)}`;
      throw this.#failure(verb, complaint);
    }
  }

  #failure(verb: string, complaint: string): Error {
    return commandFailure(`${this.#program} ${verb}`, { exitCode: 1, complaint });
  }
}

function refusal({ complaint }: Extract<ApiAnswer, { ok: false }>): DockerEnd {
  return { exitCode: 1, complaint: `Error response from daemon: ${complaint}` };
}

/** As the program does: it is the command's complaint for whoever reads along. */
function told(end: DockerEnd, { onStderr }: ExecWish): DockerEnd {
  onStderr?.(Buffer.from(`${end.complaint}\n`));
  return end;
}
