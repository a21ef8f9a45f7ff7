import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigProblem } from './config-problem.ts';
import type { Secret } from './config-schema.ts';

/** The secret itself. `place` says where in the configuration it is asked for. */
export function secretValue(secret: Secret, place: string, { folder, environment }: { readonly folder: string; readonly environment: NodeJS.ProcessEnv }): string {
  if ('environment' in secret) {
    const value = environment[secret.environment];
    if (value !== undefined && value !== '') return value;
    throw new ConfigProblem('SECRET_MISSING', `${place}: the variable ${secret.environment} is not set`, `Start Emily with ${secret.environment} in its environment.`);
  }
  const file = resolve(folder, secret.file);
  const value = textOf(file, place).trim();
  if (value !== '') return value;
  throw new ConfigProblem('SECRET_MISSING', `${place}: ${file} is empty`, 'Put the secret into it, and nothing else.');
}

function textOf(file: string, place: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigProblem('SECRET_MISSING', `${place}: ${file} cannot be read: ${(error as Error).message}`, 'Put the secret into that file, and let this process read it.', error);
  }
}
