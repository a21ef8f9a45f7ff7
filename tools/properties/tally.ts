/** What one property came to. */
export interface Property {
  /** The file, without its folder and its ending. */
  readonly operator: string;
  readonly name: string;
  readonly runs: number;
  readonly ms: number;
  readonly violated: boolean;
}

/** All properties of an operator together. */
export interface Line {
  readonly operator: string;
  readonly properties: number;
  readonly runs: number;
  readonly ms: number;
  readonly violations: number;
}

export function byOperator(properties: readonly Property[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { operator, runs, ms, violated } of properties) {
    const line = lines.get(operator) ?? { operator, properties: 0, runs: 0, ms: 0, violations: 0 };
    lines.set(operator, { operator, properties: line.properties + 1, runs: line.runs + runs, ms: line.ms + ms, violations: line.violations + Number(violated) });
  }
  return [...lines.values()].toSorted((one, other) => (one.operator < other.operator ? -1 : 1));
}

const sum = (lines: readonly Line[], what: 'properties' | 'runs' | 'violations'): number => lines.reduce((all, line) => all + line[what], 0);

/** The line that a long run ends with, alone on its line and last. */
export function closingLine(lines: readonly Line[], seed: number): string {
  return `${lines.length} operators, ${sum(lines, 'properties')} properties, ${sum(lines, 'runs')} runs, seed ${seed}, violations: ${sum(lines, 'violations')}`;
}

/** A table in Markdown, as docs/properties.md has it. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(({ operator, properties, runs, ms, violations }) => `| ${operator} | ${properties} | ${runs.toLocaleString('en')} | ${(ms / 1000).toFixed(1)} | ${violations} |`);
  return ['| operator | properties | runs | s | violations |', '|---|---:|---:|---:|---:|', ...rows].join('\n');
}

/** The same for machines, on one line. */
export function jsonLine(lines: readonly Line[], order: { readonly runs: number; readonly seed: number }): string {
  return JSON.stringify({ ...order, operators: lines, runs: sum(lines, 'runs'), runsAsked: order.runs, violations: sum(lines, 'violations') });
}
