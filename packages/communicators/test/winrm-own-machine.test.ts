import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { options } from './options.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';

test.each([
  {},
  { winrm_use_ntlm: true },
  { winrm_use_ssl: true, winrm_insecure: true },
  { winrm_use_ssl: true, winrm_insecure: true, winrm_use_ntlm: true },
])('smoke %j', async (o: any) => {
  const root = await mkdtemp(join(tmpdir(), 'x-'));
  const m = await startWinrmMachine({
    root,
    tls: o.winrm_use_ssl ?? false,
    allowsUnencrypted: !o.winrm_use_ntlm,
  });
  const context = testContext();
  const c = await winrm.connect(options({ winrm_timeout: 4000, ...o }), m, context);
  let out = '';
  const r = await c.run({
    command: 'echo häuser; exit 7',
    signal: context.signal,
    onStdout: (b) => {
      out += Buffer.from(b).toString();
    },
  });
  expect(r).toEqual({ exitCode: 7, disconnected: false });
  expect(out).toBe('häuser\n');
  await c.upload({ data: Buffer.alloc(10_000_000, 7) }, 'C:\\dir\\file', context.signal);
  console.log(context.ui.said, m.asked.length, m.shells, m.connections);
  await c.close();
  await m.close();
});
