import type { ReactElement } from 'react';
import type { EpochMs } from '../../api.ts';
import type { Key } from '../../api-keys.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { keyStrings } from '../../strings-of-keys.ts';
import type { Column } from '../../table/column.ts';
import { stateOf } from './key-state.ts';

const { columns: title, ...say } = keyStrings;

/** The list of the keys, and its CSV. Who made each is known to who may see the audit. */
export function keyColumns({ at, makers, administers }: { readonly at: EpochMs; readonly makers: ReadonlyMap<string, string> | null; readonly administers: boolean }): readonly Column<Key>[] {
  return [
    { id: 'name', title: title.name, value: ({ name }) => name, show: (key) => <>{key.name} <span className="key-id unit">{key.id}</span></> },
    { id: 'id', title: title.id, hidden: true, value: ({ id }) => id },
    { id: 'state', title: title.state, value: (key) => say.states[stateOf(key, at)], show: (key) => <span className={stateOf(key, at) === 'good' ? '' : 'key-gone'}>{say.states[stateOf(key, at)]}</span> },
    { id: 'scopes', title: title.scopes, lesser: true, value: ({ scopes }) => scopes.map((one) => say.scopes[one]).join(', ') },
    { id: 'project', title: title.project, lesser: 'least', value: ({ project }) => project ?? '' },
    { id: 'user', title: title.user, lesser: 'least', value: ({ user }) => user ?? '' },
    { id: 'requests', title: title.requests, numeric: true, lesser: 'least', value: ({ requestsPerMinute }) => requestsPerMinute ?? '', show: ({ requestsPerMinute }) => limit(requestsPerMinute) },
    { id: 'tokens', title: title.tokens, numeric: true, lesser: 'least', value: ({ tokensPerMinute }) => tokensPerMinute ?? '', show: ({ tokensPerMinute }) => limit(tokensPerMinute) },
    { id: 'created', title: title.created, lesser: true, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => moment(createdAt) },
    ...(makers === null ? [] : [{ id: 'by', title: title.by, lesser: 'least' as const, value: ({ id }: Key) => makers.get(id) ?? say.unknown }]),
    { id: 'expires', title: title.expires, lesser: 'least', value: ({ expiresAt }) => expiresAt ?? '', show: ({ expiresAt }) => (expiresAt === null ? <span className="unit">{say.forever}</span> : moment(expiresAt)) },
    { id: 'revoked', title: title.revoked, hidden: true, value: ({ revokedAt }) => revokedAt ?? '' },
    ...(administers ? [{ id: 'acts', title: title.acts, value: () => '', show: (key: Key, details: { readonly expanded: boolean; readonly onOpen: () => void }) => (stateOf(key, at) === 'good'
      ? <button type="button" className="button quiet" aria-expanded={details.expanded} aria-label={say.change(key.name, key.id)} onClick={details.onOpen}>{details.expanded ? say.close : say.open}</button>
      : key.revokedAt !== null && moment(key.revokedAt)) }] : []),
  ];
}

const limit = (most: number | null): ReactElement | string => (most === null ? <span className="unit">{say.unlimited}</span> : formatCount(most));
const moment = (text: string): ReactElement => <Moment at={Date.parse(text)} dated />;
