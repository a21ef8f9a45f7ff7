import type { FastifyInstance } from 'fastify';

/** The addresses of a server, and the methods that each takes: every route that is added after this one was made. */
export class KnownRoutes {
  static readonly #ofServer = new WeakMap<FastifyInstance, KnownRoutes>();
  readonly #routes: { readonly url: string; readonly path: RegExp; readonly methods: readonly string[] }[] = [];

  constructor(app: FastifyInstance) {
    KnownRoutes.#ofServer.set(app, this);
    app.addHook('onRoute', ({ url, method }) => {
      // The one that looks for files takes any path, and says nothing about any of them.
      if (url !== '*' && url !== '/*') this.#routes.push({ url, path: pathOf(url), methods: [method].flat() });
    });
  }

  /** Those of a server, each as `GET /v1/usage`. */
  static of(app: FastifyInstance): readonly string[] {
    const known = KnownRoutes.#ofServer.get(app);
    return known === undefined ? [] : known.#routes.flatMap(({ url, methods }) => methods.map((method) => `${method} ${url}`));
  }

  /** The methods that an address takes, as an Allow header has them; undefined where there is no such address. */
  allowed(url: string): string | undefined {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    const methods = new Set(this.#routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods));
    return methods.size === 0 ? undefined : [...methods].sort().join(', ');
  }
}

/** The paths that a route's pattern stands for: `:name` is a part, `*` the rest. */
function pathOf(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => (part === '*' ? '.+' : part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
