import { randomUUID } from 'node:crypto';
import { parseXml, type XmlElement } from '../../src/winrm/xml.ts';

/** What a client asks. */
export interface Asked {
  readonly action: string;
  readonly messageId: string;
  readonly resource: string;
  readonly shellId: string;
  readonly options: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly body: XmlElement;
}

/** A refusal of WS-Management. */
export interface FaultText {
  readonly subcode: string;
  readonly code: number;
  readonly reason: string;
}

export const shellUri = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';

/** Reads an envelope. */
export function readAsked(message: string): Asked {
  const root = parseXml(message);
  const [head, body] = root.children as [XmlElement, XmlElement];
  const all = (name: string, element = head): readonly XmlElement[] =>
    element.children.flatMap((child) => (child.name === name ? [child] : all(name, child)));
  const text = (name: string): string => all(name)[0]?.text ?? '';
  const options = all('Option').map(({ attributes, text }) => [attributes['Name'] ?? '', text]);
  return {
    action: text('Action').replace(/^.*\//, ''),
    messageId: text('MessageID'),
    resource: text('ResourceURI'),
    shellId: text('Selector'),
    options: Object.fromEntries(options),
    timeout: Number(/^PT([\d.]+)S$/.exec(text('OperationTimeout'))?.[1] ?? 60) * 1000,
    body,
  };
}

/** An answer as Windows gives it. */
export function answerText(asked: Asked, body: string): string {
  return wrap(`${asked.action}Response`, asked.messageId, body);
}

/** A refusal as Windows gives it. */
export function faultMessage(asked: Asked | undefined, fault: FaultText): string {
  const { subcode, code, reason } = fault;
  const detail = `<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${code}" Machine="localhost"><f:Message>${reason} </f:Message></f:WSManFault>`;
  const body = `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">${reason} </s:Text></s:Reason><s:Detail>${detail}</s:Detail></s:Fault>`;
  return wrap('fault', asked?.messageId ?? '', body);
}

function wrap(action: string, messageId: string, body: string): string {
  const namespaces =
    'xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"';
  const head = `<a:Action>${shellUri}/${action}</a:Action><a:MessageID>uuid:${randomUUID()}</a:MessageID><a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo>${messageId}</a:RelatesTo>`;
  return `<s:Envelope ${namespaces}><s:Header>${head}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}
