import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import './explained.css';

type Opens = {
  /** Where the number opens what it is made of. */
  readonly expanded: boolean;
  readonly onOpen: () => void;
};

/**
 * Something that explains itself: by hovering, by focus, by a tap. Escape closes the explanation,
 * and the pointer may move onto it. With `opens` it is a button as well.
 */
export function Explained({ why, className = '', opens, children }: {
  readonly why: string;
  readonly className?: string;
  readonly opens?: Opens;
  readonly children: ReactNode;
}): ReactElement {
  const [shown, setShown] = useState(false);
  const [hide] = useState(() => () => setShown(false));
  const id = useId();
  const show = (): void => {
    if (closeOther !== null && closeOther !== hide) closeOther();
    closeOther = hide;
    setShown(true);
  };
  const common = {
    className: `explained ${className}`,
    'aria-describedby': shown ? id : undefined,
    onMouseEnter: show,
    onMouseLeave: hide,
    onFocus: show,
    onBlur: hide,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && shown) {
        hide();
        event.stopPropagation();
      }
    },
  };
  const inside = <>{children}{shown && <Explanation id={id}>{why}</Explanation>}</>;
  return opens === undefined
    ? <span {...common} tabIndex={0}>{inside}</span>
    : <button type="button" {...common} aria-expanded={opens.expanded} onClick={opens.onOpen}>{inside}</button>;
}

const MARGIN_PX = 8;

/* One explanation at a time: hovering elsewhere closes what the focus opened. */
let closeOther: (() => void) | null = null;

/* In the top layer, so that no table cuts it off; below its anchor, or above where there is no room. */
function Explanation({ id, children }: { readonly id: string; readonly children: ReactNode }): ReactElement {
  const self = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    const box = self.current;
    const anchor = box?.parentElement?.getBoundingClientRect();
    if (box === null || anchor === undefined) return;
    box.showPopover();
    const { width, height } = box.getBoundingClientRect();
    const left = Math.min(Math.max(MARGIN_PX, anchor.left), innerWidth - width - MARGIN_PX);
    const below = anchor.bottom + height + MARGIN_PX <= innerHeight;
    box.style.left = `${left}px`;
    box.style.top = `${below ? anchor.bottom : anchor.top - height}px`;
  }, []);

  return <span ref={self} id={id} role="tooltip" popover="manual" className="explanation">{children}</span>;
}
