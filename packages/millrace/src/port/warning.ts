/** Tells whoever runs the process, in a line: on standard error, or whoever listens to the process's warnings. */
export function warn(code: string, text: string): void {
  process.emitWarning(text, { type: 'Millrace', code });
}
