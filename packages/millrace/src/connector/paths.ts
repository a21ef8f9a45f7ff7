import { checkText, refuse } from '../argument.ts';

/** The paths of a source: one, or a list of them. An empty list would be a source that ends at once. */
export function pathsOf(call: string, path: string | readonly string[]): readonly string[] {
  const expected = 'the path of a file, or a list of them';
  if (typeof path !== 'string' && (!Array.isArray(path) || path.length === 0)) refuse(`${call}(path)`, expected, path);
  const paths = typeof path === 'string' ? [path] : [...path];
  for (const one of paths) checkText(`${call}(path)`, one, expected);
  return paths;
}
