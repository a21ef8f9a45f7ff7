import type { Charge } from './budget.ts';
import type { Pico } from './money.ts';
import type { EpochMs, KeyId, ModelId, PriceId, RequestId, TenantId, UserId } from './names.ts';
import type { Units } from './usage-fact.ts';

/** By our own gateways, or by somebody else who sent it in. */
export type Measured = 'here' | 'elsewhere';

/** Usage that counts: of a call through the gateway, or measured elsewhere and sent in. */
export type Metered = {
  /** The request, or the id of the event that was sent in. */
  readonly id: RequestId;
  /** The request of which this takes back what it was charged; its units are below zero. */
  readonly voids?: RequestId;
  /** When the charge arose: the admission. It decides the period and the price. */
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly user: UserId;
  /** The API key that the call was made with; null where somebody else measured it. */
  readonly key: KeyId | null;
  readonly model: ModelId;
  /** The price that was locked at admission; null where nobody could lock one. */
  readonly priceId: PriceId | null;
  readonly units: Units;
  /** Where budgets counted it: what it was charged when it ended. */
  readonly charge?: Charge;
};

/** Usage with its charge: what it costs at the price that was in force. */
export type Rated = Metered & { readonly priceId: PriceId; readonly amount: Pico };
