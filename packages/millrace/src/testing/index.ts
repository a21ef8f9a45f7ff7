export { type DriverOptions, type TestDriver, type TestSource, type TestTable, testDriver } from './driver.ts';
