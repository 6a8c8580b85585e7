import { expect, test } from '@jest/globals';
import { LineAssembler } from '../src/events/line-assembler.ts';

function linesOf(chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = [];
  const assembler = new LineAssembler(
    (line) => lines.push(line),
    (text) => ({ done: text.slice(0, -3), rest: text.slice(-3) }),
  );
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

test('hands out a line that does not end in pieces, and holds no more than one', () => {
  const piece = 'abcdefgh'.repeat(1 << 12);
  const lines: string[] = [];
  const assembler = new LineAssembler(
    (line) => lines.push(line),
    (text) => ({ done: text.slice(0, -3), rest: text.slice(-3) }),
  );
  for (let count = 0; count < 10; count += 1) assembler.push(piece);
  expect(lines.length).toBeGreaterThan(2);
  assembler.flush();
  expect(lines.join('')).toBe(piece.repeat(10));
});
