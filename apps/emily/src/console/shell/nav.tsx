import type { ReactElement } from 'react';
import { pageStrings } from '../strings-of-pages.ts';
import { onPageLink, pageHref, pages, type PageId } from './page-id.ts';
import './nav.css';

/** The way to the other pages: links, so that one can be opened in another tab. */
export function Nav({ page }: { readonly page: PageId }): ReactElement {
  return (
    <nav className="nav" aria-label={pageStrings.nav}>
      <ul>
        {pages.map((one) => (
          <li key={one}><a href={pageHref(one)} aria-current={one === page ? 'page' : undefined} onClick={onPageLink(one)}>{pageStrings.pages[one].title}</a></li>
        ))}
      </ul>
    </nav>
  );
}
