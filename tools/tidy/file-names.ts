import type { Check } from './check.ts';

const word = '[a-z0-9]+(-[a-z0-9]+)*';
const kebab = new RegExp(`^[.]?${word}([.]${word})*$`);
/** Documents that everyone looks for under these names. */
const shouted = /^[A-Z]+([.]md)?$/;

/** The kebab-case name is the idea; and a name that differs in case only is another file on some disks. */
export const fileNames: Check = (files) =>
  files.flatMap(({ path }) => {
    const odd = path.split('/').find((part) => !kebab.test(part) && !shouted.test(part));
    if (odd === undefined) return [];
    return [{ severity: 'error', path, line: 1, what: `expected a kebab-case name, got "${odd}"`, cure: 'Rename it: small letters, digits and hyphens.' }];
  });
