/* The names of the pages, and the question that each answers. */
export const pageStrings = {
  nav: 'Pages',
  signedInAs: (tenant: string, role: string): string => `${tenant} · ${role}`,
  roles: { operator: 'operator', admin: 'administrator', developer: 'developer' },
  pages: {
    now: { title: 'Now', question: 'Is everything healthy, complete and within capacity?' },
    models: { title: 'Models', question: 'Which models are asked for, how much, and what serves them?' },
    tenants: { title: 'Tenants', question: 'Who uses what, what does it come to, and who holds which keys?' },
    usage: { title: 'Usage', question: 'What did I use, when, and by whom?' },
    keys: { title: 'Keys', question: 'Which keys open our account, and who made them?' },
    playground: { title: 'Playground', question: 'What does a model answer, and what does that cost?' },
  },
} as const;
