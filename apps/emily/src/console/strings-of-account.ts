/* What is said around signing in, and to users of themselves. */
export const accountStrings = {
  form: {
    tenant: 'Organisation',
    tenantHint: 'its id; empty for those who run Emily',
    name: 'Name',
    password: 'Password',
    submit: 'Sign in',
    link: 'With a link',
  },
  open: 'Your account',
  title: 'Your account',
  close: 'Close',
  whose: (name: string | null, role: string, tenant: string | null): string => `${name ?? 'A sign-in link for a role, and nobody in particular'} · ${role}${tenant === null ? '' : ` of ${tenant}`}`,
  signOut: 'Sign out',
  setTitle: 'Set a password',
  changeTitle: 'Change the password',
  current: 'Password until now',
  next: 'New password, 12 to 256 characters',
  set: 'Set the password',
  done: 'The password is set. Other sessions of yours are over.',
  unreachable: 'The server does not answer. Try again.',
} as const;
