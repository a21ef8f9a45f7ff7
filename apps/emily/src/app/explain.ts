/** What went wrong and what to do about it, for the terminal. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const { code, cure, port } = error as Error & { code?: string; cure?: string; port?: number };
  if (code === 'EADDRINUSE') return `error: port ${port} is taken.\n  Give Emily another one with --port, or --port 0 for any free one.`;
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return `error: cannot listen on that address: ${error.message}.\n  Give an address of this machine with --host, such as 127.0.0.1 or ::1.`;
  }
  const known = cure === undefined ? '' : `\n  ${cure}`;
  // A failure that nobody foresaw is told with where it happened.
  return known === '' ? `error: ${error.stack ?? error.message}` : `error: ${error.message}${known}`;
}
