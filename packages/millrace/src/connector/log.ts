import { checkOptions, checkWord } from '../argument.ts';
import type { Reader, SourceContext, SourceSpec } from '../task/source.ts';

/** A source that a program in the same process appends to. */
export interface LogSource<T> extends SourceSpec<T> {
  readonly kind: 'log';
  readonly keep: 'processed' | 'forever';
}

export interface LogOptions {
  /** Rows are kept until a commit covers their processing, or for ever. Default: 'processed'. */
  readonly keep?: 'processed' | 'forever';
}

/** A log in the program's own store: `program.append(source, rows)` resolves once the rows are durable. */
export function log<T>(options: LogOptions = {}): LogSource<T> {
  checkOptions('log(options)', options, ['keep']);
  const { keep = 'processed' } = options;
  checkWord('log({ keep })', keep, ['processed', 'forever']);
  return {
    kind: 'log',
    keep,
    text: 'log',
    partitions: 1,
    endless: true,
    ...(keep === 'forever' && { again: async (context: SourceContext): Promise<readonly Reader<T>[]> => [context.log<T>(keep).again()] }),
    open: async (context: SourceContext, [cursor]): Promise<readonly Reader<T>[]> => [context.log<T>(keep).reader(cursor)],
  };
}
