/** `start` and `replay FILE`, as the options that they are. */
export function spelledOut([first, ...others]: readonly string[]): readonly string[] {
  if (first === 'start') return others;
  if (first === 'replay') return ['--replay', ...others];
  return first === undefined ? [] : [first, ...others];
}
