/** A file that git tracks, or would track. Of a binary file only the path counts: its text is empty. */
export type TrackedFile = { readonly path: string; readonly text: string };

/** Something that isn't as the house wants it. Warnings are printed; errors fail the run. */
export type Finding = {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** What was expected and what is there. */
  readonly what: string;
  /** What to do about it. */
  readonly cure: string;
};

/** One house rule. It sees the whole tree as data, so that a test can hand it a small one. */
export type Check = (files: readonly TrackedFile[]) => readonly Finding[];
