import { constants, setPriority } from 'node:os';

/** Lets every other process of the machine go first: what this one does can wait. */
export function yieldToOthers(): void {
  setPriority(constants.priority.PRIORITY_LOW);
}
