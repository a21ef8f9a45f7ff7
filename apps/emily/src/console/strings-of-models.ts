/* What the operator's page of the models says. */
export const modelStrings = {
  sections: { lastHour: 'Asked for in the last hour', popularity: 'Popularity over time', models: 'Models this month', replicas: 'Replicas' },
  columns: {
    model: 'Model', owner: 'Owner', ready: 'Replicas ready', outstanding: 'In flight', share: 'Share of requests', requests: 'Requests', input: 'Input tokens', output: 'Output tokens', before: 'Hour before', change: 'Change',
  },
  ready: (ready: string, all: string): string => `${ready} of ${all}`,
  asking: 'Asking …',
  quiet: 'No model was asked for in the last two hours.',
  same: 'the same',
  fresh: 'new',
  all: 'All models',
  none: 'There is no model. Models are named in the catalog that Emily starts with.',
} as const;
