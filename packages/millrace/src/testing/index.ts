export type { TestChangelog, TestSource, TestTable } from './driver-shapes.ts';
export { type DriverOptions, type TestDriver, testDriver } from './driver.ts';
export { type Marble, type MarbleLines, type MarbleOptions, type MarbleRun, type MarbleStreams, marbles } from './marbles.ts';
export type { Fault, FaultCounts } from './simulate/faults.ts';
export { type Shrunk, type SimulateOptions, type SimulatedEvents, type SimulationRandom, type SimulationReport, type Violation, simulate } from './simulate/simulate.ts';
