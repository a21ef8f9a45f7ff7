import { useState } from 'react';

export type Deed = {
  readonly busy: boolean;
  /** Why the last one was not done; '' where it was. */
  readonly problem: string;
  /** What the last one came to; '' before it. */
  readonly done: string;
  /** Does one thing at a time; `work` says what it came to. */
  readonly run: (work: () => Promise<string>) => Promise<boolean>;
};

/** Something that a form does on the server: whether it is under way, and what came of it, in words. */
export function useDeed(): Deed {
  const [state, setState] = useState({ busy: false, problem: '', done: '' });
  const run = async (work: () => Promise<string>): Promise<boolean> => {
    if (state.busy) return false;
    setState({ busy: true, problem: '', done: '' });
    try {
      const done = await work();
      setState({ busy: false, problem: '', done });
      return true;
    } catch (error) {
      setState({ busy: false, problem: error instanceof Error ? error.message : String(error), done: '' });
      return false;
    }
  };
  return { ...state, run };
}
