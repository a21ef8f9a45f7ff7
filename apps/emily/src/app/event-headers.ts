import type { IncomingMessage } from 'node:http';

/*
 * An event in the binary mode of CloudEvents over HTTP: its attributes are headers, `ce-id`, and the body is its data.
 *
 *   value := '"' (char | '\' char)* '"' | char*     and in it %XX for each byte of UTF-8 that no header may have
 */

/** The attributes by name, or what is wrong with them; undefined: the request has none, and its body is the event. */
export function eventAttributes({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Readonly<Record<string, string>> | string | undefined {
  const attributes = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]).toLowerCase();
    if (!name.startsWith(PREFIX)) continue;
    const attribute = name.slice(PREFIX.length);
    // Which of two counts would depend on who reads them.
    if (attributes.has(attribute)) return `there is more than one header ${name}`;
    const value = decoded(String(rawHeaders[i + 1]));
    if (value === undefined) return `the header ${name} is no text: expected UTF-8, with %XX for what is not ASCII`;
    attributes.set(attribute, value);
  }
  return attributes.size === 0 ? undefined : Object.fromEntries(attributes);
}

const PREFIX = 'ce-';

function decoded(header: string): string | undefined {
  const text = /^".*"$/.test(header) ? header.slice(1, -1).replaceAll(/\\(.)/g, '$1') : header;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
