import { expect, test } from 'vitest';
import { said } from './given.ts';
import { registryHosts } from './registry-hosts.ts';

test('a lock file that names the host a package came from is found', () => {
  const lock = '{\n  "resolved": "https://registry.example.org/lmdb/-/lmdb-1.0.0.tgz"\n}';
  expect(said(registryHosts, { 'package-lock.json': lock })).toEqual(['package-lock.json:2: names the host registry.example.org']);
});

test('workspaces resolve to folders, and that is fine', () => {
  expect(said(registryHosts, { 'package-lock.json': '{ "resolved": "packages/millrace", "link": true }' })).toEqual([]);
});

test.each(['registry=https://registry.example.org', '@scope:registry = https://registry.example.org', '//registry.example.org/:_authToken=abc'])(
  'an .npmrc with %s chooses for everybody',
  (text) => {
    expect(said(registryHosts, { '.npmrc': `fund=false\n${text}` })).toEqual(['.npmrc:2: chooses a registry, or signs in to one, for everybody']);
  },
);

test('leaving the host out is fine', () => {
  expect(said(registryHosts, { '.npmrc': 'omit-lockfile-registry-resolved=true' })).toEqual([]);
});
