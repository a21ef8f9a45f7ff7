export { type DriverOptions, type TestChangelog, type TestDriver, type TestSource, type TestTable, testDriver } from './driver.ts';
export { type Marble, type MarbleLines, type MarbleOptions, type MarbleRun, type MarbleStreams, marbles } from './marbles.ts';
