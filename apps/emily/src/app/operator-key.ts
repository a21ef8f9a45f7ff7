import { keyOfText, type NewKey } from '../account/api-key.ts';
import { ConfigProblem } from './config/config-problem.ts';
import type { ConfigFile } from './config/read-config.ts';
import { secretValue } from './config/secret-value.ts';

/** The operator's key, where the configuration says one. Fails where it is missing, or is none. */
export function operatorKeyOf({ config, folder }: ConfigFile, environment: NodeJS.ProcessEnv): NewKey | undefined {
  if (config.operatorKey === undefined) return undefined;
  const key = keyOfText(secretValue(config.operatorKey, 'operatorKey', { folder, environment }));
  if (key !== undefined) return key;
  throw new ConfigProblem('SECRET_MISSING', 'operatorKey: what is there is no key of Emily: it has not its form, or not its check sum', 'Copy it whole, or let `init` make one in another folder and take it from there.');
}
