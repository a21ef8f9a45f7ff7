import { z } from 'zod';

/*
 * What may stand in `emily.config.json`. The JSON schema for editors, apps/emily/emily.config.schema.json, is made of
 * this, and a test holds docs/config.md against it. Nothing else reads the file.
 */

/** Where a secret is; it never stands in the file itself. */
export type Secret = { readonly environment: string } | { readonly file: string };

type Common = { readonly id: string; readonly description?: string | undefined; readonly tenant?: string | undefined; readonly outputTokens?: number | undefined; readonly contextTokens?: number | undefined; readonly callsAtOnce?: number | undefined; readonly gpus: number };
type Spoken = { readonly health: string; readonly key?: Secret | undefined };

export type ConfiguredScale = { readonly max: number; readonly callsPerReplica: number; readonly upSeconds: number; readonly downSeconds: number };

export type SimulatedModel = Common & { readonly driver: 'simulated'; readonly replicas?: number | undefined; readonly scale?: ConfiguredScale | undefined };
export type ExternalModel = Common & Spoken & { readonly driver: 'external'; readonly addresses: readonly string[] };
export type ProcessModel = Common & Spoken & {
  readonly driver: 'process';
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | Secret>>;
  readonly replicas: number;
  readonly scale?: ConfiguredScale | undefined;
  readonly startSeconds: number;
};
export type ConfiguredModel = SimulatedModel | ExternalModel | ProcessModel;

export type Config = { readonly $schema?: string | undefined; readonly operatorKey?: Secret | undefined; readonly models: readonly ConfiguredModel[] };

/** The most models, and the most replicas of one. */
const modelsMax = 1_000;
const replicasMax = 256;
/** The most that a caller may ask for, too. */
const outputTokensMax = 1_000_000;
const callsAtOnceMax = 100_000;
/** The longest context there is. */
const contextTokensMax = 100_000_000;
/** The most GPUs of one replica. */
const gpusMax = 1_024;
/** The longest that a replica may take to load its model. */
const startSecondsMax = 24 * 3_600;

const elsewhere = [z.strictObject({ environment: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })] as const;

const secret = z
  .union(elsewhere, { error: 'expected { "environment": "NAME" } or { "file": "path" }: a secret never stands in this file itself' })
  .describe('Where a secret is: in a variable of Emily\'s environment, or in a file beside this one.');

const value = z
  .union([z.string(), ...elsewhere], { error: 'expected a text, { "environment": "NAME" } or { "file": "path" }' })
  .describe('A text; or where it is, if it is a secret: in a variable of Emily\'s environment, or in a file beside this one.');

const model = {
  id: z
    .string()
    .regex(/^[\w.:@-][\w./:@-]{0,127}$/, { error: 'expected 1 to 128 letters, digits and ./:@_-, and no / at the beginning' })
    .describe('What callers name, and what the replicas are asked for: they must know the model by it.'),
  description: z.string().max(1_000).optional().describe('Said with the model in GET /v1/models.'),
  tenant: z.string().min(1).max(256).optional().describe('The tenant whose own model it is, and who alone may see it. Left out: everybody.'),
  contextTokens: z.int().min(1).max(contextTokensMax).optional().describe('How long a call may be, what is asked and what is answered together, in tokens: said with the model in GET /v1/models.'),
  callsAtOnce: z.int().min(1).max(callsAtOnceMax).optional().describe('How many calls each replica is given at once, as it can work on together (max_num_seqs of vLLM, --parallel of llama.cpp); the others wait at the gateway, and tenants take turns. Left out: 256.'),
  gpus: z.int().min(0).max(gpusMax).default(1).describe('How many GPUs each replica occupies: its time counts so often. 0: it runs without.'),
  outputTokens: z.int().min(1).max(outputTokensMax).optional().describe('How long an answer may be where a budget or a limit counts the call and the caller does not say, in tokens. Left out: 1024.'),
};

const reached = {
  health: z
    .string()
    .regex(/^[/][\w./~-]*$/, { error: 'expected a path, such as /health' })
    .default('/health')
    .describe('The path that answers 200 when a replica is well.'),
  key: secret.optional().describe('Sent to the replicas as "authorization: Bearer …".'),
};

const replicas = z.int().min(1).max(replicasMax);

const scale = z
  .strictObject({
    max: replicas.describe('Never more than so many.'),
    callsPerReplica: z.int().min(1).max(100_000).default(8).describe('How many calls at a time a replica is to have.'),
    upSeconds: z.int().min(1).max(3_600).default(10).describe('For so long more must be needed before there are more.'),
    downSeconds: z.int().min(1).max(86_400).default(300).describe('For so long fewer must do before there are fewer.'),
  })
  .optional()
  .describe('More replicas than "replicas" where there is much to do. Left out: always as many.');

const simulated = z.strictObject({
  ...model,
  driver: z.literal('simulated').describe('Seeded words, and no model behind them; answers say so.'),
  replicas: replicas.optional().describe('Left out: what --replicas says.'),
  scale,
});

const external = z.strictObject({
  ...model,
  driver: z.literal('external').describe('Replicas that run already: they are asked whether they are well, and never started or stopped.'),
  addresses: z
    .array(z.string().refine(isOrigin, { error: 'expected scheme, host and port alone, such as http://10.0.0.7:8000' }))
    .min(1)
    .max(replicasMax)
    .describe('Where they are, each as scheme, host and port.'),
  ...reached,
});

const command = z.strictObject({
  ...model,
  driver: z.literal('process').describe('A command for each replica, which Emily starts, restarts and stops.'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('The program and its arguments, run in the folder of this file. {port} becomes the port on which to listen at 127.0.0.1, {slot} the number of the replica, from 0.'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'expected the name of a variable' }), value)
    .default({})
    .describe('What the command gets beside PATH, HOME, LANG and TMPDIR. {port} and {slot} are filled in.'),
  replicas: replicas.default(1),
  scale,
  startSeconds: z.int().min(1).max(startSecondsMax).default(600).describe('One that has not answered its health check by then is ended and started again.'),
  ...reached,
});

export const configSchema: z.ZodType<Config> = z
  .strictObject({
    $schema: z.string().optional(),
    operatorKey: secret.optional().describe("Where the operator's own key is; emily init makes one. With it nothing of the demo is there: no synthetic tenants, no demand, no keys that are printed."),
    models: z
      .array(z.discriminatedUnion('driver', [simulated, external, command]))
      .min(1)
      .max(modelsMax)
      .describe("The models that are served, and by what. They take the place of the demo's."),
  })
  .superRefine(({ models }, context) => {
    for (const [index, one] of models.entries()) {
      if (models.findIndex(({ id }) => id === one.id) < index) context.addIssue({ code: 'custom', path: ['models', index, 'id'], message: `'${one.id}' stands here twice` });
      if (one.driver !== 'external' && one.scale !== undefined && one.scale.max < (one.replicas ?? 1)) context.addIssue({ code: 'custom', path: ['models', index, 'scale', 'max'], message: `expected at least the ${one.replicas} that there always are, not ${one.scale.max}` });
      if (one.driver !== 'process') continue;
      const texts = [...one.command, ...Object.values(one.environment)];
      if (!texts.some((text) => typeof text === 'string' && text.includes('{port}'))) {
        context.addIssue({ code: 'custom', path: ['models', index, 'command'], message: 'expected {port} in an argument, or in a variable of the environment: each replica listens on a port of its own' });
      }
    }
  });

/** As JSON Schema, of what may be written: what has a default may be left out. */
export function configJsonSchema(): object {
  return { $id: 'emily.config.schema.json', title: 'emily.config.json', ...z.toJSONSchema(configSchema, { io: 'input' }) };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && (text === origin || text === `${origin}/`);
}
