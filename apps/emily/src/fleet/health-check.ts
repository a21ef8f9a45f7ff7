import type { Replica } from './replica.ts';

/** A replica that takes longer to say that it is well, is not. */
const answerMsMax = 2_000;

/** Whether the replica answers its health check. */
export async function answersHealthCheck(replica: Pick<Replica, 'origin' | 'healthPath' | 'dispatcher'>): Promise<boolean> {
  try {
    const { statusCode, body } = await replica.dispatcher.request({
      origin: replica.origin,
      method: 'GET',
      path: replica.healthPath,
      headersTimeout: answerMsMax,
      bodyTimeout: answerMsMax,
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false; // Refused, reset or too slow: the answer is the same, and the fleet reports it.
  }
}
