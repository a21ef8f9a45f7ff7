/*
 * Every word the console says, in one place, so that it speaks with one voice and can be translated.
 * What has a number or a name in it is a function; the numbers come formatted.
 */
export const strings = {
  product: 'Emily',
  skip: 'Skip to content',
  modes: { demo: 'demo demand', replay: 'replay', serve: 'serving' },

  live: {
    connecting: 'Connecting…',
    live: 'Live',
    stale: 'Stale',
    commit: (commit: string): string => `commit ${commit}`,
    commitWhy: 'Everything on this page is as of this durable commit.',
  },

  stale: {
    title: (time: string): string => `The live stream stopped at ${time}.`,
    never: 'The live stream has not started.',
    text: 'What you see is from then and is not moving. Reconnecting by itself; if this lasts, look at the terminal in which Emily runs.',
    unreadable: 'The server sent an event this page can’t read. The page may be older than the server: reload it.',
    reconnect: 'Reconnect now',
  },

  signIn: {
    title: 'Sign in to Emily',
    text: 'Emily prints a one-time sign-in link in the terminal in which it was started. Open that link in this browser.',
    again: 'I have opened it: try again',
  },

  unreachable: {
    title: 'The server does not answer',
    text: (path: string, problem: string): string => `Asked ${path} and got: ${problem}. Look whether Emily still runs in its terminal, then try again.`,
    again: 'Try again',
    panel: (problem: string): string => `Can’t refresh: ${problem}. What is shown is the last answer; the page keeps trying.`,
    status: (status: number): string => `HTTP ${status}`,
    network: 'no connection',
    notJson: 'an answer that is not JSON',
  },

  crash: {
    title: 'This page has a fault',
    text: (reason: string): string => `It could not show what the server sent: ${reason}. Nothing is lost: the page only reads. Reload it; if it happens again, please report this sentence.`,
    again: 'Reload',
  },

  theme: {
    toDark: 'Switch to dark',
    toLight: 'Switch to light',
  },

  help: {
    open: 'Keyboard shortcuts',
    title: 'Keyboard',
    close: 'Close',
    search: 'Search invoices',
    help: 'This list',
    go: (section: string): string => `Go to ${section}`,
    cursor: 'Move the time cursor, on a chart that has the focus',
    cursorEnds: 'First and newest point',
    escape: 'Close a list, an explanation or the search',
    afterwards: 'then',
  },

  copy: { do: 'Copy', done: 'Copied', selected: 'Selected: press Ctrl+C or ⌘C' },
  csv: 'CSV',
  csvOf: (title: string): string => `Download ${title} as CSV`,
  png: 'PNG',
  pngOf: (title: string): string => `Download ${title} as PNG`,
  table: 'Table',
  tableOf: (title: string): string => `Show ${title} as a table`,
  showAll: (count: string): string => `Show all ${count}`,
  asOf: (commit: string): string => `as of commit ${commit}`,

  evidence: {
    proved: 'proved',
    ended: 'ended',
    assumed: 'assumed',
    declared: 'declared',
  },
  evidenceWhy: {
    proved: 'every gateway’s numbered facts are here, without a gap',
    ended: 'the input is over',
    assumed: 'by a bound on disorder or a time-out, not by proof',
    declared: 'a person said so, with name and reason',
  },

  currencyTitle: 'Currency',
  finalityTitle: 'Finality',
  evidenceTitle: 'Evidence',
  amountIn: (title: string, currency: string): string => `${title}, ${currency}`,
  finality: { provisional: 'provisional', final: 'final' },
  why: {
    open: (border: string): string => `Provisional: requests still to come change it. The month is open until ${border}.`,
    closing: (border: string): string => `Provisional: the month ended on ${border}; it becomes final as soon as every gateway has reported up to then.`,
    complete: (time: string, evidence: string): string => `Complete up to ${time}, ${evidence}.`,
    nothing: 'No gateway has promised anything yet.',
    final: (evidence: string): string => `Final: it never changes; ${evidence}. If it turns out wrong, a correction is issued beside it.`,
    noEvidence: 'no evidence recorded',
  },

  legend: {
    title: 'How to read it',
    final: 'final, never changes',
    provisional: 'provisional, may still change',
    contiguous: 'complete',
    gap: 'gap',
    silent: 'silent since',
    frontier: 'complete up to here',
  },

  completeness: {
    title: 'Completeness by gateway',
    none: 'No gateway has reported yet.',
    live: 'live',
    silent: 'silent',
    closed: 'closed',
    row: (producer: string, state: string, time: string, gaps: string): string => `${producer}: ${state}, last heard ${time}, ${gaps}`,
    gaps: (count: number): string => (count === 0 ? 'no gap' : count === 1 ? '1 gap' : `${count} gaps`),
    gap: (producer: string, epoch: string, ranges: string, from: string, to: string): string =>
      `${producer}, epoch ${epoch}: missing ${ranges}, between ${from} and ${to}`,
    silentSince: (producer: string, time: string): string => `${producer} is silent since ${time}`,
    columns: { producer: 'Gateway', state: 'State', epoch: 'Epoch', sequence: 'Last sequence', heard: 'Last heard', missing: 'Missing' },
  },

  now: {
    title: 'Now',
    question: 'Is everything healthy, complete and within capacity?',
    sections: {
      state: 'State',
      rates: 'Right now',
      time: 'Demand over time',
      bill: 'Bill so far',
      billFinal: 'Bill of the month',
      replicas: 'Replicas',
      tenants: 'Usage by tenant',
      models: 'Model popularity',
      invoices: 'Invoices',
    },

    figures: {
      requests: 'Requests',
      input: 'Input tokens',
      output: 'Output tokens',
      inFlight: 'In flight',
      refused: 'Refused',
      ready: 'Replicas ready',
      bad: 'Bad records',
      late: 'Late facts',
      perSecond: '/s',
      of: (count: string): string => `of ${count}`,
    },

    verdict: {
      good: 'Healthy and complete',
      waiting: 'Ready',
      unknown: (time: string): string => `Not known since ${time}`,
      attention: 'Needs a look',
      bad: 'Broken',
      gateways: (count: number): string => (count === 1 ? 'the gateway reports without a gap' : `all ${count} gateways report without a gap`),
      replicas: (ready: number): string => (ready === 1 ? 'the replica is ready' : `all ${ready} replicas are ready`),
      completeTo: 'complete up to',
      noGateways: 'no gateway has reported yet',
      silent: (producer: string, time: string): string => `${producer} is silent since ${time}; the frontier waits for it`,
      gap: (producer: string, missing: string, ranges: string): string => `${producer} misses ${missing} (${ranges})`,
      facts: (count: string): string => (count === '1' ? '1 fact' : `${count} facts`),
      notReady: (replica: string, model: string, state: string): string => `${replica} (${model}) is ${state}`,
      noneReady: (model: string): string => `no replica of ${model} is ready`,
      badRecords: (count: string): string => (count === '1' ? '1 bad record' : `${count} bad records`),
      late: (count: string): string => (count === '1' ? '1 late fact' : `${count} late facts`),
    },

    time: {
      tabs: 'Range',
      seconds: '15 min',
      secondsTitle: 'the last 15 minutes, per second',
      minutes: '3 h',
      minutesTitle: 'the last 3 hours, per minute',
      trace: 'Trace',
      traceTitle: 'the whole trace, per minute',
      requestsPerSecond: 'Requests per second',
      tokensPerSecond: 'Tokens per second',
      requestsPerMinute: 'Requests per minute',
      tokensPerMinute: 'Tokens per minute',
      requests: 'requests',
      input: 'input',
      output: 'output',
      perSecond: '/s',
      perMinute: '/min',
      cursor: 'Time cursor; arrow keys move it',
      mean: (seconds: string): string => `${seconds} s`,
      zone: (zone: string): string => `Times in ${zone}`,
      zoneTrace: (zone: string): string => `The trace’s own times, in ${zone}`,
      wallClock: 'The clock of this machine: how fast the replay runs. The trace’s own time is in the other tab.',
      empty: 'Nothing has been measured in this stretch of time.',
      columns: {
        from: 'From', span: 'Span', requests: 'Requests', input: 'Input tokens', output: 'Output tokens', finality: 'Finality', evidence: 'Evidence',
      },
      rate: (column: string): string => `${column} /s`,
      total: (column: string): string => `${column} /min`,
      second: 's',
    },

    bill: {
      soFar: 'so far',
      final: 'final',
      open: (border: string): string => `open until ${border}`,
      closed: (border: string): string => `ended ${border}`,
      elapsed: (share: string): string => `${share} of the month has passed`,
      requests: 'Requests',
      input: 'Input tokens',
      output: 'Output tokens',
      complete: 'Complete up to',
      evidence: 'Evidence',
      noEvidence: 'none yet',
    },

    replicas: {
      columns: { id: 'Replica', model: 'Model', state: 'State', outstanding: 'In flight' },
      none: 'No replica is registered.',
      simulated: 'simulated',
      simulatedWhy: 'This model’s replicas speak the protocol and say that they are simulated; no GPU is behind them.',
    },

    noUsage: 'No usage yet this month.',

    tenants: {
      columns: { tenant: 'Tenant', id: 'Tenant id', requests: 'Requests', input: 'Input tokens', output: 'Output tokens', amount: 'Amount', share: 'Share of bill' },
      all: 'All tenants',
    },

    models: {
      columns: { rank: '#', model: 'Model', owner: 'Owner', share: 'Share of requests', requests: 'Requests', input: 'Input tokens', output: 'Output tokens' },
      all: 'All models',
    },

    invoices: {
      search: 'Search user, tenant or number',
      searchHint: '/',
      tenant: 'Tenant',
      anyTenant: 'All tenants',
      status: 'Status',
      anyStatus: 'Any status',
      open: 'open',
      final: 'final',
      columns: {
        user: 'User', tenant: 'Tenant', number: 'Number', status: 'Status', requests: 'Requests', amount: 'Total', evidence: 'Evidence',
        from: 'Period from', to: 'Period to', zone: 'Zone',
      },
      lines: (user: string): string => `Lines of the invoice of ${user}`,
      line: { unit: 'Unit', quantity: 'Quantity', unitPrice: 'Unit price', priceId: 'Price', amount: 'Amount' },
      period: (start: string, end: string): string => `${start} to ${end}`,
      noNumber: 'at close',
      count: (shown: string, all: string): string => (shown === all ? `${all} invoices` : `${shown} of ${all} invoices`),
      top: (count: string): string => `The ${count} largest of the month; the search looks in these.`,
      none: 'No invoice yet: the first billed request of a user opens one.',
      noMatch: (search: string): string => `Nothing matches “${search}”.`,
      noneSo: 'No invoice is like that.',
      clear: 'Clear the filters',
    },

    replay: {
      title: (file: string): string => `Replaying ${file}`,
      finished: (file: string): string => `Replayed ${file}`,
      progress: (done: string, rows: string): string => `${done} of ${rows} rows`,
      speed: (rate: string): string => `${rate} requests/s`,
    },

    teach: {
      title: 'Send the first request',
      text: 'Nothing has been asked this month. Any OpenAI client will do: point it at this address, or paste this line into a terminal. The numbers above move within a second.',
      again: 'Send a request yourself',
      curl: 'curl line',
      noKey: 'It needs an API key in place of the placeholder.',
      simulated: 'The answer comes from a simulated replica, and says so.',
    },
  },
} as const;
