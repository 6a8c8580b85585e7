import { envelope, operationTimeout, type Request } from './envelope.ts';
import { faultIn } from './fault.ts';
import { type HttpAnswer, HttpConnection } from './http-connection.ts';
import { logIn, refusal } from './log-in.ts';
import { type NtlmSecurity, signatureLength } from './ntlm/security.ts';
import { openLine } from './open-line.ts';
import { readSealedBody, sealedBody, sealedType } from './sealed-body.ts';
import type { WinrmSettings } from './settings.ts';
import { TryError } from './stage.ts';
import { parseXml, type XmlElement, XmlError } from './xml.ts';

/** Milliseconds on top of the operation's own time before the machine counts as gone. */
const grace = 30_000;

const soapType = 'application/soap+xml;charset=UTF-8';

/** A connection that is logged in, for one request at a time. */
export class Session {
  readonly #settings: WinrmSettings;
  readonly #connection: HttpConnection;
  readonly #security: NtlmSecurity | undefined;

  private constructor(
    settings: WinrmSettings,
    connection: HttpConnection,
    security: NtlmSecurity | undefined,
  ) {
    this.#settings = settings;
    this.#connection = connection;
    this.#security = security;
  }

  /** Connects and logs in. Rejects with a `TryError`, or the signal's reason. */
  static async open(settings: WinrmSettings, signal: AbortSignal): Promise<Session> {
    const line = await openLine(settings, signal);
    const connection = new HttpConnection(line, new URL(settings.url).host);
    if (settings.login === 'basic') return new Session(settings, connection, undefined);
    try {
      const security = await logIn(connection, settings, line.certificate, signal);
      return new Session(settings, connection, security);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get isAlive(): boolean {
    return this.#connection.isAlive;
  }

  /**
   * Sends a request and gives the body of the answer. Rejects with a `Fault` when the machine said no, and else with a
   * `TryError` or the signal's reason, after which the session is of no more use.
   */
  async exchange(request: Request, signal: AbortSignal): Promise<XmlElement> {
    const message = Buffer.from(envelope(this.#settings.url, request));
    const answer = await this.#post(message, signal);
    try {
      const body = this.#read(answer);
      const fault = faultIn(body);
      if (fault !== undefined) throw fault;
      return body;
    } catch (error) {
      if (error instanceof TryError) this.close();
      throw error;
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** TLS seals better than NTLM does. */
  get #seals(): NtlmSecurity | undefined {
    return this.#settings.tls === undefined ? this.#security : undefined;
  }

  #post(message: Buffer, signal: AbortSignal): Promise<HttpAnswer> {
    const { login, username, password } = this.#settings;
    const seals = this.#seals;
    const body =
      seals === undefined
        ? message
        : sealedBody(seals.seal(message), message.length, signatureLength);
    const headers: Record<string, string> = {
      'Content-Type': seals === undefined ? soapType : sealedType,
    };
    if (login === 'basic') {
      const secret = Buffer.from(`${username}:${password}`).toString('base64');
      headers['Authorization'] = `Basic ${secret}`;
    }
    return this.#connection.post(body, headers, operationTimeout + grace, signal);
  }

  #read(answer: HttpAnswer): XmlElement {
    const { status } = answer;
    if (status === 401) throw refusal(answer, this.#settings.login);
    if (status !== 200 && status !== 500 && status !== 400) {
      throw new TryError('answer', `HTTP status ${status}`);
    }
    const root = readXml(this.#open(answer), status);
    const body = root.children.find(({ name }) => name === 'Body');
    if (root.name !== 'Envelope' || body === undefined) {
      throw new TryError('answer', 'its XML is no SOAP');
    }
    return body;
  }

  #open({ headers, body }: HttpAnswer): Buffer {
    const isSealed = /^multipart\/encrypted/i.test(headers['content-type'] ?? '');
    const seals = this.#seals;
    if (seals === undefined) return body;
    // Nobody but the machine can seal: what comes without a seal may be from anyone.
    if (!isSealed) throw new TryError('answer', 'it is not sealed as the request was');
    const message = seals.open(readSealedBody(body));
    if (message === undefined) throw new TryError('answer', 'its seal is broken');
    return message;
  }
}

function readXml(message: Buffer, status: number): XmlElement {
  try {
    return parseXml(message.toString());
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new TryError('answer', `HTTP status ${status} with ${error.message}`);
  }
}
