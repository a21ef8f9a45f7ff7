import { join } from 'node:path';

/** What Node is given before a file of these proofs. */
export const NODE: readonly string[] = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning'];

/** With compiled modules, kept from process to process: each is up three times as soon. */
export const compiledEnv = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({ ...env, NODE_COMPILE_CACHE: join(import.meta.dirname, '../../../../node_modules/.cache/proofs') });
