/** A question, as OpenAPI has it: what may be asked, and what is answered. */
export function operation(summary: string, parameters: readonly object[], schema: object): object {
  return {
    summary,
    parameters,
    responses: {
      200: { description: 'As of the last commit', content: json(schema) },
      default: { description: 'A refusal: what was expected, what came, and what to do', content: json({ $ref: '#/components/schemas/Problem' }) },
    },
  };
}

export function parameter(name: string, description: string, schema: object): object {
  return { name, in: 'query', description, schema };
}

export function json(schema: object): object {
  return { 'application/json': { schema } };
}

/** A name as a part of a path. RangeError: half of a pair of surrogates is no text, and no path can say it. */
export function pathPart(name: string): string {
  if (!name.isWellFormed()) throw new RangeError(`serve(): ${JSON.stringify(name)} is the name of a table or a changelog, and has half of a pair of surrogates: expected a name that can be written in a path; give it another one`);
  return encodeURIComponent(name);
}

/** An event time, or any other. */
export const time: object = { oneOf: [{ type: 'integer', minimum: 0 }, { type: 'string', format: 'date-time' }] };
