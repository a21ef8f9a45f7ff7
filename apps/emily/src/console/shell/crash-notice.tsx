import { Component, type ReactElement, type ReactNode } from 'react';
import { strings } from '../strings.ts';
import { Notice } from './notice.tsx';

type Props = { readonly children: ReactNode };

/** What is left of the page when a part of it throws: the reason, and a way back. Never a blank page. */
export class CrashNotice extends Component<Props, { readonly reason: string | null }> {
  override state: { readonly reason: string | null } = { reason: null };

  static getDerivedStateFromError(error: unknown): { readonly reason: string } {
    return { reason: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactElement {
    const { reason } = this.state;
    if (reason === null) return <>{this.props.children}</>;
    return <Notice title={strings.crash.title} text={strings.crash.text(reason)} action={strings.crash.again} onAction={() => location.reload()} />;
  }
}
