import {
  type $Command,
  EC2Client,
  type EC2ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { RegionSettings } from './client-settings.ts';
import { codeOf } from './refusal.ts';
import type { Sts } from './sts.ts';

type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  EC2ClientResolvedConfig
>;

/** EC2 in one region. */
export class Ec2 {
  readonly region: string;
  /** What another process needs to reach the same region of the same account. */
  readonly traces: Traces;
  /** What clients of other services are made with. */
  readonly settings: RegionSettings;
  readonly #client: EC2Client;
  readonly #decoder: Sts | undefined;

  /** `decoder` decodes messages about missing permissions, if that is wanted. */
  constructor(settings: RegionSettings, traces: Traces, decoder: Sts | undefined) {
    this.#client = new EC2Client(settings);
    this.settings = settings;
    this.region = settings.region;
    this.traces = { ...traces, region: settings.region };
    this.#decoder = decoder;
  }

  /** Makes a call. Rejects with a `Failure` whose cause is the error of AWS's SDK. */
  async send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Command<I, O>,
    signal: AbortSignal,
  ): Promise<O> {
    signal.throwIfAborted();
    try {
      return await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      signal.throwIfAborted();
      const action = command.constructor.name.replace(/Command$/, '');
      throw messages.refused(action, this.region, error, await this.#decoded(error, signal));
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #decoded(error: unknown, signal: AbortSignal): Promise<string | undefined> {
    const { message = '' } = error as { readonly message?: string };
    const encoded = /Encoded authorization failure message: (\S+)/.exec(message)?.[1];
    if (this.#decoder === undefined || encoded === undefined) return undefined;
    if (codeOf(error) !== 'UnauthorizedOperation') return undefined;
    return this.#decoder.decode(encoded, signal);
  }
}
