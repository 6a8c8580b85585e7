import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { type TestContext, testContext } from '../../src/testing/index.ts';
import { waitAndType } from '../../src/vm/boot/wait-and-type.ts';
import {
  type BootKey,
  type BootOptions,
  bootKeyIntervalOption,
  bootOptions,
  bootStepsOption,
  type Keyboard,
  parseBootCommand,
  qcodeKeyboard,
  qcodeOf,
  specialKeys,
  Typist,
  vncKeyboard,
} from '../../src/vm/index.ts';
import { type KeyboardMachine, startKeyboardMachine, whyNoQemu } from './qemu-keyboard.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

const never = new AbortController().signal;
const schema = { ...bootOptions, ...bootKeyIntervalOption, ...bootStepsOption };
const options = (given: Partial<BootOptions>): BootOptions =>
  withDefaults(schema, { boot_wait: 0, boot_key_interval: 0.01, ...given });

let context: TestContext = testContext();
afterEach(async () => {
  await context.cleanUp();
  context = testContext();
});

/** A keyboard that notes what is sent: `+a`, `-a`. */
function noted(): Keyboard & { readonly keys: string[] } {
  const keys: string[] = [];
  const nameOf = (key: BootKey): string => (key.kind === 'special' ? key.name : key.character);
  return {
    keys,
    send: async (key, isDown) => void keys.push(`${isDown ? '+' : '-'}${nameOf(key)}`),
    close: async () => void keys.push('closed'),
  };
}

async function typed(given: Partial<BootOptions>, data = {}): Promise<string> {
  const keyboard = noted();
  const connect = async (): Promise<Keyboard> => keyboard;
  await waitAndType({ options: options(given), data, connect, means: 'VNC' }, context);
  return keyboard.keys.join(' ');
}

test('holds shift for capital letters and signs', async () => {
  expect(await typed({ boot_command: ['aB', '!É'] })).toBe(
    '+a -a +leftshift +B -B -leftshift +leftshift +! -! -leftshift +leftshift +É -É -leftshift closed',
  );
});

test('leaves a shift key held that the template holds', async () => {
  expect(await typed({ boot_command: ['<rightShiftOn>aB<rightShiftOff>C'] })).toBe(
    '+rightshift +A -A +B -B -rightshift +leftshift +C -C -leftshift closed',
  );
});

test('keeps keys held until they are let go', async () => {
  expect(await typed({ boot_command: ['<leftCtrlOn><leftAltOn><del><AOn>x<AOff>'] })).toBe(
    '+leftctrl +leftalt +del -del +leftshift +A +x -x -A -leftshift closed',
  );
});

test('types no line breaks, as they stand in heredocs', async () => {
  expect(await typed({ boot_command: ['a\n\tb'] })).toBe('+a -a +b -b closed');
});

test('renders templates, and takes the texts of boot_command for one', async () => {
  const data = { HTTPIP: '::1', HTTPPort: 80 };
  expect(await typed({ boot_command: ['<en', 'ter>{{ .HTTPPort }}'] }, data)).toBe(
    '+enter -enter +8 -8 +0 -0 closed',
  );
  expect(context.ui.said).toEqual(['Typing the boot command over VNC...']);
});

test('says what steps do; with -debug it stops after each', async () => {
  const given = { boot_steps: [['a', 'First'], [], ['<up>', ''], ['b']] };
  expect(await typed(given)).toBe('+a -a +up -up +b -b closed');
  expect(context.ui.said).toContain('Typing boot command for: First');
  context = testContext({ build: { debug: true }, answers: ['', '', ''] });
  await typed(given);
  expect(context.questions).toEqual([
    'Typed "First". Press enter to continue.',
    'Typed <up>. Press enter to continue.',
    'Typed b. Press enter to continue.',
  ]);
});

test('fails for a wait that a template makes wrong, before it waits', async () => {
  const given = { boot_wait: 3_600_000, boot_command: ['<wait{{ .N }}s>'] };
  await expect(typed(given, { N: 0 })).rejects.toThrow('"<wait0s>" does not wait');
  await expect(typed({ ...given, boot_command: ['{{ nope }}'] })).rejects.toThrow(
    'Error preparing boot command',
  );
});

test('ends at once when it is cancelled, while it waits for the boot and within the text', async () => {
  for (const given of [{ boot_wait: 3_600_000 }, { boot_command: ['a<wait1h>b'] }]) {
    const cancel = new AbortController();
    context = testContext({ signal: cancel.signal });
    const typing = typed(given);
    setTimeout(() => cancel.abort(new Error('stop')), 50);
    await expect(typing).rejects.toThrow('stop');
  }
});

const reason = whyNoQemu();
const comparing = reason === undefined ? test : test.skip;
if (reason !== undefined) console.warn(`SKIPPED: keys typed at QEMU: ${reason}`);

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const everything = [
  ...printable.filter((character) => character !== '<'),
  '<',
  ...specialKeys.map((name) => `<${name}>`),
  '<leftCtrlOn>c<leftCtrlOff><leftShiftOn>a!<leftShiftOff>',
].join('');

/** Scan codes of keys (set 1) as rows of a US keyboard, each from its first code on. */
const rows: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [0x02, '1234567890-=', '!@#$%^&*()_+'],
  [0x10, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [0x1e, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [0x2b, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [0x39, ' ', ' '],
];

/** The characters that scan codes mean, with the shift keys taken into account. */
function readBack(codes: readonly number[]): string {
  let isShifted = false;
  let text = '';
  for (const code of codes) {
    if ((code & 0x7f) === 0x2a) isShifted = code < 0x80;
    else if (code < 0x80) {
      const row = rows.find(([first, plain]) => code >= first && code < first + plain.length);
      text += row?.[isShifted ? 2 : 1][code - row[0]] ?? '?';
    }
  }
  return text;
}

const typeAll = async (keyboard: Keyboard, text: string): Promise<void> => {
  const typist = new Typist(keyboard, { keyInterval: 5, signal: never });
  await typist.type(parseBootCommand(text).actions);
  await keyboard.close();
};

/** F12 and then F11, which no text types in this order: what says that a text is over. */
const ending = [0x58, 0xd8, 0x57, 0xd7];

/** What arrives when a text is typed, without the keys that end it. */
async function arriving(
  text: string,
  keyboard: Keyboard,
  at: KeyboardMachine | undefined = machine,
): Promise<number[]> {
  await typeAll(keyboard, `${text}<f12><f11>`);
  const codes = (await at?.scanCodesTo(ending)) ?? [];
  return codes.slice(0, -ending.length);
}

let machine: KeyboardMachine | undefined;
beforeAll(async () => {
  if (reason === undefined) machine = await startKeyboardMachine();
}, 120_000);
afterAll(() => machine?.stop());

const vnc = (password?: string, port = machine?.vncPort ?? 0): Promise<Keyboard> =>
  vncKeyboard({
    host: '127.0.0.1',
    port,
    signal: never,
    ...(password === undefined ? {} : { password }),
  });

comparing(
  'QEMU gets over VNC what was typed',
  async () => {
    const text = printable.join('').replace('<', '<wait1ms><');
    expect(readBack(await arriving(text, await vnc()))).toBe(printable.join(''));
    const held = await arriving('<leftShiftOn>a1<leftShiftOff>b', await vnc());
    expect(readBack(held)).toBe('A!b');
  },
  120_000,
);

comparing(
  'QEMU gets the same keys by their names as over VNC',
  async () => {
    const send = async (qcode: string, isDown: boolean): Promise<void> => {
      const key = { type: 'qcode', data: qcode };
      const events = [{ type: 'key', data: { down: isDown, key } }];
      await machine?.command('input-send-event', { events });
    };
    // A key at a time, so that a difference has a name.
    const different = [];
    for (const [, text = ''] of everything.matchAll(/(<left\w+On>.*?Off>|<\w+>|.)/g)) {
      const overVnc = await arriving(text, await vnc());
      const byName = await arriving(text, qcodeKeyboard(send));
      expect(overVnc.length).toBeGreaterThan(1);
      if (overVnc.join() !== byName.join()) different.push({ text, overVnc, byName });
    }
    expect(different).toEqual([]);
  },
  240_000,
);

comparing(
  'a VNC server that asks for a password gets it',
  async () => {
    const locked = await startKeyboardMachine('sesame42');
    try {
      await expect(vnc(undefined, locked.vncPort)).rejects.toThrow('wants a password');
      await expect(vnc('wrong', locked.vncPort)).rejects.toThrow(
        'refused us: Authentication failed',
      );
      const codes = await arriving('a', await vnc('sesame42', locked.vncPort), locked);
      expect(codes).toEqual([0x1e, 0x9e]);
      // As the protocol has it, no more than eight bytes count.
      await typeAll(await vnc('sesame42 and more', locked.vncPort), 'b');
      const keyboard = await vnc('sesame42', locked.vncPort);
      await locked.stop();
      await expect(typeAll(keyboard, 'lost'.repeat(100))).rejects.toThrow('was lost while typing');
    } finally {
      await locked.stop();
    }
  },
  120_000,
);

test('names the characters that no key types', async () => {
  const keyboard = qcodeKeyboard(async () => undefined);
  await expect(typeAll(keyboard, 'aü')).rejects.toMatchObject({
    message: 'There is no key for "ü"',
    detail: expect.stringContaining('United States'),
  });
  for (const character of printable) {
    expect(qcodeOf({ kind: 'character', character })).toBeDefined();
  }
});

/** A VNC server of the test's own that says what it is given to say, each after some of our bytes. */
async function fakeServer(talk: readonly (readonly [afterBytes: number, say: Buffer])[]): Promise<{
  readonly server: Server;
  readonly port: number;
  readonly heard: () => Buffer;
}> {
  let heard = Buffer.alloc(0);
  const server = createServer((socket: Socket) => {
    heard = Buffer.alloc(0);
    const left = [...talk];
    const speak = (): void => {
      for (let [next] = left; next !== undefined && heard.length >= next[0]; [next] = left) {
        socket.write(next[1]);
        left.shift();
      }
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk]);
      speak();
    });
    speak();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port, heard: () => heard };
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const screen = Buffer.concat([Buffer.alloc(20), word(3), Buffer.from('abc')]);

test.each([
  [
    '3.3',
    [
      [0, Buffer.from('RFB 003.003\n')],
      [12, word(1)],
      [13, screen],
    ],
    13,
  ],
  [
    '3.7',
    [
      [0, Buffer.from('RFB 003.007\n')],
      [12, Buffer.of(1, 1)],
      [14, screen],
    ],
    14,
  ],
  [
    '3.889',
    [
      [0, Buffer.from('RFB 003.889\n')],
      [12, Buffer.of(1, 1)],
      [13, word(0)],
      [14, screen],
    ],
    14,
  ],
] as const)('speaks to servers of version %s', async (_, talk, greeted) => {
  const { server, port, heard } = await fakeServer(talk);
  const keyboard = await vnc(undefined, port);
  await keyboard.send({ kind: 'character', character: '€' }, true);
  while (heard().length < greeted + 8) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(heard().subarray(greeted).toString('hex')).toBe('04010000000020ac');
  await keyboard.close();
  server.close();
});

test.each([
  ['what is no VNC server', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'does not speak VNC'],
  [
    'a server that refuses everybody',
    Buffer.concat([Buffer.from('RFB 003.008\n'), Buffer.of(0), word(4), Buffer.from('busy')]),
    'refused us: busy',
  ],
  [
    'a server with other security',
    Buffer.concat([Buffer.from('RFB 003.008\n'), Buffer.of(2, 19, 30)]),
    'wants security of type 19 or 30',
  ],
])('says what is wrong with %s', async (_, says, message) => {
  const { server, port } = await fakeServer([[0, says]]);
  await expect(vnc('x', port)).rejects.toThrow(message);
  server.close();
});

test('says that a server hung up, and gives up waiting when it is cancelled', async () => {
  const server = createServer((socket) => socket.end('RFB')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(vnc(undefined, port)).rejects.toThrow('it closed the connection');
  server.close();
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const target = { host: '127.0.0.1', port: (silent.address() as { port: number }).port };
  const signal = AbortSignal.timeout(100);
  await expect(vncKeyboard({ ...target, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  silent.close();
});
