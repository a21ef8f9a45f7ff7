/* The names of the pages, and the question that each answers. */
export const pageStrings = {
  nav: 'Pages',
  signedInAs: (tenant: string, role: string): string => `${tenant} · ${role}`,
  roles: { operator: 'operator', finance: 'finance', auditor: 'auditor', admin: 'administrator', developer: 'developer' },
  pages: {
    now: { title: 'Now', question: 'Is everything healthy, complete and within capacity?' },
    requests: { title: 'Requests', question: 'What happened to this request?' },
    holds: { title: 'Holds', question: 'What waits for a person, why, and what will each choice do?' },
    fleet: { title: 'Fleet', question: 'Which replicas are there, in what state, how loaded, and where does their time go?' },
    models: { title: 'Models', question: 'Which models are asked for, how much, and what serves them?' },
    tenants: { title: 'Tenants', question: 'Who uses what, with which keys, and within which budgets?' },
    usage: { title: 'Usage', question: 'What was used, of what, by whom, and when?' },
    keys: { title: 'Keys', question: 'Which keys are there, who has them, and what may each do?' },
    budgets: { title: 'Budgets', question: 'What may be spent, and where does it stand?' },
    playground: { title: 'Playground', question: 'What does a model answer, and what does each answer cost?' },
    audit: { title: 'Audit', question: 'Who did what, and does the chain verify?' },
  },
  tenant: 'Tenant',
  everyTenant: 'all tenants',
  chooseTenant: 'choose one',
} as const;
