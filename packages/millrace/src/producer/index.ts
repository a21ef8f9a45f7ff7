export { type ConnectOptions, connectTo } from './connect-to.ts';
export { type Appendable, into } from './into.ts';
export { MESSAGE_BYTES_MAX, type Message, PRODUCER_NAME_LENGTH_MAX, type Previous, type SaidDoubt } from './message.ts';
export type { ProducerLimits, ProducerOptions } from './options.ts';
export { Producer, type ProducerStatus, producer } from './producer.ts';
export type { Delivery, Transport } from './transport.ts';
