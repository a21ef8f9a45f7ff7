import ts from 'typescript';
import type { Check, Finding } from './check.ts';
import { isTest, isTypeScript, lineOf, walk } from './source.ts';

/*
 * The engine takes time, chance, timers and the network from its ports: the simulator gives it others,
 * and a replay decides as the first run did. Globals would get past that without any import, so they are
 * looked for here; modules (node:fs, node:net, …) are the floors' business, in tools/floors/outside.ts.
 */

const engine = 'packages/millrace/src/';
const exempt = /^packages[/]millrace[/]src[/](port|testing|cli)[/]/;

const globals = new Map([
  ['setTimeout', 'a timer'],
  ['setInterval', 'a timer'],
  ['setImmediate', 'a timer'],
  ['fetch', 'the network'],
  ['WebSocket', 'the network'],
  ['EventSource', 'the network'],
]);

const members = new Map([
  ['Date.now', 'the clock'],
  ['Math.random', 'chance'],
  ['Temporal.Now', 'the clock'],
  ['performance.now', 'the clock'],
  ['performance.timeOrigin', 'the clock'],
  ['process.hrtime', 'the clock'],
  ['process.uptime', 'the clock'],
  ['crypto.getRandomValues', 'chance'],
  ['crypto.randomUUID', 'chance'],
]);

const random = /^(random|getRandomValues$|webcrypto$)/;

export const ambient: Check = (files) =>
  files
    .filter((file) => isTypeScript(file) && file.path.startsWith(engine) && !exempt.test(file.path) && !isTest(file))
    .flatMap((file) => {
      const findings: Finding[] = [];
      walk(file, (node) => {
        const use = useOf(node);
        if (use === undefined) return;
        findings.push({
          severity: 'error',
          path: file.path,
          line: lineOf(node),
          what: `${use.name} reaches ${use.kind} past the ports`,
          cure: 'Take it from packages/millrace/src/port, handed in by whoever builds this.',
        });
      });
      return findings;
    });

type Use = { readonly name: string; readonly kind: string };

function useOf(node: ts.Node): Use | undefined {
  if (ts.isPropertyAccessExpression(node)) return memberUse(node);
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0) return { name: 'new Date()', kind: 'the clock' };
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return { name: 'Date()', kind: 'the clock' };
  if (ts.isImportSpecifier(node)) return randomImport(node);
  if (ts.isIdentifier(node) && isReference(node)) return known(globals, node.text);
  return undefined;
}

function memberUse(node: ts.PropertyAccessExpression): Use | undefined {
  const owner = node.expression.getText().replace(/^globalThis[.]/, '');
  return owner === 'globalThis' ? known(globals, node.name.text) : known(members, `${owner}.${node.name.text}`);
}

function randomImport(node: ts.ImportSpecifier): Use | undefined {
  const from = node.parent.parent.parent.moduleSpecifier;
  const name = (node.propertyName ?? node.name).text;
  return ts.isStringLiteral(from) && from.text === 'node:crypto' && random.test(name) ? { name, kind: 'chance' } : undefined;
}

/** Whether an identifier stands for a value here, rather than naming a member, a parameter or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.hasOnlyExpressionInitializer(parent)) return parent.initializer === node;
  return ts.isExpression(parent) || ts.isStatement(parent);
}

const isNamed = (node: ts.Expression, name: string): boolean => ts.isIdentifier(node) && node.text === name;

function known(table: ReadonlyMap<string, string>, name: string): Use | undefined {
  const kind = table.get(name);
  return kind === undefined ? undefined : { name, kind };
}
