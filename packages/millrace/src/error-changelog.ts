/** Errors: who takes the changes of tables, and how far. */
export const changelogErrors = {
  UNKNOWN_TABLE: {
    message: (d: { pipeline: string; table: string; known: readonly string[] }): string =>
      `'${d.pipeline}' has no table '${d.table}'; it has ${d.known.length === 0 ? 'none that has a name' : d.known.join(', ')}`,
    cure: 'Use the name under which the program returns the table, or that of the step that makes it.',
  },
  UNKNOWN_CHANGELOG: {
    message: (d: { pipeline: string; changelog: string; known: readonly string[] }): string =>
      `'${d.pipeline}' has no changelog '${d.changelog}'; it has ${d.known.length === 0 ? 'none' : d.known.join(', ')}`,
    cure: 'Send the changes of a table to one: table.to(app.changelog(name, { keep })).',
  },
  UNKNOWN_SUBSCRIBER: {
    message: (d: { changelog: string; subscriber: string }): string => `'${d.subscriber}' does not subscribe to the changelog '${d.changelog}'`,
    cure: 'Subscribe first: from then on what it has not acknowledged is kept for it.',
  },
  TOO_MANY_SUBSCRIBERS: {
    message: (d: { changelog: string; max: number }): string => `the changelog '${d.changelog}' has ${d.max} subscribers, which is the most`,
    cure: 'Unsubscribe those that are gone, or let several readers share a name.',
  },
  SUBSCRIBER_BEHIND: {
    message: (d: { changelog: string; subscriber: string; acknowledged: number; first: number }): string =>
      `'${d.subscriber}' has acknowledged the changelog '${d.changelog}' up to ${d.acknowledged}, and the changes before ${d.first} are no longer kept`,
    cure: 'What was missed is in the table: read it anew, acknowledge the position before the first that is kept, and go on from there; or keep changes for longer.',
  },
  ACKNOWLEDGED_BACKWARDS: {
    message: (d: { changelog: string; subscriber: string; position: number; acknowledged: number }): string =>
      `'${d.subscriber}' acknowledged position ${d.position} of the changelog '${d.changelog}', and had acknowledged all before ${d.acknowledged}`,
    cure: 'Acknowledge in order; two runs of one subscriber share what they have acknowledged, so let one of them read.',
  },
  ACKNOWLEDGED_AHEAD: {
    message: (d: { changelog: string; subscriber: string; position: number; end: number }): string =>
      `'${d.subscriber}' acknowledged position ${d.position} of the changelog '${d.changelog}', which ends before ${d.end}`,
    cure: 'Acknowledge the position of a change that was read.',
  },
};
