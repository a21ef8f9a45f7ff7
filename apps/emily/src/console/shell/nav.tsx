import type { ReactElement } from 'react';
import type { Hello } from '../api.ts';
import { pageStrings } from '../strings-of-pages.ts';
import { goingAlong, onPageLink, pageHref, pagesOf, type PageId } from './page-id.ts';
import { useQueryParam } from './query-param.ts';
import './nav.css';

/** The way to the other pages: links, so that one can be opened in another tab. */
export function Nav({ hello, page }: { readonly hello: Hello; readonly page: PageId }): ReactElement {
  const [tenant] = useQueryParam('tenant', '');
  return (
    <nav className="nav" aria-label={pageStrings.nav}>
      <ul>
        {pagesOf(hello).map((one) => (
          <li key={one}><a href={pageHref(one, goingAlong(one, tenant))} aria-current={one === page ? 'page' : undefined} onClick={onPageLink(one, goingAlong(one, tenant))}>{pageStrings.pages[one].title}</a></li>
        ))}
      </ul>
    </nav>
  );
}
