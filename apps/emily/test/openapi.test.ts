import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { clientOf } from './client.ts';
import { startProcess } from './process.ts';
import { hasPython, python } from './python/python.ts';

/*
 * schemathesis makes requests of the OpenAPI document, right ones and wrong ones, and looks whether the answers are
 * those of the document. SCHEMATHESIS_EXAMPLES=200 makes more of them, SCHEMATHESIS_SEED=n others.
 */

const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '8';
const SEED = process.env['SCHEMATHESIS_SEED'] ?? '1';
const TIMEOUT_MS = 240_000 + Number(EXAMPLES) * 20_000;
const OUTPUT_BYTES_MAX = 64 * 1_024 * 1_024;

/** What holds also for the operator, who has to name a tenant where others have their own: so what is right is not in the schema alone. */
const ofOperator = ['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance'];

const isMissing = process.env['CI'] !== 'true' && !hasPython();
if (isMissing) console.warn('python3 with venv is not installed: schemathesis is skipped');

// Skipped where Python is missing; CI has it.
test.skipIf(isMissing)('requests that are made of the document are answered as it says', { timeout: TIMEOUT_MS }, async () => {
  const data = await mkdtemp(join(tmpdir(), 'emily-'));
  const emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  try {
    const { origin } = await emily.link();
    const operator = clientOf(origin, /em_\w+/.exec(await emily.operatorLine())![0]);
    await operator.post('/v1/tenants', { id: 'ada', name: 'Ada' });
    const made = async (wish: object): Promise<string> => ((await (await operator.post('/v1/keys', wish)).json()) as { readonly key: string }).key;
    const ada = await made({ tenant: 'ada', name: 'all', scopes: ['infer', 'ingest', 'read', 'admin'] });
    const file = join(data, 'openapi.json');
    await writeFile(file, JSON.stringify(answerable(await clientOf(origin, ada).get('/openapi.json'))));
    const tested = (key: string, ...more: readonly string[]): Promise<string> => schemathesis(file, origin, key, more);
    expect(await tested(ada)).toMatch(/passed|No issues found/i);
    expect(await tested(await made({ tenant: 'operator', name: 'all', scopes: ['infer', 'ingest', 'read', 'admin'] }), ...ofOperator)).toMatch(/passed|No issues found/i);
  } finally {
    await emily.kill();
    await rm(data, { recursive: true });
  }
});

async function schemathesis(file: string, origin: string, key: string, more: readonly string[]): Promise<string> {
  const config = ['--config-file', join(import.meta.dirname, 'python/schemathesis.toml')];
  const args = ['-m', 'schemathesis.cli', ...config, 'run', file, '--url', origin, '--header', `Authorization: Bearer ${key}`, ...more, '--max-examples', EXAMPLES, '--seed', SEED, '--request-timeout', '60', '--no-color'];
  try {
    return (await promisify(execFile)(python(), args, { cwd: dirname(file), maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    throw new Error((error as { readonly stdout?: string }).stdout ?? String(error), { cause: error });
  }
}

type Schema = { enum?: string[]; maximum?: number; anyOf?: Schema[]; properties?: Record<string, Schema> };
type Document = { readonly paths: Readonly<Record<string, { readonly post?: { readonly tags: readonly string[]; readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } } }>> };

/** The document with a model that there is, and answers that are short. */
function answerable(document: Document): Document {
  for (const { post } of Object.values(document.paths)) {
    if (post?.tags.includes('models') !== true) continue;
    const { properties = {} } = post.requestBody.content['application/json']!.schema;
    properties['model']!.enum = ['phi-4'];
    for (const name of ['max_tokens', 'max_completion_tokens', 'max_output_tokens']) {
      for (const schema of properties[name]?.anyOf ?? []) if (schema.maximum !== undefined) schema.maximum = 20;
    }
  }
  return document;
}
