import { expect, test } from 'vitest';
import { straceRecord, tooEarly } from './strace-record.ts';

const opened = `\
7 1.0 openat(AT_FDCWD, "/d/data.mdb", O_RDWR|O_CREAT, 0664) = 22
7 1.1 openat(AT_FDCWD, "/d/data.mdb", O_WRONLY|O_DSYNC|O_CLOEXEC) = 23
`;
const commit = `\
7 2.0 pwrite64(22, "\\2\\0"..., 4096, 8192) = 4096
7 2.1 fdatasync(22) = 0
7 2.2 pwrite64(23, "\\0\\0"..., 128, 40) = 128
`;
const eventRead = '7 3.0 read(40, "POST /v1/events HTTP/1.1\\r\\n"..., 65536) = 500\n';
const eventAnswered = '7 4.0 writev(40, [{iov_base="HTTP/1.1 200 OK\\r\\n"..., iov_len=200}], 1) = 200\n';
const callRead = '7 3.0 read(40, "POST /v1/chat/completions HTTP/1.1\\r\\n"..., 65536) = 500\n';
const engineAsked = '7 3.1 writev(37, [{iov_base="POST /v1/chat/completions HTTP/1.1\\r\\n"..., iov_len=137}], 1) = 137\n';
const engineAnswered = '7 3.2 read(37, "HTTP/1.1 200 OK\\r\\n"..., 65536) = 508\n';
const callAnswered = '7 4.0 writev(40, [{iov_base="HTTP/1.1 200 OK\\r\\ncontent-type: application/json"..., iov_len=258}], 1) = 258\n';

const problems = (...lines: readonly string[]): readonly string[] => tooEarly(straceRecord(opened + lines.join('')));

test('an event is answered after its commit, not before it, and not on the commit before it', () => {
  expect(problems(eventRead, commit, eventAnswered)).toEqual([]);
  expect(problems(commit, eventRead, eventAnswered, commit)).toEqual(['POST /v1/events at line 5: answered before its commit']);
});

test('pages that are written and not synced, or synced and not made the newest, are no commit', () => {
  const [pages = '', sync = '', newest = ''] = commit.split(/(?<=\n)/);
  expect(problems(eventRead, pages, newest, eventAnswered)).toHaveLength(1);
  expect(problems(eventRead, pages, sync, eventAnswered)).toHaveLength(1);
  expect(problems(eventRead, pages, sync.replace('= 0', '= -1 EIO (Input/output error)'), newest, eventAnswered)).toHaveLength(1);
});

test('a call is durably admitted before the replica is asked, and durably ended before its answer', () => {
  expect(problems(callRead, commit, engineAsked, engineAnswered, commit, callAnswered)).toEqual([]);
  expect(problems(callRead, engineAsked, commit, engineAnswered, commit, callAnswered)).toEqual([
    'POST /v1/chat/completions at line 2: the replica was asked before the admission was durable',
  ]);
  expect(problems(callRead, commit, engineAsked, engineAnswered, callAnswered, commit)).toEqual([
    'POST /v1/chat/completions at line 2: answered to the end before the end was durable',
  ]);
});

test('a stream may begin before its end is durable; its [DONE] may not', () => {
  const begins = '7 3.3 writev(40, [{iov_base="HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\n"..., iov_len=99}], 1) = 99\n';
  const done = '7 4.0 writev(40, [{iov_base="e\\r\\n", iov_len=3}, {iov_base="data: [DONE]\\n\\n", iov_len=14}], 2) = 17\n';
  expect(problems(callRead, commit, engineAsked, engineAnswered, begins, commit, done)).toEqual([]);
  expect(problems(callRead, commit, engineAsked, engineAnswered, begins, done, commit)).toHaveLength(1);
});

test('a call of the kernel that another thread interrupts in the record counts from its beginning to its end', () => {
  const sync = commit.replace('7 2.1 fdatasync(22) = 0\n', '7 2.1 fdatasync(22 <unfinished ...>\n9 2.15 write(2, "x", 1) = 1\n7 2.16 <... fdatasync resumed>) = 0\n');
  const read = eventRead.replace('7 3.0 read(40, ', '7 3.0 read(40,  <unfinished ...>\n9 3.05 write(2, "x", 1) = 1\n7 3.06 <... read resumed>');
  expect(problems(read, sync, eventAnswered)).toEqual([]);
  const begunBefore = `7 2.1 fdatasync(22 <unfinished ...>\n9 3.0 write(2, "x", 1) = 1\n7 3.5 <... fdatasync resumed>) = 0\n`;
  expect(begunBefore).toContain('unfinished');
  expect(problems(read, begunBefore, eventAnswered)).toHaveLength(1);
});

test('a record of another process, or of a store that commits in another way, is no proof of anything', () => {
  expect(() => straceRecord(eventRead)).toThrow('no thread opened data.mdb');
  expect(() => straceRecord(opened.split('\n')[0]!)).toThrow('O_DSYNC');
});
