import type { UsageFact } from '../../domain/usage-fact.ts';
import { Numbering, type UsageMessage } from '../numbering.ts';

/** One life of a gateway, for tests: what it says, message by message. */
export class TestGateway {
  readonly numbering: Numbering;

  constructor(epoch = 1, producer = 'gateway-1') {
    this.numbering = new Numbering(producer, epoch);
  }

  /** Facts, in the order in which they are numbered. */
  facts(...facts: readonly UsageFact[]): UsageMessage[] {
    return facts.map((fact) => this.numbering.event({ ...fact, producer: this.numbering.producer }));
  }

  /** Nothing with a time below it follows. */
  promise(at: number): UsageMessage {
    return this.numbering.heartbeat(at);
  }
}
