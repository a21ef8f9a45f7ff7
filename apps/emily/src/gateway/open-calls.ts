import type { TenantId } from '../domain/names.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse, type Refusal } from './refusal.ts';

type Limits = Pick<GatewayLimits, 'openCallsMax' | 'openCallsPerTenantMax' | 'openBodyBytesMax'>;

/** A call's place among the open ones. */
export type Place = { readonly tenant: TenantId; readonly bodyBytes: number; readonly cutOff: AbortController };

/** The calls that are open: how many there may be, and how they end when the gateway stops. */
export class OpenCalls {
  readonly #limits: Limits;
  readonly #strain: { readonly isOver: boolean };
  readonly #places = new Set<Place>();
  readonly #perTenant = new Map<TenantId, number>();
  #bodyBytes = 0;
  #draining = false;
  #empty = Promise.withResolvers<void>();

  /** `isOver`: no call more can be let in now. */
  constructor(limits: Limits, strain: { readonly isOver: boolean } = { isOver: false }) {
    this.#limits = limits;
    this.#strain = strain;
  }

  enter(tenant: TenantId, bodyBytes: number): Place {
    const problem = this.#fullFor(tenant, bodyBytes);
    if (problem !== undefined) throw problem;
    const place = { tenant, bodyBytes, cutOff: new AbortController() };
    this.#places.add(place);
    this.#bodyBytes += bodyBytes;
    this.#perTenant.set(tenant, (this.#perTenant.get(tenant) ?? 0) + 1);
    return place;
  }

  leave(place: Place): void {
    if (!this.#places.delete(place)) return;
    this.#bodyBytes -= place.bodyBytes;
    const left = this.#perTenant.get(place.tenant)! - 1;
    if (left === 0) this.#perTenant.delete(place.tenant);
    else this.#perTenant.set(place.tenant, left);
    if (this.#places.size === 0) this.#empty.resolve();
  }

  /** Lets no call in any more, gives those inside their time, then cuts them off; resolves when all have left. */
  async drain(msMax: number): Promise<void> {
    this.#draining = true;
    if (this.#places.size === 0) return;
    this.#empty = Promise.withResolvers();
    const timer = setTimeout(() => this.#cutOffAll(), msMax);
    await this.#empty.promise;
    clearTimeout(timer);
  }

  #cutOffAll(): void {
    for (const { cutOff } of this.#places) cutOff.abort(refuse('draining', {}));
  }

  #fullFor(tenant: TenantId, bodyBytes: number): Refusal | undefined {
    const { openCallsMax, openCallsPerTenantMax, openBodyBytesMax } = this.#limits;
    if (this.#draining) return refuse('draining', {});
    if ((this.#perTenant.get(tenant) ?? 0) >= openCallsPerTenantMax) return refuse('too_many_open_calls', { max: openCallsPerTenantMax });
    const isFull = this.#strain.isOver || this.#places.size >= openCallsMax || this.#bodyBytes + bodyBytes > openBodyBytesMax;
    return isFull ? refuse('overloaded', {}) : undefined;
  }
}
