/** Errors: what sources, sinks and servers meet outside. */
export const outsideErrors = {
  SOURCE_UNREADABLE: {
    message: (d: { path: string; reason: string }): string => `the file ${d.path} cannot be read: ${d.reason}`,
    cure: 'Check the path, which is relative to the folder the process was started in, and who may read it.',
  },
  BAD_HEADER: {
    message: (d: { path: string; reason: string }): string => `the header line of ${d.path} cannot be used: ${d.reason}`,
    cure: 'Give every column a name of its own, in the first line of the file or with { columns: [...] }.',
  },
  SINK_UNWRITABLE: {
    message: (d: { path: string; reason: string }): string => `the file ${d.path} cannot be written: ${d.reason}`,
    cure: 'Give the sink a path in a folder that exists and that the process may write.',
  },
  SINK_FILE_CHANGED: {
    message: (d: { path: string; expected: string; actual: string }): string =>
      `the file ${d.path} is not as the program left it: expected ${d.expected}, it has ${d.actual}`,
    cure: 'Only the program may write that file: put it back as it was, give the sink another path, or move file and store away together to start anew.',
  },
  PORT_TAKEN: {
    message: (d: { host: string; port: number }): string => `port ${d.port} of ${d.host} is taken by another server`,
    cure: 'Stop that server, or give this one another port; port 0 is any free one.',
  },
  CANNOT_LISTEN: {
    message: (d: { host: string; port: number; reason: string }): string => `cannot listen on port ${d.port} of ${d.host}: ${d.reason}`,
    cure: 'Use an address of this machine, and a port that the process may open.',
  },
  NOT_LISTENING: {
    message: (d: { path: string }): string => `the ingest server of ${d.path} is not listening`,
    cure: 'Ask for its address between the start of the program and its end.',
  },
};
