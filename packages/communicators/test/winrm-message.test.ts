import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { ClixmlDecoder } from '../src/winrm/clixml.ts';
import { envelope } from '../src/winrm/envelope.ts';
import { Fault } from '../src/winrm/fault.ts';
import { Sessions } from '../src/winrm/sessions.ts';
import { winrmSettings } from '../src/winrm/settings.ts';
import { Shell } from '../src/winrm/shell.ts';
import { escapeXml, findElement, fitsXml, parseXml } from '../src/winrm/xml.ts';
import { options } from './options.ts';

const never = new AbortController().signal;

describe('parseXml', () => {
  test('reads elements, attributes, text and entities', () => {
    const root = parseXml(
      '\uFEFF<?xml version="1.0"?>\n<!-- c --><a:b x:y="1 &lt; 2" z=\'"\'>t&#x41;&#66;&amp;<c/><![CDATA[<raw>]]></a:b>\n',
    );
    expect(root).toEqual({
      name: 'b',
      attributes: { y: '1 < 2', z: '"' },
      children: [{ name: 'c', attributes: {}, children: [], text: '' }],
      text: 'tAB&<raw>',
    });
  });

  test.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>text',
    '<a b=c/>',
    '<a',
    '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
    '<a b="<"/>',
  ])('refuses %j', (document) => {
    expect(() => parseXml(document)).toThrow(
      expect.objectContaining({ name: 'XmlError' }) as unknown as Error,
    );
  });

  test('reads back what escapeXml writes', () => {
    const hard = `<&>"' \t\r\n ]]> häuser 😀`;
    expect(fitsXml(hard)).toBe(true);
    expect(parseXml(`<a b="${escapeXml(hard)}">${escapeXml(hard)}</a>`)).toMatchObject({
      attributes: { b: hard },
      text: hard,
    });
  });

  test.each(['\0', '\u001b', '\ud800', '\uffff'])('has no place for %j', (char) => {
    expect(fitsXml(`a${char}`)).toBe(false);
  });
});

describe('ClixmlDecoder', () => {
  const namespace = 'xmlns="http://schemas.microsoft.com/powershell/2004/04"';
  const document = (records: string): string =>
    `#< CLIXML\r\n<Objs Version="1.1.0.1" ${namespace}>${records}</Objs>`;
  const progress =
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Object</T></TN><MS><AV>Preparing modules</AV></MS></Obj>';

  test.each([
    ['plain text', 'no CLIXML\n', 'no CLIXML\n'],
    [
      'errors',
      document(
        '<S S="Error">Get-X : nö_x000D__x000A_</S><S S="Error">+ at &lt;1&gt;_x000D__x000A_</S>',
      ),
      'Get-X : nö\r\n+ at <1>\r\n',
    ],
    ['progress alone', document(progress), ''],
    ['progress and an error', document(`${progress}<S S="Error">oh</S>`), 'oh'],
    [
      'other streams',
      document(
        '<S S="warning">w</S><S S="verbose">v</S><S S="debug">d</S><S S="information">i</S>',
      ),
      'WARNING: w\nVERBOSE: v\nDEBUG: d\ni\n',
    ],
    ['text before and after', `a\n${document('<S S="Error">b_x000A_</S>')}\r\nc`, 'a\nb\n\r\nc'],
    ['two documents', document('<S S="Error">a</S>') + document('<S S="Error">b</S>'), 'ab'],
    ['one that is cut short', '#< CLIXML\r\n<Objs><S', '#< CLIXML\r\n<Objs><S'],
    ['one that is none', '#< CLIXML\r\n<Objs><S></Objs>', '\r\n<Objs><S></Objs>'],
    ['something like one', 'a #< b #< CLI', 'a #< b #< CLI'],
  ])('shows %s, in whatever pieces it comes', (_, written, shown) => {
    for (const size of [1, 7, 10_000]) {
      const decoder = new ClixmlDecoder();
      const bytes = Buffer.from(written);
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        pieces.push(decoder.push(bytes.subarray(at, at + size)));
      }
      pieces.push(decoder.flush());
      expect(Buffer.concat(pieces).toString()).toBe(shown);
    }
  });

  test('shows plain text at once', () => {
    expect(new ClixmlDecoder().push(Buffer.from('half a li')).toString()).toBe('half a li');
  });
});

test('a request has what MS-WSMV wants in it', () => {
  const root = parseXml(
    envelope('http://h:5985/wsman', {
      action: 'command',
      shellId: 'S&1',
      options: { WINRS_SKIP_CMD_SHELL: 'FALSE' },
      body: '<rsp:CommandLine/>',
    }),
  );
  const head = findElement(root, 'Header');
  const said = head?.children.map(({ name, text }) => [name, text]);
  expect(said).toEqual([
    ['To', 'http://h:5985/wsman'],
    ['ReplyTo', ''],
    ['Action', 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command'],
    ['MessageID', expect.stringMatching(/^uuid:[0-9A-F-]{36}$/)],
    ['ResourceURI', 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd'],
    ['MaxEnvelopeSize', '153600'],
    ['OperationTimeout', 'PT60S'],
    ['Locale', ''],
    ['DataLocale', ''],
    ['SelectorSet', ''],
    ['OptionSet', ''],
  ]);
  expect(findElement(root, 'Selector')).toMatchObject({
    attributes: { Name: 'ShellId' },
    text: 'S&1',
  });
});

/** Answers as Windows gives them, by the specification and by what others have recorded of it. */
describe('an answer of Windows:', () => {
  const soap = (body: string): string =>
    `<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">
       <s:Header><a:RelatesTo>uuid:1</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
  const created = (more: string): string =>
    `<x:ResourceCreated><a:Address>http://10.0.0.1:5985/wsman</a:Address><a:ReferenceParameters>
       <w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd</w:ResourceURI>
       <w:SelectorSet><w:Selector Name="ShellId">67A74734</w:Selector></w:SelectorSet>
     </a:ReferenceParameters></x:ResourceCreated>${more}`;
  const shell =
    '<rsp:Shell><rsp:ShellId>67A74734</rsp:ShellId><rsp:Owner>Administrator</rsp:Owner><rsp:ClientIP>10.0.0.2</rsp:ClientIP><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut></rsp:Shell>';
  const fault = (subcode: string, code: number, text: string): string =>
    `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">${text}  </s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${code}" Machine="10.0.0.1"><f:Message><f:ProviderFault path="%systemroot%\\system32\\winrscmd.dll" provider="Shell cmd plugin">${text}</f:ProviderFault></f:Message></f:WSManFault></s:Detail></s:Fault>`;
  const state = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState';

  /** Opens a shell that answers once more, and gives what was asked. */
  async function asking<T>(
    answers: readonly string[],
    status: number,
    use: (shell: Shell) => Promise<T>,
  ): Promise<{ result: T; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      asked.push(await text(request));
      const isLast = asked.length === answers.length;
      response.writeHead(isLast ? status : 200).end(soap(answers[asked.length - 1] ?? ''));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: '127.0.0.1', port, username: 'u', password: 'p' };
    const sessions = new Sessions(winrmSettings(options(), target, {}));
    try {
      return { result: await use(await Shell.open(sessions, never)), asked };
    } finally {
      sessions.close();
      server.close();
    }
  }

  test.each([created(shell), created(''), shell])('a shell that was made', async (answer) => {
    const { asked } = await asking([answer, ''], 200, (opened) => opened.delete(never));
    expect(asked[0]).toContain('<w:Option Name="WINRS_CODEPAGE">65001</w:Option>');
    expect(asked[1]).toContain('<w:Selector Name="ShellId">67A74734</w:Selector>');
    expect(asked[1]).toContain('transfer/Delete</a:Action>');
  });

  test('a command that was started', async () => {
    const answer = '<rsp:CommandResponse><rsp:CommandId>1A6D</rsp:CommandId></rsp:CommandResponse>';
    const { result, asked } = await asking([created(shell), answer], 200, (opened) =>
      opened.start('dir "C:\\a & b" > x', false, never),
    );
    expect(result).toBe('1A6D');
    expect(findElement(parseXml(asked[1] ?? ''), 'Command')?.text).toBe('dir "C:\\a & b" > x');
  });

  test.each([
    [
      'output of a command that runs',
      `<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="1">YQ==</rsp:Stream><rsp:Stream Name="stderr" CommandId="1">Yg==</rsp:Stream><rsp:Stream Name="stdout" CommandId="1">Yw==</rsp:Stream><rsp:CommandState CommandId="1" State="${state}/Running"></rsp:CommandState></rsp:ReceiveResponse>`,
      { pieces: ['stdout a', 'stderr b', 'stdout c'], end: undefined },
    ],
    [
      'the end of a command',
      `<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="1" End="true"></rsp:Stream><rsp:Stream Name="stderr" CommandId="1" End="true"/><rsp:CommandState CommandId="1" State="${state}/Done"><rsp:ExitCode>123</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>`,
      { pieces: [], end: { exitCode: 123 } },
    ],
    [
      'a negative exit code',
      `<rsp:ReceiveResponse><rsp:CommandState State="${state}/Done"><rsp:ExitCode>-1073741510</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>`,
      { pieces: [], end: { exitCode: -1073741510 } },
    ],
    [
      'an end without exit code',
      `<rsp:ReceiveResponse><rsp:CommandState State="${state}/Done"/></rsp:ReceiveResponse>`,
      { pieces: [], end: { exitCode: undefined } },
    ],
    [
      'no output within the time',
      fault('TimedOut', 2150858793, 'The WS-Management service cannot complete the operation'),
      { pieces: [], end: undefined },
    ],
  ])('%s', async (_, answer, want) => {
    const status = answer.startsWith('<s:Fault') ? 500 : 200;
    const { result } = await asking([created(shell), answer], status, (opened) =>
      opened.receive('1', never),
    );
    const pieces = result.pieces.map(({ stream, bytes }) => `${stream} ${bytes.toString()}`);
    expect({ pieces, end: result.end }).toEqual(want);
  });

  test.each([
    ['InvalidSelectors', 2150858843, true],
    ['InternalError', 995, true],
    ['AccessDenied', 5, false],
  ])('the refusal %s', async (subcode, code, isGone) => {
    const answers = [created(shell), fault(subcode, code, 'It does not want to.')];
    const refused = await asking(answers, 500, (opened) => opened.receive('1', never)).catch(
      (error: unknown) => error as Fault,
    );
    expect(refused).toBeInstanceOf(Fault);
    expect(refused).toMatchObject({ message: 'It does not want to.', subcode, code, isGone });
  });
});
