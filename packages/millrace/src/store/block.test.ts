import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEAD_BYTES, isMisplaced } from '../port/place.ts';
import { decodeBlock, encodeBlock, PAYLOAD_BYTES_MAX } from './block.ts';

const WHERE = 'the block of commit 7 in state counts';
const KEY = Uint8Array.of(3, 0, 1, 0, 0, 0, 0, 0, 7);

const blocks = fc.record({
  store: fc.integer({ min: 0, max: 0xffff }),
  commit: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});

test('a block gives its store, commit and payload back, wherever its bytes lie in memory', () => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 0, max: 9 }), (block, offset) => {
      const bytes = encodeBlock(block, KEY);
      const memory = new Uint8Array(offset + bytes.length);
      memory.set(bytes, offset);
      expect(decodeBlock(memory.subarray(offset), WHERE, KEY)).toEqual(block);
    }),
  );
});

test('one flipped bit anywhere is CORRUPT_BLOCK', () => {
  fc.assert(
    fc.property(blocks, fc.nat(), (block, seed) => {
      const bytes = encodeBlock(block, KEY);
      const bit = seed % (bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decodeBlock(bytes, WHERE, KEY)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
    }),
  );
});

test('a block that is cut short or has bytes behind it is CORRUPT_BLOCK', () => {
  fc.assert(
    fc.property(blocks, fc.nat(), (block, seed) => {
      const bytes = encodeBlock(block, KEY);
      const short = bytes.subarray(0, seed % bytes.length);
      const long = Uint8Array.of(...bytes, 0);
      for (const wrong of [short, long]) {
        expect(() => decodeBlock(wrong, WHERE, KEY)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
      }
    }),
  );
});

test('the error says where, what was expected and what came', () => {
  const bytes = encodeBlock({ store: 1, commit: 7, payload: Uint8Array.of(1, 2, 3) }, KEY);
  bytes[bytes.length - 1] = 4;
  const expected = `0x${crc32(encodeBlock({ store: 1, commit: 7, payload: Uint8Array.of(1, 2, 3) }, KEY).subarray(8)).toString(16).padStart(8, '0')}`;
  const actual = `0x${crc32(bytes.subarray(8)).toString(16).padStart(8, '0')}`;
  expect(() => decodeBlock(bytes, WHERE, KEY)).toThrow(
    expect.objectContaining({
      code: 'CORRUPT_BLOCK',
      data: { where: WHERE, what: 'checksum', expected, actual },
      message: `${WHERE} is damaged: its checksum is ${actual}, expected ${expected}`,
    }),
  );
});

test('an intact block of a later version is UNKNOWN_FORMAT, with the versions this one knows', () => {
  const bytes = encodeBlock({ store: 1, commit: 7, payload: Uint8Array.of(1, 2, 3) }, KEY);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, 3, true);
  view.setUint32(4, crc32(bytes.subarray(8)), true);
  expect(() => decodeBlock(bytes, WHERE, KEY)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_FORMAT', data: { where: WHERE, found: 3, known: [1, 2] } }),
  );
});

test('the bytes of a block are pinned: this is the format on disk', () => {
  const bytes = encodeBlock({ store: 0x0203, commit: 0x060504030201, payload: Uint8Array.of(0xaa, 0xbb) }, KEY);
  expect(Buffer.from(bytes).toString('hex')).toBe('4d524231d6b3725202000302010203040506020000007cb697e7aabb');
});

test('a block of version 1, which says no place, is still read', () => {
  const bytes = Buffer.from('4d524231c7f15f450100030201020304050602000000aabb', 'hex');
  expect(decodeBlock(bytes, WHERE, KEY)).toEqual({ store: 0x0203, commit: 0x060504030201, payload: Buffer.from([0xaa, 0xbb]) });
});

test('a block under another key is CORRUPT_BLOCK', () => {
  const bytes = encodeBlock({ store: 1, commit: 7, payload: Uint8Array.of(1, 2, 3) }, KEY);
  const other = KEY.with(0, 2);
  expect(() => decodeBlock(bytes, WHERE, other)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK', data: expect.objectContaining({ what: 'place' }) }));
  expect([isMisplaced(KEY, bytes), isMisplaced(other, bytes), isMisplaced(other, bytes.subarray(0, HEAD_BYTES))]).toEqual([false, true, true]);
});

test('the largest payload fits, and one byte more is BLOCK_TOO_LARGE', () => {
  const largest = new Uint8Array(PAYLOAD_BYTES_MAX);
  expect(decodeBlock(encodeBlock({ store: 1, commit: 1, payload: largest }, KEY), WHERE, KEY).payload.length).toBe(PAYLOAD_BYTES_MAX);
  const larger = new Uint8Array(PAYLOAD_BYTES_MAX + 1);
  expect(() => encodeBlock({ store: 1, commit: 1, payload: larger }, KEY)).toThrow(
    expect.objectContaining({ code: 'BLOCK_TOO_LARGE', data: expect.objectContaining({ actual: PAYLOAD_BYTES_MAX + 1, max: PAYLOAD_BYTES_MAX }) }),
  );
});
