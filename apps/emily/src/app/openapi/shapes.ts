import { z } from 'zod';
import type { Parameter } from './operation.ts';

/*
 * Shapes that are in several answers and bodies. What is asked is strict: a member that nobody knows is refused.
 * What is answered may have more members than are told of here, now or later.
 */

/** Of a tenant, a project, a budget. */
export const name: z.ZodString = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
/** No control characters, and not only spaces; in the words that every reader of the document has, which `\p{Cc}` is not. */
export const line: RegExp = new RegExp(String.raw`^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0][^\u0000-\u001f\u007f-\u009f]*$`);
/** What something is called, in one line. */
export const text: z.ZodString = z.string().regex(line).max(100);
export const time: z.ZodType = z.iso.datetime();
/** As it is sent: not before 1970, with the zone. */
export const timeSent: z.ZodType = z.iso.datetime({ offset: true }).regex(/^(19[7-9]|[2-9]\d\d)\d-/);
export const epochMs: z.ZodType = z.int().min(0).describe('ms since 1970');
/** A whole number in a question. */
export const digits: z.ZodType = z.string().regex(/^(0|[1-9]\d{0,14})$/);
export const count: z.ZodType = z.int().min(0);
/** Exact, in the currency. */
export const decimal: z.ZodType = z.string().regex(/^\d+(\.\d+)?$/).describe('an exact decimal');
export const evidence: z.ZodType = z.array(z.enum(['proved', 'ended', 'assumed', 'declared']));
export const measured: z.ZodType = z.enum(['here', 'elsewhere']).describe('by this Emily, or sent in');
export const finality: z.ZodType = z.enum(['provisional', 'final']);
export const role: z.ZodType = z.enum(['operator', 'finance', 'auditor', 'admin', 'developer']);

const completeness = z.looseObject({ frontier: z.number().nullable(), evidence });
/** How far what is answered is complete. */
export const asOf: z.ZodType = completeness.extend({ commit: z.int(), sentIn: completeness.nullable() });

export const problem: z.ZodType = z.looseObject({
  error: z.looseObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
    expected: z.string().optional(),
    got: z.string().optional(),
    cure: z.string().optional(),
  }),
});

export const listOf = (item: z.ZodType, more: Readonly<Record<string, z.ZodType>> = {}): z.ZodType => z.looseObject({ data: z.array(item), ...more });

export const ofTenant: Readonly<Record<string, Parameter>> = { tenant: { about: 'Whose; left out: your own, or for those of the house everybody’s', shape: z.string() } };
