import fc from 'fast-check';

/*
 * Runs in each test process, before its tests: properties are tried on the same inputs every time, so
 * that a run fails for what was changed. `npm run properties` is what looks further, with a seed of its own.
 */

const SEED = 1;

// A list "of at most 150" has up to 150: by itself fast-check makes no more than ten.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['MILLRACE_SEED'] ?? SEED), defaultSizeToMaxWhenMaxSpecified: true });
