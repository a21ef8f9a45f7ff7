/* What the pages of the keys ask, and what comes back: docs/accounts.md says what each part means. */

export const scopes = ['infer', 'ingest', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A key as lists show it: nothing in it opens anything. Times are RFC 3339. */
export type Key = {
  readonly id: string;
  readonly tenant: string;
  readonly user: string | null;
  readonly project: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
};

export type Keys = { readonly data: readonly Key[] };

/** What made a key is answered with its text, this once. */
export type NewKey = Omit<Key, 'requestsPerMinute' | 'tokensPerMinute'> & { readonly key: string };

export type Project = { readonly id: string; readonly name: string };
export type Projects = { readonly data: readonly Project[] };

const of = (tenant: string): string => (tenant === '' ? '' : `?${new URLSearchParams({ tenant }).toString()}`);

export const keyPaths = {
  list: (tenant: string): string => `/v1/keys${of(tenant)}`,
  projects: (tenant: string): string => `/v1/projects${of(tenant)}`,
  make: '/v1/keys',
  act: (id: string, what: 'rotate' | 'limits' | 'revoke'): string => `/v1/keys/${encodeURIComponent(id)}/${what}`,
} as const;
