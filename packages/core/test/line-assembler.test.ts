import { expect, test } from '@jest/globals';
import { LineAssembler } from '../src/events/line-assembler.ts';

function linesOf(chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = [];
  const assembler = new LineAssembler((line) => lines.push(line));
  for (const chunk of chunks) assembler.push(chunk);
  assembler.flush();
  return lines;
}

test.each([
  { chunks: ['one\ntwo\n'], want: ['one', 'two'] },
  { chunks: ['on', 'e\ntw', 'o'], want: ['one', 'two'] },
  { chunks: ['dos\r\nunix\n'], want: ['dos', 'unix'] },
  { chunks: ['10%\r20%\r100%\n'], want: ['100%'] },
  { chunks: ['10%\r20', '%\r100%', '\r', '\n', 'a\r\r', '\n'], want: ['100%', 'a'] },
  { chunks: ['trailing   \n\nblank'], want: ['trailing', '', 'blank'] },
  { chunks: [], want: [] },
])('$chunks gives $want', ({ chunks, want }) => {
  expect(linesOf(chunks)).toEqual(want);
});

test('puts a character together that came in two pieces', () => {
  const bytes = new TextEncoder().encode('für\n');
  expect(linesOf([bytes.slice(0, 2), bytes.slice(2)])).toEqual(['für']);
});
