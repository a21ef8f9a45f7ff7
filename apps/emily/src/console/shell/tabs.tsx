import type { KeyboardEvent, ReactElement } from 'react';
import './tabs.css';

export type Tab<Id extends string> = { readonly id: Id; readonly label: string; readonly title: string };

/** A row of tabs; arrow keys move along it, as ARIA describes. The caller shows the chosen panel. */
export function Tabs<Id extends string>({ label, tabs, chosen, panelId, onChoose }: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly chosen: Id;
  readonly panelId: string;
  readonly onChoose: (id: Id) => void;
}): ReactElement {
  const move = (event: KeyboardEvent<HTMLButtonElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex(({ id }) => id === chosen);
    const next = (at + step + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    onChoose(tab.id);
    event.currentTarget.parentElement?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.id} type="button" role="tab" id={`${panelId}-tab-${tab.id}`} className="tab" title={tab.title}
          aria-selected={tab.id === chosen} aria-controls={panelId} tabIndex={tab.id === chosen ? 0 : -1} onClick={() => onChoose(tab.id)} onKeyDown={move}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
