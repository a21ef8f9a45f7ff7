/**
 * The console's cookie. Scripts can't read it, other sites can't send it, and where the
 * connection is TLS its name binds it to this host: a browser takes a `__Host-` cookie only
 * with Secure, with the path / and without a domain.
 */
export type CookieOptions = {
  /** Whether the page is served over TLS. */
  readonly secure: boolean;
};

const nameOf = ({ secure }: CookieOptions): string => (secure ? '__Host-emily' : 'emily');
const attributesOf = ({ secure }: CookieOptions): string => `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;

/** The `set-cookie` header that signs a browser in. */
export const sessionCookie = (token: string, options: CookieOptions): string =>
  `${nameOf(options)}=${token}; ${attributesOf(options)}`;

/** The `set-cookie` header that signs it out. */
export const endedCookie = (options: CookieOptions): string => `${nameOf(options)}=; ${attributesOf(options)}; Max-Age=0`;

/** The session's token in a `cookie` header. */
export function tokenFromCookies(header: string | undefined, options: CookieOptions): string | undefined {
  const name = nameOf(options);
  for (const cookie of (header ?? '').split(';')) {
    const equals = cookie.indexOf('=');
    if (equals >= 0 && cookie.slice(0, equals).trim() === name) return cookie.slice(equals + 1).trim();
  }
  return undefined;
}
