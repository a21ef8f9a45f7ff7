import { type Launch, startNode } from './start-node.ts';

/** The line that a program prints for an order, in a fresh process. */
export async function childLine(program: URL, order: object, launch: Launch): Promise<string> {
  const child = startNode(program, JSON.stringify(order), launch, ['ignore', 'pipe', 'inherit']);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`the measuring process ended with code ${code}`);
  return text;
}
