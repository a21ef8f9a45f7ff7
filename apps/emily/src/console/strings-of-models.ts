/* What the operator's page of the models says. */
export const modelStrings = {
  sections: { popularity: 'Popularity over time', models: 'Models this month', replicas: 'Replicas' },
  columns: {
    model: 'Model', owner: 'Owner', ready: 'Replicas ready', outstanding: 'In flight', share: 'Share of requests', requests: 'Requests', input: 'Input tokens', output: 'Output tokens',
  },
  ready: (ready: string, all: string): string => `${ready} of ${all}`,
  all: 'All models',
  none: 'There is no model. Models are named in the catalog that Emily starts with.',
} as const;
