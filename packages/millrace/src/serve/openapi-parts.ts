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

/** An event time, or any other. */
export const time: object = { oneOf: [{ type: 'integer', minimum: 0 }, { type: 'string', format: 'date-time' }] };
