import type { IncomingHttpHeaders } from 'node:http';
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { EndedCall } from './linked-call.ts';
import type { Caller } from './caller.ts';
import type { Endpoint } from './endpoint.ts';
import type { Refusal } from './refusal.ts';

/** Nothing, as long as whoever embeds Emily has registered no SDK. */
const tracer = trace.getTracer('emily');

/** What the semantic conventions for generative models call what an endpoint does. */
const operations: Readonly<Record<string, string>> = { '/v1/completions': 'text_completion', '/v1/embeddings': 'embeddings' };
const USUAL_OPERATION = 'chat';

/** The parts of a call that take time, each a span of its own. */
export type Step = 'admit' | 'engine' | 'finish';

/**
 * A call as OpenTelemetry sees it: one span, under that of the client where it sends a `traceparent`, and one in it
 * for each part. What was said is in none of them.
 */
export class CallTrace {
  readonly #span: Span;
  readonly #context: Context;
  readonly #operation: string;

  constructor({ path }: Endpoint, headers: IncomingHttpHeaders) {
    const outer = propagation.extract(ROOT_CONTEXT, headers);
    this.#operation = operations[path] ?? USUAL_OPERATION;
    this.#span = tracer.startSpan(this.#operation, { kind: SpanKind.SERVER, attributes: { 'gen_ai.operation.name': this.#operation, 'url.path': path } }, outer);
    this.#context = trace.setSpan(outer, this.#span);
  }

  /** Who asks for which model, once it is known that there is one: names of spans are to be few. */
  asked({ id, credential, model }: Caller): void {
    this.#span.updateName(`${this.#operation} ${model}`);
    this.#span.setAttributes({ 'gen_ai.request.model': model ?? '', 'emily.request.id': id, 'emily.tenant': credential?.tenant ?? '' });
  }

  /** One part of it; `headers` tell the next server whose part that is. */
  async step<T>(name: Step, work: (headers: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
    const span = tracer.startSpan(name, { kind: name === 'engine' ? SpanKind.CLIENT : SpanKind.INTERNAL }, this.#context);
    const headers: Record<string, string> = {};
    if (name === 'engine') propagation.inject(trace.setSpan(this.#context, span), headers);
    try {
      return await work(headers);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  ended({ outcome, units, replica }: EndedCall): void {
    this.#span.setAttributes({ 'emily.outcome': outcome, 'emily.replica': replica ?? '', 'gen_ai.usage.input_tokens': units.inputTokens, 'gen_ai.usage.output_tokens': units.outputTokens });
  }

  /** It was answered with what another one made. */
  repeated(): void {
    this.#span.setAttribute('emily.repeated', true);
  }

  refused({ code, status }: Refusal): void {
    this.#span.setAttributes({ 'error.type': code, 'http.response.status_code': status });
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  close(): void {
    this.#span.end();
  }
}
