import { randomUUID } from 'node:crypto';
import { escapeXml } from './xml.ts';

/** Milliseconds that the machine may take for an answer before it says that it has none yet. */
export const operationTimeout = 60_000;

/** What MS-WSMV calls these things. */
const actions = {
  create: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Create',
  get: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
  delete: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete',
  command: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command',
  send: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send',
  receive: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive',
  signal: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Signal',
} as const;

/** A shell that runs commands, and the settings of the service. */
export const resources = {
  shell: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd',
  config: 'http://schemas.microsoft.com/wbem/wsman/1/config',
} as const;

/** One request of WS-Management. */
export interface Request {
  readonly action: keyof typeof actions;
  readonly resource?: keyof typeof resources;
  readonly shellId?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** XML. */
  readonly body?: string;
}

/** Bytes of answers that we take: what every version of Windows can give. */
const largestAnswer = 153_600;

const prefixes = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  a: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  w: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  p: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  rsp: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell',
} as const;

const declarations = Object.entries(prefixes)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');

/** The SOAP message (MS-WSMV section 3.1.4) that asks this of the service at `url`. */
export function envelope(url: string, request: Request): string {
  const { action, resource = 'shell', shellId, options = {}, body = '' } = request;
  const must = 's:mustUnderstand="true"';
  const locale = 'xml:lang="en-US" s:mustUnderstand="false"';
  const anonymous = `${prefixes.a}/role/anonymous`;
  const head = [
    `<a:To>${escapeXml(url)}</a:To>`,
    `<a:ReplyTo><a:Address ${must}>${anonymous}</a:Address></a:ReplyTo>`,
    `<a:Action ${must}>${actions[action]}</a:Action>`,
    `<a:MessageID>uuid:${randomUUID().toUpperCase()}</a:MessageID>`,
    `<w:ResourceURI ${must}>${resources[resource]}</w:ResourceURI>`,
    `<w:MaxEnvelopeSize ${must}>${largestAnswer}</w:MaxEnvelopeSize>`,
    `<w:OperationTimeout>PT${operationTimeout / 1000}S</w:OperationTimeout>`,
    `<w:Locale ${locale}/><p:DataLocale ${locale}/>`,
    selectors(shellId),
    optionSet(options),
  ];
  const parts = `<s:Header>${head.join('')}</s:Header><s:Body>${body}</s:Body>`;
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${declarations}>${parts}</s:Envelope>`;
}

function selectors(shellId: string | undefined): string {
  if (shellId === undefined) return '';
  const selector = `<w:Selector Name="ShellId">${escapeXml(shellId)}</w:Selector>`;
  return `<w:SelectorSet>${selector}</w:SelectorSet>`;
}

function optionSet(options: Readonly<Record<string, string>>): string {
  const entries = Object.entries(options);
  if (entries.length === 0) return '';
  const list = entries.map(([name, value]) => `<w:Option Name="${name}">${value}</w:Option>`);
  return `<w:OptionSet>${list.join('')}</w:OptionSet>`;
}
