import type { EpochMs, Evidence, Finality, Measured } from '../api.ts';
import { formatBorder, formatMoment } from '../format/time.ts';
import { strings } from '../strings.ts';

/** What is known about how sure an amount of a billing period is. */
export type Standing = {
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
  readonly frontier: EpochMs | null;
  /** Default: here. */
  readonly measured?: Measured;
  readonly period: { readonly end: EpochMs; readonly zone: string };
};

/** Why an amount may still change and until when; or why it never will. */
export function whyStanding({ finality, evidence, frontier, measured = 'here', period }: Standing): string {
  const say = strings.why;
  const words = evidenceInWords(evidence);
  if (finality === 'final') return say.final(words);
  const border = formatBorder(period.end, period.zone);
  const ended = frontier !== null && frontier >= period.end;
  const closing = measured === 'here' ? say.closing : say.closingElsewhere;
  const open = ended ? closing(border) : say.open(border);
  return `${open} ${frontier === null ? (measured === 'here' ? say.nothing : say.nothingElsewhere) : say.complete(formatMoment(frontier), words)}`;
}

/** `assumed: by a bound on disorder or a time-out, not by proof`; several are joined. */
export function evidenceInWords(evidence: readonly Evidence[]): string {
  if (evidence.length === 0) return strings.why.noEvidence;
  return evidence.map((mark) => `${strings.evidence[mark]} (${strings.evidenceWhy[mark]})`).join(', ');
}
