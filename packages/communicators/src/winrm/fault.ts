import { findElement, type XmlElement } from './xml.ts';

/** Numbers by which Windows tells its faults apart (MS-WSMV section 3.1.4.1.30 and winerror.h). */
const codes = {
  /** Nothing to tell yet: ask again. */
  timedOut: 2150858793,
  /** There is no such shell, or no such command in it. */
  gone: [2150858843],
  /** The service is going down: the request was aborted, by a reboot for instance. */
  aborted: [995, 1236, 1115, 1726],
} as const;

/** The machine understood a request and does not do it. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** The number in Windows' own detail, if there is one. */
  readonly code: number | undefined;
  /** The subcode of SOAP without its prefix, such as `AccessDenied`. */
  readonly subcode: string;

  constructor(reason: string, subcode: string, code: number | undefined) {
    super(reason);
    this.subcode = subcode;
    this.code = code;
  }

  /** It had nothing to answer within the time that it was given. */
  get isTimeout(): boolean {
    return this.code === codes.timedOut || this.subcode === 'TimedOut';
  }

  /** What the request was about is not there (any more), or the service goes down. */
  get isGone(): boolean {
    const { code } = this;
    const known: readonly number[] = [...codes.gone, ...codes.aborted];
    return this.subcode === 'InvalidSelectors' || (code !== undefined && known.includes(code));
  }
}

/** The fault that the body of an answer is, if it is one. */
export function faultIn(body: XmlElement): Fault | undefined {
  const fault = body.children.find(({ name }) => name === 'Fault');
  if (fault === undefined) return undefined;
  const subcode = findElement(fault, 'Subcode');
  const value = subcode === undefined ? undefined : findElement(subcode, 'Value');
  const detail = findElement(fault, 'WSManFault');
  const code = Number(detail?.attributes['Code'] ?? Number.NaN);
  return new Fault(
    reasonOf(fault, detail),
    value?.text.trim().replace(/^.*:/, '') ?? '',
    Number.isNaN(code) ? undefined : code,
  );
}

/** Windows' own message when there is one, or what SOAP says. */
function reasonOf(fault: XmlElement, detail: XmlElement | undefined): string {
  const message = detail === undefined ? undefined : findElement(detail, 'Message');
  const texts = [message, findElement(fault, 'Text')].map((element) => textOf(element));
  return texts.find((text) => text !== '') ?? 'it gave no reason';
}

/** All text in an element as one line. */
function textOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const pieces = [element.text, ...element.children.map((child) => textOf(child))];
  return pieces.join(' ').replace(/\s+/g, ' ').trim();
}
